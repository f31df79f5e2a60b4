// Amplify v6 with an identity pool: guests, users, and whose identity a guest's becomes.
"use strict";
const assert = require("node:assert/strict");
const { Amplify } = require("aws-amplify");
const auth = require("aws-amplify/auth");
const { url, password, house, user, test, main } = require("./lib/poolhouse.js");
const { identityPool } = require("./lib/identity_pools.js");

async function page() {
  const where = await house();
  const identityPoolId = await identityPool(where);
  const Cognito = { userPoolId: where.pool, userPoolClientId: where.client, userPoolEndpoint: url, identityPoolId, identityPoolEndpoint: url, allowGuestAccess: true };
  Amplify.configure({ Auth: { Cognito } });
  return where;
}

test("a guest's identity becomes the user's, and comes back with the user", async () => {
  const where = await page();
  const [u1, u2] = [await user(where), await user(where)];
  const guest = await auth.fetchAuthSession();
  assert.ok(guest.credentials.accessKeyId.startsWith("ASIA") && guest.credentials.sessionToken);
  assert.equal(guest.tokens, undefined);
  const session = async (username) => {
    await auth.signIn({ username, password });
    const { identityId, credentials } = await auth.fetchAuthSession();
    assert.ok(credentials.accessKeyId.startsWith("ASIA"));
    return identityId;
  };
  assert.equal(await session(u1), guest.identityId);
  const renewed = await auth.fetchAuthSession({ forceRefresh: true });
  assert.equal(renewed.identityId, guest.identityId);
  await auth.signOut();
  const second = await auth.fetchAuthSession();
  assert.notEqual(second.identityId, guest.identityId);
  assert.equal(await session(u1), guest.identityId, "the user's identity, not the new guest's");
  await auth.signOut();
  const third = await auth.fetchAuthSession();
  assert.equal(await session(u2), third.identityId);
  await auth.signOut();
  assert.equal(await session(u1), guest.identityId);
  await auth.signOut();
});

main("amplify identity pools");
