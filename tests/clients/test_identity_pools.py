"""boto3: identity pools, their identities, tokens and credentials; roles; AssumeRoleWithWebIdentity."""

import base64
import json
import os
import re
import subprocess
import sys
import time
import uuid

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
import boto3
from botocore import UNSIGNED
from botocore.config import Config
from cases import case, equal, matches, refused, run, true
from cognito import House, claims, connect, fresh
from server import ROOT_KEY, ROOT_SECRET, binary, clean_env

ACCOUNT = "123456789012"
DEVELOPER = "login.shop.example"
NOWHERE = "us-east-1:" + str(uuid.UUID(int=7))


def role(name):
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def unsigned(s, service="cognito-identity"):
    return boto3.session.Session().client(service, region_name="us-east-1", endpoint_url=s.url, config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}))


def arn_of(pool):
    return f"arn:aws:cognito-identity:us-east-1:{ACCOUNT}:identitypool/{pool}"


class Town:
    """A user pool with a user, and an identity pool that takes its tokens."""

    def __init__(self, s, **settings):
        self.s, self.house = s, House(s)
        self.identity, self.open = connect(s, service="cognito-identity"), unsigned(s)
        self.provider = f"cognito-idp.us-east-1.amazonaws.com/{self.house.pool}"
        self.settings = dict(
            IdentityPoolName="shop", AllowUnauthenticatedIdentities=True, AllowClassicFlow=True, DeveloperProviderName=DEVELOPER,
            CognitoIdentityProviders=[{"ProviderName": self.provider, "ClientId": self.house.client}], SupportedLoginProviders={"www.amazon.com": "amzn1.app"},
        ) | settings
        self.pool = self.identity.create_identity_pool(**self.settings)["IdentityPoolId"]
        self.identity.set_identity_pool_roles(IdentityPoolId=self.pool, Roles={"authenticated": role("web-auth"), "unauthenticated": role("web-guest")})

    def login(self, user=None):
        return {self.provider: self.house.tokens(user or self.house.user())["IdToken"]}

    def get_id(self, logins=None):
        return self.open.get_id(IdentityPoolId=self.pool, **({"Logins": logins} if logins else {}))["IdentityId"]

    def developer(self, user, **more):
        return self.identity.get_open_id_token_for_developer_identity(IdentityPoolId=self.pool, Logins={DEVELOPER: user}, **more)

    def client_of(self, credentials, service):
        secret = credentials.get("SecretKey") or credentials["SecretAccessKey"]
        return connect(self.s, key=credentials["AccessKeyId"], secret=secret, token=credentials["SessionToken"], service=service)

    def put_role(self, name, *policies, amr="authenticated", trust=None):
        """By the command line, from files."""
        trust = trust or {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
            "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": self.pool}, "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": amr}},
        }]}
        args, files = [], {"--trust": [trust], "--policy": policies}
        for option, documents in files.items():
            for document in documents:
                path = os.path.join(self.s.data, fresh("policy") + ".json")
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(document, file)
                args += [option, path]
        return roles(self.s, "put", name, *args)


def roles(s, *args):
    env = clean_env(AWS_ACCESS_KEY_ID=ROOT_KEY, AWS_SECRET_ACCESS_KEY=ROOT_SECRET, AWS_ENDPOINT_URL=s.url)
    return subprocess.run([binary(), "roles", *args], env=env, capture_output=True, text=True, timeout=60, check=True).stdout


def allow(action, resource="*"):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


@case("pools: made, described, changed, listed, tagged, deleted")
def pools(s):
    town = Town(s)
    identity, pool = town.identity, town.pool
    matches(pool, r"us-east-1:[0-9a-f-]{36}")
    described = identity.describe_identity_pool(IdentityPoolId=pool)
    equal(described["CognitoIdentityProviders"], town.settings["CognitoIdentityProviders"])
    changed = {k: described[k] for k in ("IdentityPoolId", "AllowUnauthenticatedIdentities", "CognitoIdentityProviders")}
    after = identity.update_identity_pool(IdentityPoolName="other", **changed)
    equal((after["IdentityPoolName"], "AllowClassicFlow" in after, after["DeveloperProviderName"]), ("other", False, DEVELOPER))
    first = identity.list_identity_pools(MaxResults=1)
    equal(len(first["IdentityPools"]), 1)
    identity.tag_resource(ResourceArn=arn_of(pool), Tags={"a": "1", "b": "2"})
    identity.untag_resource(ResourceArn=arn_of(pool), TagKeys=["a"])
    equal(identity.list_tags_for_resource(ResourceArn=arn_of(pool))["Tags"], {"b": "2"})
    with refused("InvalidParameterException", "Please provide a valid public provider."):
        identity.create_identity_pool(IdentityPoolName="x", AllowUnauthenticatedIdentities=False, SupportedLoginProviders={"idp.example": "x"})
    many = [{"ProviderName": town.provider, "ClientId": f"c{n}"} for n in range(51)]
    with refused("LimitExceededException"):
        identity.create_identity_pool(IdentityPoolName="x", AllowUnauthenticatedIdentities=False, CognitoIdentityProviders=many)
    update = dict(IdentityPoolId=pool, IdentityPoolName="x", AllowUnauthenticatedIdentities=False)
    with refused("LimitExceededException"):
        identity.update_identity_pool(**update, CognitoIdentityProviders=many)
    with refused("InvalidParameterException"):
        identity.update_identity_pool(**update, DeveloperProviderName="another")
    with refused("InvalidParameterException"):
        identity.tag_resource(ResourceArn=arn_of(pool), Tags={f"k{n}": "" for n in range(51)})
    for call in (lambda arn: identity.untag_resource(ResourceArn=arn, TagKeys=["a"]), lambda arn: identity.list_tags_for_resource(ResourceArn=arn)):
        with refused("InvalidParameterException"):
            call("arn:aws:no-such-arn-at-all")
    for listed in (lambda: identity.list_identity_pools(MaxResults=1, NextToken="x"), lambda: identity.list_identities(IdentityPoolId=pool, MaxResults=1, NextToken="x")):
        with refused("InvalidParameterException"):
            listed()
    identity.delete_identity_pool(IdentityPoolId=pool)
    gone = f"IdentityPool '{pool}' not found."
    provider = {"IdentityProviderName": "www.amazon.com"}
    for call in (
        lambda: identity.describe_identity_pool(IdentityPoolId=pool), lambda: identity.delete_identity_pool(IdentityPoolId=pool), lambda: identity.update_identity_pool(**update),
        lambda: identity.list_identities(IdentityPoolId=pool, MaxResults=1), lambda: identity.get_identity_pool_roles(IdentityPoolId=pool),
        lambda: identity.set_identity_pool_roles(IdentityPoolId=pool, Roles={}), lambda: town.open.get_id(IdentityPoolId=pool), lambda: town.developer("d"),
        lambda: identity.tag_resource(ResourceArn=arn_of(pool), Tags={"a": "b"}), lambda: identity.untag_resource(ResourceArn=arn_of(pool), TagKeys=["a"]),
        lambda: identity.list_tags_for_resource(ResourceArn=arn_of(pool)), lambda: identity.get_principal_tag_attribute_map(IdentityPoolId=pool, **provider),
        lambda: identity.set_principal_tag_attribute_map(IdentityPoolId=pool, **provider),
    ):
        with refused("ResourceNotFoundException", gone):
            call()


@case("identities: guests, logins, credentials that name role and session, tokens of the basic flow")
def flows(s):
    town = Town(s)
    guest, user = town.get_id(), town.house.user()
    login = town.login(user)
    answer = town.open.get_credentials_for_identity(IdentityId=guest, Logins=login)
    equal(answer["IdentityId"], guest, "the identity that a guest keeps")
    who = town.client_of(answer["Credentials"], "sts").get_caller_identity()
    equal(who["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/web-auth/CognitoIdentityCredentials")
    matches(who["UserId"], r"AROA[A-Z0-9]{17}:CognitoIdentityCredentials")
    equal(town.get_id(login), guest)
    equal(town.identity.describe_identity(IdentityId=guest)["Logins"], [town.provider])
    equal([i["IdentityId"] for i in town.identity.list_identities(IdentityPoolId=town.pool, MaxResults=5)["Identities"]], [guest])
    token = town.open.get_open_id_token(IdentityId=guest, Logins=login)["Token"]
    equal((claims(token)["sub"], claims(token)["aud"]), (guest, town.pool))
    with refused("NotAuthorizedException", f"Access to Identity '{guest}' is forbidden."):
        town.open.get_credentials_for_identity(IdentityId=guest)
    with refused("NotAuthorizedException", f"Access to Identity '{guest}' is forbidden."):
        town.open.get_open_id_token(IdentityId=guest)
    with refused("NotAuthorizedException", "Invalid login token. Can't pass in a Cognito token."):
        town.get_id({"cognito-identity.amazonaws.com": token})
    other = town.login()
    with refused("NotAuthorizedException", re.compile("^Logins don't match")):
        town.open.unlink_identity(IdentityId=guest, Logins=other, LoginsToRemove=[town.provider])
    # Two names of a user pool, two users.
    issuer = s.url.split("://")[1] + "/" + town.house.pool
    twins = login | {issuer: next(iter(other.values()))}
    amazon, developer = {"www.amazon.com": "Atza|x"}, {DEVELOPER: "d1"}
    for logins, code in ((twins, "ResourceConflictException"), (amazon, "ExternalServiceException"), (developer, "InvalidParameterException")):
        for call in (
            lambda logins: town.get_id(logins), lambda logins: town.open.get_credentials_for_identity(IdentityId=guest, Logins=logins),
            lambda logins: town.open.get_open_id_token(IdentityId=guest, Logins=logins),
            lambda logins: town.open.unlink_identity(IdentityId=guest, Logins=logins, LoginsToRemove=[town.provider]),
        ):
            with refused(code):
                call(logins)
    town.open.unlink_identity(IdentityId=guest, Logins=login, LoginsToRemove=[town.provider])
    true(town.get_id(login) != guest, "a login that was taken away still leads to its identity")
    equal(town.identity.delete_identities(IdentityIdsToDelete=[guest, NOWHERE])["UnprocessedIdentityIds"], [])
    for call in (
        lambda: town.identity.describe_identity(IdentityId=guest), lambda: town.open.get_credentials_for_identity(IdentityId=guest),
        lambda: town.open.get_open_id_token(IdentityId=guest), lambda: town.open.unlink_identity(IdentityId=guest, Logins=login, LoginsToRemove=[town.provider]),
    ):
        with refused("ResourceNotFoundException", f"Identity '{guest}' not found."):
            call()
    bare = town.identity.create_identity_pool(IdentityPoolName="bare", AllowUnauthenticatedIdentities=True)["IdentityPoolId"]
    stranger = town.open.get_id(IdentityPoolId=bare)["IdentityId"]
    with refused("InvalidIdentityPoolConfigurationException"):
        town.open.get_credentials_for_identity(IdentityId=stranger)


@case("developer identities: tokens, lookups, merges")
def developers(s):
    town = Town(s)
    identity = town.identity
    made = town.developer("d1", TokenDuration=60, PrincipalTags={"team": "x"})
    equal(town.developer("d1")["IdentityId"], made["IdentityId"])
    logins = {"cognito-identity.amazonaws.com": made["Token"]}
    equal(town.open.get_credentials_for_identity(IdentityId=made["IdentityId"], Logins=logins)["IdentityId"], made["IdentityId"])
    other = town.developer("d2")["IdentityId"]
    with refused("DeveloperUserAlreadyRegisteredException"):
        town.developer("d2", IdentityId=made["IdentityId"])
    with refused("InvalidParameterException"):
        identity.get_open_id_token_for_developer_identity(IdentityPoolId=town.pool, Logins={"another.example": "d1"})
    alice, bob = town.login(), town.login()
    for user, login in (("d1", alice), ("d2", bob)):
        identity.get_open_id_token_for_developer_identity(IdentityPoolId=town.pool, Logins={DEVELOPER: user} | login)
    with refused("ResourceConflictException"):
        identity.get_open_id_token_for_developer_identity(IdentityPoolId=town.pool, Logins={DEVELOPER: "d1"} | bob)
    merge = lambda **more: identity.merge_developer_identities(**dict(IdentityPoolId=town.pool, DeveloperProviderName=DEVELOPER, SourceUserIdentifier="d2", DestinationUserIdentifier="d1") | more)
    with refused("ResourceConflictException"):
        merge()
    with refused("InvalidParameterException"):
        merge(DeveloperProviderName="another.example")
    with refused("ResourceNotFoundException"):
        merge(SourceUserIdentifier="nobody")
    lookup = lambda **more: identity.lookup_developer_identity(IdentityPoolId=town.pool, **more)
    equal(lookup(DeveloperUserIdentifier="d2")["IdentityId"], other)
    with refused("InvalidParameterException"):
        lookup()
    with refused("ResourceNotFoundException"):
        lookup(DeveloperUserIdentifier="nobody")
    with refused("ResourceConflictException"):
        lookup(DeveloperUserIdentifier="d2", IdentityId=made["IdentityId"])
    unlink = lambda **more: identity.unlink_developer_identity(**dict(IdentityPoolId=town.pool, IdentityId=other, DeveloperProviderName=DEVELOPER, DeveloperUserIdentifier="d2") | more)
    for code, more in (("ResourceConflictException", {"DeveloperUserIdentifier": "d1"}), ("InvalidParameterException", {"DeveloperProviderName": "another.example"})):
        with refused(code):
            unlink(**more)
    unlink()
    with refused("ResourceNotFoundException"):
        unlink()
    third = town.developer("d3")["IdentityId"]
    equal(merge(SourceUserIdentifier="d3")["IdentityId"], made["IdentityId"])
    equal(lookup(IdentityId=made["IdentityId"])["DeveloperUserIdentifierList"], ["d1", "d3"])
    with refused("NotAuthorizedException", f"Access to Identity '{third}' is forbidden."):
        town.open.get_credentials_for_identity(IdentityId=third)


@case("roles: mappings, tags, what a session may do")
def sessions(s):
    town = Town(s)
    identity, login = town.identity, town.login()
    true("web-auth" in town.put_role("web-auth", allow("cognito-identity:Describe*", arn_of("${cognito-identity.amazonaws.com:aud}"))), "no ARN is told")
    true(role("web-auth") in roles(s, "list") and "Longest session" in roles(s, "show", "web-auth"), "the role is not shown")
    me = town.get_id(login)
    keys = town.open.get_credentials_for_identity(IdentityId=me, Logins=login)["Credentials"]
    mine = town.client_of(keys, "cognito-identity")
    equal(mine.describe_identity_pool(IdentityPoolId=town.pool)["IdentityPoolId"], town.pool)
    with refused("AccessDeniedException", re.compile("assumed-role/web-auth/CognitoIdentityCredentials is not authorized")):
        mine.list_identity_pools(MaxResults=1)
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [{"Claim": "sub", "MatchType": "Equals", "Value": "x", "RoleARN": role("gold")}]}}
    key = f"{town.provider}:{town.house.client}"
    both = {"authenticated": role("web-auth"), "unauthenticated": role("web-guest")}
    identity.set_identity_pool_roles(IdentityPoolId=town.pool, Roles=both, RoleMappings={key: mapping})
    kept = identity.get_identity_pool_roles(IdentityPoolId=town.pool)
    equal((kept["Roles"], kept["RoleMappings"]), (both, {key: mapping}))
    with refused("NotAuthorizedException", f"The ambiguous role mapping rules for: {key} denied this request."):
        town.open.get_credentials_for_identity(IdentityId=me, Logins=login)
    with refused("InvalidParameterException", "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow."):
        town.open.get_open_id_token(IdentityId=me, Logins=login)
    with refused("InvalidParameterException"):
        identity.set_identity_pool_roles(IdentityPoolId=town.pool, Roles=both, RoleMappings={"graph.facebook.com": mapping})
    tags = dict(IdentityPoolId=town.pool, IdentityProviderName=town.provider)
    equal(identity.set_principal_tag_attribute_map(UseDefaults=True, **tags)["PrincipalTags"], {"client": "aud", "username": "sub"})
    equal(identity.get_principal_tag_attribute_map(**tags)["UseDefaults"], True)
    for call in (identity.set_principal_tag_attribute_map, identity.get_principal_tag_attribute_map):
        with refused("InvalidParameterException"):
            call(IdentityPoolId=town.pool, IdentityProviderName="graph.facebook.com")
    roles(s, "delete", "web-auth")
    with refused("AccessDeniedException"):
        mine.describe_identity_pool(IdentityPoolId=town.pool)


@case("AssumeRoleWithWebIdentity: session policies, refusals, keys that work")
def web_identity(s):
    town, sts = Town(s), unsigned(s, "sts")
    town.put_role("web-auth", allow(["cognito-identity:*", "cognito-idp:*"]))
    token = town.developer("d1")["Token"]
    assume = lambda **more: sts.assume_role_with_web_identity(**dict(RoleArn=role("web-auth"), RoleSessionName="app", WebIdentityToken=token) | more)
    done = assume(Policy=json.dumps(allow("cognito-identity:*")))
    equal((done["Provider"], done["Audience"]), ("cognito-identity.amazonaws.com", town.pool))
    equal(done["AssumedRoleUser"]["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/web-auth/app")
    keys = done["Credentials"]
    equal(town.client_of(keys, "sts").get_caller_identity()["UserId"], done["AssumedRoleUser"]["AssumedRoleId"])
    town.client_of(keys, "cognito-identity").list_identity_pools(MaxResults=1)
    with refused("AccessDeniedException"):
        town.client_of(keys, "cognito-idp").list_user_pools(MaxResults=1)
    with refused("MalformedPolicyDocument"):
        assume(Policy="{}")
    with refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"):
        assume(RoleArn=role("nobody"))
    with refused("InvalidIdentityToken"):
        assume(WebIdentityToken="x.y.z")
    # An issuer that the role trusts and nobody reaches.
    issuer = "127.0.0.1:1"
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Federated": issuer}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {f"{issuer}:aud": "app"}},
    }]}
    town.put_role("elsewhere", trust=trust)
    parts = [{"alg": "RS256", "kid": "k"}, {"iss": f"https://{issuer}", "aud": "app", "sub": "someone", "exp": int(time.time()) + 600}]
    foreign = ".".join([base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts] + ["AAAA"])
    with refused("IDPCommunicationError"):
        assume(RoleArn=role("elsewhere"), WebIdentityToken=foreign)
    short = town.developer("d1", TokenDuration=1)["Token"]
    while time.time() <= claims(short)["exp"]:
        time.sleep(0.05)
    with refused("ExpiredTokenException"):
        assume(WebIdentityToken=short)


run("identity pools")
