//! The outcome of one attempt to send a message.

/// Longest reason in a log line, in characters.
const MAX_REASON_CHARS: usize = 200;

/// The reasons go to the log and must not contain the text of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The server accepted it.
    Sent,
    /// The server will never accept this message.
    Refused(String),
    /// The server did not accept this message at this time.
    Later(String),
    /// The server is down, overloaded or wrongly configured; other messages would fail, too.
    Unreachable(String),
}

/// Whether a word looks like a phone number.
fn is_number(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_ascii_digit());
    bare.len() >= 7 && bare.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'(' | b')'))
}

impl Outcome {
    /// Makes the reason safe for the log: one short line without addresses, which servers like to repeat.
    pub fn sanitised(self) -> Self {
        let fit = |reason: String| {
            let words = reason.split_whitespace().map(|word| match word {
                _ if word.contains('@') => "(address)",
                _ if is_number(word) => "(number)",
                _ => word,
            });
            let line = words.collect::<Vec<_>>().join(" ");
            line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_REASON_CHARS).collect()
        };
        match self {
            Self::Sent => Self::Sent,
            Self::Refused(reason) => Self::Refused(fit(reason)),
            Self::Later(reason) => Self::Later(fit(reason)),
            Self::Unreachable(reason) => Self::Unreachable(fit(reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_one_short_line_without_addresses() {
        let exported =
            Outcome::Refused(format!("550 5.1.1\r\n<User@Example.test>: no {}", "x".repeat(500))).sanitised();
        assert!(
            matches!(exported, Outcome::Refused(line) if line.starts_with("550 5.1.1 (address) no x") && line.len() == MAX_REASON_CHARS)
        );
    }
}
