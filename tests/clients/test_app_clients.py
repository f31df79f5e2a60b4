"""boto3: app clients, their secrets and what they allow."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import PASSWORD, House, connect, secret_hash


@case("a new client comes back with AWS's defaults")
def defaults(s):
    house = House(s)
    made = house.idp.create_user_pool_client(UserPoolId=house.pool, ClientName="plain")["UserPoolClient"]
    matches(made["ClientId"], r"[a-z0-9]{26}", "ClientId")
    got = house.idp.describe_user_pool_client(UserPoolId=house.pool, ClientId=made["ClientId"])["UserPoolClient"]
    equal(
        {k: got.get(k) for k in ("ClientName", "UserPoolId", "RefreshTokenValidity", "AllowedOAuthFlowsUserPoolClient", "EnableTokenRevocation", "EnablePropagateAdditionalUserContextData", "AuthSessionValidity")},
        {
            "ClientName": "plain",
            "UserPoolId": house.pool,
            "RefreshTokenValidity": 30,
            "AllowedOAuthFlowsUserPoolClient": False,
            "EnableTokenRevocation": True,
            "EnablePropagateAdditionalUserContextData": False,
            "AuthSessionValidity": 3,
        },
    )
    true("ClientSecret" not in got, "a public client has a secret")
    true("CallbackURLs" not in got, "a list that was never set is there")


@case("a secret client has a secret and keeps it")
def with_secret(s):
    house = House(s, client={"GenerateSecret": True})
    matches(house.secret, r"[a-z0-9]{48,64}", "ClientSecret")
    got = house.idp.describe_user_pool_client(UserPoolId=house.pool, ClientId=house.client)["UserPoolClient"]
    equal(got["ClientSecret"], house.secret)


@case("SECRET_HASH is needed, checked, and either of two secrets makes it")
def hashes(s):
    house = House(s, client={"GenerateSecret": True})
    name = house.sign_up()
    plain = {"USERNAME": name, "PASSWORD": PASSWORD}
    start = lambda more: house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=plain | more)
    with refused("NotAuthorizedException", f"Client {house.client} is configured with secret but SECRET_HASH was not received"):
        start({})
    with refused("NotAuthorizedException", re.compile("(SecretHash does not match for the client|Unable to verify secret hash for client)")):
        start({"SECRET_HASH": secret_hash(name, house.client, "another")})
    true(start({"SECRET_HASH": house.hash(name)})["AuthenticationResult"]["IdToken"], "no token")
    second = house.idp.add_user_pool_client_secret(UserPoolId=house.pool, ClientId=house.client)["ClientSecretDescriptor"]
    matches(second["ClientSecretId"], re.escape(house.client) + r"--\d+", "ClientSecretId")
    new = secret_hash(name, house.client, second["ClientSecretValue"])
    true(start({"SECRET_HASH": new})["AuthenticationResult"]["IdToken"], "no token by the second secret")
    true(start({"SECRET_HASH": house.hash(name)})["AuthenticationResult"]["IdToken"], "no token by the first secret")
    with refused("LimitExceededException"):
        house.idp.add_user_pool_client_secret(UserPoolId=house.pool, ClientId=house.client)
    listed = house.idp.list_user_pool_client_secrets(UserPoolId=house.pool, ClientId=house.client)["ClientSecrets"]
    equal(len(listed), 2, "number of secrets")
    true(all("ClientSecretValue" not in d for d in listed), "the list shows secrets")
    first = next(d["ClientSecretId"] for d in listed if d["ClientSecretId"] != second["ClientSecretId"])
    house.idp.delete_user_pool_client_secret(UserPoolId=house.pool, ClientId=house.client, ClientSecretId=first)
    with refused("NotAuthorizedException"):
        start({"SECRET_HASH": house.hash(name)})
    true(start({"SECRET_HASH": new})["AuthenticationResult"]["IdToken"], "no token after the first secret went")
    with refused("InvalidParameterException"):
        house.idp.delete_user_pool_client_secret(UserPoolId=house.pool, ClientId=house.client, ClientSecretId=second["ClientSecretId"])


@case("SignUp and its relatives ask for the hash too")
def hash_everywhere(s):
    house = House(s, client={"GenerateSecret": True})
    missing = f"Client {house.client} is configured with secret but SECRET_HASH was not received"
    calls = [
        lambda: house.idp.sign_up(ClientId=house.client, Username="x", Password=PASSWORD),
        lambda: house.idp.confirm_sign_up(ClientId=house.client, Username="x", ConfirmationCode="123456"),
        lambda: house.idp.resend_confirmation_code(ClientId=house.client, Username="x"),
        lambda: house.idp.forgot_password(ClientId=house.client, Username="x"),
        lambda: house.idp.confirm_forgot_password(ClientId=house.client, Username="x", ConfirmationCode="123456", Password=PASSWORD),
    ]
    for call in calls:
        with refused("NotAuthorizedException", missing):
            call()


@case("flows that are off stay off")
def flows(s):
    house = House(s, client={"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]})
    name = house.sign_up()
    with refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"):
        house.start(name)
    with refused("InvalidParameterException", "USER_SRP_AUTH flow not enabled for this client"):
        house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": name, "SRP_A": "abcdef12"})
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        house.admin_start(name)
    with refused("InvalidParameterException", "Initiate Auth method not supported."):
        house.start(name, flow="ADMIN_USER_PASSWORD_AUTH")


@case("the older names of flows work, but not mixed with the newer")
def older(s):
    house = House(s, client={"ExplicitAuthFlows": ["USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"]})
    name = house.sign_up()
    true(house.tokens(name)["IdToken"], "no token")
    true(house.admin_start(name, flow="ADMIN_NO_SRP_AUTH")["AuthenticationResult"]["IdToken"], "no token")
    with refused("InvalidParameterException"):
        house.add_client(ExplicitAuthFlows=["USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"])


@case("UpdateUserPoolClient puts what is omitted back to its default")
def update(s):
    house = House(s, client={"AccessTokenValidity": 10, "TokenValidityUnits": {"AccessToken": "minutes"}, "PreventUserExistenceErrors": "ENABLED"})
    got = house.idp.update_user_pool_client(UserPoolId=house.pool, ClientId=house.client, ClientName="other", ReadAttributes=["email"])["UserPoolClient"]
    equal((got["ClientName"], got["ReadAttributes"]), ("other", ["email"]))
    true(got.get("AccessTokenValidity") in (None, 60, 1), f"AccessTokenValidity stayed {got.get('AccessTokenValidity')}")
    true(got.get("PreventUserExistenceErrors", "LEGACY") == "LEGACY", "PreventUserExistenceErrors stayed")
    equal(got.get("ExplicitAuthFlows", []), [], "ExplicitAuthFlows")


@case("lists, pages, deletion and strangers")
def lists(s):
    house = House(s)
    more = [house.add_client()[0] for _ in range(6)]
    seen = []
    for page in house.idp.get_paginator("list_user_pool_clients").paginate(UserPoolId=house.pool, PaginationConfig={"PageSize": 2}):
        true(len(page["UserPoolClients"]) <= 2, "page too long")
        seen += [c["ClientId"] for c in page["UserPoolClients"]]
    equal(sorted(seen), sorted([house.client, *more]))
    equal(sorted(house.idp.list_user_pool_clients(UserPoolId=house.pool)["UserPoolClients"][0]), ["ClientId", "ClientName", "UserPoolId"])
    house.idp.delete_user_pool_client(UserPoolId=house.pool, ClientId=more[0])
    gone = f"User pool client {more[0]} does not exist."
    with refused("ResourceNotFoundException", gone):
        house.idp.describe_user_pool_client(UserPoolId=house.pool, ClientId=more[0])
    with refused("ResourceNotFoundException", gone):
        house.start("x", client=more[0])
    other = House(s)
    with refused("ResourceNotFoundException", f"User pool client {other.client} does not exist."):
        house.idp.describe_user_pool_client(UserPoolId=house.pool, ClientId=other.client)
    with refused("ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist."):
        house.idp.create_user_pool_client(UserPoolId="us-east-1_Nowhere00", ClientName="c")


@case("token lifetimes have bounds")
def lifetimes(s):
    house = House(s)
    for bad in (
        {"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}},
        {"IdTokenValidity": 25, "TokenValidityUnits": {"IdToken": "hours"}},
        {"RefreshTokenValidity": 30, "TokenValidityUnits": {"RefreshToken": "minutes"}},
        {"RefreshTokenValidity": 1, "AccessTokenValidity": 2, "TokenValidityUnits": {"RefreshToken": "hours", "AccessToken": "hours"}},
    ):
        with refused("InvalidParameterException"):
            house.add_client(**bad)


@case("settings for OAuth are kept and checked")
def oauth(s):
    house = House(s)
    client, _ = house.add_client(
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        AllowedOAuthFlowsUserPoolClient=True,
        CallbackURLs=["https://app.example.com/cb", "http://localhost:3000/cb"],
        LogoutURLs=["https://app.example.com/out"],
        DefaultRedirectURI="https://app.example.com/cb",
        SupportedIdentityProviders=["COGNITO"],
    )
    got = house.idp.describe_user_pool_client(UserPoolId=house.pool, ClientId=client)["UserPoolClient"]
    equal(got["CallbackURLs"], ["https://app.example.com/cb", "http://localhost:3000/cb"])
    equal(got["DefaultRedirectURI"], "https://app.example.com/cb")
    equal(got["AllowedOAuthFlows"], ["code"])
    with refused("InvalidParameterException"):
        house.add_client(DefaultRedirectURI="https://other.example.com/", CallbackURLs=["https://app.example.com/cb"])
    with refused("InvalidParameterException", re.compile(rf"The provider Nobody does not exist for User Pool {house.pool}.?")):
        house.add_client(SupportedIdentityProviders=["Nobody"])
    with refused("ScopeDoesNotExistException"):
        house.add_client(AllowedOAuthScopes=["api/read"], AllowedOAuthFlows=["code"], AllowedOAuthFlowsUserPoolClient=True, CallbackURLs=["https://a.example.com/"])
    with refused("InvalidOAuthFlowException"):
        house.add_client(AllowedOAuthFlows=["client_credentials", "code"], AllowedOAuthScopes=["openid"], AllowedOAuthFlowsUserPoolClient=True, GenerateSecret=True, CallbackURLs=["https://a.example.com/"])


@case("bad values are named")
def bad_values(s):
    house = House(s)
    loose = connect(s, check=False)
    with refused("InvalidParameterException", re.compile(r"'explicitAuthFlows' failed to satisfy constraint|'explicitAuthFlows\.1\.member' failed to satisfy constraint: .*enum value set")):
        loose.create_user_pool_client(UserPoolId=house.pool, ClientName="c", ExplicitAuthFlows=["NOPE"])
    with refused("InvalidParameterException", re.compile("'authSessionValidity' failed to satisfy constraint: Member must have value greater than or equal to 3")):
        loose.create_user_pool_client(UserPoolId=house.pool, ClientName="c", AuthSessionValidity=2)
    with refused("InvalidParameterException", re.compile("'clientName' failed to satisfy constraint: Member must not be null")):
        loose.create_user_pool_client(UserPoolId=house.pool)


run("boto3 app clients")
