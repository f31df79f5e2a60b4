"""boto3: users made and kept by the administrator."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import PASSWORD, House, as_map, attributes, email, fresh, phone
from server import body_of

NOBODY = "User does not exist."


@case("AdminCreateUser, AdminGetUser: the record whole")
def record(s):
    house = House(s)
    name, mail = fresh(), email()
    made = house.idp.admin_create_user(UserPoolId=house.pool, Username=name, MessageAction="SUPPRESS", UserAttributes=attributes(email=mail, email_verified="true"))["User"]
    equal((made["Username"], made["Enabled"], made["UserStatus"]), (name, True, "FORCE_CHANGE_PASSWORD"))
    inside = as_map(made["Attributes"])
    matches(inside["sub"], r"[0-9a-f-]{36}", "sub")
    got = house.describe(name)
    equal(as_map(got["UserAttributes"]), inside)
    equal(as_map(got["UserAttributes"])["email_verified"], "true")
    true(got["UserCreateDate"] == made["UserCreateDate"], "creation dates differ")
    with refused("UserNotFoundException", NOBODY):
        house.describe("nobody")
    by_sub = house.describe(inside["sub"])
    equal(by_sub["Username"], name, "the user found by sub")


@case("the invitation carries username and temporary password, which signs in once")
def invitation(s):
    template = {"EmailSubject": "Come in", "EmailMessage": "I am {username} and my password is [{####}]", "SMSMessage": "{username} {####}"}
    house = House(s, AdminCreateUserConfig={"InviteMessageTemplate": template})
    name, mail = fresh(), email()
    house.idp.admin_create_user(UserPoolId=house.pool, Username=name, DesiredDeliveryMediums=["EMAIL"], UserAttributes=attributes(email=mail, email_verified="true"))
    first = temporary(body_of(s.message(mail)), name)
    equal(house.start(name, first)["ChallengeName"], "NEW_PASSWORD_REQUIRED")
    house.idp.admin_create_user(UserPoolId=house.pool, Username=name, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"])
    second = temporary(body_of(s.message(mail, nth=2)), name)
    true(first != second, "the same temporary password")
    with refused("NotAuthorizedException"):
        house.start(name, first)
    equal(house.start(name, second)["ChallengeName"], "NEW_PASSWORD_REQUIRED")
    with refused("UserNotFoundException"):
        house.idp.admin_create_user(UserPoolId=house.pool, Username="nobody", MessageAction="RESEND")
    done = house.user(email=email())
    with refused("UnsupportedUserStateException", re.compile("Resend not possible.*status is not FORCE_CHANGE_PASSWORD")):
        house.idp.admin_create_user(UserPoolId=house.pool, Username=done, MessageAction="RESEND")


def temporary(text, name):
    found = re.search(rf"I am {re.escape(name)} and my password is \[(\S+)\]", text)
    if not found:
        raise AssertionError(f"the invitation says {text!r}")
    return found.group(1).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&#39;", "'").replace("&#x27;", "'")


@case("AdminSetUserPassword: permanent, and temporary")
def set_password(s):
    house = House(s)
    name = house.sign_up()
    house.idp.admin_set_user_password(UserPoolId=house.pool, Username=name, Password="Another-Horse8", Permanent=True)
    true(house.tokens(name, "Another-Horse8")["IdToken"], "no token")
    house.idp.admin_set_user_password(UserPoolId=house.pool, Username=name, Password="Third-Horse-9", Permanent=False)
    equal(house.describe(name)["UserStatus"], "FORCE_CHANGE_PASSWORD")
    equal(house.start(name, "Third-Horse-9")["ChallengeName"], "NEW_PASSWORD_REQUIRED")
    with refused("InvalidPasswordException", re.compile("Password not long enough")):
        house.idp.admin_set_user_password(UserPoolId=house.pool, Username=name, Password="short", Permanent=True)
    with refused("UserNotFoundException", NOBODY):
        house.idp.admin_set_user_password(UserPoolId=house.pool, Username="nobody", Password=PASSWORD, Permanent=True)


@case("AdminUpdateUserAttributes and AdminDeleteUserAttributes")
def update(s):
    house = House(s, Schema=[{"Name": "tier", "AttributeDataType": "String", "Mutable": True}, {"Name": "inner", "AttributeDataType": "String", "Mutable": True, "DeveloperOnlyAttribute": True}])
    name = house.user(email=email(), email_verified="true")
    house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=name, UserAttributes=[{"Name": "custom:tier", "Value": "gold"}, {"Name": "dev:custom:inner", "Value": "x"}, {"Name": "email", "Value": email()}])
    got = house.attributes(name)
    equal((got["custom:tier"], got["dev:custom:inner"], got["email_verified"]), ("gold", "x", "false"))
    shown = as_map(house.idp.get_user(AccessToken=house.tokens(name)["AccessToken"])["UserAttributes"])
    true("dev:custom:inner" not in shown, "users see developer attributes")
    house.idp.admin_delete_user_attributes(UserPoolId=house.pool, Username=name, UserAttributeNames=["custom:tier"])
    true("custom:tier" not in house.attributes(name), "still there")
    with refused("InvalidParameterException"):
        house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=name, UserAttributes=attributes(custom__none="1"))
    with refused("UserNotFoundException", NOBODY):
        house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username="nobody", UserAttributes=attributes(name="1"))
    with refused("UserNotFoundException", NOBODY):
        house.idp.admin_delete_user_attributes(UserPoolId=house.pool, Username="nobody", UserAttributeNames=["name"])


@case("disable, enable, delete")
def life(s):
    house = House(s)
    name = house.sign_up()
    house.idp.admin_disable_user(UserPoolId=house.pool, Username=name)
    equal(house.describe(name)["Enabled"], False)
    house.idp.admin_enable_user(UserPoolId=house.pool, Username=name)
    equal(house.describe(name)["Enabled"], True)
    house.idp.admin_delete_user(UserPoolId=house.pool, Username=name)
    for call in ("admin_delete_user", "admin_disable_user", "admin_enable_user", "admin_confirm_sign_up", "admin_reset_user_password", "admin_user_global_sign_out", "admin_get_user"):
        with refused("UserNotFoundException", NOBODY):
            getattr(house.idp, call)(UserPoolId=house.pool, Username=name)
        with refused("ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist."):
            getattr(house.idp, call)(UserPoolId="us-east-1_Nowhere00", Username=name)


@case("ForceAliasCreation takes an alias over, and only it")
def force_alias(s):
    house = House(s, AliasAttributes=["email", "phone_number"])
    mail = email()
    first = house.user(email=mail, email_verified="true")
    more = {"UserPoolId": house.pool, "MessageAction": "SUPPRESS", "UserAttributes": attributes(email=mail, email_verified="true")}
    second = fresh()
    with refused("AliasExistsException", re.compile("^An account with the (given )?email already exists.$")):
        house.idp.admin_create_user(Username=second, **more)
    house.idp.admin_create_user(Username=second, ForceAliasCreation=True, **more)
    equal(house.attributes(first)["email_verified"], "false")
    equal(house.describe(mail)["Username"], second)
    with refused("AliasExistsException"):
        house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=first, UserAttributes=attributes(email=mail, email_verified="true"))
    number = phone()
    third = house.user(phone_number=number, phone_number_verified="true")
    equal(house.describe(number)["Username"], third)


run("boto3 admin users")
