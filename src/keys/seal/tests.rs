#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Step {
    user: String,
    tries: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device: Option<String>,
}

fn step() -> Step {
    Step { user: "alice".into(), tries: 2, device: None }
}

#[test]
fn opens_only_for_its_purpose_and_place_and_master_key() {
    let sealer = test_sealer(1);
    let sealed = sealer.seal(Purpose::TotpSeed, b"pool|alice", b"seed").unwrap();
    assert_eq!(sealed.len(), 4 + 41);
    assert_eq!(sealer.open(Purpose::TotpSeed, b"pool|alice", &sealed).unwrap(), b"seed");
    assert_eq!(test_sealer(1).open(Purpose::TotpSeed, b"pool|alice", &sealed).unwrap(), b"seed");
    assert_eq!(sealer.open(Purpose::TotpSeed, b"pool|bob", &sealed), Err(SealError));
    assert_eq!(sealer.open(Purpose::TotpSeed, b"", &sealed), Err(SealError));
    assert_eq!(test_sealer(2).open(Purpose::TotpSeed, b"pool|alice", &sealed), Err(SealError));
    for purpose in Purpose::ALL.iter().filter(|p| **p != Purpose::TotpSeed) {
        assert_eq!(sealer.open(*purpose, b"pool|alice", &sealed), Err(SealError));
    }
}

#[test]
fn any_flipped_bit_and_any_cut_is_noticed() {
    let sealer = test_sealer(1);
    let sealed = sealer.seal(Purpose::Code, b"", b"123456").unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(sealer.open(Purpose::Code, b"", &changed), Err(SealError));
    }
    for length in 0..sealed.len() {
        assert_eq!(sealer.open(Purpose::Code, b"", &sealed[..length]), Err(SealError));
    }
    assert_ne!(sealed, sealer.seal(Purpose::Code, b"", b"123456").unwrap(), "never twice the same");
}

#[test]
fn purposes_have_names_of_their_own() {
    let names: HashSet<&str> = Purpose::ALL.iter().map(|p| p.name()).collect();
    assert_eq!(names.len(), Purpose::ALL.len());
    assert!(names.iter().all(|n| !n.contains('\0')));
}

#[test]
fn lists_of_parts_are_told_apart() {
    assert_ne!(bound(&["ab", "c"]), bound(&["a", "bc"]));
    assert_ne!(bound(&["ab"]), bound(&["ab", ""]));
    let sealer = test_sealer(1);
    assert_ne!(sealer.mac(Purpose::Code, &[b"ab", b"c"]), sealer.mac(Purpose::Code, &[b"a", b"bc"]));
    assert_ne!(sealer.mac(Purpose::Code, &[b"ab"]), sealer.mac(Purpose::Lookup, &[b"ab"]));
    assert_ne!(sealer.mac(Purpose::Code, &[b"ab"]), test_sealer(2).mac(Purpose::Code, &[b"ab"]));
    assert_eq!(sealer.mac(Purpose::Code, &[b"ab"]), test_sealer(1).mac(Purpose::Code, &[b"ab"]));
}

#[test]
fn text_carries_values() {
    let sealer = test_sealer(1);
    let text = sealer.seal_text(Purpose::Session, b"client", &step()).unwrap();
    assert!(text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_'));
    assert_eq!(sealer.open_text::<Step>(Purpose::Session, b"client", &text).unwrap(), step());
    assert_eq!(sealer.open_text::<Step>(Purpose::Session, b"other", &text), Err(SealError));
    assert_eq!(sealer.open_text::<Step>(Purpose::PageToken, b"client", &text), Err(SealError));
    assert_eq!(sealer.open_text::<u64>(Purpose::Session, b"client", &text), Err(SealError));
    assert_eq!(sealer.open_text::<Step>(Purpose::Session, b"client", &"A".repeat(20_000)), Err(SealError));
}

#[test]
fn refresh_tokens_are_compact_jwe() {
    let sealer = test_sealer(1);
    let token = sealer.seal_token(Purpose::RefreshToken, b"client", &step()).unwrap();
    assert!(token.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_=.".contains(&c)));
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!((parts.len(), parts[1]), (5, ""));
    let header: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).unwrap()).unwrap();
    assert_eq!((&header["alg"], &header["enc"], &header["cty"]), (&"dir".into(), &"A256GCM".into(), &"JWT".into()));
    assert_eq!(sealer.open_token::<Step>(Purpose::RefreshToken, b"client", &token).unwrap(), step());
    assert_eq!(sealer.open_token::<Step>(Purpose::RefreshToken, b"other", &token), Err(SealError));
    assert_eq!(sealer.open_token::<Step>(Purpose::Session, b"client", &token), Err(SealError));
    assert_eq!(test_sealer(2).open_token::<Step>(Purpose::RefreshToken, b"client", &token), Err(SealError));
}

#[test]
fn a_refresh_token_outlives_a_new_field() {
    #[derive(Serialize)]
    struct Old {
        tries: u8,
        user: &'static str,
    }
    let sealer = test_sealer(1);
    let token = sealer.seal_token(Purpose::RefreshToken, b"", &Old { tries: 2, user: "alice" }).unwrap();
    assert_eq!(sealer.open_token::<Step>(Purpose::RefreshToken, b"", &token).unwrap(), step());
}

#[test]
fn any_changed_character_of_a_token_is_noticed() {
    let sealer = test_sealer(1);
    let token = sealer.seal_token(Purpose::RefreshToken, b"client", &step()).unwrap();
    for (at, old) in token.char_indices() {
        for new in ['A', 'B', '-', '.', '='] {
            let mut changed = token.clone();
            changed.replace_range(at..=at, &new.to_string());
            assert!(
                old == new || sealer.open_token::<Step>(Purpose::RefreshToken, b"client", &changed).is_err(),
                "{at} {new}"
            );
        }
        assert!(sealer.open_token::<Step>(Purpose::RefreshToken, b"client", &token[..at]).is_err());
    }
    for extra in ["A", ".", "=", ".A"] {
        assert!(sealer.open_token::<Step>(Purpose::RefreshToken, b"client", &(token.clone() + extra)).is_err());
    }
}

proptest! {
    #[test]
    fn hostile_text_is_refused(text in "(.{0,200}|[A-Za-z0-9_-]{0,300}|AQ[A-Za-z0-9_-]{50,300})", bytes: Vec<u8>) {
        let sealer = test_sealer(1);
        prop_assert!(sealer.open_text::<Step>(Purpose::Session, b"", &text).is_err());
        prop_assert!(sealer.open(Purpose::Session, b"", &bytes).is_err());
    }

    #[test]
    fn hostile_tokens_are_refused(
        header in "(.{0,80}|[A-Za-z0-9_-]{0,80})", parts in prop::collection::vec("[A-Za-z0-9_=-]{0,40}", 0..6), ours: bool, salt in "[A-Za-z0-9_-]{14,18}"
    ) {
        let head = if ours {
            URL_SAFE_NO_PAD.encode(format!(r#"{{"cty":"JWT","enc":"A256GCM","alg":"dir","kid":"{salt}"}}"#))
        } else {
            header
        };
        let token = format!("{head}..{}", parts.join("."));
        prop_assert!(test_sealer(1).open_token::<Step>(Purpose::RefreshToken, b"", &token).is_err());
    }

    #[test]
    fn anything_sealed_opens(plain: Vec<u8>, place: Vec<u8>) {
        let sealer = test_sealer(1);
        let sealed = sealer.seal(Purpose::OutboxMessage, &place, &plain).unwrap();
        prop_assert_eq!(sealer.open(Purpose::OutboxMessage, &place, &sealed).unwrap(), plain);
    }
}
