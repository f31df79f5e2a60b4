// Auth.js with its Cognito provider, as a web application has it: the request to sign in, the callback, the session. It finds
// the endpoints by discovery, and checks state or PKCE, nonce, issuer and the ID token itself.
"use strict";
const assert = require("node:assert/strict");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { url, house, user, fresh, test, main } = require("./lib/poolhouse.js");
const { Browser } = require("./lib/pages.js");

const APP = "http://localhost:3000";
const CALLBACK = `${APP}/auth/callback/cognito`;

/** Its modules; the package has no entry for require. */
async function load() {
  const folders = (process.env.NODE_PATH ?? "").split(path.delimiter).filter(Boolean);
  const from = (name) => import(pathToFileURL(path.join(folders[0], "@auth", "core", name)).href);
  return { Auth: (await from("index.js")).Auth, Cognito: (await from("providers/cognito.js")).default };
}

/** The application: a request with the browser's cookies, which it keeps up to date. */
function application({ Auth, Cognito }, at, checks) {
  const cookies = new Map();
  const provider = Cognito({ clientId: at.client, clientSecret: at.secret, issuer: `${url}/${at.pool}`, checks });
  const quiet = { error: (error) => failures.push(error), warn() {}, debug() {} };
  const failures = [];
  const config = { basePath: "/auth", secret: "a secret of the tests", trustHost: true, providers: [provider], logger: quiet };
  const ask = async (target, form) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const more = form ? { method: "POST", body: new URLSearchParams(form) } : {};
    const answer = await Auth(new Request(new URL(target, APP), { ...more, headers: { cookie } }), config);
    for (const set of answer.headers.getSetCookie()) {
      const [pair] = set.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    return answer;
  };
  return { ask, failures };
}

for (const checks of [["pkce"], ["state", "nonce", "pkce"]]) {
  test(`somebody signs in at an application that checks ${checks.join(", ")}`, async () => {
    const at = await house({
      client: {
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthScopes: ["openid", "email", "profile"],
        CallbackURLs: [CALLBACK],
        SupportedIdentityProviders: ["COGNITO"],
      },
    });
    await at.call("CreateUserPoolDomain", { UserPoolId: at.pool, Domain: fresh("authjs") });
    const name = await user(at, { email: "ann@example.com", name: "Ann" });
    const app = application(await load(), at, checks);
    const { csrfToken } = await (await app.ask("/auth/csrf")).json();
    const away = await app.ask("/auth/signin/cognito", { csrfToken, callbackUrl: APP });
    const address = away.headers.get("location");
    assert.match(address ?? "", /\/oauth2\/authorize\?/, String(app.failures[0]?.cause?.err ?? app.failures[0]));
    const back = await new Browser().signIn(address, name);
    assert.equal(back.origin + back.pathname, CALLBACK);
    const done = await app.ask(back.href);
    assert.equal(done.headers.get("location"), APP, String(app.failures[0]?.cause?.err ?? app.failures[0]));
    const session = await (await app.ask("/auth/session")).json();
    assert.deepEqual([session.user.name, session.user.email], ["Ann", "ann@example.com"]);
    const replayed = await app.ask(back.href);
    assert.match(replayed.headers.get("location"), /error=/);
  });
}

main("auth.js");
