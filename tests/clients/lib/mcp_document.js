// An agent on the MCP TypeScript SDK that registered nowhere: its client id is the URL of its metadata document. The SDK does all
// of it (`auth`): discovery at the resource (RFC 9728), then here, the document's URL as client id, code with PKCE, tokens.
"use strict";
const assert = require("node:assert/strict");
const http = require("node:http");
const { url, claims } = require("./poolhouse.js");
const { Browser } = require("./pages.js");
const { auth } = require("@modelcontextprotocol/sdk/client/auth.js");

const { DOCUMENT, POOL, NAME } = process.env;
const CALLBACK = "http://127.0.0.1:8765/callback";

/** A resource that says who its authorization server is. */
async function resource() {
  const server = http.createServer((request, response) => {
    const found = request.url.startsWith("/.well-known/oauth-protected-resource");
    response.writeHead(found ? 200 : 404, { "content-type": "application/json" });
    const at = `http://127.0.0.1:${server.address().port}/mcp`;
    response.end(JSON.stringify({ resource: at, authorization_servers: [`${url}/${POOL}`], scopes_supported: ["openid", "email"] }));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return [server, `http://127.0.0.1:${server.address().port}/mcp`];
}

async function main() {
  const [server, serverUrl] = await resource();
  const kept = {};
  const provider = {
    clientMetadataUrl: DOCUMENT,
    redirectUrl: CALLBACK,
    clientMetadata: { client_name: "An agent", redirect_uris: [CALLBACK], token_endpoint_auth_method: "none" },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => (kept.client = client),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => (kept.tokens = tokens),
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier) => (kept.verifier = verifier),
    redirectToAuthorization: (address) => (kept.address = address),
    state: () => "some-state",
  };
  assert.equal(await auth(provider, { serverUrl }), "REDIRECT");
  assert.equal(kept.client.client_id, DOCUMENT);
  assert.equal(kept.address.searchParams.get("client_id"), DOCUMENT);
  const back = await new Browser().signIn(kept.address.href, NAME);
  assert.equal(back.origin + back.pathname, CALLBACK);
  assert.equal(back.searchParams.get("state"), "some-state");
  assert.equal(await auth(provider, { serverUrl, authorizationCode: back.searchParams.get("code") }), "AUTHORIZED");
  const access = claims(kept.tokens.access_token);
  assert.deepEqual([access.client_id, access.aud], [DOCUMENT, serverUrl]);
  const first = kept.tokens.access_token;
  assert.equal(await auth(provider, { serverUrl }), "AUTHORIZED");
  assert.notEqual(kept.tokens.access_token, first);
  server.close();
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error.stack);
    process.exit(1);
  },
);
