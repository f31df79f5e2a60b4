"""The pools' own pages in a browser: classic as test tools type into it, managed login from sign-up to a passkey."""

from cases import case, run
from hosted import CALLBACK, WITHOUT_OFFER, Pages, Site, mail_schema, totp
from pool import PASSWORD, call
from server import Server


@case("classic: the visible one of the two panels takes name and password, wide and narrow")
def classic(server):
    site = Site(server, "classic", 1, **mail_schema())
    site.user("ann")
    for width in (1200, 400):
        with Pages() as browser:
            browser.send("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
            browser.open(site.url())
            browser.at("/login")
            assert browser.run("(() => document.title)") == "Signin"
            shown = browser.run("(() => [...document.querySelectorAll('#signInFormUsername')].filter((e) => e.offsetParent).length)")
            assert shown == 1, shown
            browser.see_all(f"classic-login-{width}")
            browser.run("type", "#signInFormUsername", "ann")
            browser.run("type", "#signInFormPassword", "wrong")
            browser.run("press", "[name=signInSubmitButton]")
            browser.until("the message", lambda: browser.run("(() => visible('#loginErrorMessage')?.innerText)"))
            browser.see(f"classic-error-{width}")
            browser.run("type", "#signInFormUsername", "ann")
            browser.run("type", "#signInFormPassword", PASSWORD)
            browser.run("press", "[name=signInSubmitButton]")
            assert "code=" in browser.at_app()
            browser.open(site.url("/signup"))
            browser.see_all(f"classic-signup-{width}")


@case("managed login: sign-up, code, an authenticator app, and a new password, with a strict policy and no complaint")
def managed(server):
    site = Site(server, "managed", 2, **mail_schema())
    totp_only = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "ON"}
    call(server, "SetUserPoolMfaConfig", UserPoolId=site.pool, **totp_only)
    with Pages() as browser:
        browser.open(site.url())
        browser.at("/login")
        browser.see_all("managed-login")
        browser.run("press", "a[href*='/signup']")
        browser.at("/signup")
        browser.see_all("managed-signup")
        browser.run("type", "[name=username]", "ann")
        browser.run("type", "[name='requiredAttributes[email]']", "ann@example.com")
        browser.run("type", "[name=password]", "weak")
        browser.run("type", "[name=confirmPassword]", "weak")
        browser.run("press", "[name=signUpButton]")
        browser.until("the message", lambda: browser.run("(() => visible('#error')?.innerText)"))
        browser.see_all("managed-signup-error")
        browser.run("type", "[name=password]", PASSWORD)
        browser.run("type", "[name=confirmPassword]", PASSWORD)
        browser.run("press", "[name=signUpButton]")
        browser.at("/confirm")
        browser.see_all("managed-confirm")
        browser.run("type", "[name=code]", server.code("ann@example.com"))
        browser.run("press", "[name=confirm]")
        browser.at("/challenge")
        browser.see_all("managed-app")
        browser.run("press", "summary")
        secret = browser.run("(() => visible('.secret').innerText)").replace(" ", "")
        browser.run("type", "[name=code]", totp(secret, 0))
        browser.run("press", "[name=signInSubmitButton]")
        assert "code=" in browser.at_app()

        browser.send("Network.clearBrowserCookies")
        browser.open(site.url("/forgotPassword"))
        browser.at("/forgotPassword")
        browser.see_all("managed-forgot")
        browser.run("type", "[name=username]", "ann")
        browser.run("press", "[name=reset_my_password]")
        browser.at("/confirmforgotPassword")
        browser.see_all("managed-reset")
        browser.run("type", "[name=code]", server.code("ann@example.com", 2))
        browser.run("type", "[name=password]", "An0ther-Horse7")
        browser.run("type", "[name=confirmPassword]", "An0ther-Horse7")
        browser.run("press", "[name=reset_password]")
        browser.at("/login")
        browser.see("managed-changed")
        browser.run("type", "[name=username]", "ann")
        browser.run("type", "[name=password]", "An0ther-Horse7")
        browser.run("press", "[name=signInSubmitButton]")
        browser.at("/challenge")
        browser.see_all("managed-code")
        browser.run("type", "[name=code]", totp(secret, 1))
        browser.run("press", "[name=signInSubmitButton]")
        assert "code=" in browser.at_app()
        browser.open(f"{site.base}/error?error=redirect_mismatch")
        browser.see_all("managed-problem")


@case("managed login: a passkey is offered after sign-up, and signs in")
def passkey(server):
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}}
    site = Site(server, "passkey", 2, flows=["ALLOW_USER_AUTH"], Policies=policy, **mail_schema())
    with Pages() as browser, browser.authenticator():
        browser.open(site.url("/signup"))
        browser.at("/signup")
        browser.run("type", "[name=username]", "bob")
        browser.run("type", "[name='requiredAttributes[email]']", "bob@example.com")
        browser.run("type", "[name=password]", PASSWORD)
        browser.run("type", "[name=confirmPassword]", PASSWORD)
        browser.run("press", "[name=signUpButton]")
        browser.at("/confirm")
        browser.run("type", "[name=code]", server.code("bob@example.com"))
        browser.run("press", "[name=confirm]")
        browser.at("/passkeys/add")
        browser.see_all("managed-passkey-add")
        browser.run("press", "[value=add]")
        assert "code=" in browser.at_app()

        # The browser offers the passkey where the name is typed; the virtual user picks it at once.
        browser.send("Network.clearBrowserCookies")
        browser.send("Page.navigate", url=site.url())
        assert "code=" in browser.at_app()

        # The same by hand, where the browser does not offer it.
        browser.send("Network.clearBrowserCookies")
        browser.send("Page.addScriptToEvaluateOnNewDocument", source=WITHOUT_OFFER)
        browser.open(site.url())
        browser.at("/login")
        browser.see("managed-name-first")
        browser.run("type", "[name=username]", "bob")
        browser.run("press", "[type=submit]")
        browser.at("/challenge")
        browser.see_all("managed-choice")
        browser.run("press", "[value=WEB_AUTHN]")
        assert "code=" in browser.at_app()


@case("managed login: without its authenticator the passkey page says so, and leads to other ways")
def no_passkey(server):
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    site = Site(server, "nokey", 2, flows=["ALLOW_USER_AUTH"], Policies=policy)
    site.user("eve")
    with Pages() as browser:
        with browser.authenticator():
            browser.open(site.url("/passkeys/add"))
            browser.at("/login")
            browser.run("type", "[name=username]", "eve")
            browser.run("press", "[type=submit]")
            browser.at("/challenge")
            browser.run("type", "[name=password]", PASSWORD)
            browser.run("press", "[type=submit]")
            browser.at("/passkeys/add")
            browser.run("press", "[value=add]")
            assert "code=" not in (browser.until("the app", lambda: a if (a := browser.address()).startswith(CALLBACK) else None))
        browser.send("Network.clearBrowserCookies")
        with browser.authenticator():
            browser.open(site.url())
            browser.at("/login")
            browser.run("type", "[name=username]", "eve")
            browser.run("press", "[type=submit]")
            browser.at("/challenge")
            browser.run("press", "[value=WEB_AUTHN]")
            browser.until("the button", lambda: browser.run("(() => visible('#passkey-button') && !visible('#passkey-button').disabled || null)"))
            browser.see_all("managed-passkey")
            browser.run("press", "#passkey-button")
            browser.until("the message", lambda: browser.run("(() => visible('#passkey-failed')?.innerText)"))
            browser.run("press", ".foot a")
            browser.at("/login")


run("hosted pages in a browser", Server())
