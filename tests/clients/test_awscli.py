"""The AWS CLI, as people type it."""

import json
import os
import re
import subprocess
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, run, true
from cognito import PASSWORD, claims, email, fresh
from server import ROOT_KEY, ROOT_SECRET, clean_env

AWS = os.path.join(os.path.dirname(sys.executable), "aws")


def aws(s, *args, ok=True, signed=True):
    """Runs `aws cognito-idp ...`; its JSON output, or the text of its refusal when `ok` is False."""
    env = clean_env(AWS_ENDPOINT_URL=s.url, AWS_REGION="eu-central-1", AWS_DEFAULT_REGION="eu-central-1", AWS_MAX_ATTEMPTS="1", AWS_PAGER="", HOME=s.data)
    if signed:
        env |= {"AWS_ACCESS_KEY_ID": ROOT_KEY, "AWS_SECRET_ACCESS_KEY": ROOT_SECRET}
    command = [AWS] if os.path.exists(AWS) else ["aws"]
    done = subprocess.run([*command, "cognito-idp", *args, "--output", "json"], env=env, capture_output=True, text=True, timeout=120, check=False)
    if not ok:
        true(done.returncode not in (0, None), f"accepted: {done.stdout}")
        return done.returncode, done.stderr.strip()
    if done.returncode != 0:
        raise AssertionError(f"aws {' '.join(args[:1])} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout) if done.stdout.strip() else None


state = {}


@case("create a pool and a client")
def create(s):
    pool = aws(s, "create-user-pool", "--pool-name", "cli")["UserPool"]
    matches(pool["Id"], r"eu-central-1_[A-Za-z0-9]{9}", "Id")
    client = aws(s, "create-user-pool-client", "--user-pool-id", pool["Id"], "--client-name", "cli", "--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
    state.update(pool=pool["Id"], client=client["UserPoolClient"]["ClientId"])
    equal(aws(s, "list-user-pools", "--max-results", "10")["UserPools"][0]["Id"], pool["Id"])


@case("sign up without credentials, confirm, sign in, get user")
def sign_in(s):
    name, mail = fresh(), email()
    made = aws(s, "sign-up", "--client-id", state["client"], "--username", name, "--password", PASSWORD, "--user-attributes", f"Name=email,Value={mail}", signed=False)
    equal(made["UserConfirmed"], False)
    aws(s, "admin-confirm-sign-up", "--user-pool-id", state["pool"], "--username", name)
    result = aws(s, "initiate-auth", "--client-id", state["client"], "--auth-flow", "USER_PASSWORD_AUTH", "--auth-parameters", f"USERNAME={name},PASSWORD={PASSWORD}", signed=False)["AuthenticationResult"]
    equal(claims(result["IdToken"])["email"], mail)
    got = aws(s, "get-user", "--access-token", result["AccessToken"], signed=False)
    equal(got["Username"], name)
    again = aws(s, "initiate-auth", "--client-id", state["client"], "--auth-flow", "REFRESH_TOKEN_AUTH", "--auth-parameters", f"REFRESH_TOKEN={result['RefreshToken']}", signed=False)
    true(again["AuthenticationResult"]["AccessToken"], "no token")
    state.update(name=name, mail=mail, access=result["AccessToken"])


@case("list users by filter, groups")
def admin(s):
    users = aws(s, "list-users", "--user-pool-id", state["pool"], "--filter", f'email = "{state["mail"]}"')["Users"]
    equal([u["Username"] for u in users], [state["name"]])
    aws(s, "create-group", "--user-pool-id", state["pool"], "--group-name", "staff")
    aws(s, "admin-add-user-to-group", "--user-pool-id", state["pool"], "--username", state["name"], "--group-name", "staff")
    listed = aws(s, "list-users-in-group", "--user-pool-id", state["pool"], "--group-name", "staff")["Users"]
    equal([u["Username"] for u in listed], [state["name"]])
    for n in range(5):
        aws(s, "admin-create-user", "--user-pool-id", state["pool"], "--username", f"page{n}", "--message-action", "SUPPRESS")
    users = aws(s, "list-users", "--user-pool-id", state["pool"], "--page-size", "2")["Users"]
    equal(len(users), 6, "users over all pages")


@case("refusals have their names and texts, and an exit status")
def refusals(s):
    for args, wanted in [
        (("initiate-auth", "--client-id", state["client"], "--auth-flow", "USER_PASSWORD_AUTH", "--auth-parameters", f"USERNAME={state['name']},PASSWORD=Wrong-Horse7"), "(NotAuthorizedException) when calling the InitiateAuth operation: Incorrect username or password."),
        (("admin-get-user", "--user-pool-id", state["pool"], "--username", "nobody"), "(UserNotFoundException) when calling the AdminGetUser operation: User does not exist."),
        (("describe-user-pool", "--user-pool-id", "eu-central-1_Nowhere00"), "(ResourceNotFoundException) when calling the DescribeUserPool operation: User pool eu-central-1_Nowhere00 does not exist."),
        (("sign-up", "--client-id", state["client"], "--username", fresh(), "--password", "short"), "(InvalidPasswordException) when calling the SignUp operation: Password did not conform with policy: Password not long enough"),
    ]:
        status, text = aws(s, *args, ok=False)
        true(text.endswith(wanted), f"{args[0]} says {text!r}")
        true(status in (254, 255), f"exit status {status}")


@case("delete")
def delete(s):
    aws(s, "delete-user", "--access-token", state["access"], signed=False)
    aws(s, "delete-user-pool-client", "--user-pool-id", state["pool"], "--client-id", state["client"])
    aws(s, "delete-user-pool", "--user-pool-id", state["pool"])
    _, text = aws(s, "describe-user-pool", "--user-pool-id", state["pool"], ok=False)
    true(re.search("ResourceNotFoundException", text), text)


run("aws cli")
