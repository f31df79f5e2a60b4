"""boto3: tokens of clients, and token exchange."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run
from cognito import House, claims

API = "https://api.example.com"
SELF_SERVICE = "aws.cognito.signin.user.admin"


def bank(s):
    """A house with a resource server, a client with tokens of its own, and one that exchanges: (house, machine, service), each (id, secret)."""
    house = House(s)
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    house.idp.create_resource_server(UserPoolId=house.pool, Identifier=API, Name="API", Scopes=scopes)
    machine = house.add_client(GenerateSecret=True, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"], AllowedOAuthScopes=[f"{API}/read", f"{API}/write"])
    service = house.add_client(GenerateSecret=True, ExplicitAuthFlows=["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"], AllowedOAuthScopes=[f"{API}/read", SELF_SERVICE])
    return house, machine, service


@case("a client's own token: all of its scopes, or some of them")
def own(s):
    house, (client, secret), _ = bank(s)
    ask = lambda **more: house.idp.get_client_token(**{"ClientId": client, "Secret": secret} | more)["ClientAuthenticationResult"]
    whole = ask()
    equal((whole["TokenType"], sorted(claims(whole["AccessToken"])["scope"].split())), ("Bearer", [f"{API}/read", f"{API}/write"]))
    equal(claims(ask(Scopes=[f"{API}/read"])["AccessToken"])["scope"], f"{API}/read")
    equal((claims(whole["AccessToken"])["sub"], claims(whole["AccessToken"])["client_id"]), (client, client))
    with refused("NotAuthorizedException"):
        ask(Secret="x" * 40)
    with refused("InvalidParameterException"):
        ask(Scopes=[f"{API}/admin"])
    with refused("ResourceNotFoundException"):
        ask(ClientId="nosuchclient")
    with refused("NotAuthorizedException", "Invalid Access Token"):
        house.idp.get_user(AccessToken=whole["AccessToken"])


@case("a token exchanged: for its subject, with an actor, never for more")
def exchange(s):
    house, (machine, machine_secret), (client, secret) = bank(s)
    name = house.user()
    tokens = house.tokens(name)
    ask = lambda **more: house.idp.get_derived_token(**{"ClientId": client, "ClientSecret": secret, "SubjectToken": tokens["AccessToken"], "SubjectTokenType": "ACCESS_TOKEN"} | more)
    done = ask()
    equal((done["TokenType"], done["IssuedTokenType"], done["Scopes"]), ("Bearer", "ACCESS_TOKEN", [SELF_SERVICE]))
    equal(claims(done["IssuedToken"])["sub"], claims(tokens["AccessToken"])["sub"])
    actor = house.idp.get_client_token(ClientId=machine, Secret=machine_secret)["ClientAuthenticationResult"]["AccessToken"]
    acted = ask(ActorToken=actor, ActorTokenType="ACCESS_TOKEN")
    equal(claims(acted["IssuedToken"])["act"]["sub"], machine)
    with refused("InvalidParameterException"):
        ask(ActorToken=actor)
    for wrong in ({"SubjectToken": tokens["AccessToken"][:-8] + "AAAAAAAA"}, {"ClientSecret": "x" * 40}):
        with refused("NotAuthorizedException"):
            ask(**wrong)
    with refused("ResourceNotFoundException"):
        ask(ClientId="nosuchclient")
    house.idp.admin_delete_user(UserPoolId=house.pool, Username=name)
    with refused("UserNotFoundException", "User does not exist."):
        ask()


run("boto3 token exchange")
