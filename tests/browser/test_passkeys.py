"""Passkeys in a real browser: a page that uses the API alone, on localhost, with Chromium's virtual authenticator."""

import functools
import http.server
import threading
from pathlib import Path

from cases import case, run
from chromium import Chromium, PageError
from pool import PASSWORD, call, make_pool
from server import Server

class House:
    """A pool with passkeys for localhost, a client and a user."""

    def __init__(self, server, verification="preferred"):
        self.server = server
        policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
        flows = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"]
        self.pool, self.client = make_pool(server, flows, Policies=policy)
        web_authn = {"RelyingPartyId": "localhost", "UserVerification": verification}
        call(server, "SetUserPoolMfaConfig", UserPoolId=self.pool, MfaConfiguration="OFF", WebAuthnConfiguration=web_authn)
        self.user("alice")

    def user(self, name):
        call(self.server, "AdminCreateUser", UserPoolId=self.pool, Username=name, MessageAction="SUPPRESS")
        call(self.server, "AdminSetUserPassword", UserPoolId=self.pool, Username=name, Password=PASSWORD, Permanent=True)

    def token(self, name="alice"):
        parameters = {"USERNAME": name, "PASSWORD": PASSWORD}
        answer = call(self.server, "InitiateAuth", ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
        return answer["AuthenticationResult"]["AccessToken"]

    def registered(self, name="alice"):
        return call(self.server, "ListWebAuthnCredentials", AccessToken=self.token(name))["Credentials"]


def thrown(browser, *script):
    """What the page throws."""
    try:
        found = browser.run(*script)
    except PageError as error:
        return str(error)
    raise AssertionError(f"{script[0]} was done: {found}")


@case("a passkey is registered by the browser and shown")
def registers(server):
    house = House(server)
    with browser_on(server) as browser, browser.authenticator():
        made = browser.run("register", house.token())
        (shown,) = house.registered()
        assert shown["CredentialId"] == made, shown
        assert shown["RelyingPartyId"] == "localhost", shown
        assert shown["AuthenticatorAttachment"] == "platform", shown
        assert shown["AuthenticatorTransports"] == ["internal"], shown


@case("a browser that holds a passkey of the user makes no second one")
def excludes(server):
    house = House(server)
    with browser_on(server) as browser, browser.authenticator():
        browser.run("register", house.token())
        assert "InvalidStateError" in (why := thrown(browser, "register", house.token())), why
        assert len(house.registered()) == 1


@case("a passkey signs its user in, again and again")
def signs_in(server):
    house = House(server, "required")
    with browser_on(server) as browser, browser.authenticator() as authenticator:
        browser.run("register", house.token())
        for _ in range(3):
            tokens = browser.run("signIn", house.client, "alice")
            shown = call(server, "GetUser", AccessToken=tokens["AccessToken"])
            assert shown["Username"] == "alice", shown
        (held,) = browser.credentials(authenticator)
        assert held["signCount"] >= 3, held


@case("a passkey signs nobody else in")
def others(server):
    house = House(server)
    house.user("bob")
    with browser_on(server) as browser:
        with browser.authenticator() as authenticator:
            browser.run("register", house.token("bob"))
            (bobs,) = browser.credentials(authenticator)
        with browser.authenticator() as authenticator:
            browser.run("register", house.token("alice"))
            (mine,) = browser.credentials(authenticator)
            # Bob's private key under the id of alice's passkey.
            browser.send("WebAuthn.removeCredential", authenticatorId=authenticator, credentialId=mine["credentialId"])
            forged = mine | {"privateKey": bobs["privateKey"], "signCount": 100}
            browser.send("WebAuthn.addCredential", authenticatorId=authenticator, credential=forged)
            why = thrown(browser, "signIn", house.client, "alice")
            assert "NotAuthorizedException: Incorrect username or password." in why, why


@case("a copy of an authenticator is told by its counter")
def clones(server):
    house = House(server)
    with browser_on(server) as browser:
        with browser.authenticator() as authenticator:
            browser.run("register", house.token())
            (copied,) = browser.credentials(authenticator)
            browser.run("signIn", house.client, "alice")
            browser.run("signIn", house.client, "alice")
        with browser.authenticator() as authenticator:
            browser.send("WebAuthn.addCredential", authenticatorId=authenticator, credential=copied)
            why = thrown(browser, "signIn", house.client, "alice")
            assert "NotAuthorizedException: Incorrect username or password." in why, why


@case("where the pool requires verification, presence alone makes no passkey")
def verification(server):
    house = House(server, "required")
    with browser_on(server) as browser, browser.authenticator(verifies=False):
        # The browser keeps to what the options ask for; the server's own check is tested where nothing stands before it.
        assert "NotAllowedError" in (why := thrown(browser, "register", house.token())), why
        assert house.registered() == []


class Pages(http.server.SimpleHTTPRequestHandler):
    """The page's own server, another origin than the API."""

    def log_message(self, *_):
        pass


def browser_on(server):
    """A browser on the page, beside a server that runs as long as this program."""
    page = f"http://localhost:{PAGES.server_port}/page.html?server={server.url}/"

    class Opened(Chromium):
        def __enter__(self):
            super().__enter__()
            try:
                self.open(page)
            except BaseException:
                self.__exit__()
                raise
            return self

    return Opened()


PAGES = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=str(Path(__file__).parent)))
threading.Thread(target=PAGES.serve_forever, daemon=True).start()
run("passkeys", Server())
