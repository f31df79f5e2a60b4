// openid-client (certified relying party): code with PKCE, nonce and state, refresh with rotation, userInfo, revocation,
// introspection, client credentials, pushed requests, DPoP, client assertions, sign-out; every check of its own is on.
"use strict";
const assert = require("node:assert/strict");
const { pathToFileURL } = require("node:url");
const { url, password, house, user, fresh, claims, test, main } = require("./lib/poolhouse.js");
const { Browser } = require("./lib/pages.js");

const CALLBACK = "https://app.test/callback";
const web = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthScopes: ["openid", "email", "profile"],
  CallbackURLs: [CALLBACK],
  LogoutURLs: ["https://app.test/bye"],
  SupportedIdentityProviders: ["COGNITO"],
};

let oidc;

/** A pool with a domain, a client and a user, and the client's configuration by discovery. */
async function site({ client = {}, authentication, extensions } = {}) {
  oidc ??= await import(pathToFileURL(require.resolve("openid-client")).href);
  const pool = extensions ? { UserPoolTags: { "poolhouse:oauth": extensions } } : {};
  const where = await house({ pool, client: { ...web, ...client } });
  await where.call("CreateUserPoolDomain", { UserPoolId: where.pool, Domain: fresh("site") });
  const name = await user(where, { email: "ann@example.com", email_verified: "true", name: "Ann" });
  const method = authentication?.(where.secret) ?? (where.secret ? oidc.ClientSecretPost(where.secret) : oidc.None());
  const options = { execute: [oidc.allowInsecureRequests] };
  const config = await oidc.discovery(new URL(`${url}/${where.pool}`), where.client, undefined, method, options);
  return { ...where, name, config };
}

/** Signs in; answers the tokens and what was checked with them. */
async function signIn(at, { dpop, scope = "openid email", browser = new Browser(), pushed = false } = {}) {
  const verifier = oidc.randomPKCECodeVerifier();
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  const parameters = {
    redirect_uri: CALLBACK,
    scope,
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  const address = pushed ? await oidc.buildAuthorizationUrlWithPAR(at.config, parameters) : oidc.buildAuthorizationUrl(at.config, parameters);
  const back = await browser.signIn(address.href, at.name);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  return oidc.authorizationCodeGrant(at.config, back, checks, undefined, dpop && { DPoP: dpop });
}

test("code with PKCE, state, nonce and iss; userInfo; the browser's session serves a second time", async () => {
  const at = await site();
  const browser = new Browser();
  const tokens = await signIn(at, { browser });
  assert.equal(tokens.claims().email, "ann@example.com");
  assert.equal(tokens.claims()["cognito:username"], at.name);
  const info = await oidc.fetchUserInfo(at.config, tokens.access_token, tokens.claims().sub);
  assert.deepEqual([info.email, info.email_verified, info.username], ["ann@example.com", "true", at.name]);
  const again = await signIn(at, { browser });
  assert.equal(again.claims().auth_time, tokens.claims().auth_time);
});

test("a confidential client, by Basic and by post; a wrong secret is refused", async () => {
  for (const authentication of [(secret) => oidc.ClientSecretBasic(secret), (secret) => oidc.ClientSecretPost(secret)]) {
    const at = await site({ client: { GenerateSecret: true }, authentication });
    assert.ok((await signIn(at)).refresh_token);
  }
  const wrong = await site({ client: { GenerateSecret: true }, authentication: () => oidc.ClientSecretPost("wrong") });
  await assert.rejects(signIn(wrong), (error) => error.error === "invalid_client");
});

test("refresh, with and without rotation; revocation ends it", async () => {
  const plain = await site();
  const first = await signIn(plain);
  const renewed = await oidc.refreshTokenGrant(plain.config, first.refresh_token);
  assert.equal(renewed.refresh_token, undefined);
  assert.equal(renewed.claims().sub, first.claims().sub);
  await oidc.tokenRevocation(plain.config, first.refresh_token);
  await assert.rejects(oidc.refreshTokenGrant(plain.config, first.refresh_token), (error) => error.error === "invalid_grant");
  const RefreshTokenRotation = { Feature: "ENABLED", RetryGracePeriodSeconds: 0 };
  const rotating = await site({ client: { RefreshTokenRotation, ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] } });
  const one = await signIn(rotating);
  const two = await oidc.refreshTokenGrant(rotating.config, one.refresh_token);
  assert.notEqual(two.refresh_token, one.refresh_token);
  await assert.rejects(oidc.refreshTokenGrant(rotating.config, one.refresh_token), (error) => error.error === "invalid_grant");
});

test("a code is good once, and its verifier must fit", async () => {
  const at = await site();
  const verifier = oidc.randomPKCECodeVerifier();
  const parameters = { redirect_uri: CALLBACK, scope: "openid", code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" };
  const back = await new Browser().signIn(oidc.buildAuthorizationUrl(at.config, parameters).href, at.name);
  const other = { pkceCodeVerifier: oidc.randomPKCECodeVerifier() };
  await assert.rejects(oidc.authorizationCodeGrant(at.config, back, other), (error) => error.error === "invalid_grant");
  await oidc.authorizationCodeGrant(at.config, back, { pkceCodeVerifier: verifier });
  await assert.rejects(oidc.authorizationCodeGrant(at.config, back, { pkceCodeVerifier: verifier }), (error) => error.error === "invalid_grant");
});

test("client credentials", async () => {
  const at = await site();
  const Scopes = [{ ScopeName: "read", ScopeDescription: "read" }];
  await at.call("CreateResourceServer", { UserPoolId: at.pool, Identifier: "srv", Name: "srv", Scopes });
  const { UserPoolClient } = await at.call("CreateUserPoolClient", {
    UserPoolId: at.pool,
    ClientName: "machine",
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: ["srv/read"],
  });
  const options = { execute: [oidc.allowInsecureRequests] };
  const config = await oidc.discovery(new URL(`${url}/${at.pool}`), UserPoolClient.ClientId, UserPoolClient.ClientSecret, undefined, options);
  const tokens = await oidc.clientCredentialsGrant(config, { scope: "srv/read" });
  assert.equal(claims(tokens.access_token).scope, "srv/read");
  await assert.rejects(oidc.clientCredentialsGrant(config, { scope: "srv/write" }), (error) => error.error === "invalid_scope");
});

test("extensions: introspection, pushed requests, client_secret_jwt, DPoP", async () => {
  const extensions = "introspection par client_assertions dpop";
  const at = await site({ client: { GenerateSecret: true }, extensions });
  const tokens = await signIn(at, { pushed: true });
  const told = await oidc.tokenIntrospection(at.config, tokens.access_token);
  assert.deepEqual([told.active, told.client_id, told.username], [true, at.client, at.name]);
  assert.equal((await oidc.tokenIntrospection(at.config, "nonsense")).active, false);
  const asserting = await site({ client: { GenerateSecret: true }, extensions, authentication: (secret) => oidc.ClientSecretJwt(secret) });
  assert.ok((await signIn(asserting)).access_token);
  const bound = await site({ extensions });
  const dpop = oidc.getDPoPHandle(bound.config, await oidc.randomDPoPKeyPair());
  const held = await signIn(bound, { dpop });
  assert.equal(held.token_type, "dpop");
  const info = await oidc.fetchUserInfo(bound.config, held.access_token, held.claims().sub, { DPoP: dpop });
  assert.equal(info.username, bound.name);
  assert.ok((await oidc.refreshTokenGrant(bound.config, held.refresh_token, undefined, { DPoP: dpop })).access_token);
  const thief = oidc.getDPoPHandle(bound.config, await oidc.randomDPoPKeyPair());
  await assert.rejects(oidc.fetchUserInfo(bound.config, held.access_token, held.claims().sub, { DPoP: thief }));
});

test("sign-out in the standard's form, and the session is over", async () => {
  const at = await site();
  const browser = new Browser();
  const tokens = await signIn(at, { browser });
  const parameters = { post_logout_redirect_uri: "https://app.test/bye", id_token_hint: tokens.id_token, state: "s" };
  const away = await browser.open(oidc.buildEndSessionUrl(at.config, parameters).href);
  assert.equal(away.left, "https://app.test/bye?state=s");
  const page = await browser.open(oidc.buildAuthorizationUrl(at.config, { redirect_uri: CALLBACK, scope: "openid" }).href);
  assert.match(page.url, /\/login\?/);
});

test("a device without a browser: its user types the code on a page and agrees", async () => {
  const at = await site({ extensions: "device_grant" });
  const begun = await oidc.initiateDeviceAuthorization(at.config, { scope: "openid email" });
  assert.match(begun.user_code, /^[A-Z]{4}-[A-Z]{4}$/);
  const polled = oidc.pollDeviceAuthorizationGrant(at.config, begun);
  const browser = new Browser();
  const login = await browser.submit(await browser.open(begun.verification_uri), { user_code: begun.user_code });
  const question = await browser.submit(login, { username: at.name, password });
  const done = await browser.submit(question, { allow: "yes" });
  assert.match(done.text, /Your device is signed in/);
  const tokens = await polled;
  assert.equal(tokens.claims().email, "ann@example.com");
  assert.ok((await oidc.refreshTokenGrant(at.config, tokens.refresh_token)).access_token);
  const refused = await oidc.initiateDeviceAuthorization(at.config, { scope: "openid" });
  const again = await browser.submit(await browser.open(refused.verification_uri_complete), { user_code: refused.user_code });
  await browser.submit(again, { refuse: "yes" });
  await assert.rejects(oidc.pollDeviceAuthorizationGrant(at.config, refused), (error) => error.error === "access_denied");
});

main("openid-client");
