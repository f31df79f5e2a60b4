// Amplify v6, as a React or Vue program uses it.
"use strict";
const assert = require("node:assert/strict");
const { Amplify } = require("aws-amplify");
const auth = require("aws-amplify/auth");
const { url, password, fresh, email, house, user, code, test, main, refused } = require("./lib/poolhouse.js");

async function page(settings) {
  const where = await house(settings);
  Amplify.configure({ Auth: { Cognito: { userPoolId: where.pool, userPoolClientId: where.client, userPoolEndpoint: url } } });
  return where;
}

test("sign up, confirm, sign in by SRP, who am I, sign out", async () => {
  await page({ pool: { AutoVerifiedAttributes: ["email"] } });
  const [username, mail] = [fresh(), email()];
  const made = await auth.signUp({ username, password, options: { userAttributes: { email: mail } } });
  assert.equal(made.nextStep.signUpStep, "CONFIRM_SIGN_UP");
  assert.equal(made.nextStep.codeDeliveryDetails.deliveryMedium, "EMAIL");
  const early = await auth.signIn({ username, password });
  assert.equal(early.nextStep.signInStep, "CONFIRM_SIGN_UP");
  await code(mail);
  await auth.resendSignUpCode({ username });
  assert.equal((await auth.confirmSignUp({ username, confirmationCode: await code(mail, 2) })).isSignUpComplete, true);
  assert.equal((await auth.signIn({ username, password })).nextStep.signInStep, "DONE");
  const current = await auth.getCurrentUser();
  assert.equal(current.username, username);
  assert.equal((await auth.fetchUserAttributes()).email, mail);
  const { tokens } = await auth.fetchAuthSession();
  assert.equal(tokens.idToken.payload.email, mail);
  await auth.signOut({ global: true });
  await refused(auth.getCurrentUser(), "UserUnAuthenticatedException");
});

test("sessions renew themselves, with and without rotation", async () => {
  for (const client of [{}, { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"], RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 } }]) {
    const where = await page({ client });
    const username = await user(where);
    await auth.signIn({ username, password });
    const seen = new Set();
    for (let n = 0; n < 3; n++) {
      const { tokens } = await auth.fetchAuthSession({ forceRefresh: true });
      seen.add(tokens.accessToken.payload.jti);
    }
    assert.equal(seen.size, 3);
    await auth.signOut();
  }
});

test("password flow, a wrong password, a stranger", async () => {
  const where = await page();
  const username = await user(where);
  await refused(auth.signIn({ username, password: "Wrong-Horse7" }), "NotAuthorizedException", "Incorrect username or password.");
  await refused(auth.signIn({ username: "nobody", password }), "UserNotFoundException", "User does not exist.");
  await auth.signIn({ username, password, options: { authFlowType: "USER_PASSWORD_AUTH" } });
  await auth.signOut();
});

test("a new password is asked for and given", async () => {
  const where = await page();
  const username = fresh();
  await where.call("AdminCreateUser", { UserPoolId: where.pool, Username: username, TemporaryPassword: password, MessageAction: "SUPPRESS" });
  const asked = await auth.signIn({ username, password });
  assert.equal(asked.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
  const options = { userAttributes: { nickname: "Al" } };
  assert.equal((await auth.confirmSignIn({ challengeResponse: "Another-Horse8", options })).nextStep.signInStep, "DONE");
  assert.equal((await auth.fetchUserAttributes()).nickname, "Al");
  await auth.signOut();
});

test("forgotten and changed passwords, changed attributes, deletion", async () => {
  const where = await page({ pool: { AutoVerifiedAttributes: ["email"] } });
  const mail = email();
  const username = await user(where, { email: mail, email_verified: "true" });
  assert.equal((await auth.resetPassword({ username })).nextStep.resetPasswordStep, "CONFIRM_RESET_PASSWORD_WITH_CODE");
  await auth.confirmResetPassword({ username, confirmationCode: await code(mail), newPassword: "Another-Horse8" });
  await auth.signIn({ username, password: "Another-Horse8" });
  await auth.updatePassword({ oldPassword: "Another-Horse8", newPassword: password });
  const next = email();
  const sent = await auth.updateUserAttributes({ userAttributes: { email: next, nickname: "Al" } });
  assert.equal(sent.email.nextStep.updateAttributeStep, "CONFIRM_ATTRIBUTE_WITH_CODE");
  assert.equal(sent.nickname.isUpdated, true);
  await auth.confirmUserAttribute({ userAttributeKey: "email", confirmationCode: await code(next) });
  assert.equal((await auth.fetchUserAttributes()).email_verified, "true");
  await auth.deleteUser();
  await refused(auth.signIn({ username, password }), "UserNotFoundException", "User does not exist.");
});

main("amplify");
