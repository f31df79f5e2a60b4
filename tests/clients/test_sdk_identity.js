// AWS SDK for JavaScript v3: credentials of an identity pool in the place of an access key.
"use strict";
const assert = require("node:assert/strict");
const { fromCognitoIdentityPool } = require("@aws-sdk/credential-provider-cognito-identity");
const sdk = require("@aws-sdk/client-cognito-identity-provider");
const { url, password, house, user, test, main, refused } = require("./lib/poolhouse.js");
const { identityPool, putRole } = require("./lib/identity_pools.js");

const clientConfig = { region: "us-east-1", endpoint: url, maxAttempts: 1 };

test("fromCognitoIdentityPool signs calls within what the role allows", async () => {
  const where = await house();
  const pool = await identityPool(where);
  await putRole("web-auth", pool, { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "cognito-idp:ListUserPools", Resource: "*" }] });
  const username = await user(where);
  const signedIn = await where.call("InitiateAuth", { ClientId: where.client, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: username, PASSWORD: password } });
  const logins = { [`cognito-idp.us-east-1.amazonaws.com/${where.pool}`]: signedIn.AuthenticationResult.IdToken };
  const credentials = fromCognitoIdentityPool({ identityPoolId: pool, logins, clientConfig });
  const first = await credentials();
  assert.ok(first.accessKeyId.startsWith("ASIA") && first.sessionToken && first.expiration > new Date());
  assert.equal((await credentials()).identityId, first.identityId);
  const client = new sdk.CognitoIdentityProviderClient({ ...clientConfig, credentials });
  assert.ok((await client.send(new sdk.ListUserPoolsCommand({ MaxResults: 1 }))).UserPools.length);
  await refused(client.send(new sdk.DescribeUserPoolCommand({ UserPoolId: where.pool })), "AccessDeniedException");
});

test("a guest's role without a record signs nothing but who it is", async () => {
  const pool = await identityPool(await house());
  const credentials = fromCognitoIdentityPool({ identityPoolId: pool, clientConfig });
  assert.ok((await credentials()).identityId.startsWith("us-east-1:"));
  const client = new sdk.CognitoIdentityProviderClient({ ...clientConfig, credentials });
  await refused(client.send(new sdk.ListUserPoolsCommand({ MaxResults: 1 })), "AccessDeniedException");
});

main("sdk v3 identity pools");
