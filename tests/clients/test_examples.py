"""The programs in examples/, as a newcomer runs them."""

import os
import re
import subprocess
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, run, true
from cognito import PASSWORD, claims, fresh
from server import ROOT_KEY, ROOT_SECRET, binary, clean_env, http

EXAMPLES = os.environ.get("POOLHOUSE_EXAMPLES") or os.path.join(os.path.dirname(binary()), "examples")


def sign_up_and_in(s):
    """The access token that the example prints."""
    keys = {"AWS_ACCESS_KEY_ID": ROOT_KEY, "AWS_SECRET_ACCESS_KEY": ROOT_SECRET}
    env = clean_env(AWS_ENDPOINT_URL=s.url, AWS_REGION="us-east-1", **keys)
    name = fresh("ann")
    program = [os.path.join(EXAMPLES, "sign_up_and_in"), name, PASSWORD]
    done = subprocess.run(program, env=env, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"exit status {done.returncode}: {done.stdout} {done.stderr}")
    true(f'"cognito:username": "{name}"' in done.stdout, done.stdout)
    return re.search(r"^access token: (\S+)$", done.stdout, re.MULTILINE).group(1)


@case("sign_up_and_in: a pool, a user, tokens")
def sdk(s):
    equal(claims(sign_up_and_in(s))["token_use"], "access")


@case("protected_api lets in access tokens of its client and nobody else")
def api(s):
    token, stranger = sign_up_and_in(s), sign_up_and_in(s)
    inside = claims(token)
    env = clean_env(ISSUER=inside["iss"], CLIENT_ID=inside["client_id"], LISTEN="127.0.0.1:0")
    child = subprocess.Popen([os.path.join(EXAMPLES, "protected_api")], env=env, stdout=subprocess.PIPE, text=True)
    try:
        url = child.stdout.readline().strip().split("listening on ")[1]

        def ask(bearer):
            return http("GET", f"{url}/me", None, {"Authorization": f"Bearer {bearer}"} if bearer else {})

        status, _, body = ask(token)
        equal(status, 200)
        true(inside["sub"] in body.decode(), body.decode())
        head, payload, tail = token.split(".")
        for bad in (None, "garbage", stranger, f"{head}.{payload}.{tail[:-8]}AAAAAAAA", f"{head}.{stranger.split('.')[1]}.{tail}"):
            equal(ask(bad)[0], 401, f"the answer to {str(bad)[:20]}")
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()


run("examples")
