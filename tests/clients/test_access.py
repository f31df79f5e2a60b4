"""boto3 and the admin commands against a server that means it: signatures, keys and their policies."""

import datetime
import json
import os
import re
import subprocess
import sys
from unittest import mock

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
import botocore.auth
from cases import case, equal, refused, run, true
from cognito import House, connect
from server import ROOT_KEY, ROOT_SECRET, Server, binary, clean_env, http

MISMATCH = re.compile("^The request signature we calculated does not match the signature you provided")


@case("the root key signs, the whole way to a token")
def good(s):
    house = House(s)
    true(house.tokens(house.sign_up())["AccessToken"], "no token")
    who = connect(s, service="sts").get_caller_identity()
    equal((who["Account"], who["Arn"].startswith("arn:aws:iam::123456789012:")), ("123456789012", True))


@case("a wrong secret, an unknown key")
def wrong(s):
    with refused("InvalidSignatureException", MISMATCH):
        connect(s, secret="x" * 40).list_user_pools(MaxResults=1)
    with refused("UnrecognizedClientException", "The security token included in the request is invalid."):
        connect(s, key="AKIANOSUCHKEY0000000").list_user_pools(MaxResults=1)
    with refused("UnrecognizedClientException", "The security token included in the request is invalid."):
        connect(s, token="made-up").list_user_pools(MaxResults=1)


@case("a clock that is off by more than five minutes")
def skew(s):
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    for minutes, text in ((-6, "Signature expired: "), (6, "Signature not yet current: ")):
        with at(now + datetime.timedelta(minutes=minutes)), refused("InvalidSignatureException", re.compile("^" + text)):
            connect(s).list_user_pools(MaxResults=1)
    for minutes in (-4, 4):
        with at(now + datetime.timedelta(minutes=minutes)):
            connect(s).list_user_pools(MaxResults=1)


def at(moment):
    """botocore signs at `moment`."""
    if hasattr(botocore.auth, "get_current_datetime"):
        return mock.patch("botocore.auth.get_current_datetime", lambda remove_tzinfo=True: moment)
    frozen = mock.Mock(wraps=datetime.datetime)
    frozen.utcnow.return_value = moment
    return mock.patch("botocore.auth.datetime.datetime", frozen)


@case("a body, an operation or a path changed on the way")
def tampered(s):
    body, headers = signed(s, "ListUserPools", b'{"MaxResults":1}')
    equal(http("POST", s.url + "/", body, headers)[0], 200, "the signed request as it was")
    other = headers | {"X-Amz-Target": "AWSCognitoIdentityProviderService.CreateUserPool"}
    for path, sent, with_headers in (("/", b'{"MaxResults":2}', headers), ("/", body, other), ("/?a=b", body, headers)):
        status, _, answer = http("POST", s.url + path, sent, with_headers)
        got = json.loads(answer)
        equal((status, got["__type"]), (400, "InvalidSignatureException"), path)
        true(MISMATCH.search(got["message"]), got["message"])


def signed(s, operation, body):
    """A request as botocore signs it, to be sent by hand."""
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    headers = {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    request = AWSRequest(method="POST", url=s.url + "/", data=body, headers=headers)
    botocore.auth.SigV4Auth(Credentials(ROOT_KEY, ROOT_SECRET), "cognito-idp", "us-east-1").add_auth(request)
    return body, dict(request.headers.items())


@case("the pages' preview opens with a link that was signed for it, and with no other")
def preview(s):
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    house = House(s)
    address = f"{s.url}/_poolhouse/preview?UserPoolId={house.pool}&ClientId={house.client}&Page=login&Lang=de"
    status, _, body = http("GET", address, None, {})
    equal((status, b"MissingAuthenticationToken" in body or b"Missing Authentication Token" in body), (400, True), body)
    request = AWSRequest(method="GET", url=address)
    botocore.auth.SigV4QueryAuth(Credentials(ROOT_KEY, ROOT_SECRET), "poolhouse", "us-east-1", expires=300).add_auth(request)
    status, headers, body = http("GET", request.url, None, {})
    equal((status, b"Preview: login" in body, b"Anmelden" in body), (200, True, True), body)
    status, _, body = http("GET", request.url.replace("Page=login", "Page=signup"), None, {})
    equal(status, 400, body)
    document = json.dumps({"UserPoolId": house.pool, "ClientId": house.client, "Settings": {"components": {"other": 1}}}).encode()
    request = AWSRequest(method="POST", url=f"{s.url}/_poolhouse/preview", data=document, headers={"Content-Type": "application/json"})
    botocore.auth.SigV4Auth(Credentials(ROOT_KEY, ROOT_SECRET), "poolhouse", "us-east-1").add_auth(request)
    status, _, body = http("POST", f"{s.url}/_poolhouse/preview", document, dict(request.headers.items()))
    equal((status, b"components.other" in body), (400, True), body)


@case("no signature, and half of one")
def unsigned(s):
    def call(**headers):
        status, _, body = http("POST", s.url + "/", b'{"MaxResults":1}', {"X-Amz-Target": "AWSCognitoIdentityProviderService.ListUserPools", "Content-Type": "application/x-amz-json-1.1"} | headers)
        return status, json.loads(body)

    status, body = call()
    equal((status, body["__type"], body["message"]), (400, "MissingAuthenticationTokenException", "Missing Authentication Token"))
    status, body = call(Authorization="AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00")
    equal((status, body["__type"]), (400, "IncompleteSignatureException"))


@case("an unsigned operation ignores a signature, good or bad")
def ignored(s):
    house = House(s)
    name = house.sign_up()
    body = json.dumps({"ClientId": house.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": name, "PASSWORD": "Correct-Horse7"}})
    status, _, answer = http(
        "POST", s.url + "/", body.encode(),
        {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth", "Content-Type": "application/x-amz-json-1.1", "Authorization": "AWS4-HMAC-SHA256 Credential=x/20200101/r/s/aws4_request, SignedHeaders=host, Signature=00"},
    )
    equal(status, 200, answer.decode())


def keys(s, *args):
    """`poolhouse keys ...` against the server, as an operator types it."""
    env = clean_env(AWS_ENDPOINT_URL=s.url, AWS_ACCESS_KEY_ID=ROOT_KEY, AWS_SECRET_ACCESS_KEY=ROOT_SECRET, AWS_REGION="us-east-1")
    done = subprocess.run([binary(), "keys", *args], env=env, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"keys {' '.join(args)} ended with {done.returncode}: {done.stdout} {done.stderr}")
    return done.stdout


def made(text):
    key = re.search(r"AWS_ACCESS_KEY_ID=[\"']?(AKIA[A-Z0-9]+)", text)
    secret = re.search(r"AWS_SECRET_ACCESS_KEY=[\"']?([A-Za-z0-9/+=]+)", text)
    if not key or not secret:
        raise AssertionError(f"keys create printed {text!r}")
    return key.group(1), secret.group(1)


@case("a read-only key reads, and does no more")
def read_only(s):
    house = House(s)
    name = house.sign_up()
    key, secret = made(keys(s, "create", "--policy", "read-only"))
    idp = connect(s, key=key, secret=secret)
    equal(idp.admin_get_user(UserPoolId=house.pool, Username=name)["Username"], name)
    idp.list_users(UserPoolId=house.pool)
    with refused("AccessDeniedException", re.compile(rf"^User: arn:aws:.* is not authorized to perform: cognito-idp:AdminDeleteUser on resource: arn:aws:cognito-idp:us-east-1:123456789012:userpool/{house.pool} because no identity-based policy allows the cognito-idp:AdminDeleteUser action$")):
        idp.admin_delete_user(UserPoolId=house.pool, Username=name)
    with refused("AccessDeniedException"):
        idp.create_user_pool(PoolName="no")
    with refused("AccessDeniedException"):
        idp.add_user_pool_client_secret(UserPoolId=house.pool, ClientId=house.client)
    true(key in keys(s, "list"), "the key is not listed")
    true(secret not in keys(s, "list"), "the list shows a secret")
    keys(s, "disable", key)
    with refused("UnrecognizedClientException"):
        idp.list_users(UserPoolId=house.pool)
    keys(s, "delete", key)
    true(key not in keys(s, "list"), "the key is listed still")


@case("a policy of one's own: one pool, and a denial that wins")
def policy(s):
    mine, other = House(s), House(s)
    arn = mine.made["Arn"]
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["cognito-idp:Admin*", "cognito-idp:ListUsers"], "Resource": arn},
            {"Effect": "Deny", "Action": "cognito-idp:AdminDeleteUser", "Resource": "*"},
        ],
    }
    path = os.path.join(s.data, "..", f"policy-{os.getpid()}.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump(document, out)
    try:
        key, secret = made(keys(s, "create", "--policy", path))
    finally:
        os.unlink(path)
    idp = connect(s, key=key, secret=secret)
    name = mine.sign_up()
    idp.admin_get_user(UserPoolId=mine.pool, Username=name)
    with refused("AccessDeniedException"):
        idp.admin_get_user(UserPoolId=other.pool, Username=name)
    with refused("AccessDeniedException"):
        idp.admin_delete_user(UserPoolId=mine.pool, Username=name)
    with refused("AccessDeniedException"):
        idp.list_user_pools(MaxResults=1)


@case("no development pages without --dev")
def no_dev(s):
    equal(s.get("/_dev/inbox.json")[0], 404)


run("signatures and keys", server=Server(dev=False))
