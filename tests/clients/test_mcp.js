// The OAuth client of the MCP TypeScript SDK: discovery (RFC 8414), dynamic registration (RFC 7591), code with PKCE and a
// resource (RFC 8707), refresh.
"use strict";
const assert = require("node:assert/strict");
const { url, house, user, fresh, claims, test, main } = require("./lib/poolhouse.js");
const { Browser } = require("./lib/pages.js");

const CALLBACK = "http://localhost:3030/callback";
const RESOURCE = "http://localhost:4040/mcp";

/** A pool that lets programs register themselves, with a domain and a user. */
async function site() {
  const where = await house({ pool: { DcrConfiguration: { EnableStatus: "Enabled", OpenDcrEnabled: true, OpenDcrGrantTypes: ["code"] } } });
  await where.call("CreateUserPoolDomain", { UserPoolId: where.pool, Domain: fresh("mcp") });
  return { ...where, name: await user(where, { email: "ann@example.com" }), issuer: `${url}/${where.pool}` };
}

test("an agent registers itself, its user signs in, and its tokens are for its server", async () => {
  const oauth = require("@modelcontextprotocol/sdk/client/auth.js");
  const at = await site();
  const metadata = await oauth.discoverAuthorizationServerMetadata(at.issuer);
  assert.equal(metadata.issuer, at.issuer);
  assert.deepEqual(metadata.code_challenge_methods_supported, ["S256"]);
  const clientMetadata = {
    client_name: "An agent",
    redirect_uris: [CALLBACK],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
    scope: "openid email",
  };
  const clientInformation = await oauth.registerClient(at.issuer, { metadata, clientMetadata });
  assert.ok(clientInformation.client_id);
  const started = await oauth.startAuthorization(at.issuer, {
    metadata,
    clientInformation,
    redirectUrl: CALLBACK,
    scope: "openid email",
    state: "s",
    resource: new URL(RESOURCE),
  });
  const back = await new Browser().signIn(started.authorizationUrl.href, at.name);
  assert.equal(back.searchParams.get("state"), "s");
  const shared = { metadata, clientInformation, resource: new URL(RESOURCE) };
  const tokens = await oauth.exchangeAuthorization(at.issuer, {
    ...shared,
    authorizationCode: back.searchParams.get("code"),
    codeVerifier: started.codeVerifier,
    redirectUri: CALLBACK,
  });
  assert.equal(claims(tokens.access_token).aud, RESOURCE);
  const renewed = await oauth.refreshAuthorization(at.issuer, { ...shared, refreshToken: tokens.refresh_token });
  assert.equal(claims(renewed.access_token).aud, RESOURCE);
});

main("mcp");
