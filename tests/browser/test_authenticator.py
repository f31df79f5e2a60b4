"""Amplify UI's Authenticator for React, as applications have it: from sign-up to an authenticator app and to a passkey."""

import functools
import http.server
import os
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from cases import case, run
from chromium import Chromium
from pool import PASSWORD, call, make_pool
from server import Server

HERE = Path(__file__).parent
FOLDER = tempfile.TemporaryDirectory(prefix="poolhouse-authenticator-")
FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def bundle():
    """The page and its script, in a folder of their own."""
    modules = os.environ["POOLHOUSE_BROWSER_MODULES"]
    command = [f"{modules}/.bin/esbuild", str(HERE / "authenticator.jsx"), "--bundle", "--jsx=automatic"]
    command += [f"--outfile={FOLDER.name}/authenticator.js", '--define:process.env.NODE_ENV="production"', "--log-level=warning"]
    subprocess.run(command, env=os.environ | {"NODE_PATH": modules}, check=True, timeout=300)
    page = Path(FOLDER.name) / "authenticator.html"
    page.write_text((HERE / "authenticator.html").read_text())


def totp(secret, steps):
    """The code of an authenticator app, some steps of 30 seconds from now."""
    now = f"--now=@{int(time.time()) + 30 * steps}"
    return subprocess.run(["oathtool", "--totp", "-b", secret, now], capture_output=True, text=True, check=True).stdout.strip()


def open_page(browser, server, pool, client, more=""):
    address = f"http://localhost:{PAGES.server_port}/authenticator.html"
    browser.open(f"{address}?pool={pool}&client={client}&server={server.url}/{more}")


def sign_up(browser, server, name):
    """Registers by the form, and confirms with the code from the mail."""
    email = f"{name}@example.com"
    browser.run("press", "Create Account")
    browser.run("submit", "signup", {"username": name, "password": PASSWORD, "confirm_password": PASSWORD, "email": email})
    browser.run("submit", "confirmsignup", {"confirmation_code": server.code(email)})


def signed_in(browser, server, name):
    assert (greeting := browser.run("greeting")) == f"Hello {name}", greeting
    shown = call(server, "GetUser", AccessToken=browser.run("accessToken"))
    assert shown["Username"] == name, shown


@case("sign-up, code by mail, an authenticator app is set up, and asked for at the next sign-in")
def authenticator_app(server):
    pool, client = make_pool(server, FLOWS, AutoVerifiedAttributes=["email"])
    totp_only = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "ON"}
    call(server, "SetUserPoolMfaConfig", UserPoolId=pool, **totp_only)
    with Chromium() as browser:
        open_page(browser, server, pool, client)
        sign_up(browser, server, "ann")
        secret = browser.run("secret")
        browser.run("submit", "setup-totp", {"confirmation_code": totp(secret, 0)})
        signed_in(browser, server, "ann")
        browser.run("press", "Leave")
        browser.run("submit", "signin", {"username": "ann", "password": PASSWORD})
        browser.run("submit", "confirmsignin", {"confirmation_code": totp(secret, 1)})
        signed_in(browser, server, "ann")


@case("sign-up, a passkey is made when the page offers it, and signs in")
def passkey(server):
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    pool, client = make_pool(server, FLOWS, AutoVerifiedAttributes=["email"], Policies=factors)
    relying_party = {"RelyingPartyId": "localhost", "UserVerification": "preferred"}
    call(server, "SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="OFF", WebAuthnConfiguration=relying_party)
    with Chromium() as browser, browser.authenticator() as authenticator:
        open_page(browser, server, pool, client, "&passkeys")
        sign_up(browser, server, "bob")
        browser.run("press", "Create a Passkey")
        browser.run("press", "Continue")
        signed_in(browser, server, "bob")
        browser.run("press", "Leave")
        (made,) = browser.credentials(authenticator)
        browser.run("submit", "signin", {"username": "bob"})
        signed_in(browser, server, "bob")
        (used,) = browser.credentials(authenticator)
        assert used["signCount"] > made["signCount"], used["signCount"]


class Pages(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


bundle()
PAGES = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=FOLDER.name))
threading.Thread(target=PAGES.serve_forever, daemon=True).start()
run("authenticator", Server())
