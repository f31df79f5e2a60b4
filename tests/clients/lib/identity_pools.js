// Identity pools and roles, set up without a client of their own: the server is in development mode, where any signature
// is accepted.
"use strict";
const assert = require("node:assert/strict");
const { url } = require("./poolhouse.js");

const role = (name) => `arn:aws:iam::123456789012:role/${name}`;

async function send(service, method, path, headers, input) {
  const at = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const credential = `${process.env.POOLHOUSE_KEY}/${at.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date;x-amz-target, Signature=${"0".repeat(64)}`;
  const response = await fetch(url + path, { method, headers: { "x-amz-date": at, authorization, ...headers }, body: JSON.stringify(input) });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text ? JSON.parse(text) : {};
}

/** An operation of identity pools. */
function admin(name, input) {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AWSCognitoIdentityService.${name}` };
  return send("cognito-identity", "POST", "/", headers, input);
}

/** Makes a role that authenticated identities of a pool may take. */
function putRole(name, pool, policy) {
  const TrustPolicy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: "cognito-identity.amazonaws.com" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { "cognito-identity.amazonaws.com:aud": pool },
          "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
        },
      },
    ],
  });
  const input = { TrustPolicy, Policies: [JSON.stringify(policy)] };
  return send("poolhouse", "PUT", `/_poolhouse/roles/${name}`, { "content-type": "application/json" }, input);
}

/** An identity pool for the users of a house, with a role for users and one for guests; returns its id. */
async function identityPool(where) {
  const { IdentityPoolId } = await admin("CreateIdentityPool", {
    IdentityPoolName: "app",
    AllowUnauthenticatedIdentities: true,
    CognitoIdentityProviders: [{ ProviderName: `cognito-idp.us-east-1.amazonaws.com/${where.pool}`, ClientId: where.client }],
  });
  await admin("SetIdentityPoolRoles", { IdentityPoolId, Roles: { authenticated: role("web-auth"), unauthenticated: role("web-guest") } });
  return IdentityPoolId;
}

module.exports = { admin, identityPool, putRole };
