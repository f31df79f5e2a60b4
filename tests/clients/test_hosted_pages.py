"""Sign-in pages as public automations use them: a session of requests, the token by a pattern, the form, `Location`, the code."""

import os
import re
from urllib.parse import urlencode, urljoin

import requests
from cases import case, equal, run, true
from cognito import PASSWORD, claims, fresh
from sites import CALLBACK, CSRF, Browser, Site


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
