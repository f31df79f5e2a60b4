// amazon-cognito-identity-js with promises for its callbacks.
"use strict";
const lib = require("amazon-cognito-identity-js");
const { url, password } = require("./poolhouse.js");

/** Keeps tokens as a browser's storage would, one page for each call. */
function storage() {
  const kept = new Map();
  return {
    setItem: (k, v) => kept.set(k, v),
    getItem: (k) => kept.get(k) ?? null,
    removeItem: (k) => kept.delete(k),
    clear: () => kept.clear(),
  };
}

/** A page of the app of `where`, with what its browser keeps. */
function page(where, Storage = storage()) {
  const Pool = new lib.CognitoUserPool({ UserPoolId: where.pool, ClientId: where.client, endpoint: url, Storage });
  return { Pool, of: (Username) => new lib.CognitoUser({ Username, Pool, Storage }) };
}

/** A callback-taking method as a promise. */
const ask = (on, method, ...args) =>
  new Promise((done, fail) => on[method](...args, (error, result) => (error ? fail(error) : done(result))));

/** authenticateUser and its relatives as a promise of `{ session }` or `{ challenge, ... }`. */
const handlers = (done, fail) => ({
  onSuccess: (session, asks) => done({ session, asks }),
  onFailure: fail,
  newPasswordRequired: (attributes, required) => done({ challenge: "NEW_PASSWORD_REQUIRED", attributes, required }),
  inputVerificationCode: (details) => done({ challenge: "CODE", details }),
  mfaRequired: (challenge, details) => done({ challenge, details }),
  totpRequired: (challenge, details) => done({ challenge, details }),
  selectMFAType: (challenge, details) => done({ challenge, details }),
  mfaSetup: (challenge, details) => done({ challenge, details }),
  customChallenge: (details) => done({ challenge: "CUSTOM_CHALLENGE", details }),
});
const signIn = (who, Password = password) =>
  step(who, "authenticateUser", new lib.AuthenticationDetails({ Username: who.getUsername(), Password }));

/** A method that takes handlers after its first arguments, as a promise of what they are told. */
const step = (who, method, ...args) => new Promise((done, fail) => who[method](...args, handlers(done, fail)));

module.exports = { lib, storage, page, ask, handlers, signIn, step };
