"""boto3: claims, refresh, rotation, revocation, sign-out."""

import re
import sys
import time

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import PASSWORD, House, attributes, claims, email, fresh, header, phone

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@case("the claims of an API sign-in")
def contents(s):
    house = House(s)
    name = house.user(email=email(), email_verified="true", phone_number=phone(), name="Ann", address="1 Main St", updated_at="1700000000")
    for group, precedence in (("staff", 5), ("admins", 1)):
        house.idp.create_group(UserPoolId=house.pool, GroupName=group, Precedence=precedence, RoleArn=f"arn:aws:iam::123456789012:role/{group}")
        house.idp.admin_add_user_to_group(UserPoolId=house.pool, Username=name, GroupName=group)
    result, sub = house.tokens(name), house.attributes(name)["sub"]
    ident, access = claims(result["IdToken"]), claims(result["AccessToken"])
    matches(ident["iss"], rf"https?://.+/{house.pool}", "iss")
    equal(access["iss"], ident["iss"])
    equal((ident["aud"], ident["token_use"], ident["cognito:username"], ident["sub"]), (house.client, "id", name, sub))
    equal((access["client_id"], access["token_use"], access["username"], access["sub"]), (house.client, "access", name, sub))
    equal(access["scope"], "aws.cognito.signin.user.admin")
    true("aud" not in access and "version" not in access, "aud or version in an API access token")
    equal(ident["email_verified"], True, "a boolean")
    true("phone_number_verified" not in ident, "a flag that nobody set")
    equal((ident["address"], ident["updated_at"], ident["name"]), ({"formatted": "1 Main St"}, 1700000000, "Ann"))
    equal(ident["cognito:groups"], ["admins", "staff"])
    equal(access["cognito:groups"], ["admins", "staff"])
    equal(sorted(ident["cognito:roles"]), ["arn:aws:iam::123456789012:role/admins", "arn:aws:iam::123456789012:role/staff"])
    equal(ident["cognito:preferred_role"], "arn:aws:iam::123456789012:role/admins")
    for token in (ident, access):
        for member in ("jti", "origin_jti", "event_id"):
            matches(token[member], UUID, member)
        equal(token["exp"] - token["iat"], 3600)
        equal(token["auth_time"], token["iat"])
    equal(ident["origin_jti"], access["origin_jti"])
    true(ident["jti"] != access["jti"], "one jti for both")
    true("at_hash" not in ident and "nonce" not in ident, "claims of hosted sign-in")
    first, second = header(result["IdToken"]), header(result["AccessToken"])
    equal((sorted(first), first["alg"]), (["alg", "kid"], "RS256"))
    true(first["kid"] != second["kid"], "one key signs both kinds")
    matches(result["RefreshToken"], r"[A-Za-z0-9\-_=.]{100,2048}", "RefreshToken")


@case("attributes that the client may not read stay out of the ID token")
def unreadable(s):
    house = House(s, client={"ReadAttributes": ["email"]})
    name = house.user(email=email(), name="Ann")
    got = claims(house.tokens(name)["IdToken"])
    true("email" in got and "name" not in got, f"claims {sorted(got)}")


@case("lifetimes are the client's")
def lifetimes(s):
    house = House(s, client={"AccessTokenValidity": 5, "IdTokenValidity": 600, "RefreshTokenValidity": 2, "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "hours"}})
    result = house.tokens(house.sign_up())
    equal(result["ExpiresIn"], 300)
    access, ident = claims(result["AccessToken"]), claims(result["IdToken"])
    equal((access["exp"] - access["iat"], ident["exp"] - ident["iat"]), (300, 600))


@case("refresh: new tokens of the same sign-in")
def refresh(s):
    house = House(s)
    name = house.user(email=email())
    first = house.tokens(name)
    house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=name, UserAttributes=attributes(name="Changed"))
    again = house.refresh(first["RefreshToken"])
    true("RefreshToken" not in again, "a refresh token came back without rotation")
    before, after = claims(first["AccessToken"]), claims(again["AccessToken"])
    equal((after["auth_time"], after["origin_jti"], after["sub"]), (before["auth_time"], before["origin_jti"], before["sub"]))
    true(after["jti"] != before["jti"], "the same jti")
    equal(claims(again["IdToken"])["name"], "Changed")
    by_call = house.idp.get_tokens_from_refresh_token(RefreshToken=first["RefreshToken"], ClientId=house.client)["AuthenticationResult"]
    equal(claims(by_call["AccessToken"])["origin_jti"], before["origin_jti"])
    by_admin = house.idp.admin_initiate_auth(UserPoolId=house.pool, ClientId=house.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": first["RefreshToken"]})
    true(by_admin["AuthenticationResult"]["IdToken"], "no token")


@case("refresh with a client secret: the hash over username or sub, or the secret itself")
def refresh_with_secret(s):
    house = House(s, client={"GenerateSecret": True})
    name = house.sign_up()
    token, sub = house.tokens(name)["RefreshToken"], house.attributes(name)["sub"]
    for over in (name, sub):
        true(house.refresh(token, SECRET_HASH=house.hash(over))["IdToken"], "no token")
    with refused("NotAuthorizedException"):
        house.refresh(token)
    with refused("NotAuthorizedException"):
        house.refresh(token, SECRET_HASH=house.hash("another"))
    got = house.idp.get_tokens_from_refresh_token(RefreshToken=token, ClientId=house.client, ClientSecret=house.secret)
    true(got["AuthenticationResult"]["AccessToken"], "no token")
    with refused("NotAuthorizedException"):
        house.idp.get_tokens_from_refresh_token(RefreshToken=token, ClientId=house.client, ClientSecret="x" * 40)


@case("what is no refresh token of this client is refused")
def bad_refresh(s):
    house = House(s)
    other, _ = house.add_client()
    result = house.tokens(house.sign_up())
    for bad in ("garbage", "a.b.c.d.e", result["AccessToken"], result["RefreshToken"][:-4] + "AAAA"):
        with refused("NotAuthorizedException", "Invalid Refresh Token"):
            house.refresh(bad)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        house.refresh(result["RefreshToken"], client=other)


@case("rotation: each refresh token serves once, and for the grace period")
def rotation(s):
    house = House(s, client={"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}})
    get = lambda token, client=house.client: house.idp.get_tokens_from_refresh_token(RefreshToken=token, ClientId=client)["AuthenticationResult"]
    name = house.sign_up()
    first = house.tokens(name)
    second = get(first["RefreshToken"])
    true(second["RefreshToken"] != first["RefreshToken"], "the same refresh token")
    equal(claims(second["AccessToken"])["origin_jti"], claims(first["AccessToken"])["origin_jti"])
    with refused("RefreshTokenReuseException"):
        get(first["RefreshToken"])
    third = get(second["RefreshToken"])
    true(third["AccessToken"], "no token")
    with refused("InvalidParameterException"):
        house.add_client(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"], RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0})
    patient, _ = house.add_client(ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"], RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 60})
    token = house.tokens(name, client=patient)["RefreshToken"]
    true(get(token, patient)["RefreshToken"] and get(token, patient)["RefreshToken"], "no second answer within the grace period")


@case("RevokeToken ends a sign-in and no other")
def revoke(s):
    house = House(s)
    name = house.sign_up()
    one, two = house.tokens(name), house.tokens(name)
    fresher = house.refresh(one["RefreshToken"])
    house.idp.revoke_token(Token=one["RefreshToken"], ClientId=house.client)
    house.idp.revoke_token(Token=one["RefreshToken"], ClientId=house.client)
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        house.refresh(one["RefreshToken"])
    for token in (one["AccessToken"], fresher["AccessToken"]):
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            house.idp.get_user(AccessToken=token)
    equal(house.idp.get_user(AccessToken=two["AccessToken"])["Username"], name)
    with refused("UnsupportedTokenTypeException"):
        house.idp.revoke_token(Token=two["AccessToken"], ClientId=house.client)


@case("RevokeToken with secrets, and where it is off")
def revoke_limits(s):
    house = House(s, client={"GenerateSecret": True})
    token = house.tokens(house.sign_up())["RefreshToken"]
    with refused("UnauthorizedException"):
        house.idp.revoke_token(Token=token, ClientId=house.client, ClientSecret="x" * 40)
    house.idp.revoke_token(Token=token, ClientId=house.client, ClientSecret=house.secret)
    off = House(s, client={"EnableTokenRevocation": False})
    result = off.tokens(off.sign_up())
    true("origin_jti" not in claims(result["AccessToken"]), "origin_jti without revocation")
    with refused("UnsupportedOperationException"):
        off.idp.revoke_token(Token=result["RefreshToken"], ClientId=off.client)


@case("GlobalSignOut ends every sign-in, by the user and by the administrator")
def sign_out(s):
    house = House(s)
    for by_admin in (False, True):
        name = house.sign_up()
        one, two = house.tokens(name), house.tokens(name)
        if by_admin:
            house.idp.admin_user_global_sign_out(UserPoolId=house.pool, Username=name)
        else:
            house.idp.global_sign_out(AccessToken=one["AccessToken"])
        for result in (one, two):
            with refused("NotAuthorizedException", "Access Token has been revoked"):
                house.idp.get_user(AccessToken=result["AccessToken"])
            with refused("NotAuthorizedException", "Refresh Token has been revoked"):
                house.refresh(result["RefreshToken"])
        true(house.idp.get_user(AccessToken=house.tokens(name)["AccessToken"]), "a new sign-in is refused")


@case("every operation that takes an access token refuses a bad one")
def bad_access(s):
    house = House(s)
    good = house.tokens(house.sign_up())
    calls = {
        "get_user": {},
        "global_sign_out": {},
        "delete_user": {},
        "update_user_attributes": {"UserAttributes": attributes(name="x")},
        "delete_user_attributes": {"UserAttributeNames": ["name"]},
        "get_user_attribute_verification_code": {"AttributeName": "email"},
        "verify_user_attribute": {"AttributeName": "email", "Code": "123456"},
        "change_password": {"PreviousPassword": PASSWORD, "ProposedPassword": "Another-Horse8"},
    }
    head, body, tail = good["AccessToken"].split(".")
    tampered = ".".join((head, body, tail[:-8] + ("AAAAAAAA" if not tail.endswith("AAAAAAAA") else "BBBBBBBB")))
    for name, more in calls.items():
        for bad in ("abc", tampered, good["IdToken"]):
            with refused("NotAuthorizedException", "Invalid Access Token"):
                getattr(house.idp, name)(AccessToken=bad, **more)


@case("a deleted or disabled user's tokens are worth nothing")
def gone(s):
    house = House(s)
    deleted, disabled = house.sign_up(), house.sign_up()
    of_deleted, of_disabled = house.tokens(deleted), house.tokens(disabled)
    house.idp.admin_delete_user(UserPoolId=house.pool, Username=deleted)
    house.idp.admin_disable_user(UserPoolId=house.pool, Username=disabled)
    with refused("UserNotFoundException", "User does not exist."):
        house.idp.get_user(AccessToken=of_deleted["AccessToken"])
    with refused("NotAuthorizedException"):
        house.refresh(of_deleted["RefreshToken"])
    with refused("NotAuthorizedException", re.compile("User is disabled.|Access Token has been revoked")):
        house.idp.get_user(AccessToken=of_disabled["AccessToken"])
    with refused("NotAuthorizedException", re.compile("User is disabled.|Refresh Token has been revoked")):
        house.refresh(of_disabled["RefreshToken"])
    house.sign_up(deleted)
    with refused("NotAuthorizedException"):
        house.refresh(of_deleted["RefreshToken"])


@case("preferred_role is left out where the best groups tie")
def tied_roles(s):
    house = House(s)
    name = house.user()
    for group in ("a", "b"):
        house.idp.create_group(UserPoolId=house.pool, GroupName=group, Precedence=1, RoleArn=f"arn:aws:iam::123456789012:role/{group}")
        house.idp.admin_add_user_to_group(UserPoolId=house.pool, Username=name, GroupName=group)
    got = claims(house.tokens(name)["IdToken"])
    true("cognito:preferred_role" not in got, "a preferred role all the same")
    equal(len(got["cognito:roles"]), 2)
    true(abs(got["iat"] - time.time()) < 60, "iat is far from now")
    true("cognito:groups" not in claims(house.tokens(house.user(fresh()))["IdToken"]), "groups of a user with none")


run("boto3 tokens")
