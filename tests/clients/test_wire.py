"""The bytes on the wire, seen without an SDK."""

import json
import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, run, true
from cognito import House, PASSWORD, fresh
from server import http

PREFIX = "AWSCognitoIdentityProviderService."
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def call(s, operation, body, prefix=PREFIX, path="/", method="POST", **headers):
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return http(method, s.url + path, sent, {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": prefix + operation} | headers)


def fault(s, wanted, *args, **more):
    status, headers, body = call(s, *args, **more)
    got = json.loads(body)
    equal((status, got.get("__type")), (400, wanted), body.decode())
    return headers, got


@case("a success carries the usual headers")
def success(s):
    house = House(s)
    status, headers, body = call(s, "SignUp", {"ClientId": house.client, "Username": fresh(), "Password": PASSWORD})
    equal(status, 200, body.decode())
    equal(headers["Content-Type"], "application/x-amz-json-1.1")
    matches(headers["x-amzn-RequestId"], UUID, "x-amzn-RequestId")
    true(headers["Date"], "no Date")
    equal(headers["Access-Control-Allow-Origin"], "*")
    true("null" not in body.decode(), "null members")


@case("a fault says the same in headers and body")
def faults(s):
    headers, got = fault(s, "ResourceNotFoundException", "InitiateAuth", {"ClientId": "nosuch", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "a", "PASSWORD": "b"}})
    equal(headers["x-amzn-ErrorType"], "ResourceNotFoundException:")
    equal(headers["x-amzn-ErrorMessage"], got["message"])
    equal(got["message"], "User pool client nosuch does not exist.")
    matches(headers["x-amzn-RequestId"], UUID, "x-amzn-RequestId")
    true("x-amzn-errortype" in headers["Access-Control-Expose-Headers"].lower(), "browsers cannot read the fault's name")


@case("unknown operations, broken bodies, wrong types, wrong paths")
def protocol(s):
    _, got = fault(s, "UnknownOperationException", "NoSuchThing", {})
    fault(s, "UnknownOperationException", "SignUp", {}, prefix="NoSuchService.")
    fault(s, "SerializationException", "SignUp", b"{")
    fault(s, "SerializationException", "SignUp", b"[1]")
    fault(s, "SerializationException", "SignUp", {"ClientId": 5, "Username": "a", "Password": "b"})
    fault(s, "SerializationException", "SignUp", b"\xff\xfe")
    fault(s, "SerializationException", "SignUp", b'{"ClientId":' + b"[" * 100000)
    for path, method in (("/other", "POST"), ("/", "PUT")):
        status, _, _ = call(s, "SignUp", {}, path=path, method=method)
        true(400 <= status < 500, f"{method} {path} answers {status}")


@case("violations of the model are listed, secrets left out")
def validation(s):
    _, got = fault(s, "InvalidParameterException", "SignUp", {"Password": "", "Username": ""})
    text = got["message"]
    count = int(re.match(r"(\d+) validation errors detected: ", text).group(1))
    equal(text.split(": ", 1)[1].count("failed to satisfy constraint"), count)
    true("at 'clientId' failed to satisfy constraint: Member must not be null" in text, text)
    true("Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1" in text, text)
    true(not text.endswith("."), text)
    _, got = fault(s, "InvalidParameterException", "SignUp", {"ClientId": "c", "Username": "ann", "Password": PASSWORD, "UserAttributes": [{"Value": "x"}]})
    true("userAttributes.1.member.name" in got["message"], got["message"])
    _, got = fault(s, "InvalidParameterException", "InitiateAuth", {"ClientId": "c"})
    true(got["message"].startswith("1 validation error detected: Value null at 'authFlow'"), got["message"])
    _, got = fault(s, "InvalidParameterException", "SignUp", {"ClientId": "c", "Username": "a b", "Password": "has space"})
    true("has space" not in got["message"] and "a b" not in got["message"], got["message"])


@case("members nobody knows and null members are ignored")
def lenient(s):
    house = House(s)
    status, _, body = call(s, "SignUp", {"ClientId": house.client, "Username": fresh(), "Password": PASSWORD, "Future": {"a": [1]}, "ValidationData": None})
    equal(status, 200, body.decode())
    status, _, body = call(s, "SignUp", {"ClientId": house.client, "Username": fresh(), "Password": PASSWORD}, **{"Content-Type": "application/x-amz-json-1.0"})
    equal(status, 200, body.decode())


@case("browsers may ask first")
def preflight(s):
    status, headers, body = http("OPTIONS", s.url + "/", None, {"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-amz-target,x-amz-user-agent,cache-control"})
    true(status in (200, 204), f"status {status}")
    equal(body, b"")
    equal(headers["Access-Control-Allow-Origin"], "*")
    allowed = headers["Access-Control-Allow-Headers"].lower()
    for name in ("content-type", "x-amz-target", "x-amz-user-agent", "cache-control"):
        true(name in allowed, f"{name} is not allowed: {allowed}")
    true("POST" in headers["Access-Control-Allow-Methods"], "POST is not allowed")


@case("bodies are bounded")
def bounded(s):
    try:
        status, _, _ = call(s, "SignUp", b'{"Username":"' + b"a" * (64 << 20) + b'"}')
    except OSError:
        return  # closed before all of it was sent
    true(400 <= status < 500, f"64 MiB answer {status}")


@case("health, readiness, discovery of no pool")
def health(s):
    equal((s.get("/healthz")[0], s.get("/readyz")[0]), (200, 200))
    for path in ("/us-east-1_Nowhere00/.well-known/jwks.json", "/us-east-1_Nowhere00/.well-known/openid-configuration", "/no/such/page"):
        true(s.get(path)[0] in (400, 404), f"{path} answers {s.get(path)[0]}")


@case("an operation that is not built says so")
def not_built(s):
    house = House(s)
    from botocore.exceptions import ClientError

    try:
        house.idp.list_point_in_time_recoveries(UserPoolId=house.pool)
    except ClientError as error:
        got = error.response
        equal(got["ResponseMetadata"]["HTTPStatusCode"], 501, str(got))
        return
    raise AssertionError("accepted")


run("wire")
