"""boto3: sign-up, confirmation, codes."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import PASSWORD, House, attributes, connect, email, fresh, phone

WRONG = "Invalid verification code provided, please try again."
STALE = "Invalid code provided, please request a code again."
HIDING = {"PreventUserExistenceErrors": "ENABLED"}


def other(code):
    return f"{(int(code) + 1) % 1000000:06d}"


@case("sign up, confirm by mail, sign in")
def whole(s):
    house = House(s, AutoVerifiedAttributes=["email"])
    name, mail = fresh(), email()
    made = house.idp.sign_up(ClientId=house.client, Username=name, Password=PASSWORD, UserAttributes=attributes(email=mail))
    equal(made["UserConfirmed"], False)
    equal(made["CodeDeliveryDetails"], {"Destination": f"{mail[0]}***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"})
    matches(made["UserSub"], r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UserSub")
    equal(house.describe(name)["UserStatus"], "UNCONFIRMED")
    equal(house.attributes(name).get("email_verified", "false"), "false")
    with refused("UserNotConfirmedException", "User is not confirmed."):
        house.start(name)
    code = s.code(mail)
    with refused("CodeMismatchException", WRONG):
        house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=other(code))
    house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=code)
    equal(house.describe(name)["UserStatus"], "CONFIRMED")
    equal(house.attributes(name)["email_verified"], "true")
    equal(house.attributes(name)["sub"], made["UserSub"])
    true(house.tokens(name)["AccessToken"], "no token")
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=code)


@case("confirmation by SMS; the phone comes first where both are verified")
def by_sms(s):
    house = House(s, AutoVerifiedAttributes=["email", "phone_number"])
    name, number = fresh(), phone()
    made = house.idp.sign_up(ClientId=house.client, Username=name, Password=PASSWORD, UserAttributes=attributes(email=email(), phone_number=number))
    equal(made["CodeDeliveryDetails"]["DeliveryMedium"], "SMS")
    equal(made["CodeDeliveryDetails"]["Destination"], f"+*******{number[-4:]}")
    house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=s.code(number))
    got = house.attributes(name)
    equal((got["phone_number_verified"], got.get("email_verified", "false")), ("true", "false"))


@case("without auto-verification no code goes out")
def silent(s):
    house = House(s)
    name = fresh()
    made = house.idp.sign_up(ClientId=house.client, Username=name, Password=PASSWORD, UserAttributes=attributes(email=email()))
    true("CodeDeliveryDetails" not in made, "a delivery is claimed")
    house.idp.admin_confirm_sign_up(UserPoolId=house.pool, Username=name)
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        house.idp.admin_confirm_sign_up(UserPoolId=house.pool, Username=name)


@case("a resent code replaces the one before")
def resent(s):
    house = House(s, AutoVerifiedAttributes=["email"])
    mail = email()
    name = house.sign_up(confirm=False, email=mail)
    first = s.code(mail)
    details = house.idp.resend_confirmation_code(ClientId=house.client, Username=name)["CodeDeliveryDetails"]
    equal((details["DeliveryMedium"], details["AttributeName"]), ("EMAIL", "email"))
    second = s.code(mail, nth=2)
    if first != second:
        with refused("CodeMismatchException", WRONG):
            house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=first)
    house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=second)
    with refused("InvalidParameterException", "User is already confirmed."):
        house.idp.resend_confirmation_code(ClientId=house.client, Username=name)


@case("names are taken once")
def taken(s):
    house = House(s)
    name = house.sign_up()
    with refused("UsernameExistsException", "User already exists"):
        house.sign_up(name)
    with refused("UsernameExistsException", "User account already exists"):
        house.idp.admin_create_user(UserPoolId=house.pool, Username=name)
    true(house.sign_up(name.upper()) == name.upper(), "names differ by case in a pool that minds it")


@case("passwords keep the pool's policy")
def policy(s):
    house = House(s)
    for password, reason in (
        ("Sh0rt!", "Password not long enough"),
        ("lower-case7", "Password must have uppercase characters"),
        ("UPPER-CASE7", "Password must have lowercase characters"),
        ("No-Numbers", "Password must have numeric characters"),
        ("NoSymbols77", "Password must have symbol characters"),
    ):
        with refused("InvalidPasswordException", f"Password did not conform with policy: {reason}"):
            house.sign_up(password=password)
    with refused("InvalidPasswordException", re.compile("^Password did not conform with password policy: ")):
        house.idp.admin_create_user(UserPoolId=house.pool, Username=fresh(), TemporaryPassword="short")


@case("attributes keep the schema")
def schema(s):
    idp = connect(s)
    pool = idp.create_user_pool(
        PoolName="schema",
        Schema=[
            {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True},
            {"Name": "dept", "AttributeDataType": "String", "Mutable": True, "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "4"}},
            {"Name": "rank", "AttributeDataType": "Number", "Mutable": True, "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"}},
        ],
    )["UserPool"]["Id"]
    writable = ["email", "name", "custom:dept", "custom:rank", "phone_number"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", WriteAttributes=writable)["UserPoolClient"]["ClientId"]

    def up(**values):
        return idp.sign_up(ClientId=client, Username=fresh(), Password=PASSWORD, UserAttributes=attributes(**values))

    with refused("InvalidParameterException", re.compile(r"Attributes did not conform to the schema: email: The attribute is required")):
        up(name="A")
    with refused("InvalidParameterException", re.compile("Invalid email address format")):
        up(email="nowhere")
    with refused("InvalidParameterException", re.compile("Invalid phone number format")):
        up(email=email(), phone_number="555")
    with refused("InvalidParameterException"):
        up(email=email(), custom__dept="x")
    with refused("InvalidParameterException"):
        up(email=email(), custom__dept="toolong")
    with refused("InvalidParameterException"):
        up(email=email(), custom__rank="10")
    with refused("InvalidParameterException"):
        up(email=email(), custom__rank="many")
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        up(email=email(), nickname="Al")
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        up(email=email(), email_verified="true")
    up(email=email(), custom__dept="it", custom__rank="9")


@case("an unknown custom attribute is refused")
def unknown_attribute(s):
    house = House(s)
    with refused("InvalidParameterException", re.compile("custom:x")):
        house.idp.admin_create_user(UserPoolId=house.pool, Username=fresh(), UserAttributes=attributes(custom__x="1"))


@case("sign-up by the administrator alone")
def closed(s):
    house = House(s, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    with refused("NotAuthorizedException", "SignUp is not permitted for this user pool"):
        house.sign_up()


@case("unknown users: told, or hidden where the client hides them")
def strangers(s):
    house = House(s, AutoVerifiedAttributes=["email"])
    none = "Username/client id combination not found."
    with refused("UserNotFoundException", none):
        house.idp.confirm_sign_up(ClientId=house.client, Username="nobody", ConfirmationCode="123456")
    with refused("UserNotFoundException", none):
        house.idp.resend_confirmation_code(ClientId=house.client, Username="nobody")
    client, _ = house.add_client(**HIDING)
    confirmed, pending = house.sign_up(), house.sign_up(confirm=False, email=email())
    equal(outcome(house, client, "nobody"), outcome(house, client, confirmed), "a stranger's answer against a confirmed user's")
    details = house.idp.resend_confirmation_code(ClientId=client, Username="nobody")["CodeDeliveryDetails"]
    equal((details["DeliveryMedium"], details["AttributeName"]), ("EMAIL", "email"))
    again = house.idp.resend_confirmation_code(ClientId=client, Username="nobody")["CodeDeliveryDetails"]
    equal(again["Destination"], details["Destination"], "the made-up destination")
    house.idp.resend_confirmation_code(ClientId=client, Username=pending)
    equal(outcome(house, client, "nobody"), outcome(house, client, pending), "a stranger's answer against that of a user who waits for a code")


def outcome(house, client, name):
    """(code, message) of a confirmation with a code that is none."""
    from botocore.exceptions import ClientError

    try:
        house.idp.confirm_sign_up(ClientId=client, Username=name, ConfirmationCode="not-a-code")
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise AssertionError("accepted")


@case("a wrong code has few tries")
def tries(s):
    from botocore.exceptions import ClientError

    house = House(s, AutoVerifiedAttributes=["email"])
    mail = email()
    name = house.sign_up(confirm=False, email=mail)
    code, codes = s.code(mail), []
    for _ in range(30):
        try:
            house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=other(code))
        except ClientError as error:
            codes.append(error.response["Error"]["Code"])
    true(codes[0] == "CodeMismatchException", f"first {codes[0]}")
    true(codes[-1] in ("LimitExceededException", "TooManyFailedAttemptsException", "ExpiredCodeException"), f"after 30 wrong codes still {codes[-1]}")
    with refused(codes[-1]):
        house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=code)


run("boto3 registration")
