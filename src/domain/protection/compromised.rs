//! Passwords known to the world, by the lists that zxcvbn embeds: 30,000 of the commonest leaked passwords, and words
//! and names that every leak holds.
//!
//! A password is known if the whole of it is listed, in any case. People make up for rules about digits and symbols in
//! the same few ways, so the very commonest are also known with letters replaced by look-alikes (`P@ssw0rd`) and with
//! up to two marks behind (`Password1!`). A weak password that is not listed is not known: strength is the business of
//! the pool's policy.

use std::collections::BTreeSet;
use zxcvbn::matching::patterns::MatchPattern;

/// Longer passwords are not on the lists.
const LONGEST: usize = 24;
/// With more different marks than this, a password is on no list; and the search, which tries every letter that each
/// could stand for, would take long enough to be worth someone's while.
const MOST_MARKS: usize = 3;
/// How common a password must be for its variations to be known.
const COMMONEST: usize = 1_000;
/// How many marks behind a listed password are looked past.
const MARKS: usize = 2;
/// What is guessed in fewer tries than this is in every leak (`aaaaaaaa`, `12345678`).
const FEW_TRIES: u64 = 1_000;

/// Whether a password is known to the world. Takes up to a few milliseconds: call it inside `keys::cpu::run`.
pub fn is_known(text: &str) -> bool {
    let marks: BTreeSet<char> = text.chars().filter(char::is_ascii_punctuation).collect();
    if text.chars().nth(LONGEST).is_some() || marks.len() > MOST_MARKS {
        return false;
    }
    let bare = text.trim_end_matches(|c: char| c.is_ascii_punctuation());
    let decorated = !bare.is_empty() && bare.len() < text.len() && text.len() - bare.len() <= MARKS;
    rank(text).is_some() || (decorated && rank(bare).is_some_and(|rank| rank <= COMMONEST))
}

/// The place of a password on the list, if the whole of it is listed.
fn rank(text: &str) -> Option<usize> {
    let judged = zxcvbn::zxcvbn(text, &[]);
    let [whole] = judged.sequence() else { return None };
    match &whole.pattern {
        MatchPattern::Dictionary(word) if !word.reversed && (!word.l33t || word.rank <= COMMONEST) => Some(word.rank),
        MatchPattern::BruteForce => None,
        _ if judged.guesses() < FEW_TRIES => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_passwords_are_known_in_any_case_and_the_commonest_in_disguise() {
        for known in [
            "password",
            "PASSWORD",
            "Password",
            "12345678",
            "1234567890",
            "qwertyuiop",
            "iloveyou",
            "Welcome1",
            "password123",
            "aaaaaaaa",
            "P@ssw0rd",
            "Passw0rd",
            "Password1!",
            "Passw0rd!",
            "Qwerty123",
            "letmein!",
        ] {
            assert!(is_known(known), "{known} is in every leak");
        }
    }

    #[test]
    fn what_is_merely_weak_is_not_known() {
        for unknown in [
            "An0ther-one",
            "Zebra-Lamp-42",
            "correcthorsebatterystaple",
            "Tr0ub4dor&3",
            "poolhouse2026",
            "",
            "password!!!!!",
            "kX9#vQ2$mW",
        ] {
            assert!(!is_known(unknown), "{unknown} is on no list");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]
        #[test]
        fn odd_text_is_judged_without_a_panic(text in "[0oO1lI!a@4]{0,30}|[a-zA-Z0-9!-/]{0,30}|(ab|0o|1!|aB3){0,14}|.{0,30}") {
            let _ = is_known(&text);
        }
    }

    #[test]
    fn what_would_take_long_is_not_searched() {
        assert!(!is_known(&"4@8({[<3691!|17$5+7%2".repeat(12)));
        assert!(!is_known("4@8({[<3691!|17$5+7%2"), "too many different marks");
        assert!(!is_known(&"password".repeat(4)), "too long");
    }
}
