"""Mail: STARTTLS and TLS with AUTH, templates, refusals, a dead server, a restart."""

import shutil
import tempfile
import time

from cases import CASES, case, equal, one, report, true
from cognito import email, fresh
from house import CODE, confirm, mail_house, poolhouse, sign_up, smtp, wait_for_log
from mail import LOGIN, PASSWORD, MailServer, text_of
from tls import Authority

AUTHORITY = Authority()
MAIL = MailServer(AUTHORITY).start()


@case("a sign-up's code arrives over STARTTLS with AUTH and confirms the user")
def arrives(live):
    house, to = mail_house(live), email()
    name, details = sign_up(house, email=to)
    equal(details, {"Destination": "m***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}, "CodeDeliveryDetails")
    got = MAIL.to(to)
    equal((got["tls"], got["login"], got["from"]), (True, LOGIN, "no-reply@poolhouse.test"), "the way it came")
    equal(got["mail"]["subject"], "Your verification code", "subject")
    true(text_of(got).startswith("Your verification code is "), f"text is {text_of(got)!r}")
    true(text_of(got)[-6:] not in live.log(), "the log shows the code")
    confirm(house, name, text_of(got))


@case("a template with markup comes as HTML and as text")
def markup(live):
    template = {"EmailMessage": "<p>Grüße!</p><p>Code: <b>{####}</b></p>", "EmailSubject": "Willkommen — schön", "DefaultEmailOption": "CONFIRM_WITH_CODE"}
    house, to = mail_house(live, VerificationMessageTemplate=template), email()
    name, _ = sign_up(house, email=to)
    got = MAIL.to(to)
    equal(got["mail"]["subject"], "Willkommen — schön", "subject")
    html = got["mail"].get_body(("html",)).get_content()
    code = CODE.findall(html)[0]
    equal(html.strip(), f"<p>Grüße!</p><p>Code: <b>{code}</b></p>", "HTML")
    true("Grüße!" in text_of(got) and "<" not in text_of(got), f"text is {text_of(got)!r}")
    confirm(house, name, text_of(got))


@case("an invitation carries name and temporary password")
def invitation(live):
    house, to = mail_house(live), email()
    name = fresh()
    attributes = [{"Name": "email", "Value": to}, {"Name": "email_verified", "Value": "true"}]
    house.idp.admin_create_user(UserPoolId=house.pool, Username=name, UserAttributes=attributes, DesiredDeliveryMediums=["EMAIL"], TemporaryPassword="Brave&New<1>x")
    equal(text_of(MAIL.to(to)), f"Your username is {name} and temporary password is Brave&New<1>x.", "text")


@case("a second factor arrives by mail and signs in")
def second_factor(live):
    house, to, name = mail_house(live), email(), fresh()
    words = {"Message": "<p>Dein Code: <b>{####}</b></p>", "Subject": "Anmeldung"}
    house.idp.set_user_pool_mfa_config(UserPoolId=house.pool, MfaConfiguration="ON", EmailMfaConfiguration=words)
    given = [{"Name": "email", "Value": to}, {"Name": "email_verified", "Value": "true"}]
    house.idp.admin_create_user(UserPoolId=house.pool, Username=name, UserAttributes=given, MessageAction="SUPPRESS")
    house.idp.admin_set_user_password(UserPoolId=house.pool, Username=name, Password="Correct-Horse7", Permanent=True)
    parameters = {"USERNAME": name, "PASSWORD": "Correct-Horse7"}
    asked = house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    equal(asked["ChallengeName"], "EMAIL_OTP", "challenge")
    got = MAIL.to(to)
    equal(got["mail"]["subject"], "Anmeldung", "subject")
    answers = {"USERNAME": name, "EMAIL_OTP_CODE": CODE.findall(text_of(got))[0]}
    done = house.idp.respond_to_auth_challenge(ClientId=house.client, ChallengeName="EMAIL_OTP", Session=asked["Session"], ChallengeResponses=answers)
    true(done["AuthenticationResult"]["AccessToken"], "no tokens")


@case("a forgotten password is reset by mail")
def forgotten(live):
    house, to = mail_house(live), email()
    name, _ = sign_up(house, email=to)
    confirm(house, name, text_of(MAIL.to(to)))
    house.idp.forgot_password(ClientId=house.client, Username=name)
    code = CODE.findall(text_of(MAIL.to(to, 2)))[0]
    house.idp.confirm_forgot_password(ClientId=house.client, Username=name, ConfirmationCode=code, Password="Another-Horse8")
    house.tokens(name, "Another-Horse8")


@case("a mail that is put off comes again under the same Message-ID")
def greylisted(live):
    house, to = mail_house(live), f"grey-{fresh()}@example.com"
    name, _ = sign_up(house, email=to)
    confirm(house, name, text_of(MAIL.to(to)))
    equal(MAIL.attempts.count(to), 2, "tries")


@case("a refused mail is dropped, and the log says so without address or code")
def bounced(live):
    house, to = mail_house(live), f"bounce-{fresh()}@example.com"
    sign_up(house, email=to)
    line = wait_for_log(live, ["message dropped", house.pool, "b***@e***"])
    true("550" in line and to not in live.log(), f"the line is {line!r}")
    other = email()
    sign_up(house, email=other)
    MAIL.to(other)
    equal(MAIL.attempts.count(to), 1, "tries")


@case("a dead server slows nothing, and what waits arrives when it is back")
def dead(live):
    house = mail_house(live)
    MAIL.stop()
    try:
        waiting, slowest = [], 0
        for _ in range(12):
            to, started = email(), time.monotonic()
            waiting.append((to, sign_up(house, email=to)[0]))
            slowest = max(slowest, time.monotonic() - started)
        wait_for_log(live, ["the server does not take messages"])
        true(slowest < 3, f"the slowest sign-up took {slowest:.1f} s")
    finally:
        MAIL.start()
    for to, name in waiting:
        confirm(house, name, text_of(MAIL.to(to)))


@case("what was promised before a kill arrives after the restart")
def killed(live):
    house, to = mail_house(live), email()
    MAIL.stop()
    try:
        name, _ = sign_up(house, email=to)
        live.kill()
    finally:
        MAIL.start()
    live.start()
    house.idp = type(house)(live).idp
    confirm(house, name, text_of(MAIL.to(to)))


def other_servers():
    """Servers with settings of their own: TLS from the first byte, wrong credentials, a stranger's certificate."""
    wrapped = MailServer(AUTHORITY, wrapped=True).start()
    good = with_server("TLS from the first byte", smtp(wrapped, LOGIN, PASSWORD, "tls"), lambda live: over_tls(live, wrapped))
    data = tempfile.mkdtemp(prefix="poolhouse-test-")
    promised = []
    good &= with_server("wrong credentials lose nothing", smtp(MAIL, LOGIN, "wrong"), lambda live: waits(live, promised), data)
    good &= with_server("... and right ones deliver it", smtp(MAIL, LOGIN, PASSWORD), lambda live: MAIL.to(promised[0]), data)
    stranger = MailServer(Authority()).start()
    stranger.authority = AUTHORITY
    good &= with_server("a stranger's certificate gets no mail", smtp(stranger, LOGIN, PASSWORD), lambda live: refuses(live, stranger))
    wrapped.stop()
    stranger.stop()
    shutil.rmtree(data, ignore_errors=True)
    return good


def over_tls(live, wrapped):
    house, to = mail_house(live), email()
    name, _ = sign_up(house, email=to)
    confirm(house, name, text_of(wrapped.to(to)))


def waits(live, promised):
    to = email()
    sign_up(mail_house(live), email=to)
    promised.append(to)
    line = wait_for_log(live, ["the server does not take messages"])
    true("535" in line and "wrong" not in line, f"the line is {line!r}")
    equal(MAIL.attempts.count(to), 0, "tries with wrong credentials")


def refuses(live, stranger):
    sign_up(mail_house(live), email=email())
    wait_for_log(live, ["the server does not take messages", "certificate"])
    equal(stranger.attempts, [], "tries")


def with_server(name, settings, body, data=None):
    try:
        with poolhouse(settings, data) as live:
            return one(f"mail: {name}", body, live)
    except Exception as error:
        return report(f"mail: {name}", error)


if __name__ == "__main__":
    import cases

    more = other_servers()
    try:
        cases.run("mail", poolhouse(smtp(MAIL, LOGIN, PASSWORD)), CASES)
    except SystemExit as end:
        MAIL.stop()
        raise SystemExit(end.code or (0 if more else 1))
