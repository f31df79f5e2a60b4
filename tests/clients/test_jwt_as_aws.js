// CognitoJwtVerifier as programs have it, which knows AWS's issuers only: the server takes such a name, the keys are preloaded.
// server: POOLHOUSE_IDENTITY__ISSUER_BASE=https://cognito-idp.us-east-1.amazonaws.com
"use strict";
const assert = require("node:assert/strict");
const { CognitoJwtVerifier } = require("aws-jwt-verify");
const { url, guest, test, main } = require("./lib/poolhouse.js");

/** aws-jwt-verify's errors carry their class, not a name. */
const is = (name) => (error) => error.constructor.name === name || assert.fail(`${error.constructor.name}: ${error.message}`);
const keys = async (pool) => (await fetch(`${url}/${pool}/.well-known/jwks.json`)).json();

test("access and ID tokens, groups, and what does not fit", async () => {
  const one = await guest(["staff"]);
  const set = await keys(one.pool);
  const make = (tokenUse, clientId = one.client, more = {}) => {
    const verifier = CognitoJwtVerifier.create({ userPoolId: one.pool, tokenUse, clientId, ...more });
    verifier.cacheJwks(set, one.pool);
    return verifier;
  };
  const access = await make("access").verify(one.tokens.AccessToken);
  assert.equal(access.username, one.name);
  assert.equal(access.iss, `https://cognito-idp.us-east-1.amazonaws.com/${one.pool}`);
  assert.equal((await make("id").verify(one.tokens.IdToken))["cognito:username"], one.name);
  assert.ok(await make("access", one.client, { groups: "staff" }).verify(one.tokens.AccessToken));
  await assert.rejects(make("id").verify(one.tokens.AccessToken), is("CognitoJwtInvalidTokenUseError"));
  await assert.rejects(make("access", "another").verify(one.tokens.AccessToken), is("CognitoJwtInvalidClientIdError"));
  await assert.rejects(make("access", one.client, { groups: "admins" }).verify(one.tokens.AccessToken), is("CognitoJwtInvalidGroupError"));
});

test("discovery names the issuer, and the tokens of another pool are refused", async () => {
  const [one, other] = [await guest(), await guest()];
  const found = await (await fetch(`${url}/${one.pool}/.well-known/openid-configuration`)).json();
  assert.equal(found.issuer, `https://cognito-idp.us-east-1.amazonaws.com/${one.pool}`);
  const verifier = CognitoJwtVerifier.create({ userPoolId: one.pool, tokenUse: "access", clientId: null });
  verifier.cacheJwks(await keys(one.pool), one.pool);
  await assert.rejects(verifier.verify(other.tokens.AccessToken), is("ParameterValidationError"));
});

main("aws-jwt-verify");
