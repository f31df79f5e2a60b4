// Stands in for what sends mail while you try the plugin: node delivery.mjs
import { createServer } from 'node:http';

createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  console.log(body);
  response.writeHead(202).end();
}).listen(8081, '127.0.0.1');
