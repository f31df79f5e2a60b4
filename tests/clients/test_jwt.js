// Programs that check tokens: aws-jwt-verify and jose, by discovery and JWKS.
"use strict";
const assert = require("node:assert/strict");
const { JwtVerifier } = require("aws-jwt-verify");
const { validateCognitoJwtFields } = require("aws-jwt-verify/cognito-verifier");
const jose = require("jose");
const { url, house, guest, test, main } = require("./lib/poolhouse.js");

const discover = async (pool) => (await fetch(`${url}/${pool}/.well-known/openid-configuration`)).json();

/** aws-jwt-verify fetches JWKS over https only; a fetcher of one's own is its documented way to anything else. */
const jwks = async (uri) => (await fetch(uri)).json();

test("the discovery document and the key set are well formed", async () => {
  const { pool } = await house();
  const found = await discover(pool);
  assert.equal(found.issuer, `${url}/${pool}`);
  assert.equal(found.jwks_uri, `${found.issuer}/.well-known/jwks.json`);
  assert.deepEqual(found.id_token_signing_alg_values_supported, ["RS256"]);
  assert.deepEqual(found.subject_types_supported, ["public"]);
  const answer = await fetch(found.jwks_uri);
  assert.equal(answer.headers.get("access-control-allow-origin"), "*");
  assert.match(answer.headers.get("content-type"), /^application\/json/);
  const { keys } = await answer.json();
  assert.equal(keys.length, 2);
  for (const key of keys) {
    assert.deepEqual(Object.keys(key).sort(), ["alg", "e", "kid", "kty", "n", "use"]);
    assert.deepEqual([key.alg, key.e, key.kty, key.use], ["RS256", "AQAB", "RSA", "sig"]);
    assert.equal(Buffer.from(key.n, "base64url").length, 256);
  }
  assert.notEqual(keys[0].kid, keys[1].kid);
});

test("jose verifies both tokens, and no token of another pool", async () => {
  const [one, other] = [await guest(), await guest()];
  const found = await discover(one.pool);
  const keys = jose.createRemoteJWKSet(new URL(found.jwks_uri));
  const options = { issuer: found.issuer, algorithms: ["RS256"] };
  const id = await jose.jwtVerify(one.tokens.IdToken, keys, { ...options, audience: one.client });
  assert.equal(id.payload["cognito:username"], one.name);
  const access = await jose.jwtVerify(one.tokens.AccessToken, keys, options);
  assert.equal(access.payload.client_id, one.client);
  await assert.rejects(jose.jwtVerify(other.tokens.AccessToken, keys, options));
  const [head, , tail] = one.tokens.AccessToken.split(".");
  const forged = Buffer.from(JSON.stringify({ ...access.payload, username: "root" })).toString("base64url");
  await assert.rejects(jose.jwtVerify([head, forged, tail].join("."), keys, options));
});

test("aws-jwt-verify: JwtVerifier by issuer, audience and jwksUri, with Cognito's own field checks", async () => {
  const one = await guest(["staff"]);
  const found = await discover(one.pool);
  const set = await jwks(found.jwks_uri);
  const make = (audience, more) => {
    const verifier = JwtVerifier.create({ issuer: found.issuer, audience, jwksUri: found.jwks_uri, ...more });
    verifier.cacheJwks(set);
    return verifier;
  };
  const id = await make(one.client).verify(one.tokens.IdToken);
  assert.equal(id.token_use, "id");
  validateCognitoJwtFields(id, { tokenUse: "id", clientId: one.client });
  const access = await make(null).verify(one.tokens.AccessToken);
  validateCognitoJwtFields(access, { tokenUse: "access", clientId: one.client, groups: "staff" });
  assert.throws(() => validateCognitoJwtFields(access, { tokenUse: "id", clientId: one.client }));
  await assert.rejects(make("another").verify(one.tokens.IdToken));
});

main("jwt");
