"""boto3: what users do with their own record by an access token."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run, true
from cognito import PASSWORD, House, as_map, attributes, email

NEW = "Another-Horse8"
UNAUTHORIZED = "A client attempted to write unauthorized attribute"


@case("GetUser shows what the client may read")
def get_user(s):
    house = House(s, client={"ReadAttributes": ["email", "nickname"]})
    mail = email()
    name = house.user(email=mail, nickname="Al", given_name="Alan")
    got = house.idp.get_user(AccessToken=house.tokens(name)["AccessToken"])
    equal(got["Username"], name)
    shown = as_map(got["UserAttributes"])
    equal((shown.get("email"), shown.get("nickname")), (mail, "Al"))
    true("given_name" not in shown, "given_name is shown")
    true("sub" in shown, "sub is not")


@case("UpdateUserAttributes and DeleteUserAttributes change the record")
def update(s):
    house = House(s)
    name = house.sign_up()
    token = house.tokens(name)["AccessToken"]
    house.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(given_name="Ann", nickname="A"))
    house.idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["nickname"])
    got = house.attributes(name)
    true(got["given_name"] == "Ann" and "nickname" not in got, f"{got}")
    with refused("NotAuthorizedException", UNAUTHORIZED):
        house.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(email_verified="true"))
    with refused("InvalidParameterException", re.compile("sub|non-mutable")):
        house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=name, UserAttributes=attributes(sub="x"))


@case("write attributes, immutable attributes, developer attributes")
def limits(s):
    house = House(
        s,
        Schema=[
            {"Name": "born", "AttributeDataType": "String", "Mutable": False},
            {"Name": "note", "AttributeDataType": "String", "Mutable": True},
        ],
        client={"WriteAttributes": ["custom:note", "custom:born", "email"], "ReadAttributes": ["custom:note", "custom:born", "email"]},
    )
    name = house.sign_up(custom__born="1990", custom__note="n")
    token = house.tokens(name)["AccessToken"]
    house.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(custom__note="m"))
    with refused("InvalidParameterException", re.compile("custom:born: Attribute cannot be updated")):
        house.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(custom__born="1991"))
    with refused("InvalidParameterException", re.compile("custom:born: Attribute cannot be updated")):
        house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=name, UserAttributes=attributes(custom__born="1991"))
    with refused("NotAuthorizedException", UNAUTHORIZED):
        house.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(nickname="x"))
    shown = as_map(house.idp.get_user(AccessToken=token)["UserAttributes"])
    equal((shown["custom:born"], shown["custom:note"]), ("1990", "m"))


@case("a changed address is unverified until its code comes back")
def verify(s):
    house = House(s, AutoVerifiedAttributes=["email"])
    old, new = email(), email()
    name = house.user(email=old, email_verified="true")
    token = house.tokens(name)["AccessToken"]
    sent = house.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(email=new))["CodeDeliveryDetailsList"]
    equal(sent, [{"Destination": f"{new[0]}***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}])
    got = house.attributes(name)
    equal((got["email"], got["email_verified"]), (new, "false"))
    code = s.code(new)
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        house.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=f"{(int(code) + 1) % 1000000:06d}")
    house.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code)
    equal(house.attributes(name)["email_verified"], "true")
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        house.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code)


@case("where the pool says so, the old address stays until the new one is verified")
def pending(s):
    house = House(s, AutoVerifiedAttributes=["email"], AliasAttributes=["email"], UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]})
    old, new = email(), email()
    name = house.user(email=old, email_verified="true")
    token = house.tokens(name)["AccessToken"]
    house.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(email=new))
    got = house.attributes(name)
    equal((got["email"], got["email_verified"]), (old, "true"), "before")
    true(house.tokens(old)["IdToken"], "the old address does not sign in")
    house.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=s.code(new))
    got = house.attributes(name)
    equal((got["email"], got["email_verified"]), (new, "true"), "after")
    true(house.tokens(new)["IdToken"], "the new address does not sign in")
    with refused("UserNotFoundException"):
        house.tokens(old)


@case("GetUserAttributeVerificationCode sends another code")
def another_code(s):
    house = House(s, AutoVerifiedAttributes=["email"])
    mail = email()
    name = house.user(email=mail)
    token = house.tokens(name)["AccessToken"]
    details = house.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")["CodeDeliveryDetails"]
    equal((details["DeliveryMedium"], details["AttributeName"]), ("EMAIL", "email"))
    house.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=s.code(mail))
    equal(house.attributes(name)["email_verified"], "true")
    with refused("InvalidParameterException"):
        house.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="phone_number")


@case("ChangePassword asks for the old one and keeps the policy")
def change(s):
    house = House(s)
    name = house.sign_up()
    token = house.tokens(name)["AccessToken"]
    call = lambda old, new: house.idp.change_password(AccessToken=token, PreviousPassword=old, ProposedPassword=new)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        call("Wrong-Horse7", NEW)
    with refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough"):
        call(PASSWORD, "Sh0rt!")
    call(PASSWORD, NEW)
    with refused("NotAuthorizedException"):
        house.start(name)
    true(house.tokens(name, NEW)["IdToken"], "no token")


@case("DeleteUser ends the account")
def delete(s):
    house = House(s)
    name = house.sign_up()
    token = house.tokens(name)["AccessToken"]
    house.idp.delete_user(AccessToken=token)
    with refused("UserNotFoundException", "User does not exist."):
        house.describe(name)
    with refused("UserNotFoundException", "User does not exist."):
        house.start(name)
    house.sign_up(name)
    with refused("UserNotFoundException", "User does not exist."):
        house.idp.get_user(AccessToken=token)


run("boto3 profile")
