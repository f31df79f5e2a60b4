// The AWS SDK for JavaScript v3.
"use strict";
const assert = require("node:assert/strict");
const { url, password, sdk, fresh, email, house, user, code, secretHash, claims, test, main, refused } = require("./lib/poolhouse.js");

test("sign up, confirm, sign in, refresh, sign out", async () => {
  const where = await house({ pool: { AutoVerifiedAttributes: ["email"] } });
  const [Username, mail] = [fresh(), email()];
  const made = await where.call("SignUp", {
    ClientId: where.client,
    Username,
    Password: password,
    UserAttributes: [{ Name: "email", Value: mail }],
  });
  assert.equal(made.UserConfirmed, false);
  assert.equal(made.CodeDeliveryDetails.DeliveryMedium, "EMAIL");
  await where.call("ConfirmSignUp", { ClientId: where.client, Username, ConfirmationCode: await code(mail) });
  const start = { ClientId: where.client, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: Username, PASSWORD: password } };
  const { AuthenticationResult: tokens } = await where.call("InitiateAuth", start);
  const got = await where.call("GetUser", { AccessToken: tokens.AccessToken });
  assert.equal(got.Username, Username);
  const { AuthenticationResult: renewed } = await where.call("GetTokensFromRefreshToken", { ClientId: where.client, RefreshToken: tokens.RefreshToken });
  assert.equal(claims(renewed.AccessToken).origin_jti, claims(tokens.AccessToken).origin_jti);
  await where.call("GlobalSignOut", { AccessToken: renewed.AccessToken });
  await refused(where.call("GetUser", { AccessToken: tokens.AccessToken }), "NotAuthorizedException", "Access Token has been revoked");
});

test("no credentials are needed where none are asked for", async () => {
  const where = await house();
  const name = await user(where);
  const bare = new sdk.CognitoIdentityProviderClient({ region: "us-east-1", endpoint: url, maxAttempts: 1 });
  const input = { ClientId: where.client, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: name, PASSWORD: password } };
  assert.ok((await bare.send(new sdk.InitiateAuthCommand(input))).AuthenticationResult.IdToken);
});

test("errors are the SDK's own classes", async () => {
  const where = await house();
  const start = (USERNAME) =>
    where.call("InitiateAuth", { ClientId: where.client, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME, PASSWORD: "Wrong-Horse7" } });
  const unknown = await refused(start("nobody"), "UserNotFoundException", "User does not exist.");
  assert.ok(unknown instanceof sdk.UserNotFoundException);
  assert.equal(unknown.$metadata.httpStatusCode, 400);
  assert.ok(unknown.$metadata.requestId);
  const wrong = await refused(start(await user(where)), "NotAuthorizedException");
  assert.ok(wrong instanceof sdk.NotAuthorizedException);
});

test("a client secret, groups, pages and dates", async () => {
  const where = await house({ client: { GenerateSecret: true } });
  const names = [];
  for (let n = 0; n < 5; n++) names.push(await user(where));
  await where.call("CreateGroup", { UserPoolId: where.pool, GroupName: "staff", Precedence: 0 });
  await where.call("AdminAddUserToGroup", { UserPoolId: where.pool, GroupName: "staff", Username: names[0] });
  const { AuthenticationResult } = await where.call("InitiateAuth", {
    ClientId: where.client,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: names[0], PASSWORD: password, SECRET_HASH: secretHash(names[0], where.client, where.secret) },
  });
  assert.deepEqual(claims(AuthenticationResult.AccessToken)["cognito:groups"], ["staff"]);
  const { Group } = await where.call("GetGroup", { UserPoolId: where.pool, GroupName: "staff" });
  assert.equal(Group.Precedence, 0);
  const seen = [];
  let PaginationToken;
  do {
    const page = await where.call("ListUsers", { UserPoolId: where.pool, Limit: 2, PaginationToken });
    seen.push(...page.Users);
    ({ PaginationToken } = page);
  } while (PaginationToken);
  assert.deepEqual(seen.map((u) => u.Username).sort(), names.sort());
  assert.ok(seen.every((u) => u.UserCreateDate instanceof Date && Math.abs(u.UserCreateDate - Date.now()) < 300000));
});

main("aws sdk for javascript v3");
