"""Short ways to say the usual things to a Cognito API through boto3."""

import base64
import hashlib
import hmac
import itertools
import json
import subprocess
import time

import boto3
from botocore.config import Config
from server import ROOT_KEY, ROOT_SECRET

PASSWORD = "Correct-Horse7"
FLOWS = [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]
counter = itertools.count(1)


def connect(server, region="us-east-1", key=ROOT_KEY, secret=ROOT_SECRET, token=None, check=True, service="cognito-idp"):
    """A boto3 client without retries; `check=False` leaves the checking of parameters to the server."""
    return boto3.session.Session().client(
        service,
        region_name=region,
        endpoint_url=server.url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=check, read_timeout=60),
    )


def fresh(prefix="user"):
    return f"{prefix}{next(counter)}"


def email():
    return f"{fresh('mail')}@example.com"


def phone():
    return f"+1555{next(counter):07d}"


def attributes(**values):
    """AttributeType list; `custom__x` stands for `custom:x`."""
    return [{"Name": name.replace("__", ":"), "Value": value} for name, value in values.items()]


def as_map(listed):
    return {a["Name"]: a.get("Value") for a in listed}


class House:
    """A pool and a client in it."""

    def __init__(self, server, client=None, region="us-east-1", **settings):
        self.server = server
        self.idp = connect(server, region)
        made = self.idp.create_user_pool(PoolName=fresh("pool"), **settings)["UserPool"]
        self.pool, self.made = made["Id"], made
        self.client, self.secret = self.add_client(**(client or {}))

    def add_client(self, **settings):
        """(client id, secret or None); every password flow is on unless told."""
        made = self.idp.create_user_pool_client(
            **{"UserPoolId": self.pool, "ClientName": fresh("client"), "ExplicitAuthFlows": FLOWS} | settings
        )["UserPoolClient"]
        return made["ClientId"], made.get("ClientSecret")

    def hash(self, username, secret=None, client=None):
        return secret_hash(username, client or self.client, secret or self.secret)

    def sign_up(self, username=None, password=PASSWORD, confirm=True, **values):
        """Registers, confirms by the administrator, returns the username."""
        username = username or fresh()
        more = {"SecretHash": self.hash(username)} if self.secret else {}
        self.idp.sign_up(ClientId=self.client, Username=username, Password=password, UserAttributes=attributes(**values), **more)
        if confirm:
            self.idp.admin_confirm_sign_up(UserPoolId=self.pool, Username=username)
        return username

    def user(self, username=None, password=PASSWORD, **values):
        """A confirmed user with a permanent password made by the administrator; returns the username of the record."""
        made = self.idp.admin_create_user(
            UserPoolId=self.pool, Username=username or fresh(), MessageAction="SUPPRESS", UserAttributes=attributes(**values)
        )["User"]
        self.idp.admin_set_user_password(UserPoolId=self.pool, Username=made["Username"], Password=password, Permanent=True)
        return made["Username"]

    def start(self, username, password=PASSWORD, client=None, flow="USER_PASSWORD_AUTH", **more):
        """InitiateAuth by password."""
        parameters = {"USERNAME": username, "PASSWORD": password} | more
        if self.secret and "SECRET_HASH" not in parameters:
            parameters["SECRET_HASH"] = self.hash(username)
        return self.idp.initiate_auth(ClientId=client or self.client, AuthFlow=flow, AuthParameters=parameters)

    def admin_start(self, username, password=PASSWORD, flow="ADMIN_USER_PASSWORD_AUTH", **more):
        parameters = {"USERNAME": username, "PASSWORD": password} | more
        return self.idp.admin_initiate_auth(
            UserPoolId=self.pool, ClientId=self.client, AuthFlow=flow, AuthParameters=parameters
        )

    def tokens(self, username, password=PASSWORD, client=None):
        return self.start(username, password, client)["AuthenticationResult"]

    def refresh(self, token, client=None, **more):
        return self.idp.initiate_auth(
            ClientId=client or self.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token} | more
        )["AuthenticationResult"]

    def respond(self, asked, username, client=None, **responses):
        """Answers the challenge in `asked`."""
        parameters = {"USERNAME": username} | responses
        if self.secret:
            parameters["SECRET_HASH"] = self.hash(username)
        return self.idp.respond_to_auth_challenge(
            ClientId=client or self.client, ChallengeName=asked["ChallengeName"], Session=asked["Session"], ChallengeResponses=parameters
        )

    def admin_respond(self, asked, username, **responses):
        return self.idp.admin_respond_to_auth_challenge(
            UserPoolId=self.pool, ClientId=self.client, ChallengeName=asked["ChallengeName"], Session=asked["Session"],
            ChallengeResponses={"USERNAME": username} | responses,
        )

    def describe(self, username):
        return self.idp.admin_get_user(UserPoolId=self.pool, Username=username)

    def attributes(self, username):
        return as_map(self.describe(username)["UserAttributes"])


def secret_hash(username, client, secret):
    mac = hmac.new(secret.encode(), (username + client).encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def claims(token):
    """The payload of a JWT, unverified."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def header(token):
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def totp(secret, steps=0):
    """The code of a TOTP secret by oathtool, `steps` of 30 seconds from now; a server takes one step more or less, and each only once."""
    at = int(time.time()) + 30 * steps
    return subprocess.run(["oathtool", "--totp", "-b", secret, f"--now=@{at}"], capture_output=True, text=True, check=True).stdout.strip()


def other(code):
    """A code of the same length that is not this one."""
    return ("1" if code[0] == "0" else "0") + code[1:]
