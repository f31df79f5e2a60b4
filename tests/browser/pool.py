"""Pools for pages in a browser, made without an SDK."""

import json

from server import ROOT_KEY
from server import http as fetch

PASSWORD = "Correct-Horse7"
CREDENTIAL = f"{ROOT_KEY}/20260101/us-east-1/cognito-idp/aws4_request"
SIGNATURE = f"AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders=host, Signature={'0' * 64}"


def call(server, operation, **body):
    """An operation, signed in the way that suffices for `--dev`."""
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": f"AWSCognitoIdentityProviderService.{operation}",
        "x-amz-date": "20260101T000000Z",
        "authorization": SIGNATURE,
    }
    status, _, answer = fetch("POST", server.url, json.dumps(body).encode(), headers)
    if status != 200:
        raise AssertionError(f"{operation}: {status} {answer.decode(errors='replace')}")
    return json.loads(answer or b"{}")


def make_pool(server, flows, **settings):
    """A pool and a client in it; their ids."""
    pool = call(server, "CreateUserPool", PoolName="browser", **settings)["UserPool"]["Id"]
    made = call(server, "CreateUserPoolClient", UserPoolId=pool, ClientName="browser", ExplicitAuthFlows=flows)
    return pool, made["UserPoolClient"]["ClientId"]
