"""boto3 and pycognito: devices confirmed, remembered, proven instead of a second factor, listed, forgotten."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import PASSWORD, House, phone
from pycognito import AWSSRP
from pycognito.aws_srp import generate_hash_device

NOWHERE = "us-east-1_0a1b2c3d-0a1b-4c1d-8a1b-0a1b2c3d4e5f"
GONE = "Device does not exist."
SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}}


def device_house(s, asks=False, mfa=True, **settings):
    """A house whose pool tracks devices, with SMS MFA where the user wants it."""
    house = House(s, DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": asks}, **settings)
    if mfa:
        house.idp.set_user_pool_mfa_config(UserPoolId=house.pool, MfaConfiguration="OPTIONAL", SmsMfaConfiguration=SMS)
    return house


def confirmed(house, name):
    """A sign-in whose device is confirmed: (tokens, device key, group key, the device's password)."""
    tokens = house.tokens(name)
    made = tokens["NewDeviceMetadata"]
    secret, verifier = generate_hash_device(made["DeviceGroupKey"], made["DeviceKey"])
    answer = house.idp.confirm_device(AccessToken=tokens["AccessToken"], DeviceKey=made["DeviceKey"], DeviceName="laptop", DeviceSecretVerifierConfig=verifier)
    return tokens, made["DeviceKey"], made["DeviceGroupKey"], secret, answer["UserConfirmationNecessary"]


class WithSession:
    """A client for pycognito, which leaves out the session that binds the device's proof to the password's."""

    def __init__(self, idp):
        self.idp, self.initiate_auth, self.session = idp, idp.initiate_auth, None

    def respond_to_auth_challenge(self, **request):
        answer = self.idp.respond_to_auth_challenge(**request | ({"Session": self.session} if self.session else {}))
        self.session = answer.get("Session")
        return answer


def by_device(house, name, key, group, secret):
    """A sign-in by SRP with the device's proof, as pycognito does it."""
    srp = AWSSRP(username=name, password=PASSWORD, pool_id=house.pool, client_id=house.client, client=WithSession(house.idp), device_key=key, device_group_key=group, device_password=secret)
    return srp.authenticate_user()["AuthenticationResult"]


def with_mfa(house):
    """A user with a phone, and with SMS MFA switched on by what this returns."""
    number = phone()
    name = house.user(phone_number=number, phone_number_verified="true")
    return name, number, lambda: house.idp.admin_set_user_mfa_preference(UserPoolId=house.pool, Username=name, SMSMfaSettings={"Enabled": True})


@case("confirmed, and proven instead of the second factor")
def remembered(s):
    house = device_house(s)
    name, _, mfa = with_mfa(house)
    tokens, key, group, secret, asks = confirmed(house, name)
    equal(asks, False)
    matches(key, r"us-east-1_[0-9a-f-]{36}")
    mfa()
    done = by_device(house, name, key, group, secret)
    true(done["AccessToken"], "no tokens")
    true("NewDeviceMetadata" not in done, "a known device is new")
    equal(house.start(name)["ChallengeName"], "SMS_MFA", "without the device")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        by_device(house, name, key, group, "another password")
    true(house.refresh(done["RefreshToken"], DEVICE_KEY=key)["AccessToken"], "no token by refresh")
    for wrong in ({}, {"DEVICE_KEY": NOWHERE}):
        with refused("NotAuthorizedException", "Invalid Refresh Token"):
            house.refresh(done["RefreshToken"], **wrong)
    true(tokens["AccessToken"], "no token")


@case("a device of another user, and one that nobody confirmed")
def strange(s):
    house = device_house(s)
    ann, _, mfa = with_mfa(house)
    bob = house.user()
    _, key, group, secret, _ = confirmed(house, bob)
    mfa()
    with refused("ResourceNotFoundException", GONE):
        house.start(ann, DEVICE_KEY=key)
    with refused("ResourceNotFoundException", GONE):
        house.start(ann, DEVICE_KEY=NOWHERE)
    token = house.tokens(bob)
    _, verifier = generate_hash_device(token["NewDeviceMetadata"]["DeviceGroupKey"], key)
    with refused("ResourceNotFoundException", GONE):
        house.idp.confirm_device(AccessToken=token["AccessToken"], DeviceKey=NOWHERE, DeviceSecretVerifierConfig=verifier)
    true(by_device(house, bob, key, group, secret)["AccessToken"], "no tokens")


@case("remembered only if the user says so; statuses; forgotten")
def opt_in(s):
    house = device_house(s, asks=True)
    idp = house.idp
    name, _, mfa = with_mfa(house)
    tokens, key, group, secret, asks = confirmed(house, name)
    equal(asks, True)
    token = tokens["AccessToken"]
    mfa()
    equal(house.start(name, DEVICE_KEY=key)["ChallengeName"], "SMS_MFA")
    idp.update_device_status(AccessToken=token, DeviceKey=key, DeviceRememberedStatus="remembered")
    true(by_device(house, name, key, group, secret)["AccessToken"], "no tokens")
    idp.admin_update_device_status(UserPoolId=house.pool, Username=name, DeviceKey=key, DeviceRememberedStatus="not_remembered")
    equal(house.start(name, DEVICE_KEY=key)["ChallengeName"], "SMS_MFA")
    device = idp.get_device(AccessToken=token, DeviceKey=key)["Device"]
    told = {a["Name"]: a["Value"] for a in device["DeviceAttributes"]}
    equal((device["DeviceKey"], told["device_name"], told["last_ip_used"]), (key, "laptop", "127.0.0.1"))
    equal(idp.admin_get_device(UserPoolId=house.pool, Username=name, DeviceKey=key)["Device"]["DeviceKey"], key)
    idp.forget_device(AccessToken=token, DeviceKey=key)
    for call in (
        lambda: idp.get_device(AccessToken=token, DeviceKey=key),
        lambda: idp.forget_device(AccessToken=token, DeviceKey=key),
        lambda: idp.update_device_status(AccessToken=token, DeviceKey=key, DeviceRememberedStatus="remembered"),
        lambda: idp.admin_get_device(UserPoolId=house.pool, Username=name, DeviceKey=key),
        lambda: idp.admin_forget_device(UserPoolId=house.pool, Username=name, DeviceKey=key),
        lambda: idp.admin_update_device_status(UserPoolId=house.pool, Username=name, DeviceKey=key, DeviceRememberedStatus="remembered"),
    ):
        with refused("ResourceNotFoundException", GONE):
            call()


@case("several devices in pages; confirmed twice; forgotten by the administrator")
def several(s):
    house = device_house(s, mfa=False)
    idp, name = house.idp, house.user()
    made = [confirmed(house, name) for _ in range(3)]
    token, keys = made[0][0]["AccessToken"], sorted(m[1] for m in made)
    first = idp.list_devices(AccessToken=token, Limit=2)
    second = idp.list_devices(AccessToken=token, Limit=2, PaginationToken=first["PaginationToken"])
    equal(sorted(d["DeviceKey"] for d in first["Devices"] + second["Devices"]), keys)
    equal(sorted(d["DeviceKey"] for d in idp.admin_list_devices(UserPoolId=house.pool, Username=name)["Devices"]), keys)
    _, verifier = generate_hash_device(made[0][2], made[0][1])
    with refused("DeviceKeyExistsException"):
        idp.confirm_device(AccessToken=token, DeviceKey=made[0][1], DeviceSecretVerifierConfig=verifier)
    with refused("InvalidParameterException", re.compile("PasswordVerifier")):
        idp.confirm_device(AccessToken=token, DeviceKey=made[0][1])
    idp.admin_forget_device(UserPoolId=house.pool, Username=name, DeviceKey=made[0][1])
    equal(len(idp.list_devices(AccessToken=token)["Devices"]), 2)
    for device in (
        lambda: idp.get_device(DeviceKey=made[0][1]),
        lambda: idp.forget_device(DeviceKey=made[0][1]),
    ):
        with refused("InvalidParameterException"):
            device()


@case("a pool that tracks no devices")
def off(s):
    house = House(s)
    idp, name = house.idp, house.user()
    token = house.tokens(name)["AccessToken"]
    _, verifier = generate_hash_device("-group", NOWHERE)
    admin = {"UserPoolId": house.pool, "Username": name}
    for call in (
        lambda: idp.confirm_device(AccessToken=token, DeviceKey=NOWHERE, DeviceSecretVerifierConfig=verifier),
        lambda: idp.get_device(AccessToken=token, DeviceKey=NOWHERE),
        lambda: idp.list_devices(AccessToken=token),
        lambda: idp.forget_device(AccessToken=token, DeviceKey=NOWHERE),
        lambda: idp.update_device_status(AccessToken=token, DeviceKey=NOWHERE, DeviceRememberedStatus="remembered"),
        lambda: idp.admin_get_device(DeviceKey=NOWHERE, **admin),
        lambda: idp.admin_list_devices(**admin),
        lambda: idp.admin_forget_device(DeviceKey=NOWHERE, **admin),
        lambda: idp.admin_update_device_status(DeviceKey=NOWHERE, DeviceRememberedStatus="remembered", **admin),
    ):
        with refused("InvalidUserPoolConfigurationException", "User pool does not have device tracking enabled."):
            call()


run("boto3 device factors")
