"""boto3: password history, passwords known to the world, addresses, risk configurations."""

import hashlib
import re
import sys
import tempfile

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run, true
from cognito import PASSWORD, House, email, fresh
from server import Server

KNOWN = "Passw0rd!"
USED = "Password has previously been used"
ENFORCED = {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}
BLOCK = {"Actions": {"EventAction": "BLOCK"}}


@case("earlier passwords are refused everywhere that a password is set")
def history(s):
    house = House(s, Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}})
    idp, mail = house.idp, email()
    name = house.user(email=mail, email_verified="true")
    token = house.tokens(name)["AccessToken"]
    with refused("PasswordHistoryPolicyViolationException", USED):
        idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=PASSWORD)
    idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword="Another-Horse8")
    with refused("PasswordHistoryPolicyViolationException", USED):
        idp.admin_set_user_password(UserPoolId=house.pool, Username=name, Password=PASSWORD, Permanent=True)
    idp.forgot_password(ClientId=house.client, Username=name)
    with refused("PasswordHistoryPolicyViolationException", USED):
        idp.confirm_forgot_password(ClientId=house.client, Username=name, ConfirmationCode=s.code(mail), Password="Another-Horse8")
    idp.forgot_password(ClientId=house.client, Username=name)
    idp.confirm_forgot_password(ClientId=house.client, Username=name, ConfirmationCode=s.code(mail, 2), Password="Third-Horse9")
    idp.change_password(AccessToken=token, PreviousPassword="Third-Horse9", ProposedPassword=PASSWORD)
    invited = fresh()
    idp.admin_create_user(UserPoolId=house.pool, Username=invited, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    answer = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeResponses": {"USERNAME": invited, "NEW_PASSWORD": PASSWORD}, "ClientId": house.client}
    with refused("PasswordHistoryPolicyViolationException", USED):
        idp.respond_to_auth_challenge(Session=house.start(invited)["Session"], **answer)
    with refused("PasswordHistoryPolicyViolationException", USED):
        idp.admin_respond_to_auth_challenge(UserPoolId=house.pool, Session=house.admin_start(invited)["Session"], **answer)


@case("a risk configuration: of the pool, of a client, read back, reset")
def configuration(s):
    house = House(s, **ENFORCED)
    idp, pool = house.idp, house.pool
    equal(idp.describe_risk_configuration(UserPoolId=pool)["RiskConfiguration"], {"UserPoolId": pool})
    whole = {
        "CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_UP"]} | BLOCK,
        "RiskExceptionConfiguration": {"BlockedIPRangeList": ["192.0.2.0/24"], "SkippedIPRangeList": ["198.51.100.0/24"]},
        "AccountTakeoverRiskConfiguration": {"Actions": {"HighAction": {"Notify": False, "EventAction": "BLOCK"}}},
    }
    set_ = idp.set_risk_configuration(UserPoolId=pool, **whole)["RiskConfiguration"]
    for member, value in whole.items():
        equal(set_[member], value, member)
    equal(idp.describe_risk_configuration(UserPoolId=pool)["RiskConfiguration"], set_)
    equal(idp.describe_risk_configuration(UserPoolId=pool, ClientId=house.client)["RiskConfiguration"], {"UserPoolId": pool, "ClientId": house.client})
    own = {"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "NO_ACTION"}}}
    idp.set_risk_configuration(UserPoolId=pool, ClientId=house.client, **own)
    equal(idp.describe_risk_configuration(UserPoolId=pool, ClientId=house.client)["RiskConfiguration"]["CompromisedCredentialsRiskConfiguration"]["Actions"], own["CompromisedCredentialsRiskConfiguration"]["Actions"])
    idp.set_risk_configuration(UserPoolId=pool)
    equal(sorted(idp.describe_risk_configuration(UserPoolId=pool)["RiskConfiguration"]), ["UserPoolId"])
    with refused("InvalidParameterException", re.compile("CIDR")):
        idp.set_risk_configuration(UserPoolId=pool, RiskExceptionConfiguration={"BlockedIPRangeList": ["192.0.2.1"]})
    with refused("ResourceNotFoundException", "User pool client nosuchclient does not exist."):
        idp.set_risk_configuration(UserPoolId=pool, ClientId="nosuchclient")
    plain = House(s)
    with refused("UserPoolAddOnNotEnabledException"):
        idp.set_risk_configuration(UserPoolId=plain.pool, CompromisedCredentialsRiskConfiguration=BLOCK)


@case("passwords known to the world are refused at sign-up, sign-in and change")
def compromised(s):
    house = House(s, **ENFORCED)
    idp, name = house.idp, house.user(password=KNOWN, email=email(), email_verified="true")
    true(house.tokens(name, KNOWN)["IdToken"], "before anybody forbids it")
    idp.set_risk_configuration(UserPoolId=house.pool, CompromisedCredentialsRiskConfiguration=BLOCK)
    with refused("InvalidPasswordException", re.compile("security reasons")):
        house.sign_up(password=KNOWN)
    other = house.user()
    with refused("InvalidPasswordException", re.compile("security reasons")):
        idp.change_password(AccessToken=house.tokens(other)["AccessToken"], PreviousPassword=PASSWORD, ProposedPassword=KNOWN)
    with refused("PasswordResetRequiredException"):
        house.start(name, KNOWN)
    equal(house.describe(name)["UserStatus"], "RESET_REQUIRED")


@case("a downloaded list of leaked passwords is searched where it lies")
def listed(_):
    leaked = "Rare-But-Leaked-93!"
    hashes = sorted([hashlib.sha1(leaked.encode()).hexdigest().upper(), *(hashlib.sha1(str(n).encode()).hexdigest().upper() for n in range(5000))])
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("".join(f"{digest}:{n % 9 + 1}\r\n" for n, digest in enumerate(hashes)))
        file.flush()
        with Server(env={"POOLHOUSE_PROTECTION__BREACHED_PASSWORDS": file.name}) as own:
            house = House(own, **ENFORCED)
            name = house.user(password=leaked)
            house.idp.set_risk_configuration(UserPoolId=house.pool, CompromisedCredentialsRiskConfiguration=BLOCK)
            with refused("InvalidPasswordException", re.compile("security reasons")):
                house.sign_up(password=leaked)
            with refused("InvalidPasswordException", re.compile("security reasons")):
                house.idp.admin_set_user_password(UserPoolId=house.pool, Username=house.user(), Password=leaked, Permanent=True)
            with refused("PasswordResetRequiredException"):
                house.start(name, leaked)
            true(house.tokens(house.sign_up())["IdToken"], "what is not listed is let pass")


@case("addresses that are blocked cannot sign in")
def addresses(s):
    house = House(s, **ENFORCED)
    name = house.user()
    house.idp.set_risk_configuration(UserPoolId=house.pool, RiskExceptionConfiguration={"BlockedIPRangeList": ["127.0.0.0/8"]})
    with refused("NotAuthorizedException", "Unable to login because of security reasons."):
        house.start(name)
    house.idp.set_risk_configuration(UserPoolId=house.pool)
    true(house.tokens(name)["IdToken"], "no longer blocked")


run("boto3 protection")
