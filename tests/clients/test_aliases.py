"""boto3: the names that people sign in by."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import PASSWORD, House, attributes, claims, email, fresh, phone

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@case("email as the username: a uuid is the name, the address signs in")
def email_username(s):
    house = House(s, UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
    mail = email()
    made = house.idp.sign_up(ClientId=house.client, Username=mail, Password=PASSWORD)
    house.idp.confirm_sign_up(ClientId=house.client, Username=mail, ConfirmationCode=s.code(mail))
    result = house.tokens(mail)
    got = claims(result["IdToken"])
    matches(got["cognito:username"], UUID, "cognito:username")
    equal((got["sub"], got["cognito:username"], got["email"]), (made["UserSub"], made["UserSub"], mail))
    equal(house.idp.get_user(AccessToken=result["AccessToken"])["Username"], made["UserSub"])
    equal(house.describe(mail)["Username"], made["UserSub"])
    true(house.tokens(made["UserSub"])["IdToken"], "the uuid does not sign in")
    with refused("UsernameExistsException", re.compile("already exists")):
        house.idp.sign_up(ClientId=house.client, Username=mail, Password=PASSWORD)
    with refused("InvalidParameterException", "Username should be an email."):
        house.idp.sign_up(ClientId=house.client, Username="plain", Password=PASSWORD)
    with refused("InvalidParameterException", "Username should be an email."):
        house.idp.admin_create_user(UserPoolId=house.pool, Username="plain")


@case("phone, or either, as the username")
def phone_username(s):
    only = House(s, UsernameAttributes=["phone_number"])
    number = phone()
    only.sign_up(number)
    true(only.tokens(number)["IdToken"], "no token")
    with refused("InvalidParameterException", "Username should be a phone number."):
        only.sign_up(email())
    either = House(s, UsernameAttributes=["phone_number", "email"])
    for name in (phone(), email()):
        either.sign_up(name)
        true(either.tokens(name)["IdToken"], f"no token for {name}")
    with refused("InvalidParameterException", "Username should be either an email or a phone number."):
        either.sign_up("plain")


@case("an email username may change its address")
def moved(s):
    house = House(s, UsernameAttributes=["email"])
    old, new = email(), email()
    house.user(old)
    house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=old, UserAttributes=attributes(email=new, email_verified="true"))
    true(house.tokens(new)["IdToken"], "the new address does not sign in")
    with refused("UserNotFoundException"):
        house.tokens(old)
    house.user(old)


@case("aliases sign in once they are verified")
def aliases(s):
    house = House(s, AliasAttributes=["email", "phone_number", "preferred_username"], AutoVerifiedAttributes=["email"])
    mail, number, nick = email(), phone(), fresh("nick")
    name = house.sign_up(confirm=False, email=mail, phone_number=number)
    house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=s.code(mail))
    equal(claims(house.tokens(mail)["IdToken"])["cognito:username"], name)
    with refused("UserNotFoundException"):
        house.tokens(number)
    house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=name, UserAttributes=attributes(phone_number_verified="true", preferred_username=nick))
    for alias in (number, nick, house.attributes(name)["sub"]):
        equal(claims(house.tokens(alias)["IdToken"])["cognito:username"], name, alias)
    with refused("InvalidParameterException", "Username cannot be of email format, since user pool is configured for email alias."):
        house.sign_up(email())
    with refused("InvalidParameterException", re.compile("^Username cannot be of phone")):
        house.sign_up(phone())
    with refused("AliasExistsException"):
        house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=house.user(), UserAttributes=attributes(preferred_username=nick))


@case("an address that another user holds cannot be confirmed, except by force")
def confirm_taken(s):
    house = House(s, AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    mail = email()
    first = house.user(email=mail, email_verified="true")
    second = house.sign_up(confirm=False, email=mail)
    with refused("AliasExistsException", "An account with the email already exists."):
        house.idp.confirm_sign_up(ClientId=house.client, Username=second, ConfirmationCode=s.code(mail))
    house.idp.resend_confirmation_code(ClientId=house.client, Username=second)
    house.idp.confirm_sign_up(ClientId=house.client, Username=second, ConfirmationCode=s.code(mail, nth=2), ForceAliasCreation=True)
    equal(house.attributes(first)["email_verified"], "false")
    equal(claims(house.tokens(mail)["IdToken"])["cognito:username"], second)


@case("case counts where the pool says so, and only there")
def letters(s):
    blind = House(s, UsernameConfiguration={"CaseSensitive": False}, AliasAttributes=["email"])
    mail = f"Mixed.{fresh()}@Example.com"
    name = blind.user(fresh("MiXeD"), email=mail, email_verified="true")
    for spelling in (name.upper(), name.lower(), mail.lower(), mail.upper()):
        true(blind.tokens(spelling)["IdToken"], f"{spelling} does not sign in")
    with refused("UsernameExistsException"):
        blind.sign_up(name.upper())
    strict = House(s)
    name = strict.user(fresh("MiXeD"))
    with refused("UserNotFoundException"):
        strict.tokens(name.lower())


run("boto3 aliases")
