// What the Node tests share: the server that tests/clients/node.py started, set-up calls, cases and their lines.
"use strict";
const { execFileSync } = require("node:child_process");
const crypto = require("node:crypto");
const sdk = require("@aws-sdk/client-cognito-identity-provider");

const url = process.env.POOLHOUSE_URL;
const password = "Correct-Horse7";
let counter = 0;

const fresh = (prefix = "user") => `${prefix}${++counter}`;
const email = () => `${fresh("mail")}@example.com`;
const phone = () => `+1555${String(++counter).padStart(7, "0")}`;

/** An SDK client; without retries, so that a refusal shows as it is. */
function admin(region = "us-east-1") {
  return new sdk.CognitoIdentityProviderClient({
    region,
    endpoint: url,
    maxAttempts: 1,
    credentials: { accessKeyId: process.env.POOLHOUSE_KEY, secretAccessKey: process.env.POOLHOUSE_SECRET },
  });
}

/** A pool and a client in it: `{ pool, client, secret, call(name, input) }`. */
async function house({ pool = {}, client = {} } = {}) {
  const idp = admin();
  const call = (name, input) => idp.send(new sdk[`${name}Command`](input));
  const { UserPool } = await call("CreateUserPool", { PoolName: fresh("pool"), ...pool });
  const flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
  const { UserPoolClient } = await call("CreateUserPoolClient", {
    UserPoolId: UserPool.Id,
    ClientName: fresh("client"),
    ExplicitAuthFlows: flows,
    ...client,
  });
  return { pool: UserPool.Id, client: UserPoolClient.ClientId, secret: UserPoolClient.ClientSecret, call };
}

/** A house whose pool has MFA, OPTIONAL or ON, by these methods; the rest is of the pool. */
async function mfaHouse(mode, { sms, totp, client, ...pool } = {}) {
  const where = await house({ pool, client });
  const SmsConfiguration = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "tests" };
  await where.call("SetUserPoolMfaConfig", {
    UserPoolId: where.pool,
    MfaConfiguration: mode,
    ...(sms && { SmsMfaConfiguration: { SmsConfiguration } }),
    ...(totp && { SoftwareTokenMfaConfiguration: { Enabled: true } }),
  });
  return where;
}

/** A confirmed user; returns the username. */
async function user(where, attributes = {}) {
  const Username = fresh();
  await where.call("AdminCreateUser", {
    UserPoolId: where.pool,
    Username,
    MessageAction: "SUPPRESS",
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  });
  await where.call("AdminSetUserPassword", { UserPoolId: where.pool, Username, Password: password, Permanent: true });
  return Username;
}

/** A house with one user in it, who is in some groups and signed in: adds `name` and `tokens`. */
async function guest(groups = []) {
  const where = await house();
  const name = await user(where, { email: "a@example.com" });
  for (const GroupName of groups) {
    await where.call("CreateGroup", { UserPoolId: where.pool, GroupName });
    await where.call("AdminAddUserToGroup", { UserPoolId: where.pool, Username: name, GroupName });
  }
  const { AuthenticationResult } = await where.call("InitiateAuth", {
    ClientId: where.client,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: name, PASSWORD: password },
  });
  return { ...where, name, tokens: AuthenticationResult };
}

/** The code in the nth message to an address; waits for it. */
async function code(to, nth = 1, digits = 6) {
  const form = new RegExp(`(?<![0-9A-Za-z])(\\d{${digits}})(?![0-9A-Za-z])`);
  for (const until = Date.now() + 20000; Date.now() < until; ) {
    const listed = await (await fetch(`${url}/_dev/inbox.json`)).json();
    const found = listed.Messages.filter((m) => m.To === to).reverse();
    if (found.length >= nth) return found[nth - 1].Text.match(form)[1];
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`message ${nth} never reached ${to}`);
}

function secretHash(username, client, secret) {
  return crypto.createHmac("sha256", secret).update(username + client).digest("base64");
}

/** The code of a TOTP secret by oathtool, `steps` of 30 seconds from now; a server takes one step more or less, and each only once. */
function totp(secret, steps = 0) {
  const at = Math.floor(Date.now() / 1000) + 30 * steps;
  return execFileSync("oathtool", ["--totp", "-b", secret, `--now=@${at}`], { encoding: "utf8" }).trim();
}

const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

const cases = [];
const test = (name, run) => cases.push([name, run]);

/** Runs the cases one after the other; a line each; exit status 1 if one failed. */
async function main(family) {
  let good = true;
  for (const [name, run] of cases) {
    if (!name.includes(process.env.CASE ?? "")) continue;
    try {
      await run();
      console.log(`ok - ${family}: ${name}`);
    } catch (error) {
      good = false;
      const at = (error.stack ?? "").split("\n").find((line) => line.includes("test_"));
      const text = String(error?.message ?? JSON.stringify(error)).replace(/\s+/g, " ");
      console.log(`not ok - ${family}: ${name}: ${error?.name ?? "error"}: ${text} (${(at ?? "").trim()})`);
    }
  }
  process.exit(good ? 0 : 1);
}

/** The promise must fail with this error name and, if given, this message. */
async function refused(promise, name, message) {
  let answer;
  try {
    answer = await promise;
  } catch (error) {
    const got = error.name === "Error" ? error.code : error.name;
    if (got !== name) throw new Error(`got ${got}: ${error.message}, wanted ${name}`);
    if (message !== undefined && error.message !== message) throw new Error(`${name} says ${error.message}, wanted ${message}`);
    return error;
  }
  throw new Error(`accepted, wanted ${name}: ${JSON.stringify(answer)?.slice(0, 200)}`);
}

module.exports = { url, password, sdk, fresh, email, phone, admin, house, mfaHouse, user, guest, code, secretHash, totp, claims, test, main, refused };
