//! The small part of HTML that mails need: detecting markup, escaping, and converting a body to plain text.

/// Whether a template contains tags and is therefore treated as HTML.
pub fn is_markup(template: &str) -> bool {
    template.match_indices('<').any(|(at, _)| {
        let mut after = template.get(at + 1..).unwrap_or_default().chars();
        match after.next() {
            Some('/' | '!') => template.get(at..).is_some_and(|rest| rest.contains('>')),
            Some(c) => c.is_ascii_alphabetic() && template.get(at..).is_some_and(|rest| rest.contains('>')),
            None => false,
        }
    })
}

/// Escapes text for use between tags and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Converts an HTML body to plain text: tags are removed, blocks start new lines, links are followed by their address.
pub fn to_text(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    let mut link: Option<String> = None;
    while let Some(start) = rest.find('<') {
        let (before, tail) = rest.split_at(start);
        push_text(&mut out, before);
        let Some((tag, after)) = tail.get(1..).and_then(|inner| inner.split_once('>')) else {
            push_text(&mut out, tail);
            rest = "";
            break;
        };
        rest = after;
        let name = tag_name(tag);
        match name.as_str() {
            "a" => link = attribute(tag, "href"),
            "/a" => {
                if let Some(address) = link.take().filter(|address| !out.ends_with(address.as_str())) {
                    out.push_str(&format!(" ({address})"));
                }
            }
            "style" | "script" | "head" | "title" => rest = skip_to_end(rest, &name),
            "br" | "p" | "/p" | "/div" | "/h1" | "/h2" | "/h3" | "/tr" | "/li" | "/table" => new_line(&mut out),
            _ => {}
        }
    }
    push_text(&mut out, rest);
    out.trim().to_string()
}

fn tag_name(tag: &str) -> String {
    let end = tag
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_alphanumeric() || (*at == 0 && *c == '/')))
        .map_or(tag.len(), |(at, _)| at);
    tag.get(..end).unwrap_or_default().to_ascii_lowercase()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.find(&format!("{name}="))? + name.len() + 1;
    let value = tag.get(at..)?;
    let inner = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
        _ => value.split_ascii_whitespace().next()?,
    };
    Some(unescape(inner))
}

fn skip_to_end<'a>(rest: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let at = rest.to_ascii_lowercase().find(&end);
    at.and_then(|at| rest.get(at..)).and_then(|tail| tail.split_once('>')).map_or("", |(_, after)| after)
}

/// Collapses white space, as HTML does.
fn push_text(out: &mut String, text: &str) {
    let mut space = false;
    for c in unescape(text).chars() {
        if c.is_ascii_whitespace() {
            space = true;
            continue;
        }
        if space && !out.is_empty() && !out.ends_with(['\n', ' ']) {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    if space && !out.is_empty() && !out.ends_with(['\n', ' ']) {
        out.push(' ');
    }
}

fn new_line(out: &mut String) {
    while out.ends_with(' ') {
        out.pop();
    }
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let found = ENTITIES.iter().find_map(|(entity, c)| tail.strip_prefix(entity).map(|after| (*c, after)));
        let (c, after) = found.unwrap_or_else(|| ('&', tail.get(1..).unwrap_or_default()));
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    out
}

const ENTITIES: [(&str, char); 7] =
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\''), ("&apos;", '\''), ("&nbsp;", ' ')];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_is_told_from_text() {
        assert!(is_markup("<b>x</b>") && is_markup("a<br>b") && is_markup("x</p>"));
        assert!(!is_markup("1 < 2 > 1") && !is_markup("a <b") && !is_markup("<3"));
    }

    #[test]
    fn a_body_reads_as_text() {
        let body = "<html><head><style>p{x}</style></head><body>\n <p>Dear&nbsp;A &amp; B,</p><p>go <a href='https://x/?a=1&amp;b=2'>here</a>.<br/>Bye</p>";
        assert_eq!(to_text(body), "Dear A & B,\n\ngo here (https://x/?a=1&b=2).\nBye");
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_what_was_escaped_comes_back(any in "\\PC{0,200}", word in "[a-z<>&\"']{1,30}") {
            to_text(&any);
            is_markup(&any);
            prop_assert_eq!(to_text(&format!("<b>{}</b>", escape(&word))), word);
        }
    }
}
