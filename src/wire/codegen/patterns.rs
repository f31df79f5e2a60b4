//! From the models' regular expressions (Java's dialect, matched whole, `\w \d \s` ASCII) to the `regex` crate's.

/// Patterns with constructs that the `regex` crate lacks, and what they say.
const BY_HAND: [(&str, &str); 3] = [
    // A look-behind: the last character is not a dot.
    (r"^[0-9A-Za-z\.\-_]*(?<!\.)$", r"(?:[0-9A-Za-z._-]*[0-9A-Za-z_-])?"),
    // Custom domains and hosts have dots; Cognito takes and answers them against its own model.
    (r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$", r"[a-z0-9](?:[a-z0-9.\-]{0,61}[a-z0-9])?"),
    // `\u10000` is five digits here, which no dialect reads so.
    (
        r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
        r"[\x{9}\x{A}\x{D}\x{20}-\x{7E}\x{85}\x{A0}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]+",
    ),
];

/// The pattern in the `regex` crate's dialect, anchored at both ends.
pub fn translate(pattern: &str) -> Result<String, String> {
    if let Some((_, by_hand)) = BY_HAND.iter().find(|(java, _)| *java == pattern) {
        return Ok(format!(r"\A(?:{by_hand})\z"));
    }
    if ["(?<", "(?=", "(?!", "&&"].iter().any(|construct| pattern.contains(construct)) {
        return Err(format!("pattern {pattern} needs a translation by hand"));
    }
    let dot_matches_all = pattern.starts_with("(?s)");
    let mut out = String::from(r"\A(?:");
    let mut in_class = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let escaped = chars.next().ok_or_else(|| format!("pattern {pattern} ends in a backslash"))?;
                match escape(escaped, in_class) {
                    Some(text) => out.push_str(&text),
                    None if escaped == 'u' => {
                        let hex: String = chars.by_ref().take(4).collect();
                        out.push_str(&format!(r"\x{{{hex}}}"));
                    }
                    None => out.extend(['\\', escaped]),
                }
                // After a class such as \w a hyphen is a literal in Java; here it would start a range.
                if in_class && "wWsSdD".contains(escaped) && chars.peek() == Some(&'-') {
                    chars.next();
                    out.push_str(r"\-");
                }
            }
            '[' if in_class => out.push_str(r"\["),
            '[' => {
                in_class = true;
                out.push(c);
            }
            ']' => {
                in_class = false;
                out.push(c);
            }
            // Java's dot stops at every line terminator.
            '.' if !in_class && !dot_matches_all => out.push_str(r"[^\n\r\x{85}\x{2028}\x{2029}]"),
            _ => out.push(c),
        }
    }
    out.push_str(r")\z");
    Ok(out)
}

/// Java's ASCII classes, spelled out.
fn escape(c: char, in_class: bool) -> Option<String> {
    let set = match c.to_ascii_lowercase() {
        'w' => "A-Za-z0-9_",
        'd' => "0-9",
        's' => r" \t\n\x0B\f\r",
        _ => return None,
    };
    Some(match (c.is_ascii_uppercase(), in_class) {
        (true, _) => format!("[^{set}]"),
        (false, true) => set.to_owned(),
        (false, false) => format!("[{set}]"),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        regex::Regex::new(&translate(pattern).unwrap()).unwrap().is_match(text)
    }

    #[test]
    fn the_whole_text_must_match_and_classes_are_ascii() {
        assert!(matches(r"[\w-]+_[0-9a-zA-Z]+", "eu-west-1_AbCdEf123"));
        assert!(!matches(r"[\w-]+_[0-9a-zA-Z]+", "eu-west-1_AbCdEf123 "));
        assert!(!matches(r"[\w+]+", "ü"));
        assert!(!matches(r"[\S]+", "a b"));
        assert!(matches(r"[\S]+", "a\u{a0}b"), "a no-break space is no ASCII white space");
        assert!(matches(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "Jürgen+1@example.com"));
        assert!(!matches(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "two words"));
        assert!(matches(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]+", "two words"));
    }

    #[test]
    fn hyphens_dots_and_hand_made_ones() {
        assert!(matches(r"[A-Za-z0-9-_=.]+", "a-_=."));
        assert!(!matches(r"[A-Za-z0-9-_=.]+", "a:"));
        assert!(matches(r"[\w-:]+", "a-:"), "a hyphen after a class is a literal");
        assert!(!matches(r"[\w-:]+", "^"));
        assert!(matches(r"(?s).*", "a\nb"));
        assert!(!matches(r"arn:aws:iam::\d+:role/.*", "arn:aws:iam::1:role/a\rb"));
        let bucket = r"^[0-9A-Za-z\.\-_]*(?<!\.)$";
        assert!(matches(bucket, "") && matches(bucket, "a.b") && !matches(bucket, "a."));
        let arn = r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+";
        assert!(matches(arn, "arn:😀") && !matches(arn, "\u{1}"));
        assert!(
            matches(r"[\u0009\u000A\u000D\u0020-\u00FF]+", "é\t")
                && !matches(r"[\u0009\u000A\u000D\u0020-\u00FF]+", "ł")
        );
        assert!(translate("a(?=b)").is_err());
    }
}
