"""boto3: passkeys registered, used, listed and deleted, by an authenticator in software."""

import json
import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from authenticator import Passkey, encode
from cases import case, equal, matches, refused, run, true
from cognito import House, fresh

CERTIFICATE = {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d"}


def passkey_house(s, domain=True):
    """A house whose pool takes passkeys as a first factor, and is the relying party of a custom domain: (house, domain)."""
    house = House(s, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}})
    host = f"{fresh('auth')}.example.com"
    if domain:
        house.idp.create_user_pool_domain(Domain=host, UserPoolId=house.pool, CustomDomainConfig=CERTIFICATE)
    return house, host


def signed_in(house):
    name = house.user()
    return name, house.tokens(name)["AccessToken"]


@case("registered, listed in pages, deleted")
def whole(s):
    house, host = passkey_house(s)
    idp, (name, token) = house.idp, signed_in(house)
    made = []
    for _ in range(3):
        options = idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
        equal((options["rp"]["id"], options["user"]["name"]), (host, name))
        equal([p["alg"] for p in options["pubKeyCredParams"]], [-7, -257])
        equal(sorted(c["id"] for c in options.get("excludeCredentials", [])), sorted(encode(p.id) for p in made))
        passkey = Passkey(f"https://{host}")
        idp.complete_web_authn_registration(AccessToken=token, Credential=passkey.create(options))
        made.append(passkey)
    first = idp.list_web_authn_credentials(AccessToken=token, MaxResults=2)
    second = idp.list_web_authn_credentials(AccessToken=token, MaxResults=2, NextToken=first["NextToken"])
    listed = first["Credentials"] + second["Credentials"]
    equal(sorted(c["CredentialId"] for c in listed), sorted(encode(p.id) for p in made))
    equal((listed[0]["RelyingPartyId"], listed[0]["AuthenticatorAttachment"], listed[0]["AuthenticatorTransports"]), (host, "platform", ["internal", "hybrid"]))
    matches(listed[0]["FriendlyCredentialName"], r".+")
    idp.delete_web_authn_credential(AccessToken=token, CredentialId=encode(made[0].id))
    with refused("ResourceNotFoundException"):
        idp.delete_web_authn_credential(AccessToken=token, CredentialId=encode(made[0].id))
    equal(len(idp.list_web_authn_credentials(AccessToken=token)["Credentials"]), 2)
    other = signed_in(house)[1]
    equal(idp.list_web_authn_credentials(AccessToken=other)["Credentials"], [], "another user's list")
    with refused("ResourceNotFoundException"):
        idp.delete_web_authn_credential(AccessToken=other, CredentialId=encode(made[1].id))


@case("twenty for each user, and no more")
def limit(s):
    house, host = passkey_house(s)
    token = signed_in(house)[1]
    with refused("LimitExceededException"):
        for _ in range(21):
            options = house.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
            house.idp.complete_web_authn_registration(AccessToken=token, Credential=Passkey(f"https://{host}").create(options))
    equal(len(house.idp.list_web_authn_credentials(AccessToken=token)["Credentials"]), 20)


@case("a challenge is answered once")
def once(s):
    house, host = passkey_house(s)
    token = signed_in(house)[1]
    options = house.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    house.idp.complete_web_authn_registration(AccessToken=token, Credential=Passkey(f"https://{host}").create(options))
    with refused("WebAuthnChallengeNotFoundException"):
        house.idp.complete_web_authn_registration(AccessToken=token, Credential=Passkey(f"https://{host}").create(options))


@case("a pool without passkeys, a pool without a domain")
def off(s):
    house = House(s)
    token = signed_in(house)[1]
    with refused("WebAuthnNotEnabledException"):
        house.idp.start_web_authn_registration(AccessToken=token)
    with refused("WebAuthnNotEnabledException"):
        house.idp.complete_web_authn_registration(AccessToken=token, Credential={"id": "AA"})
    house, _ = passkey_house(s, domain=False)
    with refused("WebAuthnConfigurationMissingException"):
        house.idp.start_web_authn_registration(AccessToken=signed_in(house)[1])


@case("a registration that does not answer what was asked")
def lies(s):
    house, host = passkey_house(s)
    idp, (name, token) = house.idp, signed_in(house)
    page = f"https://{host}"
    begin = lambda: idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    complete = lambda credential, by=token: idp.complete_web_authn_registration(AccessToken=by, Credential=credential)
    with refused("WebAuthnChallengeNotFoundException"):
        complete({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}})
    with refused("InvalidParameterException"):
        begin()
        complete({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}})
    with refused("WebAuthnChallengeNotFoundException"):
        complete(Passkey(page, challenge=encode(bytes(32))).create(begin()))
    with refused("WebAuthnOriginNotAllowedException"):
        complete(Passkey("https://evil.example").create(begin()))
    with refused("WebAuthnRelyingPartyMismatchException"):
        complete(Passkey(page, rp_id="evil.example").create(begin()))
    with refused("WebAuthnCredentialNotSupportedException"):
        complete(Passkey(page, odd_key=True).create(begin()))
    other, _ = house.add_client()
    with refused("WebAuthnClientMismatchException"):
        complete(Passkey(page).create(begin()), house.tokens(name, client=other)["AccessToken"])
    equal(idp.list_web_authn_credentials(AccessToken=token)["Credentials"], [])
    passkey = Passkey(page)
    complete(passkey.create(begin()))
    with refused("InvalidParameterException", re.compile("registered already")):
        complete(passkey.create(begin()))
    with refused("WebAuthnChallengeNotFoundException"):
        idp.complete_web_authn_registration(AccessToken=signed_in(house)[1], Credential=Passkey(page).create(begin()))
    true(idp.list_web_authn_credentials(AccessToken=token)["Credentials"], "the passkey is gone")


def registered(s):
    """A house, a user with a passkey, the passkey and its page."""
    house, host = passkey_house(s)
    house.choosing, _ = house.add_client(ExplicitAuthFlows=["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    name, token = signed_in(house)
    passkey = Passkey(f"https://{host}")
    options = house.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    house.idp.complete_web_authn_registration(AccessToken=token, Credential=passkey.create(options))
    return house, name, passkey, host


def asked(house, name):
    """The WEB_AUTHN challenge, and its options."""
    parameters = {"USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN"}
    challenge = house.idp.initiate_auth(ClientId=house.choosing, AuthFlow="USER_AUTH", AuthParameters=parameters)
    equal(challenge["ChallengeName"], "WEB_AUTHN")
    return challenge, json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])


@case("sign-in: proven once, and by nobody else's passkey, page or challenge")
def sign_in(s):
    house, name, passkey, host = registered(s)
    answer = lambda challenge, credential, who=name: house.respond(challenge, who, client=house.choosing, CREDENTIAL=json.dumps(credential))
    challenge, options = asked(house, name)
    equal((options["rpId"], [c["id"] for c in options["allowCredentials"]]), (host, [encode(passkey.id)]))
    credential = passkey.get(options)
    true(answer(challenge, credential)["AuthenticationResult"]["IdToken"], "no tokens")
    with refused("NotAuthorizedException"):
        answer(challenge, credential)
    strange = Passkey(f"https://{host}")
    strange.user = passkey.user
    lies = [strange, passkey]
    for liar in lies:
        challenge, options = asked(house, name)
        if liar is passkey:
            liar.origin = "https://evil.example"
        with refused("NotAuthorizedException"):
            answer(challenge, liar.get(options))
    passkey.origin = f"https://{host}"
    challenge, _ = asked(house, name)
    with refused("NotAuthorizedException"):
        answer(challenge, credential)
    challenge, options = asked(house, name)
    passkey.counter = 0
    with refused("NotAuthorizedException"):
        answer(challenge, passkey.get(options))
    other = house.user()
    with refused("NotAuthorizedException"):
        challenge, options = asked(house, name)
        passkey.counter = 9
        answer(challenge, passkey.get(options), other)


run("boto3 passkeys")
