"""Every example plugin in a running server: put by the command line, asked by real calls of Cognito's API."""

import json
import re
import time
from urllib.parse import parse_qs, urlsplit

from cases import CASES, case, equal, matches, refused, run, true
from cognito import FLOWS, PASSWORD, House, attributes, claims, email, fresh, other, phone
from plugins import EXAMPLES, Backend, Poolhouse, arn, built, example_manifest, plugin, put_example, scratch, show, toml, wait_for_line

ALL = sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / "manifest.toml").exists())
KEY = "arn:aws:kms:us-east-1:000000000000:key/0b0f1c5e-6a3f-4f0a-9a3e-0d5a0f8c3b11"
MAILED = {"AutoVerifiedAttributes": ["email"]}


def on(trigger, name):
    """LambdaConfig of a pool that names a plugin for a trigger."""
    return {"LambdaConfig": {trigger: arn(name)}}


def sign_up(house, name=None, **values):
    """(username, what SignUp answered)."""
    name = name or fresh()
    return name, house.idp.sign_up(ClientId=house.client, Username=name, Password=PASSWORD, UserAttributes=attributes(**values))


def tells(log, code):
    """Whether a log shows a code, and not just a time with the same digits."""
    return re.search(rf"(?<![\d.]){code}(?!\d)", log)


def refusal(trigger, words):
    return refused("UserLambdaValidationException", f"{trigger} failed with error {words}.")


# --- add-claims

CLAIMS = {"tenant": "acme", "seats": 7, "plan": {"name": "gold", "beta": True}}


def tokens_of(s, version, **values):
    """The claims of both tokens of a user in the group `readers`, in a pool that has add-claims for this version of the event."""
    name = put_example(s, "add-claims", f"add-claims-{version}", config={"claims": json.dumps(CLAIMS), "scopes": "orders/read orders/write"})
    house = House(s, LambdaConfig={"PreTokenGenerationConfig": {"LambdaVersion": version, "LambdaArn": arn(name)}})
    user = house.user(**values)
    house.idp.create_group(UserPoolId=house.pool, GroupName="readers")
    house.idp.admin_add_user_to_group(UserPoolId=house.pool, Username=user, GroupName="readers")
    tokens = house.tokens(user)
    again = house.refresh(tokens["RefreshToken"])
    for token in ("IdToken", "AccessToken"):
        at_first, later = claims(tokens[token]), claims(again[token])
        for claim in ("tenant", "seats", "plan", "cognito:groups", "scope"):
            equal(later.get(claim), at_first.get(claim), f"{claim} of the refreshed {token}")
    return claims(tokens["IdToken"]), claims(tokens["AccessToken"])


@case("add-claims: version 1 puts claims of text and groups into the ID token")
def claims_v1(s):
    identity, access = tokens_of(s, "V1_0", email=email(), email_verified="true")
    equal((identity["tenant"], identity["seats"], json.loads(identity["plan"])), ("acme", "7", CLAIMS["plan"]))
    equal(identity["cognito:groups"], ["readers", "staff"])
    true("tenant" not in access, "version 1 changed the access token")
    equal(access["scope"], "aws.cognito.signin.user.admin")


@case("add-claims: version 2 puts claims of any type and groups into both tokens, scopes into the access token")
def claims_v2(s):
    for token in (pair := tokens_of(s, "V2_0", email=email(), email_verified="true")):
        equal({name: token.get(name) for name in CLAIMS}, CLAIMS)
        equal(sorted(token["cognito:groups"]), ["readers", "staff"])
    equal(sorted(pair[1]["scope"].split()), ["aws.cognito.signin.user.admin", "orders/read", "orders/write"])


@case("add-claims: an address that is not verified, or is elsewhere, gives no group")
def claims_groups(s):
    for values in ({"email": email()}, {"email": f"{fresh()}@example.org", "email_verified": "true"}):
        for token in tokens_of(s, "V2_0", **values):
            equal((token["cognito:groups"], token["tenant"]), (["readers"], "acme"), str(values))


@case("add-claims: version 3 reaches the tokens of clients, too")
def claims_v3(s):
    name = put_example(s, "add-claims", "add-claims-machines", config={"claims": json.dumps(CLAIMS)})
    house = House(s, LambdaConfig={"PreTokenGenerationConfig": {"LambdaVersion": "V3_0", "LambdaArn": arn(name)}})
    house.idp.create_resource_server(UserPoolId=house.pool, Identifier="stock", Name="stock", Scopes=[{"ScopeName": "count", "ScopeDescription": "count"}])
    machine, secret = house.add_client(GenerateSecret=True, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"], AllowedOAuthScopes=["stock/count"])
    token = claims(house.idp.get_client_token(ClientId=machine, Secret=secret)["ClientAuthenticationResult"]["AccessToken"])
    equal(({name: token.get(name) for name in CLAIMS}, sorted(token["scope"].split())), (CLAIMS, ["orders/read", "stock/count"]))
    for token in (claims(text) for text in house.tokens(house.user()).values() if str(text).count(".") == 2):
        equal(token["tenant"], "acme", "a user's token")


# --- sign-up

@case("auto-confirm: who is at a listed domain is in at once, with address and number verified; others get a code")
def confirm(s):
    name = put_example(s, "auto-confirm")
    house, mail, elsewhere = House(s, **MAILED, **on("PreSignUp", name)), email(), f"{fresh()}@example.net"
    user, made = sign_up(house, email=mail, phone_number=phone())
    equal((made["UserConfirmed"], made.get("CodeDeliveryDetails")), (True, None))
    kept = house.attributes(user)
    equal((kept["email_verified"], kept["phone_number_verified"], house.describe(user)["UserStatus"]), ("true", "true", "CONFIRMED"))
    true(house.tokens(user)["IdToken"], "no tokens")
    user, made = sign_up(house, email=elsewhere)
    equal((made["UserConfirmed"], house.attributes(user)["email_verified"]), (False, "false"))
    house.idp.confirm_sign_up(ClientId=house.client, Username=user, ConfirmationCode=s.code(elsewhere))
    equal(s.messages(mail), [], "messages to the one who needs no code")


@case("auto-confirm: without domains it is so for everybody, with or without an address")
def confirm_all(s):
    name = put_example(s, "auto-confirm", "auto-confirm-all", config={"domains": ""})
    house = House(s, **on("PreSignUp", name))
    for values in ({}, {"email": f"{fresh()}@example.net"}, {"phone_number": phone()}):
        user, made = sign_up(house, **values)
        equal(made["UserConfirmed"], True, str(values))
        equal([value for key, value in house.attributes(user).items() if key.endswith("_verified")], ["true"] * len(values), str(values))


@case("block-domains: disposable domains are refused, those below them too, others are not")
def block(s):
    name = put_example(s, "block-domains", config={"blocked": "example.net, example.org"})
    house = House(s, **on("PreSignUp", name))
    for domain in ("mailinator.com", "any.mailinator.com", "MAILINATOR.com", "example.net", "example.org"):
        with refusal("PreSignUp", f"Addresses at {domain.lower()} cannot sign up here"):
            sign_up(house, email=f"{fresh()}@{domain}")
    for values in ({"email": email()}, {"email": f"{fresh()}@notmailinator.com"}, {}):
        user, _ = sign_up(house, **values)
        equal(house.describe(user)["UserStatus"], "UNCONFIRMED", str(values))
    equal(house.attributes(house.user(email="boss@mailinator.com"))["email"], "boss@mailinator.com", "what an administrator gave")
    line = wait_for_line(s, name, "sign-up refused", '"example.org"')
    equal((line["Level"], line["Source"]), ("info", "PreSignUp_SignUp"))


@case("block-domains: with allowed set, nobody else may sign up")
def allow(s):
    name = put_example(s, "block-domains", "allow-domains", config={"allowed": "example.com"})
    house = House(s, **on("PreSignUp", name))
    sign_up(house, email=email())
    with refusal("PreSignUp", "Addresses at example.net cannot sign up here"):
        sign_up(house, email=f"{fresh()}@example.net")
    with refusal("PreSignUp", "A mail address is needed to sign up"):
        sign_up(house)


@case("reserved-names: names of staff, those of the manifest and what looks like them are refused; administrators give them away")
def reserved(s):
    name = put_example(s, "reserved-names")
    house = House(s, **on("PreSignUp", name))
    for taken in ("admin", "Adm1n", "r00t", "ad-min", "аdmin", "acme", "ACME_support"):
        with refusal("PreSignUp", f'the name "{taken}" is reserved'):
            sign_up(house, taken)
    with refusal("PreSignUp", 'the name "support" is reserved'):
        sign_up(house, preferred_username="support")
    for free in ("administrata", "ann", "rooted"):
        sign_up(house, free)
    equal(house.user("admin"), "admin")


@case("closed: nobody signs up, administrators make users; as text and as a module")
def closed(s):
    # With the manifest that lies beside it.
    plugin(s, "put", EXAMPLES / "closed" / "closed.wat", "--name", "closed")
    put_example(s, "closed", "closed-module")
    equal(show(s, "closed")["Live"]["Manifest"], show(s, "closed-module")["Live"]["Manifest"])
    for name in ("closed", "closed-module"):
        house = House(s, **on("PreSignUp", name))
        with refusal("PreSignUp", "sign-ups are closed"):
            sign_up(house, email=email())
        true(house.tokens(house.user())["IdToken"], "a user of the administrator's has no tokens")
        equal(len(house.idp.list_users(UserPoolId=house.pool)["Users"]), 1, "users")


# --- sign-in

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def clock(minutes):
    """The time of day in UTC, so many minutes from now."""
    return time.strftime("%H:%M", time.gmtime(time.time() + 60 * minutes))


def day(days):
    return DAYS[time.gmtime(time.time() + 86400 * days).tm_wday]


@case("office-hours: in by the clock, the day, the offset and the name, as the manifest says; a new one counts at once")
def hours(s):
    house = House(s, **on("PreAuthentication", "office-hours"))
    user = house.user()

    def opened(**config):
        put_example(s, "office-hours", config={"from": clock(-60), "to": clock(60), "days": "sun-sat", "utc_offset": "+00:00", "always": ""} | config)

    opened()
    true(house.tokens(user)["IdToken"], "no tokens in office hours")
    closed = {"from": clock(60), "to": clock(120)}
    opened(**closed)
    words = f"sign-in is open sun-sat from {closed['from']} to {closed['to']} (UTC+00:00)"
    with refusal("PreAuthentication", words):
        house.start(user)
    with refusal("PreAuthentication", words):
        house.start(user, "Wrong-Horse7")
    opened(**closed, always=f"somebody, {user}")
    true(house.tokens(user)["IdToken"], "no tokens for who may always come in")
    opened(**{"from": clock(330 - 60), "to": clock(330 + 60)}, utc_offset="+05:30")
    true(house.tokens(user)["IdToken"], "no tokens in office hours of another zone")
    opened(**{"from": "00:00", "to": "24:00"}, days=f"{day(0)},{day(1)}")
    true(house.tokens(user)["IdToken"], "no tokens on a working day")
    opened(**{"from": "00:00", "to": "24:00"}, days=f"{day(3)}-{day(4)}")
    with refusal("PreAuthentication", f"sign-in is open {day(3)}-{day(4)} from 00:00 to 24:00 (UTC+00:00)"):
        house.start(user)


CUSTOM = {"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", *FLOWS]}


def code_house(s, backend):
    """A pool where codes take the place of passwords, and a client that hides who is there."""
    put_example(s, "code-challenge", http=[backend.url], config={"DELIVERY_URL": f"{backend.url}/send"})
    triggers = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
    return House(s, client=CUSTOM | {"PreventUserExistenceErrors": "ENABLED"}, LambdaConfig={trigger: arn("code-challenge") for trigger in triggers})


def begin(house, name):
    asked = house.idp.initiate_auth(ClientId=house.client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": name})
    equal(asked["ChallengeName"], "CUSTOM_CHALLENGE")
    return asked


@case("code-challenge: a code is sent, a wrong one asks again, the right one signs in")
def code(s):
    with Backend(lambda *_: (202, {})) as backend:
        house, mail = code_house(s, backend), email()
        user = house.user(email=mail, email_verified="true")
        asked = begin(house, user)
        equal(asked["ChallengeParameters"]["address"], "m***@***")
        sent = backend.wait(to=mail)
        matches(code := sent["body"]["code"], r"\d{6}", "the code")
        equal((sent["path"], "code" in asked["ChallengeParameters"]), ("/send", False))
        link = urlsplit(sent["body"]["link"])
        equal((link.netloc, link.path, parse_qs(link.query)), ("app.example.com", "/sign-in", {"user": [user], "code": [code]}))
        again = house.respond(asked, user, ANSWER=other(code))
        equal((again["ChallengeName"], "AuthenticationResult" in again), ("CUSTOM_CHALLENGE", False))
        done = house.respond(again, user, ANSWER=code)["AuthenticationResult"]
        equal(claims(done["IdToken"])["cognito:username"], user)
        equal(len(backend.of(to=mail)), 1, "messages")
        true(not tells(s.log(), code), "the log shows the code")
        with refused("NotAuthorizedException"):
            house.respond(again, user, ANSWER=code)
        begin(house, user)
        true(backend.wait(2, to=mail)["body"]["code"] != code, "the second sign-in has the code of the first")


@case("code-challenge: three wrong codes end it; a stranger sees the same and gets nothing")
def wrong_codes(s):
    with Backend(lambda *_: (202, {})) as backend:
        house, mail = code_house(s, backend), email()
        user = house.user(email=mail, email_verified="true")
        for name, wrong in ((user, lambda: other(backend.wait(to=mail)["body"]["code"])), ("mallory", lambda: "000000")):
            asked = begin(house, name)
            equal(asked["ChallengeParameters"]["address"], "m***@***", f"the address that {name} sees")
            for _ in range(2):
                asked = house.respond(asked, name, ANSWER=wrong())
            with refused("NotAuthorizedException", "Incorrect username or password."):
                house.respond(asked, name, ANSWER=wrong())
        equal(len(backend.requests), 1, "messages")


@case("code-challenge: a code that cannot be sent ends the sign-in, and the log says why")
def unsent(s):
    with Backend(lambda *_: (500, {})) as backend:
        house = code_house(s, backend)
        user = house.user(email=email(), email_verified="true")
        with refusal("CreateAuthChallenge", "The code could not be sent"):
            begin(house, user)
        line = wait_for_line(s, "code-challenge", f"{backend.url}/send:", "500")
        equal((line["Level"], line["Source"]), ("error", "CreateAuthChallenge_Authentication"))


TOKEN = "token-of-the-old-system"


class OldSystem(Backend):
    """Users with passwords that Poolhouse has never seen."""

    def __init__(self, users):
        super().__init__(self.reply)
        self.users = users

    def reply(self, path, headers, body):
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return 403, {}
        known = self.users.get(body["username"])
        if known is None:
            return 404, {}
        if path == "/authenticate" and body["password"] != known["password"]:
            return 401, {}
        return (200, {"attributes": known["attributes"]}) if path in ("/authenticate", "/lookup") else (404, {})


def old_user(mail, password="old"):
    return {"password": password, "attributes": {"email": mail, "name": "Ann Example"}}


def migrating(s, old, **settings):
    put_example(s, "migrate-users", env={"API_TOKEN": TOKEN}, http=[old.url], config={"URL": f"{old.url}/"})
    return House(s, **on("UserMigration", "migrate-users"), **settings)


@case("migrate-users: the first sign-in brings the user over, the second asks nobody")
def migrate(s):
    name, mail = fresh("ann"), email()
    with OldSystem({name: old_user(mail, "weak")}) as old:
        house = migrating(s, old)
        unknown = f"Exception migrating user in app client {house.client}"
        for stranger, password in ((name, "Wrong-Horse7"), ("nobody", "weak")):
            with refused("UserNotFoundException", unknown):
                house.start(stranger, password)
        equal(house.idp.list_users(UserPoolId=house.pool)["Users"], [], "users made by wrong passwords")
        true(house.tokens(name, "weak")["IdToken"], "no tokens")
        equal([(r["path"], r["status"]) for r in old.requests], [("/authenticate", 401), ("/authenticate", 404), ("/authenticate", 200)])
        kept = house.attributes(name)
        equal((kept["email"], kept["email_verified"], kept["name"], house.describe(name)["UserStatus"]), (mail, "true", "Ann Example", "CONFIRMED"))
        true(house.tokens(name, "weak")["IdToken"], "no tokens the second time")
        with refused("NotAuthorizedException", "Incorrect username or password."):
            house.start(name, "Wrong-Horse7")
        equal(len(old.requests), 3, "questions to the old system")
        equal(s.messages(mail), [], "messages")
    true(TOKEN not in json.dumps(show(s, "migrate-users")), "the token is shown")


@case("migrate-users: a forgotten password brings the user over, too")
def forgotten(s):
    name, mail = fresh("bob"), email()
    with OldSystem({name: old_user(mail)}) as old:
        house = migrating(s, old)
        with refused("UserNotFoundException"):
            house.idp.forgot_password(ClientId=house.client, Username="nobody")
        sent = house.idp.forgot_password(ClientId=house.client, Username=name)["CodeDeliveryDetails"]
        equal((sent["DeliveryMedium"], sent["AttributeName"]), ("EMAIL", "email"))
        equal([(r["path"], r["body"]) for r in old.requests], [("/lookup", {"username": "nobody"}), ("/lookup", {"username": name})])
        house.idp.confirm_forgot_password(ClientId=house.client, Username=name, ConfirmationCode=s.code(mail), Password="Another-Horse8")
        true(house.tokens(name, "Another-Horse8")["IdToken"], "no tokens by the new password")
        equal(len(old.requests), 2, "questions to the old system")


@case("migrate-users: where addresses are the names, users come over by theirs")
def by_address(s):
    mail = email()
    with OldSystem({mail: old_user(mail)}) as old:
        house = migrating(s, old, UsernameAttributes=["email"])
        true(house.tokens(mail, "old")["IdToken"], "no tokens")
        equal(house.attributes(mail)["email"], mail)


# --- messages

WORDS = {
    "en-GB": ("Example: Confirm your account", "Your confirmation code is {code}."),
    "de-AT": ("Example: Konto bestätigen", "Ihr Bestätigungscode lautet {code}."),
    "fr": ("Example: Confirmez votre compte", "Votre code de confirmation est {code}."),
    "es_MX": ("Example: Confirme su cuenta", "Su código de confirmación es {code}."),
    "pt-BR": ("Example: Confirme a sua conta", "O seu código de confirmação é {code}."),
    "ja": ("Example: アカウントの確認", "確認コードは {code} です。"),
    "eo": ("Example: Confirmez votre compte", "Votre code de confirmation est {code}."),
}


@case("localised-messages: the mail that confirms is in the language of the user, or the default one")
def localised(s):
    name = put_example(s, "localised-messages", config={"default_locale": "fr"})
    house = House(s, **MAILED, **on("CustomMessage", name))
    for locale, (subject, words) in WORDS.items():
        mail = email()
        user, _ = sign_up(house, email=mail, locale=locale)
        message = s.message(mail)
        equal((message["Subject"], words.format(code=message["Code"]) in message["Text"]), (subject, True), f"{locale}: {message['Text']!r}, subject")
        house.idp.confirm_sign_up(ClientId=house.client, Username=user, ConfirmationCode=s.code(mail))


@case("localised-messages: SMS, invitations and forgotten passwords, too")
def localised_more(s):
    name = put_example(s, "localised-messages")
    house, number, mail, invited = House(s, AutoVerifiedAttributes=["phone_number"], **on("CustomMessage", name)), phone(), email(), fresh()
    user, _ = sign_up(house, phone_number=number, locale="ja")
    text = s.message(number)["Text"]
    matches(text, r"Example: 確認コードは \d{6} です。", "the SMS")
    house.idp.confirm_sign_up(ClientId=house.client, Username=user, ConfirmationCode=s.code(number))
    house.idp.forgot_password(ClientId=house.client, Username=user)
    matches(s.message(number, 2)["Text"], r"Example: パスワード再設定用のコードは \d{6} です。", "the second SMS")
    house.idp.admin_create_user(
        UserPoolId=house.pool, Username=invited, DesiredDeliveryMediums=["EMAIL"], UserAttributes=attributes(email=mail, locale="es")
    )
    message = s.message(mail)
    true(f"Su nombre de usuario es {invited}, su contraseña temporal es {message['Code']}" in message["Text"], f"the invitation is {message['Text']!r}")
    equal(house.start(invited, message["Code"])["ChallengeName"], "NEW_PASSWORD_REQUIRED")


GATEWAY = "token-of-the-gateway"


@case("deliver-sms: codes go to the gateway with its token, SMS and mail, and nowhere else")
def deliver(s):
    with Backend(lambda _, headers, __: (200 if headers.get("authorization") == f"Bearer {GATEWAY}" else 401, {})) as gateway:
        url = f"{gateway.url}/messages"
        name = put_example(s, "deliver-sms", env={"SMS_TOKEN": GATEWAY}, http=[gateway.url], config={"url": url, "text": "Poolhouse: {code}"})
        sender = {"LambdaVersion": "V1_0", "LambdaArn": arn(name)}
        house = House(s, AutoVerifiedAttributes=["phone_number", "email"], LambdaConfig={"CustomSMSSender": sender, "CustomEmailSender": sender, "KMSKeyID": KEY})
        for source, to, values in (("CustomSMSSender", (number := phone()), {"phone_number": number}), ("CustomEmailSender", (mail := email()), {"email": mail})):
            user, made = sign_up(house, **values)
            got = gateway.wait(to=to, source=f"{source}_SignUp")
            equal((got["path"], got["status"]), ("/messages", 200))
            matches(got["body"]["text"], r"Poolhouse: \d{6}", "the text")
            house.idp.confirm_sign_up(ClientId=house.client, Username=user, ConfirmationCode=got["body"]["text"][-6:])
            house.idp.forgot_password(ClientId=house.client, Username=user)
            text = gateway.wait(to=to, source=f"{source}_ForgotPassword")["body"]["text"]
            house.idp.confirm_forgot_password(ClientId=house.client, Username=user, ConfirmationCode=text[-6:], Password="Another-Horse8")
            true(house.tokens(user, "Another-Horse8")["IdToken"], "no tokens")
            equal(s.messages(to), [], "messages of the server's own")
        for shown in (json.dumps(show(s, name)), s.log()):
            true(GATEWAY not in shown, "the token is shown")
        with refused("InvalidParameterException", re.compile("KMSKeyID")):
            House(s, LambdaConfig={"CustomSMSSender": sender})


@case("deliver-sms: a gateway that refuses fails no call, and the log says so")
def undelivered(s):
    with Backend(lambda *_: (503, {})) as gateway:
        name = put_example(s, "deliver-sms", "deliver-nothing", env={"SMS_TOKEN": GATEWAY}, http=[gateway.url], config={"url": gateway.url})
        sender = {"LambdaVersion": "V1_0", "LambdaArn": arn(name)}
        house, number = House(s, AutoVerifiedAttributes=["phone_number"], LambdaConfig={"CustomSMSSender": sender, "KMSKeyID": KEY}), phone()
        user, made = sign_up(house, phone_number=number)
        equal((made["UserConfirmed"], made["CodeDeliveryDetails"]["DeliveryMedium"]), (False, "SMS"))
        code = gateway.wait(to=number)["body"]["text"][-6:]
        wait_for_line(s, name, "the gateway answered 503")
        true(not tells(s.log(), code), "the log shows the code")


# --- each by its README

RUNS = {
    "add-claims": ("put into the access token: tenant", "add the scopes orders/read", "put these groups into the tokens: readers, staff"),
    "auto-confirm": ("confirm the user without a code", "mark email as verified", "mark phone_number as verified"),
    "block-domains": ("accept the sign-up", "send a code to confirm"),
    "closed": ("sign-ups are closed",),
    "code-challenge": ("ask for the challenge, showing address",),
    "deliver-sms": ("send nothing itself",),
    "localised-messages": ("Ihr Bestätigungscode lautet {####}.",),
    "migrate-users": ("make the user with email, email_verified", "keep the password"),
    "office-hours": ("go on",),
    "reserved-names": ('the name "Adm1n" is reserved',),
}
REFUSE = ("closed", "reserved-names")


def readme(example):
    """`check` and `run` with the example's own event, as its README says."""

    def body(_):
        everything = lambda path, *_: (200, {"attributes": {"email": "ann@example.com"}} if path == "/authenticate" else {})
        with Backend(everything) as backend:
            own = example_manifest(example)
            addresses = {"code-challenge": {"DELIVERY_URL": backend.url}, "deliver-sms": {"url": backend.url}, "migrate-users": {"URL": backend.url}}
            hours = {"from": "00:00", "to": "24:00", "days": "sun-sat"}
            config = own.get("config", {}) | addresses.get(example, {"office-hours": hours}.get(example, {}))
            manifest = scratch("manifest.toml", toml(own | {"config": config} | ({"http": [backend.url]} if example in addresses else {})))
            env = {"SMS_TOKEN": "x" * 9, "API_TOKEN": "x" * 9}
            checked = plugin(None, "check", built(example), "--manifest", manifest, env=env)
            for source in own.get("trial", ["PreSignUp_SignUp"]):
                true(source in checked.stdout, f"check says {checked.stdout!r}, nothing of {source}")
            event = EXAMPLES / example / "event.json"
            ran = plugin(None, "run", built(example), "--manifest", manifest, "--event", event, env=env, good=example not in REFUSE)
            for words in RUNS[example]:
                true(words in ran.stderr, f"run says {ran.stderr!r}, which lacks {words!r}")
            if example not in REFUSE:
                asked, answer = json.loads(event.read_text()), json.loads(ran.stdout)
                equal({k: v for k, v in answer.items() if k != "response"}, {k: v for k, v in asked.items() if k != "response"}, "the rest of the event")

    return body


@case("there is a test for each example")
def complete(_):
    equal(ALL, sorted(RUNS), "the examples")


CASES.extend((f"{example}: check and run, as the README says", readme(example)) for example in ALL)

run("plugins: examples", Poolhouse())
