"""pycognito: SRP as a Python program meets it, and tokens checked by JWKS."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
import json

import jwt
from botocore.config import Config
from cases import case, equal, refused, run, true
from cognito import PASSWORD, House, connect, email, fresh
from pycognito import AWSSRP, Cognito
from pycognito.exceptions import ForceChangePasswordException
from server import http

NEW = "Another-Horse8"


def guest(s, house, name):
    """A `Cognito` for one user, pointed at the server, with keys that no server knows."""
    return Cognito(
        house.pool,
        house.client,
        user_pool_region="us-east-1",
        username=name,
        client_secret=house.secret,
        access_key="AKIAUNSIGNEDIGNORED0",
        secret_key="x",
        botocore_config=Config(retries={"total_max_attempts": 1}),
        boto3_client_kwargs={"endpoint_url": s.url},
    )


def check(house, one):
    """Both tokens as pycognito checks them, and against the JWKS that the issuer's own discovery document names."""
    one.verify_tokens()
    issuer = jwt.decode(one.id_token, options={"verify_signature": False})["iss"]
    discovery = json.loads(http("GET", f"{issuer}/.well-known/openid-configuration")[2])
    equal(discovery["issuer"], issuer)
    keys = jwt.PyJWKClient(discovery["jwks_uri"])
    ident = jwt.decode(one.id_token, keys.get_signing_key_from_jwt(one.id_token), algorithms=["RS256"], audience=house.client, issuer=issuer)
    access = jwt.decode(one.access_token, keys.get_signing_key_from_jwt(one.access_token), algorithms=["RS256"], issuer=issuer)
    equal((ident["token_use"], access["token_use"], access["client_id"]), ("id", "access", house.client))


@case("register, confirm, sign in by SRP, verify the tokens")
def whole(s):
    house = House(s, AutoVerifiedAttributes=["email"])
    name, mail = fresh(), email()
    one = guest(s, house, name)
    one.set_base_attributes(email=mail)
    one.register(name, PASSWORD)
    one.confirm_sign_up(s.code(mail), username=name)
    one.authenticate(PASSWORD)
    check(house, one)
    equal(one.get_user().email, mail)


@case("SRP many times: no length of A, B or salt goes wrong")
def many(s):
    house = House(s)
    name = house.sign_up()
    for _ in range(20):
        one = guest(s, house, name)
        one.authenticate(PASSWORD)
    true(one.access_token, "no token")


@case("SRP with a client secret, and by an alias")
def secret(s):
    house = House(s, client={"GenerateSecret": True}, UsernameAttributes=["email"])
    mail = email()
    house.sign_up(mail)
    one = guest(s, house, mail)
    one.authenticate(PASSWORD)
    check(house, one)


@case("a wrong password, a stranger")
def wrong(s):
    house = House(s)
    hiding, _ = house.add_client(PreventUserExistenceErrors="ENABLED")
    name = house.sign_up()
    with refused("NotAuthorizedException", "Incorrect username or password."):
        guest(s, house, name).authenticate("Wrong-Horse7")
    with refused("UserNotFoundException", "User does not exist."):
        guest(s, house, "nobody").authenticate(PASSWORD)
    house.client = hiding
    with refused("NotAuthorizedException", "Incorrect username or password."):
        guest(s, house, "nobody").authenticate(PASSWORD)


@case("unconfirmed and disabled users are told after the proof")
def states(s):
    house = House(s)
    name = house.sign_up(confirm=False)
    with refused("UserNotConfirmedException", "User is not confirmed."):
        guest(s, house, name).authenticate(PASSWORD)
    name = house.sign_up()
    house.idp.admin_disable_user(UserPoolId=house.pool, Username=name)
    with refused("NotAuthorizedException", "User is disabled."):
        guest(s, house, name).authenticate(PASSWORD)


@case("the new password challenge")
def challenge(s):
    house = House(s)
    name = fresh()
    house.idp.admin_create_user(UserPoolId=house.pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    one = guest(s, house, name)
    try:
        one.authenticate(PASSWORD)
    except ForceChangePasswordException:
        pass
    else:
        raise AssertionError("no challenge")
    one.new_password_challenge(PASSWORD, NEW)
    check(house, one)
    two = guest(s, house, name)
    two.authenticate(NEW)


@case("renew, change the password, sign out")
def later(s):
    house = House(s)
    name = house.sign_up()
    one = guest(s, house, name)
    one.authenticate(PASSWORD)
    before = one.access_token
    one.renew_access_token()
    true(one.access_token != before, "the same token")
    one.change_password(PASSWORD, NEW)
    guest(s, house, name).authenticate(NEW)
    kept = one.refresh_token
    one.logout()
    one.refresh_token = kept
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        one.renew_access_token()


@case("forgot password")
def forgot(s):
    house = House(s)
    mail = email()
    name = house.user(email=mail, email_verified="true")
    one = guest(s, house, name)
    one.initiate_forgot_password()
    one.confirm_forgot_password(s.code(mail), NEW)
    guest(s, house, name).authenticate(NEW)


@case("a proof cannot be replayed for another user or with a changed block")
def replay(s):
    house = House(s)
    one, two = house.sign_up(), house.sign_up()
    srp = AWSSRP(username=one, password=PASSWORD, pool_id=house.pool, client_id=house.client, client=connect(s))
    asked = house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_SRP_AUTH", AuthParameters=srp.get_auth_params())
    answer = srp.process_challenge(asked["ChallengeParameters"], {"USERNAME": one})
    send = lambda **change: house.idp.respond_to_auth_challenge(ClientId=house.client, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=answer | change)
    with refused("NotAuthorizedException"):
        send(USERNAME=two)
    with refused("NotAuthorizedException"):
        send(TIMESTAMP="Sun Nov 2 03:07:24 UTC 2014")
    asked = house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_SRP_AUTH", AuthParameters=srp.get_auth_params())
    answer = srp.process_challenge(asked["ChallengeParameters"], {"USERNAME": one})
    true(send()["AuthenticationResult"]["IdToken"], "no token")
    with refused("NotAuthorizedException"):
        send()


run("pycognito")
