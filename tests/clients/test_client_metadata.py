"""boto3: policies for client ID metadata documents, and the documents that the authorization endpoint fetched for them."""

import json
import os
import re
import subprocess
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import House, fresh
from server import Server, clean_env
from tls import Authority

AUTHORITY = Authority()
PATTERNS = ["https://agents.example.com/*"]
DOCUMENTS = {}


class Documents(BaseHTTPRequestHandler):
    """Serves the metadata documents of clients."""

    def do_GET(self):
        body = DOCUMENTS.get(self.path)
        text = json.dumps(body).encode()
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def documents():
    """The address of a server of documents."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Documents)
    server.socket = AUTHORITY.context().wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"https://localhost:{server.server_address[1]}"


BASE = documents()
OAUTH = {"AllowedOAuthFlows": ["code"], "AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthScopes": ["openid"], "CallbackURLs": ["https://template.example.com/cb"], "SupportedIdentityProviders": ["COGNITO"]}


def make(house, **more):
    asked = {"UserPoolId": house.pool, "ClientId": house.client, "PolicyName": "Agents", "URLPatterns": PATTERNS} | more
    return house.idp.create_cimd_policy(**asked)["CIMDPolicy"]


@case("a policy is made, described, changed, listed and deleted")
def policies(s):
    house = House(s)
    idp, pool = house.idp, house.pool
    made = make(house, CacheDuration=90000)
    matches(made["CIMDPolicyId"], r"[a-z0-9]+", "CIMDPolicyId")
    equal((made["UserPoolId"], made["ClientId"], made["PolicyName"], made["CacheDuration"], made["URLPatterns"]), (pool, house.client, "Agents", 90000, PATTERNS))
    of = {"UserPoolId": pool, "CIMDPolicyId": made["CIMDPolicyId"]}
    equal(idp.describe_cimd_policy(**of)["CIMDPolicy"], made)
    changed = idp.update_cimd_policy(**of, ClientId=house.client, URLPatterns=["https://*.example.com/c/*"], PolicyName="Others")["CIMDPolicy"]
    equal((changed["PolicyName"], changed["CacheDuration"], changed["URLPatterns"]), ("Others", 90000, ["https://*.example.com/c/*"]))
    second = make(house)
    equal(second["CacheDuration"], 86400)
    first = idp.list_cimd_policies(UserPoolId=pool, MaxResults=1)
    rest = idp.list_cimd_policies(UserPoolId=pool, MaxResults=1, NextToken=first["NextToken"])
    true("NextToken" not in rest, "a third page")
    listed = first["CIMDPolicies"] + rest["CIMDPolicies"]
    equal(sorted(p["CIMDPolicyId"] for p in listed), sorted([made["CIMDPolicyId"], second["CIMDPolicyId"]]))
    equal(idp.list_client_metadata_urls(**of)["ClientMetadataURLs"], [])
    idp.delete_user_pool_client(UserPoolId=pool, ClientId=house.client)
    true("ClientId" not in idp.describe_cimd_policy(**of)["CIMDPolicy"], "a policy names a client that is gone")
    idp.delete_cimd_policy(**of)
    for call in (idp.describe_cimd_policy, idp.delete_cimd_policy, idp.list_client_metadata_urls):
        with refused("ResourceNotFoundException", f"CIMD policy {made['CIMDPolicyId']} does not exist."):
            call(**of)


@case("what no policy can be is refused")
def refusals(s):
    house = House(s)
    made = make(house)
    of = {"UserPoolId": house.pool, "CIMDPolicyId": made["CIMDPolicyId"]}
    change = lambda **more: house.idp.update_cimd_policy(**of | {"ClientId": house.client, "URLPatterns": PATTERNS} | more)
    for patterns in (["https://agents.example*/x"], ["https://user@agents.example.com/*"], ["https://agents.example.com"]):
        with refused("InvalidParameterException", re.compile("pattern")):
            make(house, URLPatterns=patterns)
        with refused("InvalidParameterException", re.compile("pattern")):
            change(URLPatterns=patterns)
    with refused("ResourceNotFoundException"):
        make(house, ClientId="nosuchclient")
    with refused("ResourceNotFoundException"):
        change(ClientId="nosuchclient")
    with refused("ResourceNotFoundException"):
        change(CIMDPolicyId="nosuchpolicy")
    with refused("InvalidParameterException"):
        house.idp.list_cimd_policies(UserPoolId=house.pool, NextToken="garbage")
    with refused("InvalidParameterException"):
        house.idp.list_client_metadata_urls(**of, NextToken="garbage")
    for call in (house.idp.describe_cimd_policy, house.idp.delete_cimd_policy):
        with refused("InvalidParameterException"):
            call(UserPoolId=house.pool, CIMDPolicyId="No-Such-Policy")
    with refused("LimitExceededException"):
        for _ in range(21):
            make(house)


@case("the LITE plan has no metadata documents")
def lite(s):
    house = House(s)
    made = make(house)
    of = {"UserPoolId": house.pool, "CIMDPolicyId": made["CIMDPolicyId"]}
    house.idp.update_user_pool(UserPoolId=house.pool, UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException"):
        make(house)
    with refused("FeatureUnavailableInTierException"):
        house.idp.update_cimd_policy(**of, ClientId=house.client, URLPatterns=PATTERNS)
    with refused("FeatureUnavailableInTierException"):
        house.idp.update_client_metadata_url_state(**of, URL="https://agents.example.com/a", Action="REFRESH")
    house.idp.delete_cimd_policy(**of)


@case("a document that the authorization endpoint fetched is listed, refreshed and forgotten")
def cached(s):
    house = House(s, client=OAUTH)
    made = make(house, URLPatterns=[f"{BASE}/*"])
    of = {"UserPoolId": house.pool, "CIMDPolicyId": made["CIMDPolicyId"]}
    url = f"{BASE}/client.json"
    for action in ("REFRESH", "INVALIDATE"):
        with refused("CachedCIMDURLDoesNotExistException"):
            house.idp.update_client_metadata_url_state(**of, URL=url, Action=action)
    DOCUMENTS["/client.json"] = {"client_id": url, "client_name": "An agent", "redirect_uris": ["http://127.0.0.1:8765/cb"]}
    asked = urllib.parse.urlencode({"client_id": url, "response_type": "code", "redirect_uri": "http://127.0.0.1:8765/cb", "scope": "openid", "code_challenge": "a" * 43, "code_challenge_method": "S256"})
    s.get(f"/{house.pool}/oauth2/authorize?{asked}")
    listed = house.idp.list_client_metadata_urls(**of)["ClientMetadataURLs"]
    equal([document["URL"] for document in listed], [url])
    equal((listed[0]["ExpirationDate"] - listed[0]["CachedDate"]).total_seconds(), 86400.0)
    house.idp.update_client_metadata_url_state(**of, URL=url, Action="REFRESH")
    DOCUMENTS["/client.json"] = {"client_id": url, "redirect_uris": ["http://127.0.0.1:8765/cb"], "client_secret": "hush"}
    with refused("InvalidParameterException", re.compile("client_secret")):
        house.idp.update_client_metadata_url_state(**of, URL=url, Action="REFRESH")
    house.idp.update_client_metadata_url_state(**of, URL=url, Action="INVALIDATE")
    equal(house.idp.list_client_metadata_urls(**of)["ClientMetadataURLs"], [])


@case("an agent on the MCP TypeScript SDK signs in by its document")
def agent(s):
    house = House(s, client=OAUTH | {"AllowedOAuthScopes": ["openid", "email"]})
    make(house, URLPatterns=[f"{BASE}/*"])
    house.idp.create_user_pool_domain(UserPoolId=house.pool, Domain=fresh("agents"))
    url = f"{BASE}/agent.json"
    DOCUMENTS["/agent.json"] = {"client_id": url, "client_name": "An agent", "redirect_uris": ["http://127.0.0.1:8765/callback"]}
    told = json.loads(s.get(f"/{house.pool}/.well-known/oauth-authorization-server")[2])
    equal(told["client_id_metadata_document_supported"], True)
    env = clean_env(POOLHOUSE_URL=s.url, DOCUMENT=url, POOL=house.pool, NAME=house.user(email="ann@example.com"))
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib", "mcp_document.js")
    done = subprocess.run(["node", "--no-warnings", script], env=env, timeout=120, check=False, capture_output=True, text=True)
    equal(done.returncode, 0, done.stderr)


SETTINGS = {"POOLHOUSE_FEDERATION__ALLOW_PRIVATE": "true", "POOLHOUSE_FEDERATION__CA_FILE": AUTHORITY.ca_file}
run("boto3 client metadata", server=Server(env=SETTINGS))
