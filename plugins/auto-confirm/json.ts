// As much of JSON as a plugin needs that reads a few members and adds some: an object becomes a map of its members, each of them still
// JSON, so what is not looked into stays as it came.

/** The members of an object, or an end to the plugin if the text is no object. */
export function members(json: string): Map<string, string> {
  const found = new Map<string, string>();
  let at = space(json, 0);
  expect(json, at++, 0x7b); // {
  at = space(json, at);
  if (code(json, at) == 0x7d) return found; // }
  for (;;) {
    const key = at;
    at = afterText(json, key);
    const name = text(json.slice(key, at));
    at = space(json, at);
    expect(json, at++, 0x3a); // :
    const value = space(json, at);
    at = afterValue(json, value);
    found.set(name, json.slice(value, at));
    at = space(json, at);
    if (code(json, at) == 0x7d) break; // }
    expect(json, at++, 0x2c); // ,
    at = space(json, at);
  }
  return found;
}

/** The object that has these members. */
export function object(members: Map<string, string>): string {
  const names = members.keys();
  const parts = new Array<string>(names.length);
  for (let i = 0; i < names.length; i++) parts[i] = quoted(names[i]) + ":" + members.get(names[i]);
  return "{" + parts.join(",") + "}";
}

/** What a string says. */
export function text(json: string): string {
  expect(json, 0, 0x22); // "
  let out = "";
  let plain = 1; // from here to where reading is, nothing is escaped
  let at = 1;
  while (code(json, at) != 0x22) {
    if (json.charCodeAt(at) != 0x5c) {
      at++;
      continue;
    }
    out += json.slice(plain, at++);
    const letter = code(json, at++);
    if (letter == 0x75) {
      // Halves of pairs are written one after the other, as strings have them here too.
      let unit = 0;
      for (let i = 0; i < 4; i++) unit = unit * 16 + hex(code(json, at++));
      out += String.fromCharCode(unit);
    } else {
      const known = '"\\/bfnrt'.indexOf(String.fromCharCode(letter));
      if (known < 0) fail();
      out += '"\\/\b\f\n\r\t'.charAt(known);
    }
    plain = at;
  }
  return out + json.slice(plain, at);
}

/** A string that says the text. */
function quoted(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20) out += "\\u00" + unit.toString(16).padStart(2, "0");
    else if (unit == 0x22 || unit == 0x5c) out += "\\" + text.charAt(i);
    else out += text.charAt(i);
  }
  return out + '"';
}

/** Where a string that begins here is over. */
function afterText(json: string, at: i32): i32 {
  expect(json, at++, 0x22); // "
  while (code(json, at) != 0x22) {
    at += json.charCodeAt(at) == 0x5c ? 2 : 1; // what is escaped ends nothing
  }
  return at + 1;
}

/** Where a value that begins here is over, with all that is in it. */
function afterValue(json: string, at: i32): i32 {
  let depth = 0;
  do {
    const unit = code(json, at);
    if (unit == 0x22) {
      at = afterText(json, at);
    } else if (unit == 0x7b || unit == 0x5b) {
      depth++;
      at++;
    } else if (unit == 0x7d || unit == 0x5d) {
      if (--depth < 0) fail();
      at++;
    } else if (depth > 0 && (unit == 0x2c || unit == 0x3a || isSpace(unit))) {
      at++;
    } else {
      // A number, true, false, null.
      const word = at;
      while (at < json.length && !ends(json.charCodeAt(at))) at++;
      if (at == word) fail();
    }
  } while (depth > 0);
  return at;
}

function ends(unit: i32): bool {
  return isSpace(unit) || ',:{}[]"'.includes(String.fromCharCode(unit));
}

function isSpace(unit: i32): bool {
  return unit == 0x20 || unit == 0x09 || unit == 0x0a || unit == 0x0d;
}

/** The next place that is no space. */
function space(json: string, at: i32): i32 {
  while (at < json.length && isSpace(json.charCodeAt(at))) at++;
  return at;
}

function code(json: string, at: i32): i32 {
  if (at >= json.length) fail();
  return json.charCodeAt(at);
}

function expect(json: string, at: i32, wanted: i32): void {
  if (code(json, at) != wanted) fail();
}

function hex(unit: i32): i32 {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(unit).toLowerCase());
  if (digit < 0) fail();
  return digit;
}

/** Ends the plugin: the last line of standard error is what the caller is told. */
function fail(): void {
  process.stderr.write("the event is not understood\n");
  process.exit(1);
}
