"""A pool with pages of its own, and a browser on them."""

import base64
import os
import time
from urllib.parse import urlencode

from chromium import Chromium
from pool import PASSWORD, call

CALLBACK = "http://localhost:9/callback"
HELPERS = """
window.visible = (selector) => [...document.querySelectorAll(selector)].find((e) => e.offsetParent !== null);
window.type = (selector, text) => {
  const field = visible(selector);
  if (!field) throw new Error(`no visible ${selector} on ${location.href}: ${document.body?.innerText}`);
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
window.press = (selector) => {
  const button = visible(selector);
  if (!button) throw new Error(`no visible ${selector} on ${location.href}: ${document.body?.innerText}`);
  button.click();
};
"""


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


class Pages(Chromium):
    """A browser on the pages of a pool."""

    def __enter__(self):
        super().__enter__()
        self.send("Page.addScriptToEvaluateOnNewDocument", source=HELPERS)
        return self

    def address(self):
        return self.send("Page.getNavigationHistory")["entries"][-1]["url"]

    def until(self, what, found):
        """Waits until the browser is where it should be."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                if (value := found()) is not None:
                    return value
            except Exception:  # between two pages there is nothing to ask
                pass
            time.sleep(0.05)
        raise AssertionError(f"{what}: {self.address()}: {str(self.run('(() => document.body?.innerText)'))[:600]}")

    def at(self, path):
        """Waits for a page of the pool."""
        here = "(() => document.readyState === 'complete' ? location.pathname : null)"
        self.until(path, lambda: True if self.run(here) == path else None)

    def at_app(self):
        """Waits for the app, of which there is only the address; gives its query."""
        return self.until("the app", lambda: a.split("?", 1)[1] if (a := self.address()).startswith(CALLBACK) else None)

    def see(self, name, width=1000, height=900, dark=False):
        """Keeps a picture of the page where POOLHOUSE_PICTURES says."""
        folder = os.environ.get("POOLHOUSE_PICTURES")
        if not folder:
            return
        scheme = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.send("Emulation.setEmulatedMedia", features=scheme)
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        data = self.send("Page.captureScreenshot", format="png")["data"]
        self.send("Emulation.clearDeviceMetricsOverride")
        with open(f"{folder}/{name}.png", "wb") as file:
            file.write(base64.b64decode(data))

    def see_all(self, name):
        self.see(f"{name}-light")
        self.see(f"{name}-dark", dark=True)
        self.see(f"{name}-320", width=320, height=800)
