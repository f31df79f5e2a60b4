"""boto3: second factors of a pool and of a user, set up and asked for; codes of TOTP by oathtool."""

import json
import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import House, email, fresh, other, phone, totp

SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "tests"}}
WRONG = "Invalid code or auth state for the user."
INVALID_SESSION = re.compile("^Invalid session for the user")


def mfa_house(s, mode="OPTIONAL", sms=False, token=False, mail=False, **settings):
    """A house whose pool has MFA by these methods."""
    if mail:  # the way by which accounts are recovered cannot be the second factor
        settings["AccountRecoverySetting"] = {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]}
    house = House(s, **settings)
    methods = {"SmsMfaConfiguration": SMS} if sms else {}
    methods |= {"SoftwareTokenMfaConfiguration": {"Enabled": True}} if token else {}
    methods |= {"EmailMfaConfiguration": {"Message": "The code is {####}", "Subject": "A code"}} if mail else {}
    house.idp.set_user_pool_mfa_config(UserPoolId=house.pool, MfaConfiguration=mode, **methods)
    return house


def enrol(house, name, steps=-1, preferred=True):
    """Sets up TOTP for a user; the secret."""
    token = house.tokens(name)["AccessToken"]
    secret = house.idp.associate_software_token(AccessToken=token)["SecretCode"]
    equal(house.idp.verify_software_token(AccessToken=token, UserCode=totp(secret, steps), FriendlyDeviceName="phone")["Status"], "SUCCESS")
    house.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": preferred})
    return secret


@case("a pool's methods: set, read, refused")
def methods(s):
    house = mfa_house(s, sms=True, token=True, mail=True)
    idp, pool = house.idp, house.pool
    read = idp.get_user_pool_mfa_config(UserPoolId=pool)
    equal((read["MfaConfiguration"], read["SoftwareTokenMfaConfiguration"], read["SmsMfaConfiguration"]["SmsConfiguration"]), ("OPTIONAL", {"Enabled": True}, SMS["SmsConfiguration"]))
    equal(read["EmailMfaConfiguration"], {"Message": "The code is {####}", "Subject": "A code"})
    for request in (
        {"MfaConfiguration": "ON"},
        {"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
        {"MfaConfiguration": "OPTIONAL", "WebAuthnConfiguration": {"RelyingPartyId": "https://example.com"}, "SoftwareTokenMfaConfiguration": {"Enabled": True}},
    ):
        with refused("InvalidParameterException"):
            idp.set_user_pool_mfa_config(UserPoolId=pool, **request)
    with refused("ResourceNotFoundException"):
        idp.set_user_pool_mfa_config(UserPoolId="us-east-1_Nowhere00", MfaConfiguration="OFF")
    idp.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OFF", WebAuthnConfiguration={"RelyingPartyId": "example.com", "UserVerification": "required"})
    equal(idp.get_user_pool_mfa_config(UserPoolId=pool)["WebAuthnConfiguration"], {"RelyingPartyId": "example.com", "UserVerification": "required"})


@case("TOTP set up by an access token: wrong, right, used up, deleted by the administrator")
def software_token(s):
    house = mfa_house(s, token=True)
    idp, name = house.idp, house.user()
    token = house.tokens(name)["AccessToken"]
    made = idp.associate_software_token(AccessToken=token)
    matches(made["SecretCode"], "[A-Z2-7]{52}")
    true("Session" not in made, "a session came with an access token")
    secret = made["SecretCode"]
    with refused("InvalidParameterException", "User has not set up software token mfa"):
        idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True})
    with refused("EnableSoftwareTokenMFAException", "Code mismatch"):
        idp.verify_software_token(AccessToken=token, UserCode=other(totp(secret)))
    for steps in (-3, 3):
        with refused("EnableSoftwareTokenMFAException", "Code mismatch"):
            idp.verify_software_token(AccessToken=token, UserCode=totp(secret, steps))
    equal(idp.verify_software_token(AccessToken=token, UserCode=totp(secret, -1))["Status"], "SUCCESS")
    true(house.tokens(name), "verifying switches nothing on")
    idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    who = idp.get_user(AccessToken=token)
    equal((who["UserMFASettingList"], who["PreferredMfaSetting"]), (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA"))
    factors = idp.get_user_auth_factors(AccessToken=token)
    equal((factors["Username"], factors["UserMFASettingList"], sorted(factors["ConfiguredUserAuthFactors"])), (name, ["SOFTWARE_TOKEN_MFA"], ["PASSWORD", "SOFTWARE_TOKEN"]))
    equal(idp.admin_get_user_auth_factors(UserPoolId=house.pool, Username=name)["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA")
    asked = house.start(name)
    equal(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA")
    with refused("CodeMismatchException", "Invalid code received for user"):
        house.respond(asked, name, SOFTWARE_TOKEN_MFA_CODE=other(totp(secret)))
    right = totp(secret)
    true(house.respond(asked, name, SOFTWARE_TOKEN_MFA_CODE=right)["AuthenticationResult"], "no tokens")
    with refused("NotAuthorizedException", INVALID_SESSION):
        house.respond(asked, name, SOFTWARE_TOKEN_MFA_CODE=totp(secret, 1))
    with refused("ExpiredCodeException", "Your software token has already been used once."):
        house.respond(house.start(name), name, SOFTWARE_TOKEN_MFA_CODE=right)
    with refused("ExpiredCodeException", "Your software token has already been used once."):
        house.admin_respond(house.admin_start(name), name, SOFTWARE_TOKEN_MFA_CODE=right)
    true(house.admin_respond(house.admin_start(name), name, SOFTWARE_TOKEN_MFA_CODE=totp(secret, 1))["AuthenticationResult"], "no tokens by the administrator's call")
    idp.admin_delete_software_token(UserPoolId=house.pool, Username=name)
    true(house.tokens(name), "MFA is asked for though its secret is gone")
    true("UserMFASettingList" not in house.describe(name), "the list still names it")


@case("a pool without TOTP")
def no_token(s):
    house = mfa_house(s, sms=True)
    token = house.tokens(house.user())["AccessToken"]
    with refused("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"):
        house.idp.associate_software_token(AccessToken=token)
    with refused("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"):
        house.idp.verify_software_token(AccessToken=token, UserCode="123456")
    with refused("InvalidParameterException"):
        house.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True})
    for call in (house.idp.associate_software_token, lambda **more: house.idp.verify_software_token(UserCode="123456", **more)):
        with refused("NotAuthorizedException", INVALID_SESSION):
            call(Session="A" * 40)
        with refused("NotAuthorizedException", "Invalid Access Token"):
            call(AccessToken="e30.e30.AAAA")
        with refused("InvalidParameterException"):
            call()


@case("MFA_SETUP: the sign-in waits until the authenticator is proven")
def set_up(s):
    house = mfa_house(s, "ON", token=True)
    idp, name = house.idp, house.user()
    asked = house.start(name)
    equal((asked["ChallengeName"], json.loads(asked["ChallengeParameters"]["MFAS_CAN_SETUP"])), ("MFA_SETUP", ["SOFTWARE_TOKEN_MFA"]))
    with refused("SoftwareTokenMFANotFoundException"):
        house.respond(house.start(name), name)
    with refused("SoftwareTokenMFANotFoundException"):
        house.admin_respond(house.admin_start(name), name)
    made = idp.associate_software_token(Session=asked["Session"])
    with refused("NotAuthorizedException", INVALID_SESSION):
        idp.associate_software_token(Session=asked["Session"])
    with refused("EnableSoftwareTokenMFAException", "Code mismatch"):
        idp.verify_software_token(Session=made["Session"], UserCode=other(totp(made["SecretCode"])))
    proven = idp.verify_software_token(Session=made["Session"], UserCode=totp(made["SecretCode"]), FriendlyDeviceName="phone")
    equal(proven["Status"], "SUCCESS")
    done = house.respond(asked | {"Session": proven["Session"]}, name)
    true(done["AuthenticationResult"]["IdToken"], "no tokens")
    again = house.start(name)
    equal((again["ChallengeName"], again["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"]), ("SOFTWARE_TOKEN_MFA", "phone"))


@case("SMS: asked for, wrong, right; the older settings")
def sms(s):
    house = mfa_house(s, sms=True)
    idp, number = house.idp, phone()
    name = house.user(phone_number=number, phone_number_verified="true")
    bare = house.user()
    with refused("InvalidParameterException", re.compile("delivery config")):
        idp.set_user_mfa_preference(AccessToken=house.tokens(bare)["AccessToken"], SMSMfaSettings={"Enabled": True})
    idp.admin_set_user_mfa_preference(UserPoolId=house.pool, Username=name, SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
    asked = house.start(name)
    equal(asked["ChallengeName"], "SMS_MFA")
    equal((asked["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"], asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"]), ("SMS", "+*******" + number[-4:]))
    code = s.code(number)
    with refused("CodeMismatchException", WRONG):
        house.respond(asked, name, SMS_MFA_CODE=other(code))
    token = house.respond(asked, name, SMS_MFA_CODE=code)["AuthenticationResult"]["AccessToken"]
    admins = house.admin_start(name)
    with refused("CodeMismatchException", WRONG):
        house.admin_respond(admins, name, SMS_MFA_CODE="000000" if s.code(number, 2) != "000000" else "000001")
    true(house.admin_respond(admins, name, SMS_MFA_CODE=s.code(number, 2))["AuthenticationResult"], "no tokens")
    idp.admin_set_user_settings(UserPoolId=house.pool, Username=name, MFAOptions=[])
    newer = house.tokens(name)["AccessToken"]
    idp.set_user_settings(AccessToken=newer, MFAOptions=[{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}])
    equal(idp.get_user(AccessToken=token)["MFAOptions"], [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}])
    equal(house.start(name)["ChallengeName"], "SMS_MFA")
    with refused("InvalidParameterException"):
        idp.set_user_settings(AccessToken=newer, MFAOptions=[{"DeliveryMedium": "EMAIL", "AttributeName": "email"}])
    with refused("InvalidParameterException"):
        idp.admin_set_user_settings(UserPoolId=house.pool, Username=name, MFAOptions=[{"DeliveryMedium": "EMAIL", "AttributeName": "email"}])
    with refused("InvalidParameterException"):
        idp.admin_set_user_mfa_preference(UserPoolId=house.pool, Username=name, SMSMfaSettings={"PreferredMfa": True}, SoftwareTokenMfaSettings={"PreferredMfa": True})


@case("codes by mail, and a user who has to choose")
def choose(s):
    house = mfa_house(s, mail=True, token=True)
    idp, mail = house.idp, email()
    name = house.user(email=mail, email_verified="true")
    secret = enrol(house, name, preferred=False)
    idp.admin_set_user_mfa_preference(UserPoolId=house.pool, Username=name, EmailMfaSettings={"Enabled": True})
    asked = house.start(name)
    equal((asked["ChallengeName"], sorted(json.loads(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"]))), ("SELECT_MFA_TYPE", ["EMAIL_OTP", "SOFTWARE_TOKEN_MFA"]))
    with refused("InvalidParameterException"):
        house.respond(asked, name, ANSWER="SMS_MFA")
    by_mail = house.respond(asked, name, ANSWER="EMAIL_OTP")
    equal((by_mail["ChallengeName"], by_mail["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"]), ("EMAIL_OTP", "EMAIL"))
    with refused("NotAuthorizedException", INVALID_SESSION):
        house.respond(by_mail | {"ChallengeName": "SOFTWARE_TOKEN_MFA"}, name, SOFTWARE_TOKEN_MFA_CODE=totp(secret))
    true(house.respond(by_mail, name, EMAIL_OTP_CODE=s.code(mail))["AuthenticationResult"], "no tokens")
    by_token = house.respond(house.start(name), name, ANSWER="SOFTWARE_TOKEN_MFA")
    true(house.respond(by_token, name, SOFTWARE_TOKEN_MFA_CODE=totp(secret))["AuthenticationResult"], "no tokens")


@case("wrong codes end a session, and lock")
def guesses(s):
    house = mfa_house(s, sms=True)
    number = phone()
    name = house.user(phone_number=number, phone_number_verified="true")
    house.idp.admin_set_user_mfa_preference(UserPoolId=house.pool, Username=name, SMSMfaSettings={"Enabled": True})
    asked = house.start(name)
    code = s.code(number)
    for _ in range(5):
        with refused("CodeMismatchException", WRONG):
            house.respond(asked, name, SMS_MFA_CODE=other(code))
    with refused("NotAuthorizedException"):
        house.respond(asked, name, SMS_MFA_CODE=code)


@case("a session is of one user, one client, one challenge")
def bound(s):
    house = mfa_house(s, sms=True)
    numbers = [phone(), phone()]
    ann, bob = (house.user(phone_number=n, phone_number_verified="true") for n in numbers)
    for name in (ann, bob):
        house.idp.admin_set_user_mfa_preference(UserPoolId=house.pool, Username=name, SMSMfaSettings={"Enabled": True})
    asked, bobs = house.start(ann), house.start(bob)
    code, bobs_code = s.code(numbers[0]), s.code(numbers[1])
    second, _ = house.add_client()
    with refused("NotAuthorizedException", INVALID_SESSION):
        house.respond(asked, bob, SMS_MFA_CODE=bobs_code)
    with refused("NotAuthorizedException", INVALID_SESSION):
        house.respond(asked, ann, client=second, SMS_MFA_CODE=code)
    with refused("NotAuthorizedException", INVALID_SESSION):
        house.respond(asked | {"ChallengeName": "NEW_PASSWORD_REQUIRED"}, ann, NEW_PASSWORD="Another-Horse8")
    if code != bobs_code:
        with refused("CodeMismatchException", WRONG):
            house.respond(asked, ann, SMS_MFA_CODE=bobs_code)
    true(house.respond(asked, ann, SMS_MFA_CODE=code)["AuthenticationResult"], "no tokens")
    true(house.respond(bobs, bob, SMS_MFA_CODE=bobs_code)["AuthenticationResult"], "no tokens")


@case("a user who is gone, disabled or reset in the middle")
def meanwhile(s):
    house = mfa_house(s, sms=True)
    number = phone()
    asked = {}
    for fate in ("deleted", "disabled", "reset"):
        number = phone()
        name = house.user(fresh(fate), phone_number=number, phone_number_verified="true", email=email(), email_verified="true")
        house.idp.admin_set_user_mfa_preference(UserPoolId=house.pool, Username=name, SMSMfaSettings={"Enabled": True})
        asked[fate] = (name, house.start(name), s.code(number))
    house.idp.admin_delete_user(UserPoolId=house.pool, Username=asked["deleted"][0])
    house.idp.admin_disable_user(UserPoolId=house.pool, Username=asked["disabled"][0])
    house.idp.admin_reset_user_password(UserPoolId=house.pool, Username=asked["reset"][0])
    for fate, (name, challenge, code) in asked.items():
        with refused("NotAuthorizedException"):
            house.respond(challenge, name, SMS_MFA_CODE=code)


run("boto3 MFA")
