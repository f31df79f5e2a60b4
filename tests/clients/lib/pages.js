// A browser as far as the sign-in pages need one: it keeps cookies, follows redirects, and posts the form of the page.
"use strict";
const dns = require("node:dns");
const { URL, URLSearchParams } = require("node:url");
const { password } = require("./poolhouse.js");

/** Names below localhost are this machine, as in browsers; the system's resolver need not know that. */
const lookup = dns.lookup;
dns.lookup = (host, options, done) => {
  const [wanted, told] = typeof options === "function" ? [{}, options] : [options ?? {}, done];
  if (!host.endsWith(".localhost")) return lookup(host, options, done);
  if (wanted.all) return told(null, [{ address: "127.0.0.1", family: 4 }]);
  return told(null, "127.0.0.1", 4);
};

class Browser {
  constructor() {
    this.cookies = new Map();
  }

  /** One request, without following; keeps the cookies that come. */
  async request(address, options = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(address, { ...options, redirect: "manual", headers: { ...options.headers, cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [pair] = set.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0/i.test(set)) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }

  /** Follows redirects as long as they stay on the site; answers with the page, or with the address that leads away. */
  async open(address, options) {
    const site = new URL(address).host;
    for (let at = address, left = 10; left > 0; left--) {
      const answer = await this.request(at, options);
      options = undefined;
      const to = answer.headers.get("location");
      if (!to) return { url: at, status: answer.status, text: await answer.text() };
      at = new URL(to, at).href;
      if (new URL(at).host !== site || !at.startsWith("http")) return { left: at };
    }
    throw new Error("too many redirects");
  }

  /** Posts the form of a sign-in page. */
  async submit(page, fields) {
    const token = page.text.match(/name="_csrf" value="([^"]+)"/)[1];
    const body = new URLSearchParams({ _csrf: token, ...fields });
    return this.open(page.url, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } });
  }

  /** Signs in where an authorization request leads; answers the callback's address, with what it was sent. */
  async signIn(address, username, pass = password) {
    const page = await this.open(address);
    if (page.left) return new URL(page.left);
    const done = await this.submit(page, { username, password: pass });
    if (!done.left) throw new Error(`no sign-in: ${done.status} ${done.url} ${done.text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 400)}`);
    return new URL(done.left);
  }
}

module.exports = { Browser };
