// Refuses sign-in outside office hours. The settings are environment variables: from, to, days, utc_offset, always.
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

// Ends the plugin: the last line of standard error is what the caller is told.
__attribute__((noreturn, format(printf, 1, 2))) static void refuse(const char *why, ...) {
  va_list values;
  va_start(values, why);
  vfprintf(stderr, why, values);
  va_end(values);
  fputc('\n', stderr);
  exit(1);
}

// --- The event. Only one member of it matters, so this skips through JSON and decodes nothing but that.

static char *event;
static size_t length;
static const char *at; // where reading is; the event ends in a zero, which no JSON has

static void read_event(void) {
  size_t room = 0;
  do {
    room = room ? 2 * room : 16384;
    event = realloc(event, room);
    if (!event) refuse("the event is too large");
    length += fread(event + length, 1, room - 1 - length, stdin);
  } while (length == room - 1);
  event[length] = 0;
  at = event;
}

__attribute__((noreturn)) static void not_understood(void) { refuse("the event is not understood"); }

// The next character that is no space, which is where reading is then.
static char next(void) {
  at += strspn(at, " \t\r\n");
  return *at;
}

static void expect(char wanted) {
  if (next() != wanted) not_understood();
  at++;
}

static unsigned hex4(void) {
  unsigned value = 0;
  for (int i = 0; i < 4; i++, at++) {
    static const char digits[] = "0123456789abcdef";
    const char *digit = *at ? strchr(digits, *at >= 'A' && *at <= 'F' ? *at + 32 : *at) : NULL;
    if (!digit) not_understood();
    value = 16 * value + (unsigned)(digit - digits);
  }
  return value;
}

// One character behind `\u`, whose letter u is read already, as UTF-8.
static char *escaped(char *out) {
  unsigned c = hex4();
  if (c >= 0xd800 && c < 0xdc00) { // the first half of a pair
    if (at[0] != '\\' || at[1] != 'u') not_understood();
    at += 2;
    unsigned low = hex4();
    if (low < 0xdc00 || low > 0xdfff) not_understood();
    c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
  } else if (c >= 0xdc00 && c < 0xe000) {
    not_understood();
  }
  if (c < 0x80) {
    *out++ = (char)c;
    return out;
  }
  int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  *out++ = (char)((0xff80 >> more & 0xff) | c >> 6 * more);
  while (more--) *out++ = (char)(0x80 | (c >> 6 * more & 0x3f));
  return out;
}

// Reads a string into `text`, which has room for the whole event: what is decoded is never longer than its JSON. Gives the length, as a
// text may have zeros in it.
static size_t string(char *text) {
  char *out = text;
  expect('"');
  while (*at != '"') {
    if (!*at) not_understood();
    if (*at != '\\') {
      *out++ = *at++;
      continue;
    }
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char letter = *++at;
    const char *known = letter ? strchr(letters, letter) : NULL;
    if (known) {
      *out++ = meanings[known - letters];
      at++;
    } else if (letter == 'u') {
      at++;
      out = escaped(out);
    } else {
      not_understood();
    }
  }
  at++;
  return (size_t)(out - text);
}

// Passes over a value with all that is in it.
static void skip(char *scratch) {
  int depth = 0;
  do {
    char c = next();
    if (!c) not_understood();
    if (c == '"') {
      string(scratch);
    } else if (strchr("{[", c)) {
      depth++;
      at++;
    } else if (strchr("}]", c)) {
      depth--;
      at++;
    } else if (strchr(",:", c)) {
      at++;
    } else { // a number, true, false, null
      at += strcspn(at, " \t\r\n,:{}[]\"");
    }
  } while (depth > 0);
}

// The member userName of the event itself: objects within it may have members of that name too.
static char *user_name(size_t *size) {
  char *key = malloc(length), *name = malloc(length);
  if (!key || !name) refuse("the event is too large");
  bool found = false;
  expect('{');
  while (next() != '}') {
    size_t key_size = string(key);
    expect(':');
    if (key_size == 8 && memcmp(key, "userName", 8) == 0) {
      *size = string(name);
      found = true;
    } else {
      skip(key);
    }
    if (next() != '}') expect(',');
  }
  if (!found) not_understood();
  return name;
}

// --- The settings.

static const char *setting(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value && *value ? value : otherwise;
}

// "08:30" in minutes.
static int minutes(const char *name, const char *text) {
  int hour, minute, used = 0;
  if (strspn(text, "0123456789:") != strlen(text) || sscanf(text, "%2d:%2d%n", &hour, &minute, &used) != 2 || used != 5 || text[5] ||
      minute > 59 || hour * 60 + minute > 24 * 60) {
    refuse("the setting %s of the plugin must be like 08:30", name);
  }
  return hour * 60 + minute;
}

static int day(const char *text, size_t size) {
  static const char *const names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  for (int i = 0; i < 7; i++) {
    if (size == 3 && strncasecmp(text, names[i], 3) == 0) return i;
  }
  refuse("the setting days of the plugin must be like mon-fri or mon,wed,fri");
}

// Sets what "mon-fri,sun" says. A range may go over the end of the week.
static void week(const char *text, bool days[7]) {
  for (text += strspn(text, ", "); *text; text += strspn(text, ", ")) {
    size_t size = strcspn(text, ",- ");
    int first = day(text, size), last = first;
    text += size;
    if (*text == '-') {
      text++;
      size = strcspn(text, ",- ");
      last = day(text, size);
      text += size;
    }
    for (int i = first; days[i] = true, i != last; i = (i + 1) % 7) {}
  }
}

// Whether a list with commas has the name.
static bool listed(const char *list, const char *name, size_t name_size) {
  for (list += strspn(list, ", "); *list; list += strspn(list, ", ")) {
    size_t size = strcspn(list, ",");
    const char *after = list + size;
    while (size && list[size - 1] == ' ') size--;
    if (size == name_size && memcmp(list, name, size) == 0) return true;
    list = after;
  }
  return false;
}

int main(void) {
  read_event();
  size_t size;
  const char *name = user_name(&size);
  // First, so that those who may always come in can, even to mend a setting that is wrong.
  if (!listed(setting("always", ""), name, size)) {
    const char *from = setting("from", "08:00"), *to = setting("to", "18:00"), *on = setting("days", "mon-fri");
    const char *offset = setting("utc_offset", "+00:00");
    int opens = minutes("from", from), closes = minutes("to", to);
    bool days[7] = {false};
    week(on, days);
    if (*offset != '+' && *offset != '-') refuse("the setting utc_offset of the plugin must be like +01:00");
    int ahead = (*offset == '-' ? -1 : 1) * minutes("utc_offset", offset + 1);

    time_t here = time(NULL) + ahead * 60;
    struct tm *now = gmtime(&here);
    int minute = now->tm_hour * 60 + now->tm_min, today = now->tm_wday, yesterday = (today + 6) % 7;
    // Hours that go over midnight belong to the day on which they begin.
    bool open = opens < closes ? days[today] && minute >= opens && minute < closes
                               : (days[today] && minute >= opens) || (days[yesterday] && minute < closes);
    if (!open) refuse("sign-in is open %s from %s to %s (UTC%s)", on, from, to, offset);
  }
  // Nothing to say in `response`: the event goes back as it came.
  return fwrite(event, 1, length, stdout) == length ? 0 : 1;
}
