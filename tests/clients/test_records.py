"""boto3: resource servers, domains, looks, terms."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import House, fresh

API = "https://api.example.com"
PNG = b"\x89PNG\r\n\x1a\n and the rest of a picture"
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


@case("the classic look: of all clients and of one, read, reset, refused")
def classic(s):
    house = House(s)
    idp, pool = house.idp, house.pool
    css = ".logo-customizable { max-width: 60%; }"
    with refused("InvalidParameterException", "There has to be an existing domain associated with this user pool"):
        idp.set_ui_customization(UserPoolId=pool, CSS=css)
    idp.create_user_pool_domain(Domain=fresh("look"), UserPoolId=pool)
    set_ = idp.set_ui_customization(UserPoolId=pool, CSS=css, ImageFile=PNG)["UICustomization"]
    equal((set_["CSS"], set_["ClientId"]), (css, "ALL"))
    equal(idp.get_ui_customization(UserPoolId=pool, ClientId=house.client)["UICustomization"]["CSS"], css)
    with refused("InvalidParameterException"):
        idp.set_ui_customization(UserPoolId=pool, CSS="@import 'x';")
    for call in (idp.set_ui_customization, idp.get_ui_customization):
        with refused("ResourceNotFoundException"):
            call(UserPoolId=pool, ClientId="nosuchclient")


@case("a style of managed login: made, read by id and client, changed, deleted")
def branding(s):
    house = House(s)
    idp, pool = house.idp, house.pool
    of = {"UserPoolId": pool, "ClientId": house.client}
    settings = {"components": {"primaryButton": {"lightMode": {"defaults": {"backgroundColor": "ff0000ff"}}}}}
    logo = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": PNG}
    made = idp.create_managed_login_branding(Settings=settings, Assets=[logo], **of)["ManagedLoginBranding"]
    equal((made["Settings"], made["Assets"][0]["Bytes"], made["UserPoolId"]), (settings, PNG, pool))
    one = {"UserPoolId": pool, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
    with refused("ManagedLoginBrandingExistsException"):
        idp.create_managed_login_branding(UseCognitoProvidedValues=True, **of)
    equal(idp.describe_managed_login_branding(**one)["ManagedLoginBranding"]["Settings"], settings)
    equal(idp.describe_managed_login_branding_by_client(**of)["ManagedLoginBranding"]["ManagedLoginBrandingId"], made["ManagedLoginBrandingId"])
    with refused("InvalidParameterException"):
        idp.update_managed_login_branding(Settings={"colour": "red"}, **one)
    changed = idp.update_managed_login_branding(UseCognitoProvidedValues=True, **one)["ManagedLoginBranding"]
    equal((changed["UseCognitoProvidedValues"], "Settings" in changed), (True, False))
    idp.delete_managed_login_branding(**one)
    for call in (idp.describe_managed_login_branding, idp.delete_managed_login_branding, idp.update_managed_login_branding):
        with refused("ResourceNotFoundException"):
            call(**one, **({"UseCognitoProvidedValues": True} if call == idp.update_managed_login_branding else {}))
    with refused("ResourceNotFoundException"):
        idp.describe_managed_login_branding_by_client(**of)
    with refused("LimitExceededException"):
        for _ in range(21):
            idp.create_managed_login_branding(UserPoolId=pool, ClientId=house.add_client()[0], UseCognitoProvidedValues=True)


@case("terms: made, read by id and client, changed, listed in pages, deleted")
def terms(s):
    house = House(s)
    idp, pool = house.idp, house.pool
    make = lambda name, link="https://example.com/terms", client=None: idp.create_terms(
        UserPoolId=pool, ClientId=client or house.client, TermsName=name, TermsSource="LINK", Enforcement="NONE", Links={"cognito:default": link}
    )["Terms"]
    made = make("terms-of-use")
    one = {"UserPoolId": pool, "TermsId": made["TermsId"]}
    equal(idp.describe_terms(**one)["Terms"], made)
    equal(idp.describe_terms_by_client(UserPoolId=pool, ClientId=house.client, TermsName="terms-of-use")["Terms"], made)
    with refused("TermsExistsException"):
        make("terms-of-use")
    with refused("InvalidParameterException"):
        make("privacy-policy", "javascript:alert(1)")
    make("privacy-policy")
    with refused("TermsExistsException"):
        idp.update_terms(TermsName="privacy-policy", **one)
    changed = idp.update_terms(Links={"cognito:default": "https://example.com/new"}, **one)["Terms"]
    equal((changed["Links"], changed["TermsName"]), ({"cognito:default": "https://example.com/new"}, "terms-of-use"))
    first = idp.list_terms(UserPoolId=pool, MaxResults=1)
    second = idp.list_terms(UserPoolId=pool, MaxResults=1, NextToken=first["NextToken"])
    equal(sorted(t["TermsName"] for t in first["Terms"] + second["Terms"]), ["privacy-policy", "terms-of-use"])
    idp.delete_terms(**one)
    for call in (idp.describe_terms, idp.delete_terms, idp.update_terms):
        with refused("ResourceNotFoundException"):
            call(**one)
    with refused("ResourceNotFoundException"):
        idp.describe_terms_by_client(UserPoolId=pool, ClientId=house.client, TermsName="terms-of-use")
    with refused("LimitExceededException"):
        for _ in range(41):
            make("terms-of-use", client=house.add_client()[0])


run("boto3 records")
