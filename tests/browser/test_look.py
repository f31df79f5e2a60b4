"""Every page in every state: accessible by axe, in light and dark, from right to left, at 320 pixels, with no error in the
console and no request to another host. And what a branding does: each member of its document seen in computed styles."""

import base64
import json
import os
import pathlib

from cases import case, run
from hosted import CALLBACK, Pages, Site, mail_schema, totp
from pool import PASSWORD, call
from server import Server
from server import http as fetch

AXE = (pathlib.Path(os.environ["POOLHOUSE_BROWSER_MODULES"]) / "axe-core" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHECK = """(async (tags) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join("; ")}`);
})"""
OVERFLOW = """(() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return null;
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1
    || e.getBoundingClientRect().left < -1);
  return wide.map((e) => e.outerHTML.slice(0, 80)).join(" | ") || "the page";
})"""
SMALL = """(() => [...document.querySelectorAll("a, button, input:not([type=hidden], [type=radio]), summary")]
  .filter((e) => e.offsetParent && !e.closest("p.small, .notice"))
  .filter((e) => { const box = e.getBoundingClientRect(); return box.height < 24 || box.width < 24; })
  .map((e) => e.outerHTML.slice(0, 80)).join(" | ") || null)"""
LIMIT = 60 * 1024


class Inspected(Pages):
    """A browser that keeps an eye on every page that it comes to."""

    def __enter__(self):
        self.complaints, self.host, self.pages = [], None, 0
        super().__enter__()
        for domain in ("Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        return self

    def seen(self, event):
        super().seen(event)
        method, params = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"].get("exception", {}).get("description", "an exception"))
        if method == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.complaints.append(f"console: {params['args']}")
        # A page that says 400 or 403 is no mistake of the page.
        if method == "Log.entryAdded" and params["entry"]["level"] == "error" and params["entry"]["source"] != "network":
            self.complaints.append(params["entry"]["text"])
        if method == "Network.requestWillBeSent":
            url = params["request"]["url"]
            if self.host and not url.startswith((self.host, CALLBACK, "data:", "http://localhost:9/")):
                self.complaints.append(f"a request to {url}")

    def inspect(self, name, dark=True):
        """Axe in light and dark, wide and narrow; overflow; small targets; weight."""
        self.pages += 1
        faults = []
        shift = self.run("""(() => new Promise((done) => { let sum = 0;
          new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value; })
            .observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => done(sum))); }))""")
        if shift > 0.1:
            faults.append(f"{name}: the layout shifts by {shift}")
        self.run(f"(() => {{ if (!window.axe) {{ {AXE} }} }})")
        for scheme in ("light", "dark") if dark else ("light",):
            for width in (1000, 320):
                self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme},
                                                                  {"name": "prefers-reduced-motion", "value": "reduce"}])
                self.send("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
                where = f"{name}, {scheme}, {width}"
                faults += [f"{where}: {fault}" for fault in self.run(CHECK, TAGS)]
                for check in (OVERFLOW, SMALL):
                    if found := self.run(check):
                        faults.append(f"{where}: too wide or too small: {found}")
        self.send("Emulation.clearDeviceMetricsOverride")
        weight = self.run("""(() => performance.getEntriesByType("resource").filter((e) => !e.name.includes("/images/"))
          .concat(performance.getEntriesByType("navigation")).reduce((sum, e) => sum + e.decodedBodySize, 0))""")
        if weight > LIMIT:
            faults.append(f"{name}: {weight} bytes")
        assert not faults, "\n".join(faults)
        assert not self.complaints, f"{name}: {self.complaints}"
        self.see(f"{name}", width=420, height=900)
        self.see(f"{name}-dark", width=1000, height=800, dark=True)


def journey(site, server, language, name, address):
    """From the sign-in page by sign-up, code and authenticator app to a forgotten password; each page inspected."""
    kind = "classic" if name.startswith("classic") else "managed"
    dark = kind == "managed"
    with Inspected() as browser:
        browser.host = site.base
        start = f"{site.url('/login')}&lang={language}"

        def page(state):
            browser.inspect(f"{kind}-{language}-{state}", dark)

        browser.open(start)
        browser.at("/login")
        page("login")
        direction = browser.run("(() => [document.documentElement.lang, getComputedStyle(document.body).direction])")
        assert direction == [language, "rtl" if language in ("ar", "he") else "ltr"], direction
        browser.run("type", "[name=username]", "nobody")
        browser.run("type", "[name=password]", "wrong")
        browser.run("press", "[name=signInSubmitButton]")
        browser.until("the message", lambda: browser.run("(() => visible('[role=alert]')?.innerText)"))
        page("login-error")
        if kind == "managed":
            focus = browser.run("(() => [document.activeElement.id, visible('[aria-invalid]').getAttribute('aria-describedby').trim()])")
            assert focus == ["error", "error"], focus
            if language == "en":
                assert browser.run("(() => document.title)") == "Error: Sign in"
        browser.run("press", "a[href*='/signup']")
        browser.at("/signup")
        page("signup")
        browser.run("type", "[name=username]", name)
        browser.run("type", "[name='requiredAttributes[email]']", address)
        browser.run("type", "[name=password]", "weak")
        if kind == "managed":
            met = browser.run("(() => [...document.querySelectorAll('[data-rule]')].map((e) => e.classList.contains('met')))")
            assert met == [True, False, False, False, False], met
            browser.run("type", "[name=confirmPassword]", "weak")
        browser.run("press", "[name=signUpButton]")
        browser.until("the message", lambda: browser.run("(() => visible('[role=alert]')?.innerText)"))
        page("signup-error")
        browser.run("type", "[name=password]", PASSWORD)
        if kind == "managed":
            met = browser.run("(() => [...document.querySelectorAll('[data-rule]')].every((e) => e.classList.contains('met')))")
            assert met, "a rule is not met by a good password"
            browser.run("press", ".reveal")
            assert browser.run("(() => visible('[name=password]').type)") == "text"
            browser.run("type", "[name=confirmPassword]", PASSWORD)
        browser.run("press", "[name=signUpButton]")
        browser.at("/confirm")
        if kind == "managed":
            waits = browser.run("(() => visible('.waiting')?.innerText)")
            assert waits and "0:" in waits, waits
        page("confirm")
        browser.run("type", "[name=code]", "000000")
        browser.run("press", "[name=confirm]")
        browser.until("the message", lambda: browser.run("(() => visible('[role=alert]')?.innerText)"))
        page("confirm-error")
        browser.run("type", "[name=code]", server.code(address))
        browser.run("press", "[name=confirm]")
        browser.at("/challenge")
        page("app")
        browser.run("press", "summary")
        page("app-secret")
        secret = browser.run("(() => visible('.secret').innerText)").replace(" ", "")
        browser.run("type", "[name=code]", totp(secret, 0))
        browser.run("press", "[name=signInSubmitButton]")
        assert "code=" in browser.at_app()
        browser.send("Network.clearBrowserCookies")
        browser.open(f"{site.url('/forgotPassword')}&lang={language}")
        browser.at("/forgotPassword")
        page("forgot")
        browser.run("type", "[name=username]", name)
        browser.run("press", "[name=reset_my_password]")
        browser.at("/confirmforgotPassword")
        page("reset")
        browser.run("type", "[name=code]", server.code(address, 2))
        browser.run("type", "[name=password]", "An0ther-Horse7")
        browser.run("type", "[name=confirmPassword]", "An0ther-Horse7")
        browser.run("press", "[name=reset_password]")
        browser.at("/login")
        page("changed")
        browser.run("type", "[name=username]", name)
        browser.run("type", "[name=password]", "An0ther-Horse7")
        browser.run("press", "[name=signInSubmitButton]")
        browser.at("/challenge")
        page("code")
        browser.open(f"{site.base}/error?error=redirect_mismatch&lang={language}")
        page("problem")


def with_totp(server, prefix, version):
    site = Site(server, prefix, version, **mail_schema())
    totp_only = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "ON"}
    call(server, "SetUserPoolMfaConfig", UserPoolId=site.pool, **totp_only)
    return site


@case("managed login: every page of a sign-up, a sign-in and a reset is accessible, in English, German and Arabic")
def managed(server):
    site = with_totp(server, "access", 2)
    for language in ("en", "de", "ar"):
        journey(site, server, language, f"ann-{language}", f"ann-{language}@example.com")


@case("classic: the same pages are accessible")
def classic(server):
    journey(with_totp(server, "accessclassic", 1), server, "en", "classic-ann", "classic-ann@example.com")


@case("managed login: choices, passkeys and codes by mail are accessible")
def choices(server):
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}}
    site = Site(server, "accesschoice", 2, flows=["ALLOW_USER_AUTH"], Policies=policy, **mail_schema())
    with Inspected() as browser, browser.authenticator():
        browser.host = site.base
        browser.open(f"{site.url('/signup')}&lang=de")
        browser.at("/signup")
        browser.inspect("managed-signup-passwordless")
        browser.run("type", "[name=username]", "bob")
        browser.run("type", "[name='requiredAttributes[email]']", "bob@example.com")
        browser.run("type", "[name=password]", PASSWORD)
        browser.run("type", "[name=confirmPassword]", PASSWORD)
        browser.run("press", "[name=signUpButton]")
        browser.at("/confirm")
        browser.run("type", "[name=code]", server.code("bob@example.com"))
        browser.run("press", "[name=confirm]")
        browser.at("/passkeys/add")
        browser.inspect("managed-passkey-add")
        browser.run("press", "[value=skip]")
        browser.at_app()
        browser.send("Network.clearBrowserCookies")
        browser.open(f"{site.url('/login')}&lang=de")
        browser.at("/login")
        browser.inspect("managed-name-first")
        browser.run("type", "[name=username]", "bob")
        browser.run("press", "[name=signInSubmitButton]")
        browser.at("/challenge")
        browser.inspect("managed-choice")
        browser.run("press", "[value=EMAIL_OTP]")
        browser.until("the code page", lambda: browser.run("(() => visible('[name=code]') ? true : null)"))
        browser.inspect("managed-email-code")


PNG = base64.b64encode(base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)).decode()
SVG = base64.b64encode(
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><script>alert(1)</script><circle cx='4' cy='4' r='4'/></svg>"
).decode()
# Where the effect of each colour is seen: the place below lightMode or darkMode, a selector, a property, a state.
SEEN = [
    ("componentClasses", "divider", "borderColor", ".divider", "border-top-color", "::before"),
    ("componentClasses", "input", "defaults.backgroundColor", "#signInFormUsername", "background-color", None),
    ("componentClasses", "input", "defaults.borderColor", "#signInFormPassword", "border-top-color", None),
    ("componentClasses", "inputLabel", "textColor", "label", "color", None),
    ("componentClasses", "link", "defaults.textColor", ".aside a", "color", None),
    ("componentClasses", "link", "hover.textColor", ".aside a", "color", ":hover"),
    ("componentClasses", "focusState", "borderColor", "#signInFormUsername", "border-top-color", ":focus"),
    ("components", "form", "backgroundColor", ".card", "background-color", None),
    ("components", "form", "borderColor", ".card", "border-top-color", None),
    ("components", "pageBackground", "color", "body", "background-color", None),
    ("components", "pageHeader", "background.color", ".page-header", "background-color", None),
    ("components", "pageHeader", "borderColor", ".page-header", "border-bottom-color", None),
    ("components", "pageFooter", "background.color", ".page-footer", "background-color", None),
    ("components", "pageFooter", "borderColor", ".page-footer", "border-top-color", None),
    ("components", "pageText", "bodyColor", "body", "color", None),
    ("components", "pageText", "headingColor", "h1", "color", None),
    ("components", "pageText", "descriptionColor", ".foot", "color", None),
    ("componentClasses", "dropDown", "defaults.itemBackgroundColor", ".languages li:last-child a", "background-color", None),
    ("componentClasses", "dropDown", "defaults.itemBorderColor", ".languages li:last-child a", "border-top-color", None),
    ("componentClasses", "dropDown", "defaults.itemTextColor", ".languages li:last-child a", "color", None),
    ("componentClasses", "dropDown", "hover.itemBackgroundColor", ".languages li:last-child a", "background-color", ":hover"),
    ("componentClasses", "dropDown", "hover.itemBorderColor", ".languages li:last-child a", "border-top-color", ":hover"),
    ("componentClasses", "dropDown", "hover.itemTextColor", ".languages li:last-child a", "color", ":hover"),
    ("componentClasses", "dropDown", "match.itemBackgroundColor", ".languages [aria-current]", "background-color", None),
    ("componentClasses", "dropDown", "match.itemTextColor", ".languages [aria-current]", "color", None),
] + [
    ("components", component, f"{state}.{member}", selector, prop, pseudo)
    for component, selector in (("primaryButton", "[name=signInSubmitButton]"), ("idpButton.standard", ".provider"))
    for state, pseudo in (("defaults", None), ("hover", ":hover"), ("active", ":active"))
    for member, prop in (("backgroundColor", "background-color"), ("borderColor", "border-top-color"), ("textColor", "color"))
]
# Members that other pages show, by the variable that carries them.
VARIABLES = {
    "componentClasses": {
        "input": {"placeholderColor": "placeholder"},
        "inputDescription": {"textColor": "hint"},
        "optionControls": {"defaults": {"backgroundColor": "option", "borderColor": "option-edge"},
                           "selected": {"backgroundColor": "option-on", "foregroundColor": "on-option"}},
        "statusIndicator": {
            "error": {"backgroundColor": "invalid", "borderColor": "invalid-edge", "indicatorColor": "bad-mark"},
            "pending": {"indicatorColor": "pending-mark"},
            "success": {"backgroundColor": "good", "borderColor": "good-edge", "indicatorColor": "good-mark"},
            "warning": {"backgroundColor": "warn", "borderColor": "warn-edge", "indicatorColor": "warn-mark"},
        },
    },
    "components": {
        "alert": {"error": {"backgroundColor": "bad", "borderColor": "bad-edge"}},
        "primaryButton": {"disabled": {"backgroundColor": "primary-off", "borderColor": "primary-off-edge", "textColor": "on-primary-off"}},
        "secondaryButton": {
            state: {"backgroundColor": f"second{end}", "borderColor": f"second{end}-edge", "textColor": f"on-second{end}"}
            for state, end in (("defaults", ""), ("hover", "-hover"), ("active", "-active"))
        },
    },
}


def put(document, path, value):
    for part in path[:-1]:
        document = document.setdefault(part, {})
    document[path[-1]] = value


def colors():
    """One that no other member has, each time."""
    number = 0x102030
    while True:
        yield f"{number:06x}ff"
        number += 0x010307


def flat(members, path=()):
    for name, value in members.items():
        if isinstance(value, dict):
            yield from flat(value, (*path, name))
        else:
            yield (*path, name), value


def css(color):
    return f"rgb({int(color[0:2], 16)}, {int(color[2:4], 16)}, {int(color[4:6], 16)})"


def branded(server, prefix, settings, assets):
    site = Site(server, prefix, 2, **mail_schema())
    details = {"client_id": "x", "client_secret": "y", "authorize_scopes": "openid"}
    call(server, "CreateIdentityProvider", UserPoolId=site.pool, ProviderName="Google", ProviderType="Google", ProviderDetails=details)
    call(server, "UpdateUserPoolClient", UserPoolId=site.pool, ClientId=site.client, AllowedOAuthFlows=["code"],
         AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthScopes=["openid", "email"], CallbackURLs=[CALLBACK],
         SupportedIdentityProviders=["COGNITO", "Google"], ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"], ClientName="Shop")
    style = call(server, "DescribeManagedLoginBrandingByClient", UserPoolId=site.pool, ClientId=site.client)["ManagedLoginBranding"]
    call(server, "UpdateManagedLoginBranding", UserPoolId=site.pool, ManagedLoginBrandingId=style["ManagedLoginBrandingId"],
         Settings=settings, Assets=assets, UseCognitoProvidedValues=False)
    return site


@case("branding: each member of the settings document is seen on the page, in light and in dark")
def members(server):
    fresh, settings, expected = colors(), {}, {"lightMode": [], "darkMode": []}
    for mode in expected:
        for group, component, member, *seen in SEEN:
            color = next(fresh)
            put(settings, (group, *component.split("."), mode, *member.split(".")), color)
            expected[mode].append((f"{group}.{component}.{mode}.{member}", *seen, css(color)))
        for path, name in flat(VARIABLES):
            color = next(fresh)
            put(settings, (path[0], path[1], mode, *path[2:]), color)
            expected[mode].append((".".join((*path[:2], mode, *path[2:])), ":root", f"--{name}", None, f"#{color}"))
    settings["categories"] = {
        "auth": {"authMethodOrder": [[{"display": "BUTTON", "type": "FEDERATED"}, {"display": "INPUT", "type": "USERNAME_PASSWORD"}]]},
        "form": {"languageSelector": {"enabled": True}, "location": {"horizontal": "START", "vertical": "END"}, "displayGraphics": True},
        "global": {"colorSchemeMode": "DYNAMIC", "pageHeader": {"enabled": True}, "pageFooter": {"enabled": True}, "spacingDensity": "REGULAR"},
    }
    put(settings, ("componentClasses", "buttons", "borderRadius"), 3)
    put(settings, ("componentClasses", "input", "borderRadius"), 5)
    put(settings, ("componentClasses", "dropDown", "borderRadius"), 7)
    put(settings, ("components", "alert", "borderRadius"), 9)
    put(settings, ("components", "form", "borderRadius"), 11)
    for part in ("pageHeader", "pageFooter"):
        put(settings, ("components", part, "logo"), {"enabled": True, "location": "END"})
        put(settings, ("components", part, "backgroundImage"), {"enabled": True})
    put(settings, ("components", "form", "logo"), {"enabled": True, "formInclusion": "OUT", "location": "START", "position": "TOP"})
    put(settings, ("components", "form", "backgroundImage"), {"enabled": True})
    put(settings, ("components", "pageBackground", "image"), {"enabled": True})
    put(settings, ("components", "favicon", "enabledTypes"), ["SVG"])
    pictures = ["PAGE_HEADER_LOGO", "PAGE_HEADER_BACKGROUND", "PAGE_FOOTER_LOGO", "PAGE_FOOTER_BACKGROUND",
                "PAGE_BACKGROUND", "FORM_BACKGROUND", "FORM_LOGO", "PASSWORD_GRAPHIC"]
    assets = [{"Category": category, "ColorMode": "DYNAMIC", "Extension": "PNG", "Bytes": PNG} for category in pictures]
    assets.append({"Category": "FAVICON_SVG", "ColorMode": "DYNAMIC", "Extension": "SVG", "Bytes": SVG})
    assets.append({"Category": "IDP_BUTTON_ICON", "ColorMode": "DYNAMIC", "Extension": "SVG", "Bytes": SVG, "ResourceId": "Google"})
    site = branded(server, "members", settings, assets)
    with Inspected() as browser:
        browser.host = site.base
        browser.open(site.url("/login"))
        browser.at("/login")
        browser.run("(() => { document.querySelector('details').open = true; })")
        browser.send("DOM.enable")
        browser.send("CSS.enable")
        root = browser.send("DOM.getDocument")["root"]["nodeId"]
        faults = []
        for mode, scheme in (("lightMode", "light"), ("darkMode", "dark")):
            features = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
            browser.send("Emulation.setEmulatedMedia", features=features)
            for name, selector, prop, pseudo, wanted in expected[mode]:
                element = pseudo if pseudo and pseudo.startswith("::") else None
                node = browser.send("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
                state = [pseudo[1:]] if pseudo and not element else []
                if node and state:
                    browser.send("CSS.forcePseudoState", nodeId=node, forcedPseudoClasses=state)
                found = browser.run(
                    "((s, e, p) => { const at = document.querySelector(s); return at && getComputedStyle(at, e).getPropertyValue(p); })",
                    selector, element, prop,
                )
                if node and state:
                    browser.send("CSS.forcePseudoState", nodeId=node, forcedPseudoClasses=[])
                if found != wanted:
                    faults.append(f"{name}: {selector}{pseudo or ''} {prop} is {found}, and not {wanted}")
        shapes = {
            "[name=signInSubmitButton]": ("border-top-left-radius", "3px"), "#signInFormUsername": ("border-top-left-radius", "5px"),
            ".languages ul": ("border-top-left-radius", "7px"), ".card": ("border-top-left-radius", "11px"),
            ".stage": ("align-items", "flex-start"), ".page-header": ("justify-content", "flex-end"),
            ".page-footer": ("justify-content", "flex-end"), ".stage > .logo": ("justify-content", "flex-start"),
        }
        for selector, (prop, wanted) in shapes.items():
            found = browser.run("((s, p) => { const at = document.querySelector(s); return at && getComputedStyle(at)[p]; })", selector, prop)
            if found != wanted:
                faults.append(f"{selector} {prop} is {found}, and not {wanted}")
        for selector in ("body", ".card", ".page-header", ".page-footer"):
            image = browser.run("((s) => getComputedStyle(document.querySelector(s)).backgroundImage)", selector)
            if "/assets/images/" not in image:
                faults.append(f"{selector} has the background {image}")
        for selector in (".page-header img", ".page-footer img", ".stage > .logo img", ".graphic img", ".provider .icon"):
            if not browser.run("((s) => document.querySelector(s)?.naturalWidth > 0)", selector):
                faults.append(f"{selector} shows nothing")
        if browser.run("(() => getComputedStyle(document.querySelector('.stage')).justifyContent)") != "flex-end":
            faults.append("the form is not at the end")
        first = browser.run("(() => document.querySelector('.providers').compareDocumentPosition(document.querySelector('form')) & 4)")
        if not first:
            faults.append("the providers do not come first")
        assert browser.run("(() => document.querySelector('link[rel=icon]').type)") == "image/svg+xml"
        assert not faults, "\n".join(faults)
        assert not browser.complaints, browser.complaints


@case("branding: one colour scheme alone is shown whatever the reader's system has")
def schemes(server):
    for mode, ground in (("LIGHT", "rgb(238, 241, 245)"), ("DARK", "rgb(13, 19, 27)")):
        site = branded(server, f"scheme{mode.lower()}", {"categories": {"global": {"colorSchemeMode": mode}}}, [])
        with Inspected() as browser:
            browser.host = site.base
            browser.open(site.url("/login"))
            for scheme in ("light", "dark"):
                browser.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
                assert browser.run("(() => getComputedStyle(document.body).backgroundColor)") == ground, (mode, scheme)
            browser.inspect(f"branded-{mode.lower()}")


CLASSES = {
    ".background-customizable": ("background-color", "rgb(1, 2, 3)", ".modal-content.visible-lg"),
    ".banner-customizable": ("background-color", "rgb(4, 5, 6)", None),
    ".label-customizable": ("color", "rgb(7, 8, 9)", None),
    ".textDescription-customizable": ("color", "rgb(10, 11, 12)", None),
    ".submitButton-customizable": ("background-color", "rgb(13, 14, 15)", None),
    ".inputField-customizable": ("border-top-left-radius", "6px", None),
    ".redirect-customizable": ("text-align", "left", None),
    ".logo-customizable": ("max-width", "40%", None),
    ".socialButton-customizable": ("border-top-left-radius", "9px", None),
    ".legalText-customizable": ("color", "rgb(16, 17, 18)", None),
    ".errorMessage-customizable": ("color", "rgb(19, 20, 21)", None),
}


@case("classic: each class of a customization is seen on the page, with the logo")
def customized(server):
    site = branded(server, "classes", {}, [])
    call(server, "UpdateUserPoolDomain", UserPoolId=site.pool, Domain="classes", ManagedLoginVersion=1)
    sheet = "".join(f"{name} {{ {prop}: {value}; }}\n" for name, (prop, value, _) in CLASSES.items())
    call(server, "SetUICustomization", UserPoolId=site.pool, ClientId=site.client, CSS=sheet, ImageFile=PNG)
    with Inspected() as browser:
        browser.host = site.base
        browser.open(site.url("/login"))
        browser.at("/login")
        browser.run("type", "[name=username]", "nobody")
        browser.run("type", "[name=password]", "wrong")
        browser.run("press", "[name=signInSubmitButton]")
        browser.until("the message", lambda: browser.run("(() => visible('#loginErrorMessage')?.innerText)"))
        faults = []
        for name, (prop, wanted, selector) in CLASSES.items():
            found = browser.run(
                "((s, p) => { const at = document.querySelector(s); return at && getComputedStyle(at).getPropertyValue(p); })",
                selector or f".visible-lg {name}", prop,
            )
            if found != wanted:
                faults.append(f"{name} {prop} is {found}, and not {wanted}")
        if not browser.run("(() => document.querySelector('.visible-lg .logo-customizable').naturalWidth > 0)"):
            faults.append("the logo shows nothing")
        assert not faults, "\n".join(faults)
        assert not browser.complaints, browser.complaints


PREVIEWED = """
login login-error login-name-first signup signup-error confirm forgot reset
challenge-code challenge-select_first challenge-select_mfa challenge-password challenge-new_password challenge-set_up
challenge-set_up_app challenge-passkey passkey_add message error
""".split()


@case("a preview shows every page, with a branding that is not saved, and is accessible")
def previews(server):
    site = branded(server, "preview", {}, [])
    address = f"{server.url}/_poolhouse/preview?UserPoolId={site.pool}&ClientId={site.client}"
    with Inspected() as browser:
        browser.host = server.url
        for language in ("en", "de", "ar"):
            for page in PREVIEWED:
                browser.open(f"{address}&Page={page}&Lang={language}")
                assert browser.run("(() => document.querySelector('main h1')?.innerText)"), page
                browser.inspect(f"preview-{language}-{page}")
    settings = {"components": {"primaryButton": {"lightMode": {"defaults": {"backgroundColor": "ffee00ff", "textColor": "ffffffff"}}}}}
    body = {"UserPoolId": site.pool, "ClientId": site.client, "Page": "login", "Settings": settings,
            "Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": SVG}]}
    status, headers, answer = fetch("POST", f"{server.url}/_poolhouse/preview", json.dumps(body).encode(), {"content-type": "application/json"})
    text = answer.decode()
    assert status == 200 and "Contrast below WCAG AA: primary buttons" in text, (status, text[:300])
    saved = call(server, "DescribeManagedLoginBrandingByClient", UserPoolId=site.pool, ClientId=site.client)["ManagedLoginBranding"]
    assert saved.get("Settings") in ({}, None), saved


@case("nobody speaks through a page: uploads that run are made harmless, and names stay text")
def attacks(server):
    site = branded(server, "attacks", {}, [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": SVG}])
    style = call(server, "DescribeManagedLoginBrandingByClient", UserPoolId=site.pool, ClientId=site.client)["ManagedLoginBranding"]
    kept = base64.b64decode(style["Assets"][0]["Bytes"])
    assert b"<circle" in kept and b"script" not in kept, kept
    for bad in (".logo-customizable { background: url(https://evil.example/x) }", "@import 'x';", "body { color: red }", "</style>"):
        try:
            call(server, "SetUICustomization", UserPoolId=site.pool, CSS=bad)
        except AssertionError as refused:
            assert "InvalidParameterException" in str(refused), refused
        else:
            raise AssertionError(f"taken: {bad}")
    with Inspected() as browser:
        browser.host = site.base
        browser.open(f"{site.url('/login')}&login_hint={'%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E'}&lang=%3Cscript%3E")
        browser.at("/login")
        assert browser.run("(() => document.querySelectorAll('img[src=x]').length)") == 0
        assert browser.run("(() => document.documentElement.lang)") == "en"
        assert not browser.complaints, browser.complaints


run("the look of the pages", Server())
