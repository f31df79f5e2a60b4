//! Any text as what a SAML provider sends: read or refused, never a panic; nothing is taken without a good signature.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolhouse::federation::saml::{Reader, TrustedKeys};

fuzz_target!(|sent: (&str, &[u8])| {
    use base64::Engine as _;
    let (text, bytes) = sent;
    let reader = Reader { keys: TrustedKeys::new(&[bytes.to_vec()], true), decryption: Vec::new() };
    for encoded in [text.to_owned(), base64::engine::general_purpose::STANDARD.encode(text)] {
        assert!(reader.response(&encoded).is_err());
        assert!(reader.logout_request(&encoded).is_err());
        let _ = reader.logout_response(&encoded);
    }
    assert!(reader.logout_redirect(text).is_err());
});
