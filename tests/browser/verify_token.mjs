// Verifies an ID token of a pool as backends do: aws-jwt-verify with the pool's issuer, the client and the key set.
//   node verify_token.mjs ISSUER CLIENT_ID < token      prints the claims
import { readFileSync } from "node:fs";
import { JwtVerifier } from "aws-jwt-verify";
import { validateCognitoJwtFields } from "aws-jwt-verify/cognito-verifier";

const [issuer, clientId] = process.argv.slice(2);
const jwksUri = `${issuer}/.well-known/jwks.json`;
const verifier = JwtVerifier.create({ issuer, audience: clientId, jwksUri });
verifier.cacheJwks(await (await fetch(jwksUri)).json());
const claims = await verifier.verify(readFileSync(0, "utf8").trim());
validateCognitoJwtFields(claims, { tokenUse: "id", clientId });
console.log(JSON.stringify(claims));
