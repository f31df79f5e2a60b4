"""boto3: identity providers, users linked to them, the certificate of a pool."""

import base64
import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run, true
from cognito import House
from cryptography import x509
from cryptography.hazmat.primitives import serialization

OIDC = {"client_id": "app", "client_secret": "hush", "attributes_request_method": "GET", "oidc_issuer": "https://login.example.com", "authorize_scopes": "openid email"}
GOOGLE = {"client_id": "1.apps.example.com", "client_secret": "hush", "authorize_scopes": "openid email profile"}


def metadata(certificate):
    """SAML metadata of an identity provider."""
    return f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://saml.example.com/metadata">
  <IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://saml.example.com/sso"/>
  </IDPSSODescriptor>
</EntityDescriptor>"""


@case("OIDC: made, described, changed, found by an identifier, listed in pages, deleted")
def oidc(s):
    house = House(s)
    idp, pool = house.idp, house.pool
    made = idp.create_identity_provider(
        UserPoolId=pool, ProviderName="Acme", ProviderType="OIDC", ProviderDetails=OIDC, AttributeMapping={"email": "email"}, IdpIdentifiers=["acme.example"]
    )["IdentityProvider"]
    equal((made["ProviderName"], made["ProviderType"], made["UserPoolId"]), ("Acme", "OIDC", pool))
    equal(made["ProviderDetails"]["client_secret"], "hush")
    equal(made["AttributeMapping"], {"email": "email", "username": "sub"})
    equal(idp.describe_identity_provider(UserPoolId=pool, ProviderName="Acme")["IdentityProvider"], made)
    equal(idp.get_identity_provider_by_identifier(UserPoolId=pool, IdpIdentifier="acme.example")["IdentityProvider"], made)
    true(f"{pool}_Acme" in [g["GroupName"] for g in idp.list_groups(UserPoolId=pool)["Groups"]], "the provider has no group")
    with refused("DuplicateProviderException"):
        idp.create_identity_provider(UserPoolId=pool, ProviderName="Acme", ProviderType="OIDC", ProviderDetails=OIDC)
    changed = idp.update_identity_provider(UserPoolId=pool, ProviderName="Acme", ProviderDetails=OIDC | {"authorize_scopes": "openid"}, IdpIdentifiers=["other.example"])["IdentityProvider"]
    equal((changed["ProviderDetails"]["authorize_scopes"], changed["IdpIdentifiers"], changed["AttributeMapping"]), ("openid", ["other.example"], made["AttributeMapping"]))
    with refused("ResourceNotFoundException"):
        idp.get_identity_provider_by_identifier(UserPoolId=pool, IdpIdentifier="acme.example")
    idp.create_identity_provider(UserPoolId=pool, ProviderName="Google", ProviderType="Google", ProviderDetails=GOOGLE)
    first = idp.list_identity_providers(UserPoolId=pool, MaxResults=1)
    second = idp.list_identity_providers(UserPoolId=pool, MaxResults=1, NextToken=first["NextToken"])
    equal([p["ProviderName"] for p in first["Providers"] + second["Providers"]], ["Acme", "Google"])
    client, _ = house.add_client(SupportedIdentityProviders=["COGNITO", "Acme"])
    idp.delete_identity_provider(UserPoolId=pool, ProviderName="Acme")
    equal(idp.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"]["SupportedIdentityProviders"], ["COGNITO"])
    for call in (idp.describe_identity_provider, idp.update_identity_provider, idp.delete_identity_provider):
        with refused("ResourceNotFoundException", re.compile("Acme")):
            call(UserPoolId=pool, ProviderName="Acme")


@case("details that are wrong for their type")
def details(s):
    house = House(s)
    make = lambda name, kind, details: house.idp.create_identity_provider(UserPoolId=house.pool, ProviderName=name, ProviderType=kind, ProviderDetails=details)
    for name, kind, given in (
        ("Acme", "OIDC", {"client_id": "x"}),
        ("Acme", "OIDC", OIDC | {"oidc_issuer": "http://127.0.0.1:1/"}),
        ("Acme", "OIDC", OIDC | {"no_such_key": "x"}),
        ("Acme", "OIDC", OIDC | {"authorize_scopes": "email"}),
        ("Elgoog", "Google", GOOGLE),
        ("Acme", "SAML", {}),
        ("Acme", "SAML", {"MetadataFile": "<html/>"}),
        ("Acme", "SAML", {"MetadataURL": "http://169.254.169.254/latest/meta-data/"}),
    ):
        with refused("InvalidParameterException"):
            make(name, kind, given)
    house.idp.create_identity_provider(UserPoolId=house.pool, ProviderName="Acme", ProviderType="OIDC", ProviderDetails=OIDC)
    with refused("InvalidParameterException"):
        house.idp.update_identity_provider(UserPoolId=house.pool, ProviderName="Acme", ProviderDetails=OIDC | {"oidc_issuer": "nowhere"})


@case("SAML by a metadata file, and the pool's own certificate")
def saml(s):
    house = House(s)
    certificate = house.idp.get_signing_certificate(UserPoolId=house.pool)["Certificate"]
    equal(house.idp.get_signing_certificate(UserPoolId=house.pool)["Certificate"], certificate, "the certificate, asked for again")
    read = x509.load_der_x509_certificate(base64.b64decode(certificate))
    true(read.public_key().key_size >= 2048, "a short key")
    true(read.public_bytes(serialization.Encoding.PEM), "no certificate")
    made = house.idp.create_identity_provider(
        UserPoolId=house.pool, ProviderName="Saml", ProviderType="SAML", ProviderDetails={"MetadataFile": metadata(certificate), "IDPSignout": "true"}
    )["IdentityProvider"]
    equal(made["ProviderDetails"]["SSORedirectBindingURI"], "https://saml.example.com/sso")


@case("identities linked to a user, and taken from them")
def links(s):
    house = House(s)
    idp, pool, name, other = house.idp, house.pool, house.user(), house.user()
    idp.create_identity_provider(UserPoolId=pool, ProviderName="Acme", ProviderType="OIDC", ProviderDetails=OIDC)
    of = lambda user: {"ProviderName": "Cognito", "ProviderAttributeValue": user}
    source = lambda subject: {"ProviderName": "Acme", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": subject}
    link = lambda user, subject: idp.admin_link_provider_for_user(UserPoolId=pool, DestinationUser=of(user), SourceUser=source(subject))
    link(name, "a-1")
    true('"userId":"a-1"' in house.attributes(name)["identities"].replace(" ", ""), "the user has no identities")
    with refused("InvalidParameterException", "SourceUser is already linked to DestinationUser"):
        link(name, "a-1")
    with refused("AliasExistsException"):
        link(other, "a-1")
    with refused("UserNotFoundException", "User does not exist."):
        link("nobody", "a-2")
    with refused("ResourceNotFoundException"):
        idp.admin_link_provider_for_user(UserPoolId=pool, DestinationUser=of(name), SourceUser=source("a-3") | {"ProviderName": "Nowhere"})
    with refused("LimitExceededException"):
        for n in range(2, 8):
            link(name, f"a-{n}")
    idp.admin_disable_provider_for_user(UserPoolId=pool, User=source("a-1"))
    with refused("UserNotFoundException"):
        idp.admin_disable_provider_for_user(UserPoolId=pool, User=source("a-1"))
    with refused("ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist."):
        idp.admin_disable_provider_for_user(UserPoolId="us-east-1_Nowhere00", User=source("a-1"))
    with refused("InvalidParameterException"):
        idp.admin_disable_provider_for_user(UserPoolId=pool, User={"ProviderName": "Acme"})
    link(other, "a-1")
    idp.admin_disable_provider_for_user(UserPoolId=pool, User={"ProviderName": "Cognito", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": other})
    with refused("NotAuthorizedException", "Incorrect username or password."):
        house.start(other)


run("boto3 providers")
