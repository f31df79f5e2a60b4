"""boto3: tracked sessions: limits, lists, revocation, and the settings of pools and clients."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import House, fresh

UNKNOWN = "tkn0123456789abcdefghijklmno"


def tracking_house(s, most=3):
    house = House(s)
    house.idp.set_user_pool_session_configuration(UserPoolId=house.pool, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": most})
    return house


def sessions(house, token):
    return house.idp.list_user_sessions(AccessToken=token)["Sessions"]


@case("settings of a pool and of a client")
def settings(s):
    house = House(s)
    idp, pool = house.idp, house.pool
    read = idp.get_user_pool_session_configuration(UserPoolId=pool)
    equal((read["UserSessionTracking"], read["TokenSession"]), ("DISABLED", {"MaxPerUser": 20}))
    with refused("InvalidParameterException"):
        idp.set_user_pool_client_session_configuration(UserPoolId=pool, ClientId=house.client, SSOSession={"MaxValidityMinutes": 5})
    with refused("InvalidParameterException"):
        idp.set_user_pool_session_configuration(UserPoolId=pool, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 101})
    idp.set_user_pool_session_configuration(UserPoolId=pool, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 2})
    read = idp.get_user_pool_session_configuration(UserPoolId=pool)
    equal((read["UserSessionTracking"], read["TokenSession"]), ("ENABLED", {"MaxPerUser": 2}))
    equal(idp.get_user_pool_client_session_configuration(UserPoolId=pool, ClientId=house.client)["SSOSession"], {"MaxValidityMinutes": 60})
    idp.set_user_pool_client_session_configuration(UserPoolId=pool, ClientId=house.client, SSOSession={"MaxValidityMinutes": 0})
    equal(idp.get_user_pool_client_session_configuration(UserPoolId=pool, ClientId=house.client)["SSOSession"], {"MaxValidityMinutes": 0})
    for call in (idp.get_user_pool_client_session_configuration, lambda **more: idp.set_user_pool_client_session_configuration(SSOSession={"MaxValidityMinutes": 1}, **more)):
        with refused("ResourceNotFoundException", "User pool client nosuchclient does not exist."):
            call(UserPoolId=pool, ClientId="nosuchclient")


@case("sessions are listed; the current one is told; the oldest makes room")
def limits(s):
    house = tracking_house(s)
    name = house.user()
    tokens = [house.tokens(name) for _ in range(3)]
    found = sessions(house, tokens[2]["AccessToken"])
    equal((len(found), [x["SessionType"] for x in found]), (3, ["TOKEN"] * 3))
    matches(found[0]["SessionId"], "tkn[a-z0-9]{25}")
    equal(sum(x["IsCurrentSession"] for x in found), 1)
    equal((found[0]["ClientId"], found[0]["LastIPAddress"]), (house.client, "127.0.0.1"))
    house.refresh(tokens[0]["RefreshToken"])
    fourth = house.tokens(name)
    equal(len(sessions(house, fourth["AccessToken"])), 3)
    listed = house.idp.admin_list_user_sessions(UserPoolId=house.pool, Username=name)["Sessions"]
    equal((len(listed), any(x["IsCurrentSession"] for x in listed)), (3, False))
    dead = 0
    for old in tokens:
        try:
            house.idp.get_user(AccessToken=old["AccessToken"])
        except house.idp.exceptions.NotAuthorizedException:
            dead += 1
    equal(dead, 1, "evicted sessions")


@case("revoked by the user: another session, not this one, nobody else's")
def revoke(s):
    house = tracking_house(s)
    idp, name = house.idp, house.user()
    mine, lost = house.tokens(name), house.tokens(name)
    found = sessions(house, mine["AccessToken"])
    (this,), (that,) = ([x["SessionId"] for x in found if x["IsCurrentSession"] == now] for now in (True, False))
    with refused("InvalidParameterException"):
        idp.revoke_user_session(AccessToken=mine["AccessToken"], SessionId=this)
    with refused("ResourceNotFoundException"):
        idp.revoke_user_session(AccessToken=mine["AccessToken"], SessionId=UNKNOWN)
    stranger = house.tokens(house.user())["AccessToken"]
    with refused("ResourceNotFoundException"):
        idp.revoke_user_session(AccessToken=stranger, SessionId=that)
    idp.revoke_user_session(AccessToken=mine["AccessToken"], SessionId=that)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        idp.get_user(AccessToken=lost["AccessToken"])
    with refused("NotAuthorizedException"):
        house.refresh(lost["RefreshToken"])
    equal([x["SessionId"] for x in sessions(house, mine["AccessToken"])], [this])
    with refused("ResourceNotFoundException"):
        idp.admin_revoke_user_session(UserPoolId=house.pool, Username=name, SessionId=that)
    idp.admin_revoke_user_session(UserPoolId=house.pool, Username=name, SessionId=this, RevokeAssociatedSessions="LINKED")
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        idp.get_user(AccessToken=mine["AccessToken"])


@case("a pool that tracks nothing")
def off(s):
    house = House(s)
    name = house.user(fresh())
    token = house.tokens(name)["AccessToken"]
    for call in (
        lambda: house.idp.list_user_sessions(AccessToken=token),
        lambda: house.idp.revoke_user_session(AccessToken=token, SessionId=UNKNOWN),
        lambda: house.idp.admin_list_user_sessions(UserPoolId=house.pool, Username=name),
        lambda: house.idp.admin_revoke_user_session(UserPoolId=house.pool, Username=name, SessionId=UNKNOWN),
    ):
        with refused("InvalidParameterException"):
            call()
    true(house.idp.get_user(AccessToken=token), "the token fell with it")


run("boto3 sessions")
