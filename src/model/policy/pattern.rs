//! Texts of policies: wildcards and policy variables (`${aws:PrincipalTag/team}`), as IAM has them.

use super::{Facts, PolicyError, wrong};
use crate::model::wildcard::{Token, matches_tokens};

/// A text that may have wildcards and variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Token(Token),
    Variable { key: String, otherwise: Option<String> },
}

impl Pattern {
    /// A text without variables.
    pub fn plain(text: &str) -> Self {
        Self(text.chars().map(|c| Piece::Token(Token::from(c))).collect())
    }

    /// A text with variables. Without `wildcards`, `*` and `?` are characters like any other.
    pub fn with_variables(text: &str, wildcards: bool, place: &str) -> Result<Self, PolicyError> {
        let token = |c| Piece::Token(if wildcards { Token::from(c) } else { Token::Char(c) });
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            pieces.extend(before.chars().map(token));
            let Some((name, after)) = after.split_once('}') else {
                return wrong(format!("{place}: `{}` has a variable that does not end", text.escape_debug()));
            };
            pieces.push(variable(name, place)?);
            rest = after;
        }
        pieces.extend(rest.chars().map(token));
        Ok(Self(pieces))
    }

    /// Whether a text fits. What a variable stands for is never a wildcard, whatever characters it has; a variable
    /// without a value fits nothing.
    pub fn matches(&self, text: &str, facts: &Facts) -> bool {
        self.filled(facts).is_some_and(|tokens| matches_tokens(tokens.iter().copied(), text))
    }

    /// The pattern with its variables filled in; `None` if one has no value.
    pub fn filled(&self, facts: &Facts) -> Option<Vec<Token>> {
        let mut tokens = Vec::with_capacity(self.0.len());
        for piece in &self.0 {
            match piece {
                Piece::Token(token) => tokens.push(*token),
                Piece::Variable { key, otherwise } => {
                    let value = facts.one(key).or(otherwise.as_deref())?;
                    tokens.extend(value.chars().map(Token::Char));
                }
            }
        }
        Some(tokens)
    }

    /// The filled pattern as plain text, for tests that know no wildcards.
    pub fn text(&self, facts: &Facts) -> Option<String> {
        let tokens = self.filled(facts)?;
        Some(
            tokens
                .iter()
                .map(|token| match token {
                    Token::Char(c) => *c,
                    Token::AnyText => '*',
                    Token::AnyChar => '?',
                })
                .collect(),
        )
    }
}

/// `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the characters themselves.
fn variable(name: &str, place: &str) -> Result<Piece, PolicyError> {
    if let ("*" | "?" | "$", Some(c)) = (name, name.chars().next()) {
        return Ok(Piece::Token(Token::Char(c)));
    }
    let (key, otherwise) = match name.split_once(',') {
        None => (name, None),
        Some((key, text)) => {
            let text = text.trim();
            let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            let Some(inner) = inner else {
                return wrong(format!("{place}: the default in `${{{}}}` must stand in '...'", name.escape_debug()));
            };
            (key, Some(inner.to_owned()))
        }
    };
    let key = key.trim();
    if !key.contains(':') {
        return wrong(format!("{place}: `${{{}}}` names no condition key", name.escape_debug()));
    }
    Ok(Piece::Variable { key: key.to_owned(), otherwise })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn fits(pattern: &str, text: &str, value: &str) -> bool {
        let mut facts = Facts::default();
        facts.put("aws:PrincipalTag/Team", value);
        Pattern::with_variables(pattern, true, "here").unwrap().matches(text, &facts)
    }

    #[test]
    fn what_a_variable_stands_for_is_no_wildcard() {
        assert!(fits("a/${aws:principaltag/team}/*", "a/x/y", "x"));
        assert!(!fits("a/${aws:PrincipalTag/team}/*", "a/x/y", "*"));
        assert!(fits("a/${aws:PrincipalTag/team}/*", "a/*/y", "*"));
        assert!(!fits("a/${aws:PrincipalTag/team}", "a/xy", "x?"));
        assert!(!fits("a/${aws:PrincipalTag/team}", "a/", "../b"));
        assert!(!fits("a/${aws:PrincipalTag/other}", "a/", "x"), "no value, no match");
        assert!(fits("a/${aws:PrincipalTag/other, 'all'}", "a/all", "x"));
        assert!(fits("a/${*}${?}${$}", "a/*?$", "x") && !fits("a/${*}", "a/b", "x"));
        for bad in ["${", "${aws:x", "${name}", "${aws:x, y}"] {
            assert!(Pattern::with_variables(bad, true, "here").is_err(), "{bad}");
        }
    }
}
