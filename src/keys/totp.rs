//! Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, six digits, thirty seconds.

use crate::clock::Timestamp;
use crate::fault::Fault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a seed: 52 characters of base32, as in Cognito.
const SEED: usize = 32;
/// Seconds of a time step.
const STEP: u64 = 30;
/// How many steps a clock may be off in either direction.
const SKEW: u16 = 1;

/// How long a code may be accepted: its own step and the tolerated ones.
pub const LIFETIME: std::time::Duration = std::time::Duration::from_secs(STEP * (2 * SKEW as u64 + 1));

pub fn seed() -> Result<Vec<u8>, Fault> {
    Ok(crate::rng::bytes::<SEED>()?.to_vec())
}

fn totp(seed: &[u8], issuer: Option<&str>, account: &str) -> Totp {
    // A colon would end the issuer within the label.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(seed)
        .with_step_duration(STEP)
        .with_skew(SKEW)
        .with_issuer(issuer.map(plain))
        .with_account_name(plain(account))
        .build_noncompliant()
}

/// The seed as users type it: base32 without padding.
pub fn text(seed: &[u8]) -> String {
    Secret::from(seed.to_vec()).to_base32()
}

/// The time step that the code belongs to, if it is within the tolerance. The caller must make sure that a step is
/// accepted once.
pub fn check(seed: &[u8], code: &str, now: Timestamp) -> Option<u64> {
    let code = code.trim();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    totp(seed, None, "").check(code, u64::try_from(now.secs()).ok()?)
}

/// What an authenticator app scans.
pub struct Enrolment {
    /// `otpauth://totp/...`.
    pub uri: String,
    /// The URI as a QR code: a PNG in base64.
    pub qr: String,
}

/// Cuts text to this many bytes. It must fit into a QR code even when percent-encoding triples its length.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// The `otpauth` URI of a seed, and its QR code.
pub fn enrolment(seed: &[u8], issuer: &str, account: &str) -> Result<Enrolment, Fault> {
    let totp = totp(seed, Some(cut(issuer, 100)), cut(account, 200));
    // The library's error contains the URI, and with it the seed.
    let uri = totp.to_url().map_err(|_| Fault::internal("no otpauth URI could be made"))?;
    let image = super::qr::png(&uri).map_err(Fault::internal)?;
    Ok(Enrolment { uri, qr: STANDARD.encode(image) })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// The seed of RFC 6238's test vectors, which have eight digits; ours are the last six.
    const RFC: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (at, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(check(RFC, code, Timestamp::from_secs(at)), Some(at as u64 / 30), "at {at}");
        }
    }

    #[test]
    fn clocks_may_be_one_step_off_and_no_more() {
        let at = |secs: i64| check(RFC, "081804", Timestamp::from_secs(1_111_111_109 + secs));
        let step = Some(1_111_111_109 / 30);
        assert_eq!((at(0), at(30), at(-30)), (step, step, step));
        assert_eq!((at(60), at(-60)), (None, None));
        for wrong in ["", "81804", "0818040", "08180a", "０８１８０４"] {
            assert_eq!(check(RFC, wrong, Timestamp::from_secs(1_111_111_109)), None, "{wrong}");
        }
    }

    #[test]
    fn apps_can_read_the_address() {
        let made = enrolment(RFC, "My: Shop", "ann@example.com").unwrap();
        assert!(made.uri.starts_with("otpauth://totp/My%20%20Shop:ann%40example.com?"), "{}", made.uri);
        assert!(
            made.uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") && made.uri.contains("issuer="),
            "{}",
            made.uri
        );
        assert!(made.qr.starts_with("iVBORw0KGgo"), "a PNG");
        assert_eq!(text(&seed().unwrap()).len(), 52);
        let long = "\u{1F600}".repeat(200);
        assert!(enrolment(&seed().unwrap(), &long, &long).is_ok(), "names that are too long are cut");
    }
}
