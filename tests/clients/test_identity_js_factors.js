// amazon-cognito-identity-js: second factors and remembered devices, codes of TOTP by oathtool.
"use strict";
const assert = require("node:assert/strict");
const { fresh, email, phone, password, house, mfaHouse, user, code, totp, test, main, refused } = require("./lib/poolhouse.js");
const { storage, page, ask, handlers, signIn, step } = require("./lib/identity.js");

const sendCode = (who, digits, kind) => new Promise((done, fail) => who.sendMFACode(digits, handlers(done, fail), kind));
const other = (digits) => (digits === "000000" ? "000001" : "000000");

/** Sets up TOTP for somebody who is signed in; returns the secret. */
async function enrol(who, preferred = true) {
  const secret = await new Promise((done, fail) => who.associateSoftwareToken({ associateSecretCode: done, onFailure: fail }));
  const set = await new Promise((done, fail) => who.verifySoftwareToken(totp(secret, -1), "phone", { onSuccess: done, onFailure: fail }));
  assert.equal(set.Status, "SUCCESS");
  assert.equal(await ask(who, "setUserMfaPreference", null, { Enabled: true, PreferredMfa: preferred }), "SUCCESS");
  return secret;
}

test("SMS MFA: asked for, wrong, right", async () => {
  const where = await mfaHouse("OPTIONAL", { sms: true });
  const number = phone();
  const name = await user(where, { phone_number: number, phone_number_verified: "true" });
  const who = page(where).of(name);
  assert.ok((await signIn(who)).session.isValid(), "no MFA before it is chosen");
  assert.equal(await ask(who, "setUserMfaPreference", { Enabled: true, PreferredMfa: true }, null), "SUCCESS");
  const data = await ask(who, "getUserData");
  assert.deepEqual([data.UserMFASettingList, data.PreferredMfaSetting], [["SMS_MFA"], "SMS_MFA"]);
  const again = page(where).of(name);
  const asked = await signIn(again);
  assert.equal(asked.challenge, "SMS_MFA");
  assert.equal(asked.details.CODE_DELIVERY_DELIVERY_MEDIUM, "SMS");
  assert.equal(asked.details.CODE_DELIVERY_DESTINATION, `+*******${number.slice(-4)}`);
  const digits = await code(number);
  await refused(sendCode(again, other(digits)), "CodeMismatchException", "Invalid code or auth state for the user.");
  assert.ok((await sendCode(again, digits)).session.isValid());
  await refused(sendCode(again, digits), "NotAuthorizedException");
});

test("SMS MFA where the pool demands it", async () => {
  const where = await mfaHouse("ON", { sms: true });
  const number = phone();
  const name = await user(where, { phone_number: number, phone_number_verified: "true" });
  const who = page(where).of(name);
  assert.equal((await signIn(who)).challenge, "SMS_MFA");
  assert.ok((await sendCode(who, await code(number))).session.isValid());
});

test("TOTP: set up, asked for, wrong, used twice, right", async () => {
  const where = await mfaHouse("OPTIONAL", { totp: true });
  const name = await user(where);
  const who = page(where).of(name);
  await signIn(who);
  const secret = await enrol(who);
  const again = page(where).of(name);
  const asked = await signIn(again);
  assert.deepEqual([asked.challenge, asked.details.FRIENDLY_DEVICE_NAME], ["SOFTWARE_TOKEN_MFA", "phone"]);
  const digits = totp(secret);
  await refused(sendCode(again, other(digits), "SOFTWARE_TOKEN_MFA"), "CodeMismatchException", "Invalid code received for user");
  assert.ok((await sendCode(again, digits, "SOFTWARE_TOKEN_MFA")).session.isValid());
  const third = page(where).of(name);
  await signIn(third);
  await refused(sendCode(third, digits, "SOFTWARE_TOKEN_MFA"), "ExpiredCodeException", "Your software token has already been used once.");
  assert.ok((await sendCode(third, totp(secret, 1), "SOFTWARE_TOKEN_MFA")).session.isValid());
});

test("TOTP set up in the middle of a sign-in, where the pool demands it", async () => {
  const where = await mfaHouse("ON", { totp: true });
  const name = await user(where);
  const who = page(where).of(name);
  const asked = await signIn(who);
  assert.equal(asked.challenge, "MFA_SETUP");
  assert.deepEqual(JSON.parse(asked.details.MFAS_CAN_SETUP), ["SOFTWARE_TOKEN_MFA"]);
  const secret = await new Promise((done, fail) => who.associateSoftwareToken({ associateSecretCode: done, onFailure: fail }));
  const { session } = await new Promise((done, fail) => who.verifySoftwareToken(totp(secret), "laptop", handlers(done, fail)));
  assert.ok(session.isValid());
  const again = page(where).of(name);
  assert.equal((await signIn(again)).challenge, "SOFTWARE_TOKEN_MFA");
  assert.ok((await sendCode(again, totp(secret, 1), "SOFTWARE_TOKEN_MFA")).session.isValid());
});

test("several factors: the user chooses", async () => {
  const where = await mfaHouse("OPTIONAL", { sms: true, totp: true });
  const number = phone();
  const name = await user(where, { phone_number: number, phone_number_verified: "true" });
  const who = page(where).of(name);
  await signIn(who);
  const secret = await enrol(who, false);
  await ask(who, "setUserMfaPreference", { Enabled: true, PreferredMfa: false }, null);
  const first = page(where).of(name);
  const asked = await signIn(first);
  assert.equal(asked.challenge, "SELECT_MFA_TYPE");
  assert.deepEqual(JSON.parse(asked.details.MFAS_CAN_CHOOSE).sort(), ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]);
  assert.equal((await step(first, "sendMFASelectionAnswer", "SOFTWARE_TOKEN_MFA")).challenge, "SOFTWARE_TOKEN_MFA");
  assert.ok((await sendCode(first, totp(secret), "SOFTWARE_TOKEN_MFA")).session.isValid());
  const second = page(where).of(name);
  await signIn(second);
  assert.equal((await step(second, "sendMFASelectionAnswer", "SMS_MFA")).challenge, "SMS_MFA");
  assert.ok((await sendCode(second, await code(number))).session.isValid());
});

test("a new password, then the second factor", async () => {
  const where = await mfaHouse("ON", { sms: true });
  const [name, number] = [fresh(), phone()];
  await where.call("AdminCreateUser", {
    UserPoolId: where.pool,
    Username: name,
    TemporaryPassword: password,
    MessageAction: "SUPPRESS",
    UserAttributes: [
      { Name: "phone_number", Value: number },
      { Name: "phone_number_verified", Value: "true" },
    ],
  });
  const who = page(where).of(name);
  assert.equal((await signIn(who)).challenge, "NEW_PASSWORD_REQUIRED");
  const next = await step(who, "completeNewPasswordChallenge", "Another-Horse8", {});
  assert.equal(next.challenge, "SMS_MFA");
  assert.ok((await sendCode(who, await code(number))).session.isValid());
});

const remembering = (opt, challenge) => ({ DeviceConfiguration: { ChallengeRequiredOnNewDevice: challenge, DeviceOnlyRememberedOnUserPrompt: opt } });

test("a device that is remembered spares the second factor", async () => {
  const where = await mfaHouse("OPTIONAL", { totp: true, ...remembering(false, true) });
  const name = await user(where);
  const Storage = storage();
  const who = page(where, Storage).of(name);
  const { session } = await signIn(who);
  assert.match(session.getAccessToken().payload.device_key ?? "", /^us-east-1_[0-9a-f-]{36}$/);
  const secret = await enrol(who);
  const known = page(where, Storage).of(name);
  assert.ok((await signIn(known)).session.isValid(), "the device proves itself instead");
  const strange = page(where).of(name);
  assert.equal((await signIn(strange)).challenge, "SOFTWARE_TOKEN_MFA", "another device does not");
  assert.ok((await sendCode(strange, totp(secret), "SOFTWARE_TOKEN_MFA")).session.isValid());
  const renewed = await ask(known, "refreshSession", known.getSignInUserSession().getRefreshToken());
  assert.ok(renewed.isValid(), "a refresh names the device");
});

test("remembered if the user says so; looked at, forgotten", async () => {
  const where = await mfaHouse("OPTIONAL", { totp: true, ...remembering(true, true) });
  const name = await user(where);
  const Storage = storage();
  const who = page(where, Storage).of(name);
  const first = await signIn(who);
  assert.equal(first.asks, true, "the page has to ask");
  const secret = await enrol(who);
  const before = page(where, Storage).of(name);
  assert.equal((await signIn(before)).challenge, "SOFTWARE_TOKEN_MFA", "nobody said to remember it");
  const { session } = await sendCode(before, totp(secret), "SOFTWARE_TOKEN_MFA");
  assert.ok(session.isValid());
  const handled = (method, ...args) => new Promise((onSuccess, onFailure) => before[method](...args, { onSuccess, onFailure }));
  assert.equal(await handled("setDeviceStatusRemembered"), "SUCCESS");
  const { Device } = await handled("getDevice");
  assert.ok(Device.DeviceKey.startsWith("us-east-1_"));
  const { Devices } = await handled("listDevices", 10, null);
  assert.ok(Devices.some((device) => device.DeviceKey === Device.DeviceKey));
  const after = page(where, Storage).of(name);
  assert.ok((await signIn(after)).session.isValid(), "remembered now");
  const last = (method) => new Promise((onSuccess, onFailure) => after[method]({ onSuccess, onFailure }));
  assert.equal(await last("setDeviceStatusNotRemembered"), "SUCCESS");
  assert.equal(await last("forgetDevice"), "SUCCESS");
});

test("a device in SRP and in the password flow", async () => {
  const where = await house({ pool: remembering(false, true) });
  const name = await user(where, { email: email() });
  const Storage = storage();
  const { session } = await signIn(page(where, Storage).of(name));
  const key = session.getAccessToken().payload.device_key;
  const by = page(where, Storage).of(name);
  by.setAuthenticationFlowType("USER_PASSWORD_AUTH");
  assert.equal((await signIn(by)).session.getAccessToken().payload.device_key, key);
});

main("amazon-cognito-identity-js factors");
