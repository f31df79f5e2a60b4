"""boto3: USER_AUTH, where the user chooses how to sign in, and sign-up without a password."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run, true
from cognito import PASSWORD, House, attributes, email, fresh, other, phone

CLIENT = {"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
INVALID_SESSION = re.compile("^Invalid session for the user")


def choice_house(s, factors=("PASSWORD", "EMAIL_OTP", "SMS_OTP"), client=None, **settings):
    return House(s, client=CLIENT | (client or {}), Policies={"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}}, **settings)


def begin(house, name, **more):
    return house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": name} | more)


@case("what can be chosen is what the pool allows and the user has")
def available(s):
    house = choice_house(s)
    bare, rich = house.user(), house.user(email=email(), email_verified="true", phone_number=phone(), phone_number_verified="true")
    asked = begin(house, bare)
    equal((asked["ChallengeName"], sorted(asked["AvailableChallenges"])), ("SELECT_CHALLENGE", ["PASSWORD", "PASSWORD_SRP"]))
    equal(sorted(begin(house, rich)["AvailableChallenges"]), ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP", "SMS_OTP"])
    equal(begin(house, bare, PREFERRED_CHALLENGE="EMAIL_OTP")["ChallengeName"], "SELECT_CHALLENGE", "preferred, but not there")
    with refused("InvalidParameterException"):
        house.respond(asked, bare, ANSWER="EMAIL_OTP")
    with refused("InvalidParameterException", re.compile("USER_AUTH")):
        plain, _ = house.add_client()
        house.idp.initiate_auth(ClientId=plain, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": bare})


@case("a code by mail: chosen, wrong, right, once")
def by_mail(s):
    house, mail = choice_house(s), email()
    name = house.user(email=mail, email_verified="true")
    chosen = house.respond(begin(house, name), name, ANSWER="EMAIL_OTP")
    equal((chosen["ChallengeName"], chosen["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"]), ("EMAIL_OTP", "EMAIL"))
    code = one_time(s, mail)
    equal(len(code), 8)
    with refused("CodeMismatchException"):
        house.respond(chosen, name, EMAIL_OTP_CODE=other(code))
    true(house.respond(chosen, name, EMAIL_OTP_CODE=code)["AuthenticationResult"]["IdToken"], "no tokens")
    with refused("NotAuthorizedException", INVALID_SESSION):
        house.respond(chosen, name, EMAIL_OTP_CODE=code)
    straight = begin(house, name, PREFERRED_CHALLENGE="EMAIL_OTP")
    equal(straight["ChallengeName"], "EMAIL_OTP")
    with refused("CodeMismatchException"):
        house.respond(straight, name, EMAIL_OTP_CODE=code)
    true(house.respond(straight, name, EMAIL_OTP_CODE=one_time(s, mail, 2))["AuthenticationResult"], "no tokens")


def one_time(s, to, nth=1):
    return re.findall(r"(?<!\d)(\d{8})(?!\d)", s.message(to, nth)["Text"])[-1]


@case("a code by SMS")
def by_sms(s):
    house, number = choice_house(s), phone()
    name = house.user(phone_number=number, phone_number_verified="true")
    chosen = begin(house, name, PREFERRED_CHALLENGE="SMS_OTP")
    true(house.respond(chosen, name, SMS_OTP_CODE=one_time(s, number))["AuthenticationResult"], "no tokens")


@case("the password: at once, or when it is asked for")
def password(s):
    house = choice_house(s)
    name = house.user()
    true(begin(house, name, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"], "no tokens at once")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        begin(house, name, PREFERRED_CHALLENGE="PASSWORD", PASSWORD="Wrong-Horse7")
    asked = begin(house, name, PREFERRED_CHALLENGE="PASSWORD")
    equal(asked["ChallengeName"], "PASSWORD")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        house.respond(asked, name, PASSWORD="Wrong-Horse7")
    true(house.respond(asked, name, PASSWORD=PASSWORD)["AuthenticationResult"], "no tokens")
    true(house.respond(begin(house, name), name, ANSWER="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"], "no tokens in one step")
    verifier = house.respond(begin(house, name), name, ANSWER="PASSWORD_SRP", SRP_A="5" * 768)
    equal(verifier["ChallengeName"], "PASSWORD_VERIFIER")
    with refused("NotAuthorizedException", INVALID_SESSION):
        house.respond(asked, name, PASSWORD=PASSWORD)


@case("strangers look like users")
def strangers(s):
    house = choice_house(s, client={"PreventUserExistenceErrors": "ENABLED"})
    asked = begin(house, "nobody")
    equal(asked["ChallengeName"], "SELECT_CHALLENGE")
    # Unknown names differ as users do: where the pool allows it, some have no password.
    if "PASSWORD" in asked["AvailableChallenges"]:
        with refused("NotAuthorizedException", "Incorrect username or password."):
            house.respond(asked, "nobody", ANSWER="PASSWORD", PASSWORD=PASSWORD)
    equal(begin(house, "nobody")["AvailableChallenges"], asked["AvailableChallenges"], "the same person each time")
    always = choice_house(s, ("PASSWORD",), client={"PreventUserExistenceErrors": "ENABLED"})
    with refused("NotAuthorizedException", "Incorrect username or password."):
        always.respond(begin(always, "nobody"), "nobody", ANSWER="PASSWORD", PASSWORD=PASSWORD)
    by_mail = begin(house, "nobody@example.com", PREFERRED_CHALLENGE="EMAIL_OTP")
    equal(by_mail["ChallengeName"], "EMAIL_OTP")
    with refused("CodeMismatchException"):
        house.respond(by_mail, "nobody@example.com", EMAIL_OTP_CODE="12345678")
    open_house = choice_house(s)
    with refused("UserNotFoundException", "User does not exist."):
        begin(open_house, "nobody")


@case("sign-up without a password, and in by the code that confirmed it")
def sign_up(s):
    house = choice_house(s, AutoVerifiedAttributes=["email"])
    idp, name, mail = house.idp, fresh(), email()
    made = idp.sign_up(ClientId=house.client, Username=name, UserAttributes=attributes(email=mail))
    true(made["Session"], "no session")
    confirmed = idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=s.code(mail), Session=made["Session"])
    done = idp.initiate_auth(ClientId=house.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": name}, Session=confirmed["Session"])
    true(done["AuthenticationResult"]["IdToken"], "no tokens")
    with refused("NotAuthorizedException", INVALID_SESSION):
        idp.initiate_auth(ClientId=house.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": name}, Session=confirmed["Session"])
    equal(begin(house, name)["AvailableChallenges"], ["EMAIL_OTP"], "there is no password")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        house.start(name)


@case("Amplify sends no session with the code: it is the first factor where codes by mail are one")
def without_session(s):
    for factors, given in ((("PASSWORD", "EMAIL_OTP"), True), (("PASSWORD", "SMS_OTP"), False)):
        house = choice_house(s, factors, AutoVerifiedAttributes=["email"])
        name, mail = fresh(), email()
        house.idp.sign_up(ClientId=house.client, Username=name, Password=PASSWORD, UserAttributes=attributes(email=mail))
        confirmed = house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=s.code(mail))
        equal("Session" in confirmed, given, str(factors))
        if given:
            true(begin_with(house, name, confirmed["Session"])["AuthenticationResult"]["IdToken"], "no tokens")
            other_user = house.user()
            with refused("NotAuthorizedException", INVALID_SESSION):
                begin_with(house, other_user, confirmed["Session"])


def begin_with(house, name, session):
    return house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": name}, Session=session)


@case("who has a second factor cannot begin with a code")
def second_factor(s):
    house, number = choice_house(s), phone()
    house.idp.set_user_pool_mfa_config(UserPoolId=house.pool, MfaConfiguration="OPTIONAL", SmsMfaConfiguration={"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}})
    name = house.user(phone_number=number, phone_number_verified="true", email=email(), email_verified="true")
    house.idp.admin_set_user_mfa_preference(UserPoolId=house.pool, Username=name, SMSMfaSettings={"Enabled": True})
    equal(sorted(begin(house, name)["AvailableChallenges"]), ["PASSWORD", "PASSWORD_SRP"])
    equal(begin(house, name, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)["ChallengeName"], "SMS_MFA")
    with refused("InvalidParameterException"):
        house.idp.set_user_pool_mfa_config(UserPoolId=house.pool, MfaConfiguration="ON", SmsMfaConfiguration={"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}})


run("boto3 USER_AUTH")
