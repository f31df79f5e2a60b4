// Runs a Node.js Lambda function as it is. `user-handler` is the function's file: build.sh says which one that is.
import { get } from 'poolhouse:trigger/config@0.1.0';
import { write } from 'poolhouse:trigger/log@0.1.0';

// How long a call may take, for context.getRemainingTimeInMillis(). Poolhouse goes by `timeout_ms` in the manifest; keep them equal.
const TIMEOUT_MS = 5000;

// process.env is `[config]` and `[secrets]` of the manifest. It answers what it is asked for and cannot be listed.
const setting = (own, name) => own[name] ?? (typeof name === 'string' ? get(name) : undefined);
globalThis.process = { env: new Proxy({}, { get: setting, has: (own, name) => setting(own, name) !== undefined }) };

// console writes to the server's log, beside the id of the request.
for (const level of ['debug', 'info', 'warn', 'error']) {
  console[level] = (...values) => write(level, values.map(words).join(' '));
}
console.log = console.info;

function words(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value}\n${value.stack}`.trim();
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value); // refers to itself, or is a BigInt
  }
}

export async function handle(text) {
  const end = Date.now() + TIMEOUT_MS;
  try {
    // Loaded here and not at the top, where it would run once while the plugin is built:
    // code outside of the handler may want settings, the time or random numbers.
    const file = await import('user-handler');
    const handler = file.handler ?? file.default?.handler ?? file.default;
    const answer = await new Promise((resolve, reject) => {
      const callback = (error, answer) => (error ? reject(error) : resolve(answer));
      const context = {
        functionName: 'plugin',
        functionVersion: '$LATEST',
        awsRequestId: crypto.randomUUID(),
        getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
        done: callback,
        succeed: resolve,
        fail: reject,
      };
      const returned = handler(JSON.parse(text), context, callback);
      // What a handler that takes a callback returns means nothing, unless it is a promise after all.
      if (typeof returned?.then === 'function' || (handler.length < 3 && returned !== undefined)) resolve(returned);
    });
    return JSON.stringify(answer ?? null);
  } catch (error) {
    write('debug', words(error));
    // The words of the refusal. It has to be a string: anything else that is thrown from here ends the plugin.
    throw String(error?.message ?? error);
  }
}
