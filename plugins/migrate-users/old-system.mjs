// Stands in for the other system while you try the plugin: node old-system.mjs
import { createServer } from 'node:http';

const users = { 'ann@example.com': { password: 'Correct-Horse7', attributes: { email: 'ann@example.com', name: 'Ann Example' } } };

function answer(request, { username, password }) {
  if (request.headers.authorization !== `Bearer ${process.env.API_TOKEN}`) return [403, {}];
  const user = users[username];
  if (!user) return [404, {}];
  if (request.url === '/authenticate' && password !== user.password) return [401, {}];
  return [200, { attributes: user.attributes }];
}

createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const [status, found] = answer(request, JSON.parse(body));
  console.log(request.method, request.url, status);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(found));
}).listen(8080, '127.0.0.1');
