"""boto3: resource servers and domains."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import House, fresh

API = "https://api.example.com"
SCOPES = [{"ScopeName": "read", "ScopeDescription": "Reads"}, {"ScopeName": "write", "ScopeDescription": "Writes"}]


@case("resource servers: made, read, changed, listed in pages, deleted")
def servers(s):
    house = House(s)
    idp, pool = house.idp, house.pool
    made = idp.create_resource_server(UserPoolId=pool, Identifier=API, Name="API", Scopes=SCOPES)["ResourceServer"]
    equal(made, {"UserPoolId": pool, "Identifier": API, "Name": "API", "Scopes": SCOPES})
    equal(idp.describe_resource_server(UserPoolId=pool, Identifier=API)["ResourceServer"], made)
    with refused("InvalidParameterException", re.compile("already exists in user pool")):
        idp.create_resource_server(UserPoolId=pool, Identifier=API, Name="again")
    changed = idp.update_resource_server(UserPoolId=pool, Identifier=API, Name="API 2", Scopes=SCOPES[:1])["ResourceServer"]
    equal((changed["Name"], changed["Scopes"]), ("API 2", SCOPES[:1]))
    for call in (
        lambda: idp.describe_resource_server(UserPoolId=pool, Identifier="nowhere"),
        lambda: idp.update_resource_server(UserPoolId=pool, Identifier="nowhere", Name="x"),
        lambda: idp.delete_resource_server(UserPoolId=pool, Identifier="nowhere"),
    ):
        with refused("ResourceNotFoundException", re.compile("nowhere")):
            call()
    for n in range(24):
        idp.create_resource_server(UserPoolId=pool, Identifier=f"server-{n:02}", Name="more")
    with refused("LimitExceededException"):
        idp.create_resource_server(UserPoolId=pool, Identifier="one-too-many", Name="more")
    first = idp.list_resource_servers(UserPoolId=pool, MaxResults=20)
    second = idp.list_resource_servers(UserPoolId=pool, MaxResults=20, NextToken=first["NextToken"])
    found = [server["Identifier"] for server in first["ResourceServers"] + second["ResourceServers"]]
    equal((len(found), len(set(found)), "NextToken" in second), (25, 25, False))
    idp.delete_resource_server(UserPoolId=pool, Identifier=API)
    with refused("ResourceNotFoundException"):
        idp.describe_resource_server(UserPoolId=pool, Identifier=API)


@case("a client may ask for the scopes of a resource server, once there is one")
def scopes(s):
    house = House(s)
    usual = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "CallbackURLs": ["https://app.example.com/"], "SupportedIdentityProviders": ["COGNITO"]}
    with refused("ScopeDoesNotExistException", re.compile(f"{API}/read")):
        house.add_client(AllowedOAuthScopes=[f"{API}/read"], **usual)
    house.idp.create_resource_server(UserPoolId=house.pool, Identifier=API, Name="API", Scopes=SCOPES)
    client, _ = house.add_client(AllowedOAuthScopes=[f"{API}/read"], **usual)
    kept = house.idp.describe_user_pool_client(UserPoolId=house.pool, ClientId=client)["UserPoolClient"]
    equal(kept["AllowedOAuthScopes"], [f"{API}/read"])


@case("domains: a prefix and a custom one")
def domains(s):
    house, other = House(s), House(s)
    idp, pool, prefix = house.idp, house.pool, fresh("login")
    idp.create_user_pool_domain(Domain=prefix, UserPoolId=pool)
    described = idp.describe_user_pool_domain(Domain=prefix)["DomainDescription"]
    equal((described["UserPoolId"], described["Domain"], described["Status"]), (pool, prefix, "ACTIVE"))
    equal(idp.describe_user_pool(UserPoolId=pool)["UserPool"]["Domain"], prefix)
    equal(idp.describe_user_pool_domain(Domain="nobodys")["DomainDescription"], {}, "an unknown domain")
    with refused("InvalidParameterException", "Domain already associated with another user pool."):
        other.idp.create_user_pool_domain(Domain=prefix, UserPoolId=other.pool)
    with refused("InvalidParameterException"):
        idp.create_user_pool_domain(Domain=fresh("second"), UserPoolId=pool)
    custom = {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d"}
    host = f"{fresh('auth')}.example.com"
    made = idp.create_user_pool_domain(Domain=host, UserPoolId=pool, CustomDomainConfig=custom)
    matches(made["CloudFrontDomain"], r"[\w.-]+")
    idp.update_user_pool_domain(Domain=host, UserPoolId=pool, CustomDomainConfig={"CertificateArn": custom["CertificateArn"] + "9"})
    equal(idp.describe_user_pool_domain(Domain=host)["DomainDescription"]["CustomDomainConfig"]["CertificateArn"], custom["CertificateArn"] + "9")
    equal(idp.describe_user_pool(UserPoolId=pool)["UserPool"]["CustomDomain"], host)
    with refused("InvalidParameterException", "No such domain or user pool exists."):
        other.idp.delete_user_pool_domain(Domain=prefix, UserPoolId=other.pool)
    for name in (prefix, host):
        idp.delete_user_pool_domain(Domain=name, UserPoolId=pool)
        equal(idp.describe_user_pool_domain(Domain=name)["DomainDescription"], {})
    true("Domain" not in idp.describe_user_pool(UserPoolId=pool)["UserPool"], "the pool still names its domain")


run("boto3 records")
