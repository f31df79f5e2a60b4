//! Owns Signature Version 4: reading, verifying and making signatures of requests.
//! Hands off where keys come from to `domain::access`. Must not know operations.
//! Source: "AWS Signature Version 4 for API requests" (IAM user guide).

mod canonical;
mod credential;
mod sign;
#[cfg(test)]
mod tests;
mod verify;

pub(super) use credential::Claim;
pub use sign::{Signer, sign};
pub(super) use verify::{Expected, verify};

use ring::{digest, hmac};

/// The algorithm's name in headers and strings to sign.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// What every scope ends with.
const TERMINATOR: &str = "aws4_request";

/// Bytes in lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing into a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The SHA-256 of bytes, in hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn mac(key: &[u8], data: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data)
}

/// The signature over a string to sign: `scope` is date, region, service.
fn signature(secret: &str, scope: [&str; 3], string: &str) -> String {
    let mut key = mac(format!("AWS4{secret}").as_bytes(), scope[0].as_bytes());
    for part in [scope[1], scope[2], TERMINATOR] {
        key = mac(key.as_ref(), part.as_bytes());
    }
    hex(mac(key.as_ref(), string.as_bytes()).as_ref())
}

/// The string to sign: `at` in basic form, `scope` is date, region, service.
fn string_to_sign(at: &str, scope: [&str; 3], canonical: &str) -> String {
    let [date, region, service] = scope;
    format!("{ALGORITHM}\n{at}\n{date}/{region}/{service}/{TERMINATOR}\n{}", sha256(canonical.as_bytes()))
}
