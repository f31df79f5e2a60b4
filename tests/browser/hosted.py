"""Pools with pages of their own, and a browser on them."""

import subprocess
import time
from urllib.parse import urlencode

from pages import CALLBACK, Pages
from pool import PASSWORD, call


WITHOUT_OFFER = "PublicKeyCredential.isConditionalMediationAvailable = async () => false;"


class Site:
    """A pool with a domain, a client for its pages, and a user."""

    def __init__(self, server, prefix, version, flows=None, **settings):
        self.server, self.prefix = server, prefix
        self.pool = call(server, "CreateUserPool", PoolName="browser", **settings)["UserPool"]["Id"]
        made = call(
            server, "CreateUserPoolClient", UserPoolId=self.pool, ClientName="browser", AllowedOAuthFlows=["code"],
            AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthScopes=["openid", "email"], CallbackURLs=[CALLBACK],
            SupportedIdentityProviders=["COGNITO"], ExplicitAuthFlows=flows or ["ALLOW_USER_SRP_AUTH"],
        )
        self.client = made["UserPoolClient"]["ClientId"]
        call(server, "CreateUserPoolDomain", UserPoolId=self.pool, Domain=prefix, ManagedLoginVersion=version)
        call(server, "CreateManagedLoginBranding", UserPoolId=self.pool, ClientId=self.client, UseCognitoProvidedValues=True)

    @property
    def base(self):
        return f"http://{self.prefix}.auth.localhost:{self.server.port}"

    def url(self, path="/oauth2/authorize"):
        query = {"response_type": "code", "client_id": self.client, "redirect_uri": CALLBACK, "scope": "openid email"}
        return f"{self.base}{path}?{urlencode(query)}"

    def user(self, name):
        call(self.server, "AdminCreateUser", UserPoolId=self.pool, Username=name, MessageAction="SUPPRESS")
        call(self.server, "AdminSetUserPassword", UserPoolId=self.pool, Username=name, Password=PASSWORD, Permanent=True)


def mail_schema():
    return {
        "AutoVerifiedAttributes": ["email"],
        "Schema": [{"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}],
    }


def totp(secret, steps):
    """The code of an authenticator app, some steps of 30 seconds from now."""
    now = f"--now=@{int(time.time()) + 30 * steps}"
    return subprocess.run(["oathtool", "--totp", "-b", secret, now], capture_output=True, text=True, check=True).stdout.strip()
