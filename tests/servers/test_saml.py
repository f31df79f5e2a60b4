"""SAML sign-in against SimpleSAMLphp and pysaml2: what they sign and encrypt is taken, what is signed here they verify."""

import base64
import html
import re
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import cases
import requests
from cases import case, equal, true
from cognito import House, as_map, fresh
from house import poolhouse
from saml_providers import PySaml2, SimpleSamlPhp

CALLBACK = "https://app.example.test/callback"
OUT = "https://app.example.test/out"
SSP, PYSAML = SimpleSamlPhp(), PySaml2()
# pysaml2 gives attributes their object identifiers as names.
OF_PYSAML = {"email": "urn:oid:0.9.2342.19200300.100.1.3", "given_name": "urn:oid:2.5.4.42"}
OF_SSP = {"email": "mail", "profile": "groups"}


class Site(House):
    """A pool whose client signs in at one SAML provider."""

    def __init__(self, server, **details):
        super().__init__(server)
        prefix = fresh("saml")
        self.idp.create_user_pool_domain(UserPoolId=self.pool, Domain=prefix, ManagedLoginVersion=2)
        self.host = f"{prefix}.auth.localhost:{server.port}"
        self.base = f"http://{self.host}"
        self.entity = f"urn:amazon:cognito:sp:{self.pool}"
        self.idp.create_identity_provider(
            UserPoolId=self.pool, ProviderName="Corp", ProviderType="SAML", ProviderDetails=details,
            AttributeMapping=OF_PYSAML if "MetadataFile" in details else OF_SSP,
        )
        self.app, _ = self.add_client(
            SupportedIdentityProviders=["Corp"], AllowedOAuthFlows=["code"], AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthScopes=["openid", "email"], CallbackURLs=[CALLBACK], LogoutURLs=[OUT],
        )
        self.idp.create_managed_login_branding(UserPoolId=self.pool, ClientId=self.app, UseCognitoProvidedValues=True)

    def metadata(self):
        answer = Browser(self).open(f"{self.base}/saml2/metadata?identity_provider=Corp")
        equal(answer.status_code, 200, "metadata")
        return answer.text


class Browser:
    """Keeps cookies of the pool's pages and of the provider apart, and posts the forms of their pages."""

    def __init__(self, site):
        self.site, self.jar, self.provider = site, {}, requests.Session()
        self.provider.trust_env = False

    def open(self, url, form=None):
        """One request, to the pool or elsewhere; redirects are followed as far as the app."""
        for _ in range(12):
            if url.startswith(self.site.base):
                to = f"http://127.0.0.1:{self.site.server.port}" + url.removeprefix(self.site.base)
                cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
                headers = {"Host": self.site.host, "Cookie": cookies}
                answer = requests.request("POST" if form else "GET", to, data=form, headers=headers, allow_redirects=False, timeout=60)
                self.jar |= dict(answer.cookies.items())
            else:
                answer = self.provider.request("POST" if form else "GET", url, data=form, allow_redirects=False, timeout=60)
            answer.url = url
            self.last = url
            location = answer.headers.get("Location")
            if location is None or location.startswith((CALLBACK, OUT)):
                return answer
            url, form = requests.compat.urljoin(url, location), None
        raise AssertionError(f"redirects without end, the last to {url}")

    def send_form(self, answer, **fields):
        """Sends the form of a page, with these fields filled in."""
        action = re.search(r'<form[^>]*\baction="([^"]+)"', answer.text)
        true(action, f"no form at {answer.url}: {re.sub('<[^>]+>', ' ', answer.text)[:600]}")
        found = {}
        for tag in re.findall(r"<input[^>]+>", answer.text):
            name, value = re.search(r'\bname="([^"]+)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
            if name:
                found[html.unescape(name[1])] = html.unescape(value[1]) if value else ""
        target = requests.compat.urljoin(answer.url, html.unescape(action[1]))
        return self.open(target, found | fields), found

    def leave(self):
        """To the provider."""
        query = {"response_type": "code", "client_id": self.site.app, "redirect_uri": CALLBACK, "scope": "openid email", "state": "s"}
        return self.open(f"{self.site.base}/oauth2/authorize?{urlencode(query)}&identity_provider=Corp")

    def arrive(self, answer):
        """From the provider's page with the response to the app."""
        answer, sent = self.send_form(answer)
        if "_sent_again" in answer.text:
            answer, _ = self.send_form(answer)
        return answer, base64.b64decode(sent["SAMLResponse"]).decode()


def at_ssp(browser, page):
    """SimpleSAMLphp's own sign-in page."""
    if 'name="AuthState"' in page.text:
        page, _ = browser.send_form(page, username="alice", password="AlicePw1")
    return page


def signed_in(site, answer):
    location = answer.headers.get("Location", "")
    true(location.startswith(CALLBACK) and "code" in parse_qs(urlsplit(location).query), f"led to {location or answer.text[:600]}")
    form = {
        "grant_type": "authorization_code", "client_id": site.app, "redirect_uri": CALLBACK,
        "code": parse_qs(urlsplit(location).query)["code"][0],
    }
    tokens = Browser(site).open(f"{site.base}/oauth2/token", form)
    equal(tokens.status_code, 200, tokens.text)
    return tokens.json()


def user_of(site, subject):
    user = site.describe(f"Corp_{subject}")
    equal(user["UserStatus"], "EXTERNAL_PROVIDER")
    return as_map(user["UserAttributes"])


def pysaml(server, details=None, **response):
    site = Site(server, MetadataFile=PYSAML.metadata, RequestSigningAlgorithm="rsa-sha256", **(details or {}))
    PYSAML.serve(site.metadata(), **response)
    return site


@case("pysaml2: a signed response, a signed assertion, both")
def plain(server):
    for what in ({"sign_response": True}, {"sign_assertion": True}, {"sign_response": True, "sign_assertion": True}):
        site = pysaml(server, **what)
        browser = Browser(site)
        answer, xml = browser.arrive(browser.leave())
        true(xml.count("SignatureValue>") == 2 * len(what), f"{what}: {xml.count('SignatureValue>')} marks of signatures")
        signed_in(site, answer)
        found = user_of(site, "alice-pid")
        equal((found.get("email"), found.get("given_name")), ("alice@example.test", "Älice <&>"), str(what))


@case("pysaml2: an encrypted assertion, which plain ones cannot replace")
def encrypted(server):
    site = pysaml(server, {"EncryptedResponses": "true"}, sign_response=True, sign_assertion=True, encrypt_assertion=True)
    browser = Browser(site)
    answer, xml = browser.arrive(browser.leave())
    true("EncryptedAssertion" in xml and "alice" not in xml, "it is not encrypted")
    signed_in(site, answer)
    PYSAML.serve(site.metadata(), sign_response=True, sign_assertion=True)
    browser = Browser(site)
    answer, xml = browser.arrive(browser.leave())
    true("EncryptedAssertion" not in xml and "not+encrypted" in answer.headers.get("Location", ""), f"led to {answer.headers}")


@case("pysaml2: nothing signed is refused, and so is what was changed on the way")
def unsigned(server):
    site = pysaml(server)
    browser = Browser(site)
    answer, _ = browser.arrive(browser.leave())
    true("SAML+Assertion+signature+is+invalid" in answer.headers["Location"], answer.headers["Location"])
    PYSAML.serve(site.metadata(), sign_assertion=True)
    page = browser.leave()
    form = re.search(r'name="SAMLResponse" value="([^"]+)"', page.text)[1]
    xml = base64.b64decode(form).decode()
    true("alice-pid" in xml, "there is nothing to change")
    forged = base64.b64encode(xml.replace("alice-pid", "admin-pid").encode()).decode()
    state = re.search(r'name="RelayState" value="([^"]+)"', page.text)[1]
    answer = browser.open(f"{site.base}/saml2/idpresponse", {"SAMLResponse": forged, "RelayState": state})
    true("SAML+Assertion+signature+is+invalid" in answer.headers["Location"], answer.headers["Location"])
    equal(site.idp.list_users(UserPoolId=site.pool)["Users"], [])


@case("pysaml2: single logout, with messages that each side verifies")
def pysaml_logout(server):
    site = pysaml(server, {"IDPSignout": "true"}, sign_assertion=True)
    browser = Browser(site)
    answer, _ = browser.arrive(browser.leave())
    signed_in(site, answer)
    page = browser.open(f"{site.base}/logout?client_id={site.app}&logout_uri={quote(OUT, safe='')}")
    true("SAMLResponse" in page.text, f"the provider did not accept: {page.status_code} {page.text[:600]}")
    answer, xml = browser.arrive(page)
    true("LogoutResponse" in xml and "Signature" in xml, "no signed answer")
    equal(answer.headers.get("Location"), OUT)


@case("SimpleSAMLphp: metadata by URL, signed requests, several values of an attribute")
def php(server):
    site = Site(server, MetadataURL=SSP.metadata_url, RequestSigningAlgorithm="rsa-sha256")
    SSP.serve(site.entity, site.base, site.metadata(), encrypt=False)
    browser = Browser(site)
    answer, xml = browser.arrive(at_ssp(browser, browser.leave()))
    equal(xml.count("<ds:SignatureValue>"), 2, "signatures")
    signed_in(site, answer)
    found = user_of(site, "alice")
    equal((found.get("email"), found.get("profile")), ("alice@example.test", "[admins,dev]"))


@case("SimpleSAMLphp: an encrypted assertion")
def php_encrypted(server):
    site = Site(server, MetadataURL=SSP.metadata_url, RequestSigningAlgorithm="rsa-sha256", EncryptedResponses="true")
    SSP.serve(site.entity, site.base, site.metadata(), encrypt=True)
    browser = Browser(site)
    answer, xml = browser.arrive(at_ssp(browser, browser.leave()))
    true("EncryptedAssertion" in xml and "-cbc" in xml, "it is not encrypted")
    signed_in(site, answer)


@case("SimpleSAMLphp: a sign-in that begins at the provider")
def php_begins(server):
    site = Site(server, MetadataURL=SSP.metadata_url, RequestSigningAlgorithm="rsa-sha256", IDPInit="true")
    SSP.serve(site.entity, site.base, site.metadata(), encrypt=False)
    state = f"identity_provider=Corp&client_id={site.app}&redirect_uri={quote(CALLBACK, safe='')}&response_type=code&scope=email%2Bopenid"
    start = f"{SSP.url}/saml2/idp/SSOService.php?{urlencode({'spentityid': site.entity, 'RelayState': state})}"
    browser = Browser(site)
    answer, xml = browser.arrive(at_ssp(browser, browser.open(start)))
    true("InResponseTo" not in xml, "somebody asked")
    signed_in(site, answer)


@case("SimpleSAMLphp: single logout")
def php_logout(server):
    site = Site(server, MetadataURL=SSP.metadata_url, RequestSigningAlgorithm="rsa-sha256", IDPSignout="true")
    SSP.serve(site.entity, site.base, site.metadata(), encrypt=False)
    browser = Browser(site)
    answer, _ = browser.arrive(at_ssp(browser, browser.leave()))
    signed_in(site, answer)
    page = browser.open(f"{site.base}/logout?client_id={site.app}&logout_uri={quote(OUT, safe='')}")
    true("SAMLResponse" in page.text, f"the provider did not accept: {page.status_code} {page.url} {page.text[:600]}")
    answer, xml = browser.arrive(page)
    true("LogoutResponse" in xml, "no answer")
    equal(answer.headers.get("Location"), OUT)
    # The session there has ended, too: it asks for the password again.
    true('name="AuthState"' in browser.leave().text, "the provider did not end its session")


@case("SimpleSAMLphp: a new key signs once the metadata are known")
def php_rotates(server):
    site = Site(server, MetadataURL=SSP.metadata_url, RequestSigningAlgorithm="rsa-sha256")
    SSP.serve(site.entity, site.base, site.metadata(), encrypt=False)
    SSP.renew_key()
    browser = Browser(site)
    answer, _ = browser.arrive(at_ssp(browser, browser.leave()))
    true("signature+is+invalid" in answer.headers["Location"], answer.headers["Location"])
    details = {"MetadataURL": SSP.metadata_url, "RequestSigningAlgorithm": "rsa-sha256"}
    site.idp.update_identity_provider(UserPoolId=site.pool, ProviderName="Corp", ProviderDetails=details)
    answer, _ = browser.arrive(at_ssp(browser, browser.leave()))
    signed_in(site, answer)


cases.run("saml", poolhouse('[federation]\nallow_private = true\n[identity]\ndomain_base = "auth.localhost"\n'))
