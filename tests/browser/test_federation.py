"""Sign-in through another provider in a browser: the button, the provider's own pages, and back with a code."""

import json
import os
import shutil
import subprocess
import urllib.request
from urllib.parse import parse_qs, urlencode

from cases import case, run
from pages import CALLBACK, Pages, Site
from pool import call
from server import Server
from server import http as fetch

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = os.environ["POOLHOUSE_BROWSER_MODULES"]
SETTINGS = {"POOLHOUSE_FEDERATION__ALLOW_PRIVATE": "true"}


def script(name):
    """A script of this folder, beside the packages that it imports."""
    return shutil.copy(os.path.join(HERE, name), os.path.dirname(MODULES))


class OidcProvider:
    """npm's oidc-provider; ended by its pid."""

    def __init__(self, redirect):
        command = ["node", script("oidc_provider.mjs"), redirect]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.issuer = self.child.stdout.readline().strip()
        assert self.issuer.startswith("http://127.0.0.1:"), self.issuer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait(timeout=30)
        self.child.stdout.close()

    def rotate(self):
        urllib.request.urlopen(urllib.request.Request(f"{self.issuer}/__test/rotate", method="POST"), timeout=30).read()


def add_provider(server, site, issuer):
    details = {
        "client_id": "rp", "client_secret": "rp-secret", "oidc_issuer": issuer,
        "authorize_scopes": "openid email profile", "attributes_request_method": "GET",
    }
    mapping = {"email": "email", "email_verified": "email_verified", "given_name": "given_name"}
    call(
        server, "CreateIdentityProvider", UserPoolId=site.pool, ProviderName="Corp", ProviderType="OIDC",
        ProviderDetails=details, AttributeMapping=mapping,
    )
    call(
        server, "UpdateUserPoolClient", UserPoolId=site.pool, ClientId=site.client, AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthScopes=["openid", "email"], CallbackURLs=[CALLBACK],
        SupportedIdentityProviders=["COGNITO", "Corp"],
    )


def sign_in_at_provider(browser, name):
    """Fills in the provider's login page and agrees to what it asks."""
    browser.until("the provider's login", lambda: browser.run("(() => document.querySelector('[name=login]') && true || null)"))
    browser.run("type", "[name=login]", name)
    browser.run("type", "[name=password]", "any")
    browser.run("press", "[type=submit]")
    asks = "(() => document.readyState === 'complete' && /\\/interaction\\//.test(location.pathname) && !document.querySelector('[name=login]') || null)"
    browser.until("the provider's consent", lambda: browser.run(asks))
    browser.run("press", "[type=submit]")


def id_token(site, query):
    code = parse_qs(query)["code"][0]
    form = {"grant_type": "authorization_code", "client_id": site.client, "redirect_uri": CALLBACK, "code": code}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    address = f"{site.server.url}/{site.pool}/oauth2/token"
    status, _, answer = fetch("POST", address, urlencode(form).encode(), headers)
    assert status == 200, answer
    return json.loads(answer)["id_token"]


def verified(site, token):
    """The claims, as aws-jwt-verify accepts them."""
    issuer = f"{site.server.url}/{site.pool}"
    command = ["node", script("verify_token.mjs"), issuer, site.client]
    done = subprocess.run(command, input=token, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@case("a button leads to the provider's own login and back; tokens verify; keys may rotate")
def button(server):
    for version in (2, 1):
        site = Site(server, f"corp{version}", version)
        with OidcProvider(f"{site.base}/oauth2/idpresponse") as provider:
            add_provider(server, site, provider.issuer)
            for round_number in range(2):
                with Pages() as browser:
                    browser.open(site.url())
                    browser.at("/login")
                    browser.see(f"federation-{version}")
                    browser.run("(() => [...document.querySelectorAll('a')].find((a) => a.innerText.includes('Corp')).click())")
                    sign_in_at_provider(browser, "alice")
                    claims = verified(site, id_token(site, browser.at_app()))
                assert claims["cognito:username"] == "Corp_alice", claims
                assert claims["email"] == "alice@idp.example" and claims["email_verified"] is True, claims
                assert claims["identities"][0]["providerName"] == "Corp", claims
                if round_number == 0:
                    provider.rotate()


@case("who cancels at the provider is back at the app with its error")
def cancel(server):
    site = Site(server, "cancel", 2)
    with OidcProvider(f"{site.base}/oauth2/idpresponse") as provider:
        add_provider(server, site, provider.issuer)
        with Pages() as browser:
            browser.open(site.url() + "&identity_provider=Corp")
            browser.until("the provider's login", lambda: browser.run("(() => document.querySelector('[name=login]') && true || null)"))
            browser.run("(() => [...document.querySelectorAll('a')].find((a) => /cancel|abort/i.test(a.innerText + a.href)).click())")
            query = parse_qs(browser.at_app())
            assert query["error"] == ["access_denied"], query


run("federation in a browser", Server(env=SETTINGS))
