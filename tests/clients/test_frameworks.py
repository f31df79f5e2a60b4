"""Frameworks whose packages check tokens at AWS's own host name, which is led to the server.

Nothing here is told of another endpoint: the name resolves to this machine, the certificate is of an authority that the
programs trust, and the issuer is AWS's.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, run, true
from cognito import House
from flask import Flask, jsonify
from flask_cognito import CognitoAuth, cognito_auth_required, current_cognito_jwt
from server import Server, clean_env, http
from tls import Authority

REGION = "us-east-1"
NAME = f"cognito-idp.{REGION}.amazonaws.com"
FRAMEWORKS = Path(__file__).resolve().parent / "frameworks"
AUTHORITY = Authority([NAME])


class AwsNamed(Server):
    """A server that speaks TLS and is reached at AWS's name."""

    def start(self, listen="127.0.0.1:0"):
        super().start(listen)
        self.url = f"https://{NAME}"
        return self


resolve = socket.getaddrinfo


def getaddrinfo(host, port, *args, **kwargs):
    """The resolver of this program: AWS's name is this machine, on the server's port."""
    if host == NAME:
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", SERVER.port))]
    return resolve(host, port, *args, **kwargs)


def people():
    """A pool with a user who is signed in, and a user of another pool."""
    house, elsewhere = House(SERVER), House(SERVER)
    return house, house.tokens(house.user("ann")), elsewhere.tokens(elsewhere.user("ann"))


def altered(token):
    head, payload, signature = token.split(".")
    return f"{head}.{payload}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


@case("Flask with Flask-Cognito")
def flask(_):
    house, mine, strangers = people()
    app = Flask("orders")
    app.config.update(COGNITO_REGION=REGION, COGNITO_USERPOOL_ID=house.pool, COGNITO_APP_CLIENT_ID=house.client)
    CognitoAuth(app)

    @app.get("/me")
    @cognito_auth_required
    def me():
        return jsonify(username=current_cognito_jwt["username"], issuer=current_cognito_jwt["iss"])

    def ask(token):
        return app.test_client().get("/me", headers={"Authorization": f"Bearer {token}"})

    answer = ask(mine["AccessToken"])
    equal(answer.status_code, 200, answer.text)
    equal(answer.json, {"username": "ann", "issuer": f"https://{NAME}/{house.pool}"})
    for bad in (strangers["AccessToken"], altered(mine["AccessToken"]), "garbage"):
        equal(ask(bad).status_code, 401, f"the status for {bad[:12]}")


@case("Express with aws-jwt-verify and with cognito-express")
def express(_):
    house, mine, strangers = people()
    own = {"REGION": REGION, "POOL": house.pool, "CLIENT": house.client}
    led = {"AWS_NAME": NAME, "AWS_NAME_PORT": str(SERVER.port), "NODE_EXTRA_CA_CERTS": AUTHORITY.ca_file}
    command = ["node", "--require", str(FRAMEWORKS / "aws_names.js"), str(FRAMEWORKS / "express.js")]
    child = subprocess.Popen(command, env=clean_env() | own | led, stdout=subprocess.PIPE, text=True)
    try:
        port = int(child.stdout.readline())
        for way in ("aws-jwt-verify", "cognito-express"):

            def ask(token, way=way):
                return http("GET", f"http://127.0.0.1:{port}/{way}", None, {"Authorization": f"Bearer {token}"})

            status, _, body = ask(mine["AccessToken"])
            equal(status, 200, f"{way}: the status")
            true(b'"username":"ann"' in body, body.decode())
            for bad in (strangers["AccessToken"], altered(mine["AccessToken"]), mine["IdToken"], "garbage"):
                equal(ask(bad)[0], 401, f"{way}: the status for {bad[:12]}")
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()


SERVER = AwsNamed(
    dev=False,
    env={
        "POOLHOUSE_SERVER__TLS_CERT": AUTHORITY.cert_file,
        "POOLHOUSE_SERVER__TLS_KEY": AUTHORITY.key_file,
        "POOLHOUSE_IDENTITY__ISSUER_BASE": f"https://{NAME}",
    },
)
socket.getaddrinfo = getaddrinfo
os.environ["AWS_CA_BUNDLE"] = os.environ["REQUESTS_CA_BUNDLE"] = AUTHORITY.ca_file
run("frameworks", SERVER)
