//! Any bytes as metadata of a SAML provider: read or refused, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolhouse::federation::metadata;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(found) = metadata::parse(bytes) {
        assert!(!found.entity_id.is_empty() && !found.certificates.is_empty());
    }
});
