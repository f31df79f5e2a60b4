"""authlib as a confidential client, and requests-oauthlib: endpoints by discovery, code with PKCE, refresh, introspection, revocation,
keys in place of a secret; tokens are verified by authlib's own JOSE."""

import json
import os
import secrets

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cases import case, equal, run, true
from cognito import PASSWORD
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from requests_oauthlib import OAuth2Session as RequestsSession
from server import ROOT_KEY, ROOT_SECRET
from sites import CALLBACK, CSRF, Browser, Site

# The servers of the tests have no TLS.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
SCOPES = "openid email"


class Place(Site):
    """A site whose endpoints are found by discovery; addresses of its host lead to this machine."""

    def __init__(self, server, extensions="", **client):
        tags = {"UserPoolTags": {"poolhouse:oauth": extensions}} if extensions else {}
        super().__init__(server, 1, client=client, **tags)
        self.issuer = f"{server.url}/{self.pool}"
        self.metadata = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=30).json()
        equal(self.metadata["issuer"], self.issuer)
        self.name = self.user(email="ann@example.com", email_verified="true")

    def here(self, session):
        """Lets a session of requests find the site's host."""
        base = f"http://{self.prefix}.auth.localhost:{self.server.port}"
        send = session.request

        def request(method, url, headers=None, **more):
            if url.startswith(base):
                headers = {"Host": base.removeprefix("http://")} | dict(headers or {})
                url = f"http://127.0.0.1:{self.server.port}" + url.removeprefix(base)
            return send(method, url, headers=headers, **more)

        session.request = request
        session.trust_env = False
        return session

    def consent(self, address):
        """What a browser comes back with."""
        browser = Browser(self)
        browser.jar = {}
        page = browser.follow(browser.request("GET", address))
        token = CSRF.search(page.text)[1]
        done = browser.request("POST", page.url, data={"_csrf": token, "username": self.name, "password": PASSWORD})
        true(done.headers["Location"].startswith(CALLBACK), done.headers.get("Location"))
        return done.headers["Location"]

    def verify(self, token, **claims):
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=30).json())
        found = jwt.decode(token, keys, algorithms=["RS256"])
        rules = {"iss": {"essential": True, "value": self.issuer}, "exp": {"essential": True}}
        jwt.JWTClaimsRegistry(**rules | {k: {"essential": True, "value": v} for k, v in claims.items()}).validate(found.claims)
        return found.claims


def sign_in(place, session):
    nonce = secrets.token_urlsafe(16)
    verifier = secrets.token_urlsafe(48)
    address, state = session.create_authorization_url(place.metadata["authorization_endpoint"], nonce=nonce, code_verifier=verifier)
    back = place.consent(address)
    tokens = session.fetch_token(place.metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier)
    claims = place.verify(tokens["id_token"], aud=session.client_id, nonce=nonce)
    equal(claims["email"], "ann@example.com")
    return tokens


def settings(place, **wanted):
    """SetClientOAuthSettings."""
    url = f"{place.server.url}/_poolhouse/clients/{place.client}/oauth"
    asked = AWSRequest("PUT", url, data=json.dumps(wanted), headers={"Content-Type": "application/json"})
    SigV4Auth(Credentials(ROOT_KEY, ROOT_SECRET), "poolhouse", "us-east-1").add_auth(asked)
    answer = requests.put(url, data=asked.data, headers=dict(asked.headers), timeout=30)
    equal(answer.status_code, 200, answer.text)
    return answer.json()


@case("authlib, with a secret: code with PKCE, nonce and state; userInfo, refresh, introspection, revocation")
def confidential(s):
    for method in ("client_secret_basic", "client_secret_post"):
        place = Place(s, "introspection", GenerateSecret=True)
        session = OAuth2Session(place.client, place.secret, scope=SCOPES, redirect_uri=CALLBACK, token_endpoint_auth_method=method, code_challenge_method="S256")
        place.here(session)
        tokens = sign_in(place, session)
        info = session.get(place.metadata["userinfo_endpoint"]).json()
        equal((info["email"], info["email_verified"]), ("ann@example.com", "true"))
        renewed = session.refresh_token(place.metadata["token_endpoint"], refresh_token=tokens["refresh_token"])
        place.verify(renewed["access_token"], client_id=place.client)
        told = session.introspect_token(place.metadata["introspection_endpoint"], token=renewed["access_token"]).json()
        equal((told["active"], told["username"]), (True, place.name))
        equal(session.revoke_token(place.metadata["revocation_endpoint"], token=tokens["refresh_token"]).status_code, 200)
        told = session.introspect_token(place.metadata["introspection_endpoint"], token=renewed["access_token"]).json()
        equal(told, {"active": False})


@case("authlib, with a key: private_key_jwt for the code grant and for the client itself")
def by_key(s):
    place = Place(s, "client_assertions")
    true("private_key_jwt" in place.metadata["token_endpoint_auth_methods_supported"], "not told by discovery")
    key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig", "alg": "RS256"})
    jwks = json.dumps({"keys": [key.as_dict(private=False)]})
    equal(settings(place, Jwks=jwks), {"ClientId": place.client, "Jwks": jwks})
    token_endpoint = place.metadata["token_endpoint"]
    session = OAuth2Session(place.client, key.as_pem(private=True).decode(), scope=SCOPES, redirect_uri=CALLBACK, token_endpoint_auth_method="private_key_jwt", code_challenge_method="S256")
    session.register_client_auth_method(PrivateKeyJWT(token_endpoint))
    place.here(session)
    tokens = sign_in(place, session)
    session.refresh_token(token_endpoint, refresh_token=tokens["refresh_token"])
    # Without the key, the client's id is nothing.
    bare = place.here(requests.Session())
    answer = bare.request("POST", token_endpoint, data={"grant_type": "refresh_token", "client_id": place.client, "refresh_token": tokens["refresh_token"]})
    equal((answer.status_code, answer.json()["error"]), (400, "invalid_client"))


@case("requests-oauthlib: discovery, code with PKCE and state, refresh")
def oauthlib(s):
    place = Place(s, GenerateSecret=True)
    session = RequestsSession(place.client, redirect_uri=CALLBACK, scope=SCOPES.split(), pkce="S256")
    place.here(session)
    address, _ = session.authorization_url(place.metadata["authorization_endpoint"])
    back = place.consent(address)
    tokens = session.fetch_token(place.metadata["token_endpoint"], authorization_response=back, client_secret=place.secret)
    place.verify(tokens["id_token"], aud=place.client)
    equal(session.get(place.metadata["userinfo_endpoint"]).json()["username"], place.name)
    auth = requests.auth.HTTPBasicAuth(place.client, place.secret)
    renewed = session.refresh_token(place.metadata["token_endpoint"], refresh_token=tokens["refresh_token"], auth=auth)
    place.verify(renewed["access_token"], client_id=place.client)


run("authlib")
