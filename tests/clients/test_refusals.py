"""boto3: refusals by state, by tries and by limits that no other file comes by."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from botocore.exceptions import ClientError
from cases import case, equal, refused, run, true
from cognito import PASSWORD, House, attributes, email, fresh
from pycognito import AWSSRP

NEW = "Another-Horse8"
TOO_OFTEN = "Attempt limit exceeded, please try after some time."


def until_refused(call, most=30):
    """Calls until an answer is LimitExceededException; how often it was something else."""
    for n in range(most):
        try:
            call()
        except ClientError as error:
            if error.response["Error"]["Code"] == "LimitExceededException":
                equal(error.response["Error"]["Message"], TOO_OFTEN)
                return n
    raise AssertionError(f"{most} calls and no limit")


@case("an administrator's sign-in tells the user's state too")
def admin_states(s):
    house = House(s)
    pending, reset = house.sign_up(confirm=False), house.user(email=email(), email_verified="true")
    house.idp.admin_reset_user_password(UserPoolId=house.pool, Username=reset)
    with refused("UserNotConfirmedException", "User is not confirmed."):
        house.admin_start(pending)
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        house.admin_start(reset)
    with refused("UserNotFoundException", "User does not exist."):
        house.admin_start("nobody")


@case("wrong codes and passwords have a limit")
def tries(s):
    house = House(s, AutoVerifiedAttributes=["email"])
    idp, name = house.idp, house.user(email=email(), email_verified="true")
    token = house.tokens(name)["AccessToken"]
    wrong = lambda: idp.change_password(AccessToken=token, PreviousPassword="Wrong-Horse7", ProposedPassword=NEW)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        wrong()
    equal(until_refused(wrong) < 10, True, "a limit on wrong passwords")
    idp.forgot_password(ClientId=house.client, Username=name)
    until_refused(lambda: idp.confirm_forgot_password(ClientId=house.client, Username=name, ConfirmationCode="000000", Password=NEW))
    idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(email=email()))
    until_refused(lambda: idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code="000000"))


@case("messages have a limit")
def messages(s):
    house = House(s, AutoVerifiedAttributes=["email"])
    idp, pending = house.idp, house.sign_up(confirm=False, email=email())
    until_refused(lambda: idp.resend_confirmation_code(ClientId=house.client, Username=pending))
    name = house.user(email=email(), email_verified="true")
    token = house.tokens(name)["AccessToken"]
    until_refused(lambda: idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email"))


@case("what is pending, gone or taken meanwhile")
def meanwhile(s):
    house = House(s, AliasAttributes=["email", "preferred_username"], AutoVerifiedAttributes=["email"])
    idp = house.idp
    silent = House(s)
    unsent = silent.sign_up(confirm=False)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        idp.confirm_sign_up(ClientId=silent.client, Username=unsent, ConfirmationCode="123456")
    leaving = house.user()
    refresh = house.tokens(leaving)["RefreshToken"]
    idp.admin_delete_user(UserPoolId=house.pool, Username=leaving)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        idp.get_tokens_from_refresh_token(ClientId=house.client, RefreshToken=refresh)
    mine, wanted = house.user(email=email(), email_verified="true"), email()
    token = house.tokens(mine)["AccessToken"]
    idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(email=wanted))
    taken = s.code(wanted)
    house.user(email=wanted, email_verified="true")
    with refused("AliasExistsException", "An account with the email already exists."):
        idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=taken)
    house.user(preferred_username="the-boss")
    with refused("AliasExistsException"):
        idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(preferred_username="the-boss"))


@case("scopes and OAuth flows of a client that is changed")
def oauth(s):
    house = House(s)
    change = lambda **settings: house.idp.update_user_pool_client(UserPoolId=house.pool, ClientId=house.client, **settings)
    usual = {"AllowedOAuthFlowsUserPoolClient": True, "CallbackURLs": ["https://app.example.com/"], "SupportedIdentityProviders": ["COGNITO"]}
    with refused("ScopeDoesNotExistException"):
        change(AllowedOAuthFlows=["code"], AllowedOAuthScopes=["nowhere/read"], **usual)
    with refused("InvalidOAuthFlowException"):
        change(AllowedOAuthFlows=["code", "client_credentials"], AllowedOAuthScopes=["openid"], **usual)


@case("a pool holds a thousand clients")
def clients(s):
    house = House(s)
    with refused("LimitExceededException", re.compile("^A user pool can have at most 1000 app clients")):
        for _ in range(1001):
            house.idp.create_user_pool_client(UserPoolId=house.pool, ClientName=fresh("client"))


@case("an invitation is answered with an address that another has")
def invited(s):
    house = House(s, AliasAttributes=["email"])
    taken, name = email(), fresh()
    house.user(email=taken, email_verified="true")
    house.idp.admin_create_user(UserPoolId=house.pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    asked = house.start(name)
    responses = {"USERNAME": name, "NEW_PASSWORD": NEW, "userAttributes.email": taken}
    answer = house.idp.respond_to_auth_challenge(ClientId=house.client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=asked["Session"], ChallengeResponses=responses)
    true(answer["AuthenticationResult"], "an address that is not verified is nobody's alias yet")
    with refused("InvalidPasswordException"):
        name = fresh()
        house.idp.admin_create_user(UserPoolId=house.pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
        house.idp.admin_respond_to_auth_challenge(
            UserPoolId=house.pool, ClientId=house.client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=house.admin_start(name)["Session"],
            ChallengeResponses={"USERNAME": name, "NEW_PASSWORD": "short"},
        )


@case("SRP tells the user's state once the password is proven, and a wrong one nothing")
def proven(s):
    house = House(s)
    pending, reset = house.sign_up(confirm=False), house.user(email=email(), email_verified="true")
    house.idp.admin_reset_user_password(UserPoolId=house.pool, Username=reset)

    def sign_in(name, password, admin):
        srp = AWSSRP(username=name, password=password, pool_id=house.pool, client_id=house.client, client=house.idp)
        parameters, of = srp.get_auth_params(), {"ClientId": house.client} | ({"UserPoolId": house.pool} if admin else {})
        begin, respond = (house.idp.admin_initiate_auth, house.idp.admin_respond_to_auth_challenge) if admin else (house.idp.initiate_auth, house.idp.respond_to_auth_challenge)
        asked = begin(AuthFlow="USER_SRP_AUTH", AuthParameters=parameters, **of)["ChallengeParameters"]
        return respond(ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=srp.process_challenge(asked, parameters), **of)

    for admin in (False, True):
        with refused("UserNotConfirmedException", "User is not confirmed."):
            sign_in(pending, PASSWORD, admin)
        with refused("PasswordResetRequiredException", "Password reset required for the user"):
            sign_in(reset, PASSWORD, admin)
        with refused("NotAuthorizedException", "Incorrect username or password."):
            sign_in(reset, "Wrong-Horse7", admin)
        # Whether an account waits for its confirmation is said before the password is looked at...
        with refused("UserNotConfirmedException", "User is not confirmed."):
            sign_in(pending, "Wrong-Horse7", admin)
    # ... but by a client that hides users only once the password is proven.
    house.idp.update_user_pool_client(
        UserPoolId=house.pool, ClientId=house.client, PreventUserExistenceErrors="ENABLED",
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )
    for admin in (False, True):
        with refused("NotAuthorizedException", "Incorrect username or password."):
            sign_in(pending, "Wrong-Horse7", admin)
        with refused("UserNotConfirmedException", "User is not confirmed."):
            sign_in(pending, PASSWORD, admin)


@case("an invitation is answered with a nickname that another has")
def nickname(s):
    house = House(s, AliasAttributes=["preferred_username"])
    house.user(preferred_username="the-boss")
    for start, respond in ((house.start, house.respond), (house.admin_start, house.admin_respond)):
        name = fresh()
        house.idp.admin_create_user(UserPoolId=house.pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
        with refused("AliasExistsException"):
            respond(start(name), name, NEW_PASSWORD=NEW, **{"userAttributes.preferred_username": "the-boss"})


run("boto3 refusals")
