"""A pool with sign-in pages, and a browser for them that is a session of requests."""

import base64
import hashlib
import re
import secrets
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import requests
from cases import equal, true
from cognito import House, fresh

CALLBACK = "https://app.example.com/callback"
CSRF = re.compile(r'<input type="hidden" name="_csrf" value="([^"]+)"')


class Site(House):
    """A pool with a domain, and a client for its pages."""

    def __init__(self, server, version, client=None, **settings):
        web = {
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthScopes": ["openid", "email"],
            "CallbackURLs": [CALLBACK],
            "SupportedIdentityProviders": ["COGNITO"],
        }
        super().__init__(server, client=web | (client or {}), **settings)
        self.prefix = fresh("pages")
        self.idp.create_user_pool_domain(UserPoolId=self.pool, Domain=self.prefix, ManagedLoginVersion=version)
        if version == 2:
            self.idp.create_managed_login_branding(UserPoolId=self.pool, ClientId=self.client, UseCognitoProvidedValues=True)


class Browser(requests.Session):
    """A session that finds `<prefix>.auth.localhost` on this machine, as browsers do."""

    def __init__(self, site):
        super().__init__()
        self.trust_env = False
        self.site = site
        self.host = f"{site.prefix}.auth.localhost:{site.server.port}"
        self.base = f"http://{self.host}"

    def request(self, method, url, **more):
        # Names below localhost are this machine; the system's resolver need not know that. Cookies are kept here, since the
        # library would file them under the address.
        to = f"http://127.0.0.1:{self.site.server.port}" + url.removeprefix(self.base)
        headers = {"Host": self.host, "Cookie": "; ".join(f"{k}={v}" for k, v in self.jar.items())}
        answer = requests.request(method, to, headers=headers, allow_redirects=False, timeout=30, proxies={"no_proxy": "*"}, **more)
        for name, value in answer.cookies.items():
            self.jar[name] = value
        answer.url = url
        return answer

    jar = None

    def follow(self, answer):
        """Follows redirects within the pool's pages."""
        while answer.status_code == 302 and answer.headers["Location"].startswith(self.base):
            answer = self.request("GET", answer.headers["Location"])
        return answer

    def login(self, **more):
        self.jar = {}
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.site.client,
            "redirect_uri": CALLBACK,
            "scope": "openid email",
            "state": "some state",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return self.follow(self.request("GET", f"{self.base}/oauth2/authorize?{urlencode(query | more)}"))

    def post(self, page, form, **fields):
        """Sends a form of a page with its token, to where the form says."""
        actions = re.findall(rf'<form [^>]*action="([^"]+)"[^>]*name="{form}"|<form [^>]*name="{form}"[^>]*action="([^"]+)"', page.text)
        true(actions, f"no form {form} on {page.url}: {page.text[:2000]}")
        action = "".join(actions[0]).replace("&amp;", "&")
        token = CSRF.search(page.text).group(1)
        return self.request("POST", urljoin(page.url, action), data={"_csrf": token} | fields)

    def exchange(self, answer):
        """The tokens for the code in the address of the app."""
        location = answer.headers["Location"]
        true(location.startswith(CALLBACK + "?"), f"led to {location}")
        found = parse_qs(urlsplit(location).query)
        equal(found["state"], ["some state"])
        form = {
            "grant_type": "authorization_code",
            "client_id": self.site.client,
            "code": found["code"][0],
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
        }
        tokens = self.request("POST", f"{self.base}/oauth2/token", data=form)
        equal(tokens.status_code, 200, f"the status of {tokens.text}")
        return tokens.json()
