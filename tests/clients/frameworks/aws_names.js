// Leads AWS's host name to the server under test, as an entry in the hosts file would: `node --require aws_names.js`.
// AWS_NAME is the host, AWS_NAME_PORT the port on 127.0.0.1. The name in the certificate is checked as always.
"use strict";
const tls = require("node:tls");
const { AWS_NAME, AWS_NAME_PORT } = process.env;

const connect = tls.connect;
tls.connect = (...args) => {
  const [options] = args;
  if (options && options.host === AWS_NAME) {
    args[0] = { ...options, servername: AWS_NAME, host: "127.0.0.1", port: Number(AWS_NAME_PORT) };
  }
  return connect(...args);
};
