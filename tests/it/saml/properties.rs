//! Whatever is done to a good message: no panic, and never another content.

use super::idp::{self, Encryption, GCM, IDP, OURS, Parts};
use super::{Reader, accept, accept_by, trusting};
use proptest::prelude::*;
use std::sync::LazyLock;

static GOOD: LazyLock<[String; 3]> = LazyLock::new(|| {
    let parts = Parts::default();
    [parts.with_signed_assertion(&IDP), parts.with_signed_response(&IDP), parts.with_both_signed(&IDP)]
});
static ENCRYPTED: LazyLock<String> = LazyLock::new(|| {
    let parts = Parts::default();
    let how = Encryption { content: "http://www.w3.org/2001/04/xmlenc#aes256-cbc", ..GCM };
    idp::plain(&parts.response(&how.element(parts.signed_assertion(&IDP).as_bytes())))
});

/// Pieces that mean something to parsers.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[<>&;/!\\[\\]'\"=:#a-zA-Z0-9 \\x00-\\x20]{0,16}",
        Just("<!---->".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("]]>".to_owned()),
        Just("<saml:NameID>admin</saml:NameID>".to_owned()),
        Just(" ID=\"_assertion\"".to_owned()),
        Just(" xmlns=\"urn:x\"".to_owned()),
        Just("</saml:Assertion>".to_owned()),
        Just("<ds:Object>".to_owned()),
        Just("&#x41;".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("\u{2028}".to_owned()),
    ]
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at % (text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_message_never_says_something_else(
        which in 0usize..3, at in any::<usize>(), length in 0usize..200, inserted in piece(), from in any::<usize>()
    ) {
        let good = &GOOD[which];
        let start = boundary(good, at);
        let end = boundary(good, (start + length).min(good.len()));
        // Something is cut out, inserted, or copied from elsewhere in the message.
        let (a, b) = (boundary(good, from), boundary(good, from.wrapping_add(length * 20)));
        let copied = &good[a.min(b)..a.max(b)];
        for middle in [inserted.as_str(), "", copied] {
            let edited = format!("{}{middle}{}", &good[..start], &good[end.max(start)..]);
            if let Ok(read) = accept(&edited) {
                prop_assert_eq!(&read.assertion.name_id.value, "alice");
                prop_assert_eq!(&read.assertion.attributes[0].1[0], "alice@example.com");
                prop_assert_eq!(&read.assertion.id, "_assertion");
            }
        }
    }

    #[test]
    fn a_changed_encrypted_message_never_says_something_else(at in any::<usize>(), inserted in piece(), length in 0usize..8) {
        let reader = Reader { decryption: vec![OURS.key.clone()], ..trusting(&[&IDP], false) };
        let start = boundary(&ENCRYPTED, at);
        let end = boundary(&ENCRYPTED, (start + length).min(ENCRYPTED.len()));
        let edited = format!("{}{inserted}{}", &ENCRYPTED[..start], &ENCRYPTED[end.max(start)..]);
        if let Ok(read) = accept_by(&reader, &edited) {
            prop_assert_eq!(&read.assertion.name_id.value, "alice");
        }
    }

    #[test]
    fn anything_can_be_posted(text in ".{0,200}", query in "(SAMLRequest=|&|SigAlg=|Signature=|RelayState=|[A-Za-z0-9%=+]){0,20}") {
        let reader = trusting(&[&IDP], true);
        for encoded in [text.clone(), idp::encode(&text)] {
            prop_assert!(reader.response(&encoded).is_err());
            prop_assert!(reader.logout_response(&encoded).is_err());
            prop_assert!(reader.logout_request(&encoded).is_err());
        }
        prop_assert!(reader.logout_redirect(&query).is_err());
    }
}
