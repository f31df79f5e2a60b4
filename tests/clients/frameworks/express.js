// An API as people write it with Express, twice: with aws-jwt-verify and with cognito-express. Neither knows of any other
// server than AWS's. Prints the port that it listens on.
"use strict";
const express = require("express");
const CognitoExpress = require("cognito-express");
const { CognitoJwtVerifier } = require("aws-jwt-verify");
const { REGION, POOL, CLIENT } = process.env;

const verifier = CognitoJwtVerifier.create({ userPoolId: POOL, tokenUse: "access", clientId: CLIENT });
const older = new CognitoExpress({ region: REGION, cognitoUserPoolId: POOL, tokenUse: "access" });

const guard = (verify) => async (request, response, next) => {
  const token = (request.headers.authorization || "").replace(/^Bearer /, "");
  try {
    response.locals.user = await verify(token);
    next();
  } catch {
    response.status(401).json({ message: "Unauthorized" });
  }
};

const app = express();
app.get("/aws-jwt-verify", guard((token) => verifier.verify(token)), (_, response) => response.json(response.locals.user));
app.get("/cognito-express", guard((token) => older.validate(token)), (_, response) => response.json(response.locals.user));
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
