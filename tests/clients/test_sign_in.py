"""boto3: sign-in by password, its challenges and its refusals."""

import json
import re
import sys
import time

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run, true
from cognito import PASSWORD, House, attributes, claims, connect, email, fresh

INCORRECT = "Incorrect username or password."
NEW = "Another-Horse8"


@case("both password flows give three tokens")
def tokens(s):
    house = House(s)
    name = house.sign_up()
    for answer in (house.start(name), house.admin_start(name)):
        equal(answer["ChallengeParameters"], {})
        true("ChallengeName" not in answer and "Session" not in answer, f"members {sorted(answer)}")
        result = answer["AuthenticationResult"]
        equal(sorted(result), ["AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"])
        equal((result["ExpiresIn"], result["TokenType"]), (3600, "Bearer"))
        equal(claims(result["IdToken"])["cognito:username"], name)


@case("wrong passwords and unknown users: told, or hidden")
def wrong(s):
    house = House(s)
    hiding, _ = house.add_client(PreventUserExistenceErrors="ENABLED")
    name = house.sign_up()
    for client in (house.client, hiding):
        with refused("NotAuthorizedException", INCORRECT):
            house.start(name, "Wrong-Horse7", client)
    with refused("UserNotFoundException", "User does not exist."):
        house.start("nobody")
    with refused("NotAuthorizedException", INCORRECT):
        house.start("nobody", client=hiding)
    with refused("UserNotFoundException", "User does not exist."):
        house.admin_start("nobody")


@case("an unknown user's SRP challenge looks like anyone's and stays the same")
def fake_srp(s):
    house = House(s, client={"PreventUserExistenceErrors": "ENABLED"})
    name = house.sign_up()

    def ask(user):
        return house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": user, "SRP_A": "5" * 768})

    real, fake, again = ask(name), ask("nobody"), ask("nobody")
    equal(sorted(real["ChallengeParameters"]), sorted(fake["ChallengeParameters"]), "parameters")
    equal((real["ChallengeName"], fake["ChallengeName"]), ("PASSWORD_VERIFIER", "PASSWORD_VERIFIER"))
    equal(fake["ChallengeParameters"]["SALT"], again["ChallengeParameters"]["SALT"], "the made-up salt")
    true(fake["ChallengeParameters"]["SRP_B"] != again["ChallengeParameters"]["SRP_B"], "SRP_B is made once")
    with refused("NotAuthorizedException", INCORRECT):
        house.idp.respond_to_auth_challenge(
            ClientId=house.client,
            ChallengeName="PASSWORD_VERIFIER",
            ChallengeResponses={
                "USERNAME": fake["ChallengeParameters"]["USER_ID_FOR_SRP"],
                "PASSWORD_CLAIM_SIGNATURE": "A" * 43 + "=",
                "PASSWORD_CLAIM_SECRET_BLOCK": fake["ChallengeParameters"]["SECRET_BLOCK"],
                "TIMESTAMP": time.strftime("%a %b %-d %H:%M:%S UTC %Y", time.gmtime()),
            },
        )
    with refused("InvalidParameterException"):
        house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": name, "SRP_A": "0"})


@case("missing parameters and unknown clients are named")
def missing(s):
    house = House(s)
    name = house.sign_up()
    start = lambda flow, **parameters: house.idp.initiate_auth(ClientId=house.client, AuthFlow=flow, AuthParameters=parameters)
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        start("USER_PASSWORD_AUTH", PASSWORD=PASSWORD)
    with refused("InvalidParameterException", "Missing required parameter PASSWORD"):
        start("USER_PASSWORD_AUTH", USERNAME=name)
    with refused("InvalidParameterException", "Missing required parameter SRP_A"):
        start("USER_SRP_AUTH", USERNAME=name)
    with refused("InvalidParameterException", "Missing required parameter REFRESH_TOKEN"):
        start("REFRESH_TOKEN_AUTH")
    with refused("ResourceNotFoundException", "User pool client nosuchclient does not exist."):
        house.start(name, client="nosuchclient")
    with refused("ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist."):
        house.idp.admin_initiate_auth(UserPoolId="us-east-1_Nowhere00", ClientId=house.client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD})
    with refused("InvalidParameterException", re.compile("'authFlow' failed to satisfy constraint: Member must satisfy enum value set")):
        connect(s, check=False).initiate_auth(ClientId=house.client, AuthFlow="NO_SUCH_FLOW", AuthParameters={})


@case("the user's state counts once the password is right")
def states(s):
    house = House(s)
    disabled, reset = house.sign_up(email=email()), house.sign_up(email=email())
    unconfirmed = house.sign_up(confirm=False)
    house.idp.admin_disable_user(UserPoolId=house.pool, Username=disabled)
    house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=reset, UserAttributes=attributes(email_verified="true"))
    house.idp.admin_reset_user_password(UserPoolId=house.pool, Username=reset)
    with refused("NotAuthorizedException", INCORRECT):
        house.start(disabled, "Wrong-Horse7")
    with refused("UserNotConfirmedException", "User is not confirmed."):
        house.start(unconfirmed, "Wrong-Horse7")
    with refused("NotAuthorizedException", "User is disabled."):
        house.start(disabled)
    with refused("UserNotConfirmedException", "User is not confirmed."):
        house.start(unconfirmed)
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        house.start(reset)
    house.idp.admin_enable_user(UserPoolId=house.pool, Username=disabled)
    true(house.tokens(disabled)["IdToken"], "no token once enabled")


@case("NEW_PASSWORD_REQUIRED: a temporary password must be changed")
def new_password(s):
    house = House(s, AutoVerifiedAttributes=["email"], Schema=[{"Name": "nickname", "AttributeDataType": "String", "Required": True, "Mutable": True}])
    name, mail = fresh(), email()
    house.idp.admin_create_user(UserPoolId=house.pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS", UserAttributes=attributes(email=mail, email_verified="true"))
    equal(house.describe(name)["UserStatus"], "FORCE_CHANGE_PASSWORD")
    asked = house.start(name)
    equal(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED")
    true("AuthenticationResult" not in asked, "tokens came along")
    parameters = asked["ChallengeParameters"]
    equal(parameters["USER_ID_FOR_SRP"], name)
    equal(json.loads(parameters["requiredAttributes"]), ["userAttributes.nickname"])
    equal(json.loads(parameters["userAttributes"]), {"email": mail, "email_verified": "true"})
    answer = lambda session, **more: house.idp.respond_to_auth_challenge(
        ClientId=house.client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=session, ChallengeResponses={"USERNAME": name, "NEW_PASSWORD": NEW} | more
    )
    with refused("InvalidParameterException", "Invalid attributes given, nickname is missing"):
        answer(asked["Session"])
    asked = house.start(name)
    with refused("InvalidPasswordException", re.compile("Password not long enough")):
        answer(asked["Session"], NEW_PASSWORD="Sh0rt!", **{"userAttributes.nickname": "Al"})
    asked = house.start(name)
    done = answer(asked["Session"], **{"userAttributes.nickname": "Al"})
    equal(claims(done["AuthenticationResult"]["IdToken"])["nickname"], "Al")
    equal(house.describe(name)["UserStatus"], "CONFIRMED")
    with refused("NotAuthorizedException", re.compile("^Invalid session for the user")):
        answer(asked["Session"])
    with refused("NotAuthorizedException", INCORRECT):
        house.start(name)
    true(house.tokens(name, NEW)["IdToken"], "no token by the new password")


@case("a session is bound, and garbage is no session")
def sessions(s):
    house = House(s)
    name = fresh()
    house.idp.admin_create_user(UserPoolId=house.pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    asked = house.admin_start(name)
    equal(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED")
    other, _ = house.add_client()
    answer = lambda client, session: house.idp.respond_to_auth_challenge(
        ClientId=client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=session, ChallengeResponses={"USERNAME": name, "NEW_PASSWORD": NEW}
    )
    with refused("NotAuthorizedException", re.compile("^Invalid session for the user")):
        answer(other, asked["Session"])
    with refused("NotAuthorizedException", re.compile("^Invalid session for the user")):
        answer(house.client, "A" * 200)
    with refused("NotAuthorizedException", re.compile("^Invalid session for the user")):
        flipped = asked["Session"]
        middle = len(flipped) // 2
        answer(house.client, flipped[:middle] + ("A" if flipped[middle] != "A" else "B") + flipped[middle + 1 :])
    done = house.idp.admin_respond_to_auth_challenge(
        UserPoolId=house.pool, ClientId=house.client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=asked["Session"], ChallengeResponses={"USERNAME": name, "NEW_PASSWORD": NEW}
    )
    true(done["AuthenticationResult"]["RefreshToken"], "no tokens")


@case("after five wrong passwords the account locks for a while, for the right one too")
def lockout(s):
    house = House(s)
    name = house.sign_up()
    from botocore.exceptions import ClientError

    seen = []
    for _ in range(12):
        try:
            house.start(name, "Wrong-Horse7")
        except ClientError as error:
            seen.append(error.response["Error"]["Message"])
        if seen[-1] == "Password attempts exceeded":
            break
    equal(seen[:5], [INCORRECT] * 5, "the first five")
    true("Password attempts exceeded" in seen, f"twelve wrong passwords only gave {set(seen)}")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        house.start(name)
    true(house.tokens(house.sign_up())["IdToken"], "another user is locked too")


@case("a pool that keeps Argon2id hashes: passwords work, SRP is refused in clear words")
def argon2id(s):
    house = House(s, UserPoolTags={"poolhouse:password-scheme": "argon2id"})
    name = house.sign_up()
    token = house.tokens(name)["AccessToken"]
    with refused("NotAuthorizedException", INCORRECT):
        house.start(name, "Wrong-Horse7")
    with refused("InvalidParameterException", re.compile("Argon2id.*USER_PASSWORD_AUTH")):
        house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": name, "SRP_A": "5" * 768})
    house.idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=NEW)
    true(house.admin_start(name, NEW)["AuthenticationResult"]["IdToken"], "no token by the new password")
    with refused("NotAuthorizedException", INCORRECT):
        house.start(name)
    invited = fresh()
    house.idp.admin_create_user(UserPoolId=house.pool, Username=invited, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    equal(house.start(invited)["ChallengeName"], "NEW_PASSWORD_REQUIRED")
    with refused("InvalidParameterException", re.compile("must be srp or argon2id")):
        connect(s).create_user_pool(PoolName="odd", UserPoolTags={"poolhouse:password-scheme": "md5"})


@case("flows of later issues say that they are off or not there")
def later(s):
    house = House(s)
    name = house.sign_up()
    with refused("InvalidParameterException", "CUSTOM_AUTH is not enabled for the client."):
        house.idp.initiate_auth(ClientId=house.client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": name})


run("boto3 sign-in")
