//! Passwords known from leaks, by the lists that zxcvbn embeds: the 30,000 most common leaked passwords, and common
//! words and names.
//!
//! A password is known if the whole of it is listed, in any case. People satisfy rules about digits and symbols in the
//! same few ways, so the most common ones also count with letters replaced by look-alikes (`P@ssw0rd`) and with up to
//! two symbols appended (`Password1!`). A weak password that is not listed is not known: strength is a matter of the
//! pool's policy.

use crate::risk::BreachedPasswords;
use crate::secret::Secret;
use std::collections::BTreeSet;
use std::sync::Arc;
use zxcvbn::matching::patterns::MatchPattern;

/// Longest password on the lists, in characters.
const MAX_LENGTH: usize = 24;
/// Most different symbols of a listed password. The search tries every letter that a symbol could stand for, so more of
/// them would also make it slow enough to be an attack.
const MAX_SYMBOLS: usize = 3;
/// Rank up to which the variations of a password count, too.
const MAX_VARIED_RANK: usize = 1_000;
/// Most symbols appended to a listed password.
const MAX_APPENDED: usize = 2;
/// A password that is guessed in fewer tries is in every leak (`aaaaaaaa`, `12345678`).
const MIN_GUESSES: u64 = 1_000;

/// Whether a password is known from leaks. Takes up to a few milliseconds: call it inside `keys::cpu::run`.
pub fn is_known(text: &str) -> bool {
    let symbols: BTreeSet<char> = text.chars().filter(char::is_ascii_punctuation).collect();
    if text.chars().nth(MAX_LENGTH).is_some() || symbols.len() > MAX_SYMBOLS {
        return false;
    }
    let bare = text.trim_end_matches(|c: char| c.is_ascii_punctuation());
    let decorated = !bare.is_empty() && bare.len() < text.len() && text.len() - bare.len() <= MAX_APPENDED;
    rank(text).is_some() || (decorated && rank(bare).is_some_and(|rank| rank <= MAX_VARIED_RANK))
}

/// Whether a password is on the operator's own list. A list that cannot be read stops nobody, and is reported.
pub fn is_listed(list: Option<Arc<BreachedPasswords>>, text: &Secret) -> bool {
    let Some(list) = list else { return false };
    list.contains(text.reveal()).unwrap_or_else(|error| {
        tracing::error!(%error, "protection.breached_passwords cannot be read, so passwords are not checked by it");
        false
    })
}

/// The place of a password on the list, if the whole of it is listed.
fn rank(text: &str) -> Option<usize> {
    let estimate = zxcvbn::zxcvbn(text, &[]);
    let [whole] = estimate.sequence() else { return None };
    match &whole.pattern {
        MatchPattern::Dictionary(word) if !word.reversed && (!word.l33t || word.rank <= MAX_VARIED_RANK) => {
            Some(word.rank)
        }
        MatchPattern::BruteForce => None,
        _ if estimate.guesses() < MIN_GUESSES => Some(1),
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
