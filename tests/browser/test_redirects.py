"""Applications of one page that sign in by redirects in a browser: oidc-client-ts, and Amplify's signInWithRedirect over TLS."""

import functools
import http.server
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlencode

import chromium
from cases import case, one, report, run
from pages import Pages
from pool import PASSWORD, call
from server import Server

HERE = Path(__file__).parent
FOLDER = tempfile.TemporaryDirectory(prefix="poolhouse-redirects-")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def bundle():
    """The page and its script, in a folder of their own, served on this machine."""
    modules = os.environ["POOLHOUSE_BROWSER_MODULES"]
    command = [f"{modules}/.bin/esbuild", str(HERE / "redirects.jsx"), "--bundle", f"--outfile={FOLDER.name}/redirects.js", "--log-level=warning"]
    subprocess.run(command, env=os.environ | {"NODE_PATH": modules}, check=True, timeout=300)
    (Path(FOLDER.name) / "redirects.html").write_text((HERE / "redirects.html").read_text())
    pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=FOLDER.name))
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    return f"http://localhost:{pages.server_port}/redirects.html"


class SecureServer(Server):
    """A server of development mode that speaks TLS, under the authority that it makes itself."""

    def start(self, listen="127.0.0.1:0"):
        super().start(listen)
        ca = os.path.join(self.data, "dev-tls", "ca.pem")
        ssl._create_default_https_context = lambda: ssl.create_default_context(cafile=ca)
        return self


def site(server, prefix, page):
    """A pool with a domain, a client whose application is the page, and a user."""
    pool = call(server, "CreateUserPool", PoolName="browser")["UserPool"]["Id"]
    made = call(
        server, "CreateUserPoolClient", UserPoolId=pool, ClientName="browser", AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthScopes=["openid", "email"], CallbackURLs=[page],
        LogoutURLs=[page], SupportedIdentityProviders=["COGNITO"], ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )
    call(server, "CreateUserPoolDomain", UserPoolId=pool, Domain=prefix, ManagedLoginVersion=1)
    attributes = [{"Name": "email", "Value": "ann@example.com"}, {"Name": "email_verified", "Value": "true"}]
    call(server, "AdminCreateUser", UserPoolId=pool, Username="ann", MessageAction="SUPPRESS", UserAttributes=attributes)
    call(server, "AdminSetUserPassword", UserPoolId=pool, Username="ann", Password=PASSWORD, Permanent=True)
    return pool, made["UserPoolClient"]["ClientId"]


def open_app(browser, **settings):
    browser.open(f"{PAGE}?{urlencode({'settings': json.dumps(settings)})}")
    at_app(browser)


def at_app(browser):
    """Waits until the application runs."""
    ready = "(() => location.pathname === '/redirects.html' && document.getElementById('state')?.innerText === 'ready')"
    browser.until("the application", lambda: True if browser.run(ready) else None)


def sign_in(browser):
    """Types name and password on the pool's page."""
    browser.at("/login")
    browser.run("type", "#signInFormUsername", "ann")
    browser.run("type", "#signInFormPassword", PASSWORD)
    browser.run("press", "[name=signInSubmitButton]")
    at_app(browser)


@case("oidc-client-ts: sign-in, its profile, renewal by the refresh token, sign-out, and the session is over")
def oidc_client(server):
    pool, client = site(server, "oidcts", PAGE)
    with Pages() as browser:
        open_app(browser, issuer=f"{server.url}/{pool}", client=client)
        browser.run("oidc.signIn")
        sign_in(browser)
        user = browser.run("oidc.back")
        assert user == {"name": "ann", "email": "ann@example.com", "username": "ann", "state": "kept"}, user
        renewed = browser.run("oidc.renew")
        assert renewed == {"changed": True, "sub": True}, renewed
        browser.run("oidc.signOut")
        left = browser.until("the way back", lambda: a if "?state=" in (a := browser.address()) and a.startswith(PAGE) and "code=" not in a else None)
        assert "error" not in left, left
        at_app(browser)
        assert browser.run("oidc.user") is None
        open_app(browser, issuer=f"{server.url}/{pool}", client=client)
        browser.run("oidc.signIn")
        browser.at("/login")


def amplify(server):
    pool, client = site(server, "amplify", PAGE)
    settings = {"amplify": True, "pool": pool, "client": client, "server": f"{server.url}/", "domain": f"amplify.auth.localhost:{server.port}"}
    with Pages() as browser:
        open_app(browser, **settings)
        browser.run("amplify.signIn")
        sign_in(browser)
        user = browser.until("a user", lambda: browser.run("amplify.user"))
        assert user.get("name") == "ann" and user["email"] == "ann@example.com", user
        assert {"signInWithRedirect", "customOAuthState"} <= set(user["heard"] or []), user
        assert browser.run("amplify.renew") != user["access"]
        browser.run("amplify.signOut")
        browser.until("nobody", lambda: True if browser.address() == PAGE and browser.run("amplify.user") is None else None)
        at_app(browser)
        browser.run("amplify.signIn")
        browser.at("/login")


def over_tls():
    """Amplify's case, against a server with TLS, whose authority the browser does not know."""
    chromium.FLAGS.append("--ignore-certificate-errors")
    with SecureServer(args=["--tls"]) as server:
        good = one("redirects: Amplify: signInWithRedirect, its state, renewal, sign-out", amplify, server)
        server.stop()
        complaints = server.complaints()
        return report("redirects: every answer over TLS conforms to the model", complaints[0] if complaints else None) and good


if __name__ == "__main__":
    PAGE = bundle()
    GOOD = over_tls()
    try:
        run("redirects")
    except SystemExit as end:
        sys.exit(end.code or (0 if GOOD else 1))
