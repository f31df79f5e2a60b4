"""Sign-in pages as public automations use them: a session of requests, the token by a pattern, the form, `Location`, the code."""

import base64
import hashlib
import os
import re
import secrets
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import requests
from cases import case, equal, run, true
from cognito import PASSWORD, House, claims, fresh

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


@case("a script posts the form and exchanges the code")
def signs_in(server):
    for version in (1, 2):
        site = Site(server, version)
        user = site.user(email=f"{fresh()}@example.com", email_verified="true")
        browser = Browser(site)
        page = browser.login()
        token = CSRF.search(page.text).group(1)
        equal(browser.jar["XSRF-TOKEN"], token)
        form = {"_csrf": token, "username": user, "password": PASSWORD, "cognitoAsfData": "", "signInSubmitButton": "Sign in"}
        tokens = browser.exchange(browser.request("POST", page.url, data=form))
        equal(claims(tokens["id_token"])["cognito:username"], user)
        equal(claims(tokens["access_token"])["username"], user)


@case("a wrong password leads back to the page, which says so")
def wrong(server):
    for version in (1, 2):
        site = Site(server, version)
        user = site.user()
        browser = Browser(site)
        page = browser.login()
        refused = browser.post(page, "cognitoSignInForm", username=user, password="wrong")
        equal((refused.status_code, refused.headers["Location"]), (302, page.url))
        true("Incorrect username or password." in browser.follow(refused).text, "the page does not say what was wrong")


@case("sign-up, the code from the mail, and the app has its tokens")
def signs_up(server):
    for version in (1, 2):
        schema = [{"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}]
        site = Site(server, version, AutoVerifiedAttributes=["email"], Schema=schema)
        browser = Browser(site)
        page = browser.login()
        name, mail = fresh(), f"{fresh()}@example.com"
        page = browser.request("GET", page.url.replace("/login?", "/signup?"))
        fields = {"username": name, "password": PASSWORD, "requiredAttributes[email]": mail}
        page = browser.follow(browser.post(page, "signupform", **fields))
        true("/confirm?" in page.url, f"{page.url}: {page.text}")
        done = browser.post(page, "confirmform", code=server.code(mail))
        tokens = browser.exchange(done)
        equal(claims(tokens["id_token"])["email"], mail)
        equal(claims(tokens["id_token"])["email_verified"], True)


@case("a pool without a domain has its pages at a path")
def by_path(server):
    site = Site(server, 1)
    user = site.user()
    base = f"{server.url}/{site.pool}"
    session = requests.Session()
    session.trust_env = False
    query = urlencode({"response_type": "code", "client_id": site.client, "redirect_uri": CALLBACK})
    page = session.get(f"{base}/oauth2/authorize?{query}", timeout=30)
    equal(page.url.split("?")[0], f"{base}/login")
    style = re.search(r'href="([^"]+\.css)"', page.text).group(1)
    equal(session.get(urljoin(page.url, style), timeout=30).status_code, 200)
    form = {"_csrf": CSRF.search(page.text).group(1), "username": user, "password": PASSWORD}
    action = re.search(r'action="([^"]+)"', page.text).group(1).replace("&amp;", "&")
    done = session.post(urljoin(page.url, action), data=form, allow_redirects=False, timeout=30)
    true(done.headers["Location"].startswith(f"{CALLBACK}?code="), done.headers["Location"])


@case("a folder of templates takes the place of the built-in ones")
def own_templates(server):
    import tempfile

    from server import Server

    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/classic")
        with open(f"{folder}/classic/login.html", "w", encoding="utf-8") as file:
            file.write("<p>Shop: {{ t.sign_in }} {{ csrf }}</p>")
        with Server(env={"POOLHOUSE_PAGES__TEMPLATES": folder}) as own:
            page = Browser(Site(own, 1)).login()
            true(page.text.startswith("<p>Shop: Sign in "), page.text)


run("hosted pages")
