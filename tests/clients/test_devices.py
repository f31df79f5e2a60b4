"""boto3 and pycognito: remembered devices, confirmed, used, shown and forgotten."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run, true
from cognito import PASSWORD, House, as_map, claims
from pycognito import AWSSRP
from pycognito.aws_srp import generate_hash_device, long_to_hex

TRACKING = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
NO_DEVICE = "Device does not exist."
NOWHERE = "us-east-1_00000000-0000-0000-0000-000000000000"


def tracking(s, **settings):
    return House(s, DeviceConfiguration=TRACKING | settings)


class Device:
    """A device that a sign-in gave, as pycognito keeps one."""

    def __init__(self, house, name):
        self.house, self.name = house, name
        tokens = house.tokens(name)
        self.token, given = tokens["AccessToken"], tokens["NewDeviceMetadata"]
        self.key, self.group = given["DeviceKey"], given["DeviceGroupKey"]
        self.secret, self.verifier = generate_hash_device(self.group, self.key)

    def confirm(self, **more):
        asked = {"AccessToken": self.token, "DeviceKey": self.key, "DeviceName": "phone", "DeviceSecretVerifierConfig": self.verifier}
        return self.house.idp.confirm_device(**asked | more)["UserConfirmationNecessary"]

    def srp(self, secret=None):
        mine = {"device_key": self.key, "device_group_key": self.group, "device_password": secret or self.secret}
        return AWSSRP(self.name, PASSWORD, self.house.pool, self.house.client, client=self.house.idp, **mine)

    def sign_in(self, secret=None):
        """A sign-in that names the device and proves its secret."""
        srp, asked = self.srp(secret), self.house.start(self.name, DEVICE_KEY=self.key)
        equal(asked["ChallengeName"], "DEVICE_SRP_AUTH")
        asked = self.house.respond(asked, self.name, DEVICE_KEY=self.key, SRP_A=long_to_hex(srp.large_a_value))
        equal(asked["ChallengeName"], "DEVICE_PASSWORD_VERIFIER")
        answers = srp.process_device_challenge(asked["ChallengeParameters"])
        return self.house.respond(asked, answers.pop("USERNAME"), **answers)["AuthenticationResult"]

    def shown(self):
        found = self.house.idp.get_device(AccessToken=self.token, DeviceKey=self.key)["Device"]
        return as_map(found["DeviceAttributes"])


@case("confirmed, used, shown, changed, forgotten")
def lives(s):
    house = tracking(s)
    idp, device = house.idp, Device(house, house.user())
    equal(claims(device.token)["device_key"], device.key)
    equal(device.confirm(), False)
    with refused("DeviceKeyExistsException"):
        device.confirm()
    shown = device.shown()
    equal((shown["device_status"], shown["device_name"], shown["dev:device_remembered_status"]), ("valid", "phone", "remembered"))
    again = device.sign_in()
    true("NewDeviceMetadata" not in again, "a known device is given another key")
    equal(claims(again["AccessToken"])["device_key"], device.key)
    by_admin = {"UserPoolId": house.pool, "Username": device.name}
    equal(idp.admin_get_device(**by_admin, DeviceKey=device.key)["Device"]["DeviceKey"], device.key)
    idp.update_device_status(AccessToken=device.token, DeviceKey=device.key, DeviceRememberedStatus="not_remembered")
    equal(device.shown()["dev:device_remembered_status"], "not_remembered")
    true("AuthenticationResult" in house.start(device.name, DEVICE_KEY=device.key), "a device that is not remembered is asked for proof")
    idp.admin_update_device_status(**by_admin, DeviceKey=device.key, DeviceRememberedStatus="remembered")
    equal(device.shown()["dev:device_remembered_status"], "remembered")
    other = Device(house, device.name)
    other.confirm()
    first = idp.list_devices(AccessToken=device.token, Limit=1)
    second = idp.list_devices(AccessToken=device.token, Limit=1, PaginationToken=first["PaginationToken"])
    equal(sorted(d["DeviceKey"] for d in first["Devices"] + second["Devices"]), sorted([device.key, other.key]))
    equal(len(idp.admin_list_devices(**by_admin)["Devices"]), 2)
    idp.forget_device(AccessToken=device.token, DeviceKey=device.key)
    idp.admin_forget_device(**by_admin, DeviceKey=other.key)
    equal(idp.admin_list_devices(**by_admin)["Devices"], [])
    with refused("ResourceNotFoundException", NO_DEVICE):
        house.start(device.name, DEVICE_KEY=device.key)


@case("a device proves its own secret")
def proofs(s):
    house = tracking(s)
    device = Device(house, house.user())
    other = Device(house, device.name)
    device.confirm()
    other.confirm()
    with refused("NotAuthorizedException", "Incorrect username or password."):
        device.sign_in(other.secret)
    device.sign_in()


@case("a device of a user who is asked waits for the word")
def asks(s):
    house = tracking(s, DeviceOnlyRememberedOnUserPrompt=True)
    device = Device(house, house.user())
    equal(device.confirm(), True)
    equal(device.shown()["dev:device_remembered_status"], "not_remembered")


@case("devices of others, and those that nobody has")
def strangers(s):
    house = tracking(s)
    idp, mine, theirs = house.idp, Device(house, house.user()), Device(house, house.user())
    theirs.confirm()
    with refused("ResourceNotFoundException", NO_DEVICE):
        mine.confirm(DeviceKey=theirs.key)
    with refused("InvalidParameterException"):
        mine.confirm(DeviceSecretVerifierConfig={"PasswordVerifier": "AA==", "Salt": "AA=="})
    by_admin = {"UserPoolId": house.pool, "Username": mine.name}
    status = {"DeviceRememberedStatus": "remembered"}
    for key in (theirs.key, mine.key, NOWHERE):
        for call in (
            lambda: idp.get_device(AccessToken=mine.token, DeviceKey=key),
            lambda: idp.forget_device(AccessToken=mine.token, DeviceKey=key),
            lambda: idp.update_device_status(AccessToken=mine.token, DeviceKey=key, **status),
            lambda: idp.admin_get_device(**by_admin, DeviceKey=key),
            lambda: idp.admin_forget_device(**by_admin, DeviceKey=key),
            lambda: idp.admin_update_device_status(**by_admin, DeviceKey=key, **status),
        ):
            with refused("ResourceNotFoundException", NO_DEVICE):
                call()
    equal(idp.list_devices(AccessToken=mine.token)["Devices"], [])
    with refused("InvalidParameterException"):
        idp.list_devices(AccessToken=mine.token, PaginationToken="garbage")


@case("pools that track no devices")
def untracked(s):
    house = House(s)
    idp, name = house.idp, house.user()
    token = house.tokens(name)["AccessToken"]
    device, by_admin = {"DeviceKey": NOWHERE}, {"UserPoolId": house.pool, "Username": name}
    for call in (
        lambda: idp.confirm_device(AccessToken=token, **device, DeviceSecretVerifierConfig={"PasswordVerifier": "AA==", "Salt": "AA=="}),
        lambda: idp.get_device(AccessToken=token, **device),
        lambda: idp.list_devices(AccessToken=token),
        lambda: idp.forget_device(AccessToken=token, **device),
        lambda: idp.update_device_status(AccessToken=token, **device, DeviceRememberedStatus="remembered"),
        lambda: idp.admin_get_device(**by_admin, **device),
        lambda: idp.admin_list_devices(**by_admin),
        lambda: idp.admin_forget_device(**by_admin, **device),
        lambda: idp.admin_update_device_status(**by_admin, **device, DeviceRememberedStatus="remembered"),
    ):
        with refused("InvalidUserPoolConfigurationException", "User pool does not have device tracking enabled."):
            call()


@case("operations that may leave the token out still need it")
def tokens(s):
    house, known = House(s, DeviceConfiguration=TRACKING, UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"}), "Passw0rd!"
    idp, reset, deleted = house.idp, house.user(password=known), house.user()
    held = {reset: house.tokens(reset, known)["AccessToken"], deleted: house.tokens(deleted)["AccessToken"]}
    # A password that the world knows is closed at its next use, while earlier sign-ins stay as they are.
    idp.set_risk_configuration(UserPoolId=house.pool, CompromisedCredentialsRiskConfiguration={"Actions": {"EventAction": "BLOCK"}})
    with refused("PasswordResetRequiredException"):
        house.start(reset, known)
    idp.admin_delete_user(UserPoolId=house.pool, Username=deleted)
    for call in (idp.get_device, idp.forget_device):
        with refused("InvalidParameterException"):
            call(DeviceKey=NOWHERE)
        with refused("NotAuthorizedException", "Invalid Access Token"):
            call(DeviceKey=NOWHERE, AccessToken="garbage")
        with refused("PasswordResetRequiredException"):
            call(DeviceKey=NOWHERE, AccessToken=held[reset])
        with refused("UserNotFoundException"):
            call(DeviceKey=NOWHERE, AccessToken=held[deleted])


run("devices")
