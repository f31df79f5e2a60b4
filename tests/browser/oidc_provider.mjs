// A certified OpenID Connect provider on loopback, with its own pages for login and consent.
//   node oidc_provider.mjs REDIRECT_URI      prints its issuer
// POST /__test/rotate makes a new key and drops the old one.
import http from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

const redirect = process.argv[2];
let keys = [];
let made = 0;
const addKey = async () => {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  keys = [{ ...(await exportJWK(privateKey)), kid: `k${++made}`, alg: "RS256", use: "sig" }];
};
const claims = (id) => ({ sub: id, email: `${id}@idp.example`, email_verified: true, given_name: "Alice" });
const build = (issuer) =>
  new Provider(issuer, {
    clients: [
      {
        client_id: "rp",
        client_secret: "rp-secret",
        redirect_uris: [redirect],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    jwks: { keys },
    cookies: { keys: ["test"] },
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["given_name"] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => claims(id) }),
  }).callback();

await addKey();
let callback;
const server = http.createServer(async (request, response) => {
  if (request.method === "POST" && request.url === "/__test/rotate") {
    await addKey();
    callback = build(server.issuer);
    return response.end(keys[0].kid);
  }
  return callback(request, response);
});
server.listen(0, "127.0.0.1", () => {
  server.issuer = `http://127.0.0.1:${server.address().port}`;
  callback = build(server.issuer);
  console.log(server.issuer);
});
