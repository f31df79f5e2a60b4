// Amplify v6: second factors, choice-based sign-in, remembered devices.
"use strict";
const assert = require("node:assert/strict");
const { Amplify } = require("aws-amplify");
const auth = require("aws-amplify/auth");
const { url, password, fresh, email, phone, house, mfaHouse, user, code, totp, test, main, refused } = require("./lib/poolhouse.js");

function page(where) {
  Amplify.configure({ Auth: { Cognito: { userPoolId: where.pool, userPoolClientId: where.client, userPoolEndpoint: url } } });
  return where;
}

const choosing = (...factors) => ({
  pool: { AutoVerifiedAttributes: ["email"], Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", ...factors] } } },
  client: { ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
});
// A browser has one, and Amplify takes the device's name from it.
globalThis.navigator ??= { userAgent: "Mozilla/5.0 (X11; Linux x86_64) Tests/1.0" };

const step = (answer) => answer.nextStep.signInStep;

test("TOTP: set up by hand, preferred, asked for; wrong and right", async () => {
  const where = page(await mfaHouse("OPTIONAL", { totp: true }));
  const username = await user(where);
  await auth.signIn({ username, password });
  const details = await auth.setUpTOTP();
  assert.match(details.getSetupUri("Shop", username).href, /^otpauth:\/\/totp\//);
  await refused(auth.verifyTOTPSetup({ code: "000000" === totp(details.sharedSecret) ? "000001" : "000000" }), "EnableSoftwareTokenMFAException");
  await auth.verifyTOTPSetup({ code: totp(details.sharedSecret, -1) });
  await auth.updateMFAPreference({ totp: "PREFERRED" });
  assert.deepEqual(await auth.fetchMFAPreference(), { enabled: ["TOTP"], preferred: "TOTP" });
  await auth.signOut();
  assert.equal(step(await auth.signIn({ username, password })), "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
  const right = totp(details.sharedSecret);
  await refused(auth.confirmSignIn({ challengeResponse: right === "000000" ? "000001" : "000000" }), "CodeMismatchException");
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: right })), "DONE");
  assert.equal((await auth.getCurrentUser()).username, username);
  await auth.signOut();
});

test("TOTP set up in the middle of a sign-in", async () => {
  const where = page(await mfaHouse("ON", { totp: true }));
  const username = await user(where);
  const asked = await auth.signIn({ username, password });
  assert.equal(step(asked), "CONTINUE_SIGN_IN_WITH_TOTP_SETUP");
  const secret = asked.nextStep.totpSetupDetails.sharedSecret;
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: totp(secret) })), "DONE");
  await auth.signOut();
  assert.equal(step(await auth.signIn({ username, password })), "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: totp(secret, 1) })), "DONE");
  await auth.signOut();
});

test("SMS, and the choice between SMS and TOTP", async () => {
  const where = page(await mfaHouse("OPTIONAL", { sms: true, totp: true }));
  const number = phone();
  const username = await user(where, { phone_number: number, phone_number_verified: "true" });
  await auth.signIn({ username, password });
  await auth.updateMFAPreference({ sms: "ENABLED" });
  await auth.signOut();
  const asked = await auth.signIn({ username, password });
  assert.equal(step(asked), "CONFIRM_SIGN_IN_WITH_SMS_CODE");
  assert.equal(asked.nextStep.codeDeliveryDetails.destination, `+*******${number.slice(-4)}`);
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: await code(number) })), "DONE");
  const { sharedSecret } = await auth.setUpTOTP();
  await auth.verifyTOTPSetup({ code: totp(sharedSecret, -1) });
  await auth.updateMFAPreference({ totp: "ENABLED" });
  await auth.signOut();
  const several = await auth.signIn({ username, password });
  assert.equal(step(several), "CONTINUE_SIGN_IN_WITH_MFA_SELECTION");
  assert.deepEqual([...several.nextStep.allowedMFATypes].sort(), ["SMS", "TOTP"]);
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: "TOTP" })), "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: totp(sharedSecret) })), "DONE");
  await auth.signOut();
});

test("USER_AUTH: a code by mail, preferred or chosen", async () => {
  const where = page(await house(choosing("EMAIL_OTP")));
  const mail = email();
  const username = await user(where, { email: mail, email_verified: "true" });
  const options = { authFlowType: "USER_AUTH" };
  const preferred = await auth.signIn({ username, options: { ...options, preferredChallenge: "EMAIL_OTP" } });
  assert.equal(step(preferred), "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
  await refused(auth.confirmSignIn({ challengeResponse: "1" }), "CodeMismatchException");
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: await code(mail, 1, 8) })), "DONE");
  const before = (await auth.fetchAuthSession()).tokens.accessToken.payload.jti;
  assert.notEqual((await auth.fetchAuthSession({ forceRefresh: true })).tokens.accessToken.payload.jti, before);
  await auth.signOut();
  const asked = await auth.signIn({ username, options });
  assert.equal(step(asked), "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION");
  assert.deepEqual([...asked.nextStep.availableChallenges].sort(), ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"]);
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: "EMAIL_OTP" })), "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: await code(mail, 2, 8) })), "DONE");
  await auth.signOut();
});

test("USER_AUTH: the password, by SRP and plain", async () => {
  const where = page(await house(choosing("EMAIL_OTP")));
  const username = await user(where);
  for (const preferredChallenge of ["PASSWORD_SRP", "PASSWORD"]) {
    const done = await auth.signIn({ username, password, options: { authFlowType: "USER_AUTH", preferredChallenge } });
    assert.equal(step(done), "DONE", preferredChallenge);
    await auth.signOut();
  }
  await auth.signIn({ username, options: { authFlowType: "USER_AUTH" } });
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: "PASSWORD_SRP" })), "CONFIRM_SIGN_IN_WITH_PASSWORD");
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: password })), "DONE");
  await auth.signOut();
});

test("sign-up without a password, signed in by itself", async () => {
  page(await house(choosing("EMAIL_OTP")));
  const [username, mail] = [fresh(), email()];
  const options = { userAttributes: { email: mail }, autoSignIn: { authFlowType: "USER_AUTH" } };
  assert.equal((await auth.signUp({ username, options })).nextStep.signUpStep, "CONFIRM_SIGN_UP");
  const confirmed = await auth.confirmSignUp({ username, confirmationCode: await code(mail) });
  assert.equal(confirmed.nextStep.signUpStep, "COMPLETE_AUTO_SIGN_IN");
  assert.equal((await auth.autoSignIn()).isSignedIn, true);
  assert.equal((await auth.fetchUserAttributes()).email, mail);
  await auth.signOut();
});

test("a remembered device spares the second factor until it is forgotten", async () => {
  const DeviceConfiguration = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true };
  const where = page(await mfaHouse("OPTIONAL", { totp: true, DeviceConfiguration }));
  const username = await user(where);
  await auth.signIn({ username, password });
  const { sharedSecret } = await auth.setUpTOTP();
  await auth.verifyTOTPSetup({ code: totp(sharedSecret, -1) });
  await auth.updateMFAPreference({ totp: "PREFERRED" });
  const [device] = await auth.fetchDevices();
  assert.match(device.id, /^us-east-1_[0-9a-f-]{36}$/);
  await auth.rememberDevice();
  await auth.signOut();
  assert.equal(step(await auth.signIn({ username, password })), "DONE", "the device proves itself");
  const { tokens } = await auth.fetchAuthSession({ forceRefresh: true });
  assert.equal(tokens.accessToken.payload.device_key, device.id);
  await auth.forgetDevice();
  assert.equal((await auth.fetchDevices()).length, 0);
  await auth.signOut();
  assert.equal(step(await auth.signIn({ username, password })), "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
  assert.equal(step(await auth.confirmSignIn({ challengeResponse: totp(sharedSecret) })), "DONE");
  await auth.signOut();
});

main("amplify factors");
