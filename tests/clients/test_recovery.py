"""boto3: forgotten passwords."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run, true
from cognito import House, attributes, email, fresh, phone

NEW = "Another-Horse8"


@case("forgot, reset, sign in")
def whole(s):
    house = House(s)
    mail = email()
    name = house.user(email=mail, email_verified="true")
    details = house.idp.forgot_password(ClientId=house.client, Username=name)["CodeDeliveryDetails"]
    equal(details, {"Destination": f"{mail[0]}***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"})
    true(house.tokens(name)["IdToken"], "the old password fails before the reset")
    code = s.code(mail)
    call = lambda code, password=NEW: house.idp.confirm_forgot_password(ClientId=house.client, Username=name, ConfirmationCode=code, Password=password)
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        call(f"{(int(code) + 1) % 1000000:06d}")
    with refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough"):
        call(code, "Sh0rt!")
    call(code)
    true(house.tokens(name, NEW)["IdToken"], "no token")
    with refused("NotAuthorizedException"):
        house.start(name)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        call(code)


@case("the pool chooses the channel")
def channels(s):
    mail, number = email(), phone()
    values = {"email": mail, "email_verified": "true", "phone_number": number, "phone_number_verified": "true"}
    by_mail = House(s, AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}, {"Priority": 2, "Name": "verified_phone_number"}]})
    by_phone = House(s, AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 2, "Name": "verified_email"}, {"Priority": 1, "Name": "verified_phone_number"}]})
    for house, medium in ((by_mail, "EMAIL"), (by_phone, "SMS")):
        name = house.user(**values)
        equal(house.idp.forgot_password(ClientId=house.client, Username=name)["CodeDeliveryDetails"]["DeliveryMedium"], medium)
    name = by_phone.user(email=email(), email_verified="true")
    equal(by_phone.idp.forgot_password(ClientId=by_phone.client, Username=name)["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL")


@case("no verified channel, the administrator alone, wrong states")
def none(s):
    house = House(s)
    name = house.user(email=email())
    with refused("InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number"):
        house.idp.forgot_password(ClientId=house.client, Username=name)
    strict = House(s, AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]})
    with refused("NotAuthorizedException", "Contact administrator to reset password."):
        strict.idp.forgot_password(ClientId=strict.client, Username=strict.user(email=email(), email_verified="true"))
    invited = fresh()
    house.idp.admin_create_user(UserPoolId=house.pool, Username=invited, MessageAction="SUPPRESS", UserAttributes=attributes(email=email(), email_verified="true"))
    with refused("NotAuthorizedException", "User password cannot be reset in the current state."):
        house.idp.forgot_password(ClientId=house.client, Username=invited)
    disabled = house.user(email=email(), email_verified="true")
    house.idp.admin_disable_user(UserPoolId=house.pool, Username=disabled)
    with refused("NotAuthorizedException", re.compile("^User is disabled")):
        house.idp.forgot_password(ClientId=house.client, Username=disabled)


@case("unknown users: told, or hidden")
def strangers(s):
    house = House(s)
    with refused("UserNotFoundException", "Username/client id combination not found."):
        house.idp.forgot_password(ClientId=house.client, Username="nobody")
    with refused("UserNotFoundException", "Username/client id combination not found."):
        house.idp.confirm_forgot_password(ClientId=house.client, Username="nobody", ConfirmationCode="123456", Password=NEW)
    hiding, _ = house.add_client(PreventUserExistenceErrors="ENABLED")
    first = house.idp.forgot_password(ClientId=hiding, Username="nobody")["CodeDeliveryDetails"]
    equal((first["DeliveryMedium"], first["AttributeName"]), ("EMAIL", "email"))
    true(re.fullmatch(r".\*\*\*@.\*\*\*", first["Destination"]), f"destination {first['Destination']}")
    equal(house.idp.forgot_password(ClientId=hiding, Username="nobody")["CodeDeliveryDetails"], first, "the second answer")
    with refused("CodeMismatchException"):
        name = house.user(email=email(), email_verified="true")
        house.idp.forgot_password(ClientId=hiding, Username=name)
        house.idp.confirm_forgot_password(ClientId=hiding, Username=name, ConfirmationCode="000000", Password=NEW)
    with refused("CodeMismatchException"):
        house.idp.confirm_forgot_password(ClientId=hiding, Username="nobody", ConfirmationCode="000000", Password=NEW)


@case("AdminResetUserPassword sends a code and closes the old password")
def by_admin(s):
    house = House(s)
    mail = email()
    name = house.user(email=mail, email_verified="true")
    house.idp.admin_reset_user_password(UserPoolId=house.pool, Username=name)
    equal(house.describe(name)["UserStatus"], "RESET_REQUIRED")
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        house.start(name)
    house.idp.confirm_forgot_password(ClientId=house.client, Username=name, ConfirmationCode=s.code(mail), Password=NEW)
    equal(house.describe(name)["UserStatus"], "CONFIRMED")
    true(house.tokens(name, NEW)["IdToken"], "no token")


@case("asking again and again is refused after a while")
def rates(s):
    from botocore.exceptions import ClientError

    house = House(s)
    name = house.user(email=email(), email_verified="true")
    codes = []
    for _ in range(25):
        try:
            house.idp.forgot_password(ClientId=house.client, Username=name)
        except ClientError as error:
            codes.append((error.response["Error"]["Code"], error.response["Error"]["Message"]))
            break
    equal(codes, [("LimitExceededException", "Attempt limit exceeded, please try after some time.")])


run("boto3 recovery")
