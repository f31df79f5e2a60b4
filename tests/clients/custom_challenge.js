// Custom challenges through amazon-cognito-identity-js and Amplify, against a server whose functions ask for a sum. Run by
// tests/it/custom_clients.rs, which stands in for the functions.
"use strict";
const assert = require("node:assert/strict");
const { Amplify } = require("aws-amplify");
const auth = require("aws-amplify/auth");
const { url, password, house, user, test, main, refused } = require("./lib/poolhouse.js");
const { lib, page, signIn, step } = require("./lib/identity.js");

const WRONG = "Incorrect username or password.";
const arn = (name) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const LambdaConfig = { DefineAuthChallenge: arn("define"), CreateAuthChallenge: arn("create"), VerifyAuthChallengeResponse: arn("verify") };
const custom = () =>
  house({ pool: { LambdaConfig }, client: { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] } });

/** The sum that a challenge asks for. */
const sum = ({ left, right }) => String(Number(left) + Number(right));
const initiate = (who) => step(who, "initiateAuth", new lib.AuthenticationDetails({ Username: who.getUsername() }));

test("identity-js: a challenge alone, answered wrong and right", async () => {
  const where = await custom();
  const name = await user(where);
  const who = page(where).of(name);
  const asked = await initiate(who);
  assert.equal(asked.challenge, "CUSTOM_CHALLENGE");
  assert.equal(asked.details.USERNAME, name);
  assert.equal(asked.details.answer, undefined, "what is private stays with the server");
  const again = await step(who, "sendCustomChallengeAnswer", "no number");
  assert.equal(again.challenge, "CUSTOM_CHALLENGE", "a wrong answer is no error");
  const { session } = await step(who, "sendCustomChallengeAnswer", sum(again.details));
  assert.equal(session.getAccessToken().payload.username, name);
});

test("identity-js: three wrong answers end it", async () => {
  const where = await custom();
  const who = page(where).of(await user(where));
  await initiate(who);
  await step(who, "sendCustomChallengeAnswer", "no");
  await step(who, "sendCustomChallengeAnswer", "no");
  await refused(step(who, "sendCustomChallengeAnswer", "no"), "NotAuthorizedException", WRONG);
});

test("identity-js: the password first, then the challenge", async () => {
  const where = await custom();
  const name = await user(where);
  const srpFirst = () => {
    const who = page(where).of(name);
    who.setAuthenticationFlowType("CUSTOM_AUTH");
    return who;
  };
  const who = srpFirst();
  const asked = await signIn(who);
  assert.equal(asked.challenge, "CUSTOM_CHALLENGE");
  assert.ok((await step(who, "sendCustomChallengeAnswer", sum(asked.details))).session.isValid());
  await refused(signIn(srpFirst(), "Wrong-Horse7"), "NotAuthorizedException", WRONG);
});

test("Amplify: CUSTOM_WITH_SRP and CUSTOM_WITHOUT_SRP", async () => {
  const where = await custom();
  const username = await user(where);
  Amplify.configure({ Auth: { Cognito: { userPoolId: where.pool, userPoolClientId: where.client, userPoolEndpoint: url } } });
  for (const authFlowType of ["CUSTOM_WITH_SRP", "CUSTOM_WITHOUT_SRP"]) {
    const options = { authFlowType };
    const asked = await auth.signIn({ username, ...(authFlowType === "CUSTOM_WITH_SRP" && { password }), options });
    assert.equal(asked.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE", authFlowType);
    const again = await auth.confirmSignIn({ challengeResponse: "no number" });
    assert.equal(again.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE");
    const done = await auth.confirmSignIn({ challengeResponse: sum(again.nextStep.additionalInfo) });
    assert.equal(done.nextStep.signInStep, "DONE");
    assert.equal((await auth.getCurrentUser()).username, username);
    const { tokens } = await auth.fetchAuthSession({ forceRefresh: true });
    assert.ok(tokens.idToken);
    await auth.signOut();
  }
  await refused(auth.signIn({ username, password: "Wrong-Horse7", options: { authFlowType: "CUSTOM_WITH_SRP" } }), "NotAuthorizedException", WRONG);
});

test("a pool that names no functions", async () => {
  const where = await house({ client: { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"] } });
  const who = page(where).of(await user(where));
  await refused(initiate(who), "InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.");
});

main("custom challenges");
