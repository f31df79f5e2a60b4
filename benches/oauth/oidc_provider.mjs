// npm oidc-provider as it comes, for the grant of a client for itself with signed access tokens: `NODE_PATH`-like folder in argv.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const { default: Provider } = await import(pathToFileURL(`${process.argv[2]}/oidc-provider/lib/index.js`).href);
const jwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
const provider = new Provider("http://localhost", {
  clients: [{ client_id: "bench", client_secret: "secret", grant_types: ["client_credentials"], redirect_uris: [], response_types: [] }],
  features: {
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => "urn:bench",
      getResourceServerInfo: () => ({ scope: "read", accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } }),
    },
  },
  jwks: { keys: [{ ...jwk, kid: "one", use: "sig", alg: "RS256" }] },
  scopes: ["read"],
});
const server = createServer(provider.callback());
server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
