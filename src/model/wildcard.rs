//! Patterns as in IAM policies: `*` stands for any text, `?` for any one character. Policies, log sinks, and the lists
//! of pools and domains in the configuration use them.

/// One part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    Char(char),
    /// `*`.
    AnyText,
    /// `?`.
    AnyChar,
}

impl From<char> for Token {
    fn from(c: char) -> Self {
        match c {
            '*' => Self::AnyText,
            '?' => Self::AnyChar,
            c => Self::Char(c),
        }
    }
}

/// Whether the whole text matches the pattern. The work is at most the product of both lengths.
pub fn matches(pattern: &str, text: &str) -> bool {
    matches_tokens(pattern.chars().map(Token::from), text)
}

/// [`matches()`] for a pattern whose wildcards are known already.
pub fn matches_tokens(pattern: impl Iterator<Item = Token> + Clone, text: &str) -> bool {
    let mut pattern = pattern;
    let mut text = text.chars();
    // Where to continue when the last star must match one more character.
    let mut retry = None;
    loop {
        match (pattern.next(), text.clone().next()) {
            (Some(Token::AnyText), _) => retry = Some((pattern.clone(), text.clone())),
            (None, None) => return true,
            (Some(token), Some(c)) if token == Token::AnyChar || token == Token::Char(c) => {
                text.next();
            }
            _ => {
                let Some((after_star, from)) = retry.as_mut() else { return false };
                if from.next().is_none() {
                    return false;
                }
                pattern = after_star.clone();
                text = from.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition in its simplest form, with exponential time.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', p)), None) => naive(p, text),
            (Some(('*', p)), Some((_, t))) => naive(p, text) || naive(pattern, t),
            (Some(('?', p)), Some((_, t))) => naive(p, t),
            (Some((a, p)), Some((b, t))) => a == b && naive(p, t),
            _ => false,
        }
    }

    #[test]
    fn whole_text_or_nothing() {
        assert!(matches("*", ""));
        assert!(!matches("cognito-idp:List", "cognito-idp:ListUsers"));
        assert!(matches(
            "arn:aws:cognito-idp:*:*:userpool/eu-*",
            "arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_a"
        ));
        assert!(!matches(
            "arn:aws:cognito-idp:*:*:userpool/eu-*",
            "arn:aws:cognito-idp:eu-west-1:1:userpool/us-west-1_a"
        ));
    }

    #[test]
    fn many_stars_stay_quick() {
        assert!(!matches(&"*a".repeat(200), &"b".repeat(2000)));
        assert!(!matches(&format!("{}b", "*a".repeat(100)), &"a".repeat(2000)));
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(pattern in "[ab*?é]{0,8}", text in "[abé]{0,8}") {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(matches(&pattern, &text), naive(&p, &t));
        }

        #[test]
        fn never_panics(pattern in ".{0,40}", text in ".{0,40}") {
            matches(&pattern, &text);
        }
    }
}
