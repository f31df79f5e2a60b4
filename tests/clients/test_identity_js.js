// amazon-cognito-identity-js, as a web page uses it.
"use strict";
const assert = require("node:assert/strict");
const lib = require("amazon-cognito-identity-js");
const { password, fresh, email, house, user, code, claims, test, main, refused } = require("./lib/poolhouse.js");
const { page, ask, handlers, signIn } = require("./lib/identity.js");

test("sign up, confirm, resend", async () => {
  const where = await house({ pool: { AutoVerifiedAttributes: ["email"] } });
  const { Pool, of } = page(where);
  const [name, mail] = [fresh(), email()];
  const made = await ask(Pool, "signUp", name, password, [new lib.CognitoUserAttribute({ Name: "email", Value: mail })], null);
  assert.equal(made.userConfirmed, false);
  assert.equal(made.codeDeliveryDetails.AttributeName, "email");
  await refused(signIn(of(name)), "UserNotConfirmedException", "User is not confirmed.");
  await code(mail);
  await ask(of(name), "resendConfirmationCode");
  const second = await code(mail, 2);
  assert.equal(await ask(of(name), "confirmRegistration", second, true), "SUCCESS");
  const { session } = await signIn(of(name));
  assert.equal(session.getIdToken().payload.email, mail);
  await refused(ask(Pool, "signUp", name, password, [], null), "UsernameExistsException", "User already exists");
});

test("sign in by SRP: session, attributes, the page's memory", async () => {
  const where = await house();
  const name = await user(where, { email: email(), nickname: "Al" });
  const { Pool, of } = page(where);
  const who = of(name);
  const { session } = await signIn(who);
  assert.equal(session.isValid(), true);
  assert.equal(session.getAccessToken().payload.username, name);
  const attributes = await ask(who, "getUserAttributes");
  assert.equal(attributes.find((a) => a.getName() === "nickname").getValue(), "Al");
  const current = Pool.getCurrentUser();
  assert.equal(current.getUsername(), name);
  const again = await ask(current, "getSession");
  assert.equal(again.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
});

test("sign in by password flow, and by an alias in SRP", async () => {
  const where = await house({ pool: { AliasAttributes: ["email"] } });
  const mail = email();
  const name = await user(where, { email: mail, email_verified: "true" });
  const who = page(where).of(name);
  who.setAuthenticationFlowType("USER_PASSWORD_AUTH");
  assert.equal(claims((await signIn(who)).session.getIdToken().getJwtToken())["cognito:username"], name);
  const alias = page(where).of(mail);
  assert.equal((await signIn(alias)).session.getAccessToken().payload.username, name);
});

test("SRP again and again: no length of A, B or salt goes wrong", async () => {
  const where = await house();
  const name = await user(where);
  for (let n = 0; n < 10; n++) assert.ok((await signIn(page(where).of(name))).session.isValid());
});

test("a wrong password, a stranger", async () => {
  const where = await house();
  const name = await user(where);
  await refused(signIn(page(where).of(name), "Wrong-Horse7"), "NotAuthorizedException", "Incorrect username or password.");
  await refused(signIn(page(where).of("nobody")), "UserNotFoundException", "User does not exist.");
});

test("the new password challenge", async () => {
  const where = await house();
  const name = fresh();
  await where.call("AdminCreateUser", {
    UserPoolId: where.pool,
    Username: name,
    TemporaryPassword: password,
    MessageAction: "SUPPRESS",
    UserAttributes: [{ Name: "email", Value: email() }],
  });
  const who = page(where).of(name);
  const asked = await signIn(who);
  assert.equal(asked.challenge, "NEW_PASSWORD_REQUIRED");
  assert.ok(asked.attributes.email);
  const done = await new Promise((ok, fail) => who.completeNewPasswordChallenge("Another-Horse8", { nickname: "Al" }, handlers(ok, fail)));
  assert.equal(done.session.getIdToken().payload.nickname, "Al");
  assert.ok((await signIn(page(where).of(name), "Another-Horse8")).session.isValid());
});

test("forgot password", async () => {
  const where = await house();
  const mail = email();
  const name = await user(where, { email: mail, email_verified: "true" });
  const who = page(where).of(name);
  const sent = await new Promise((done, fail) =>
    who.forgotPassword({ onSuccess: done, onFailure: fail, inputVerificationCode: done }),
  );
  assert.equal(sent.CodeDeliveryDetails.DeliveryMedium, "EMAIL");
  const confirm = (digits, to) => new Promise((done, fail) => who.confirmPassword(digits, to, { onSuccess: done, onFailure: fail }));
  const digits = await code(mail);
  await refused(confirm(digits === "000000" ? "000001" : "000000", "Another-Horse8"), "CodeMismatchException");
  await confirm(digits, "Another-Horse8");
  assert.ok((await signIn(page(where).of(name), "Another-Horse8")).session.isValid());
});

test("refresh, change the password, change and verify attributes", async () => {
  const where = await house({ pool: { AutoVerifiedAttributes: ["email"] } });
  const name = await user(where, { email: email() });
  const who = page(where).of(name);
  const { session } = await signIn(who);
  const renewed = await ask(who, "refreshSession", session.getRefreshToken());
  assert.notEqual(renewed.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
  assert.equal(renewed.getAccessToken().payload.origin_jti, session.getAccessToken().payload.origin_jti);
  assert.equal(await ask(who, "changePassword", password, "Another-Horse8"), "SUCCESS");
  const mail = email();
  await ask(who, "updateAttributes", [new lib.CognitoUserAttribute({ Name: "email", Value: mail })]);
  const digits = await code(mail);
  await new Promise((done, fail) => who.verifyAttribute("email", digits, { onSuccess: done, onFailure: fail }));
  const attributes = await ask(who, "getUserAttributes");
  assert.equal(attributes.find((a) => a.getName() === "email_verified").getValue(), "true");
  await ask(who, "deleteAttributes", ["email"]);
});

test("global sign-out, sign-out with revocation, deletion", async () => {
  const where = await house();
  const name = await user(where);
  const one = page(where).of(name);
  const two = page(where).of(name);
  const { session } = await signIn(one);
  await signIn(two);
  await new Promise((done, fail) => one.globalSignOut({ onSuccess: done, onFailure: fail }));
  await refused(ask(two, "getUserAttributes"), "NotAuthorizedException", "Access Token has been revoked");
  await refused(where.call("GetUser", { AccessToken: session.getAccessToken().getJwtToken() }), "NotAuthorizedException");
  const three = page(where).of(name);
  const last = (await signIn(three)).session;
  await new Promise((done, fail) => three.signOut((error) => (error ? fail(error) : done())));
  await refused(where.call("GetUser", { AccessToken: last.getAccessToken().getJwtToken() }), "NotAuthorizedException", "Access Token has been revoked");
  const four = page(where).of(name);
  await signIn(four);
  assert.equal(await ask(four, "deleteUser"), "SUCCESS");
  await refused(signIn(page(where).of(name)), "UserNotFoundException");
});

main("amazon-cognito-identity-js");
