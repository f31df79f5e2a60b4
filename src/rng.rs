//! Owns randomness: every unpredictable byte comes from here (the operating system's generator, through ring). Hands
//! off nothing. Must not know what the bytes are for.

use ring::rand::{SecureRandom, SystemRandom};
use std::sync::atomic::{AtomicU16, Ordering};

/// The generator failed; nothing secret may be made.
#[derive(Debug, thiserror::Error)]
#[error("the operating system's random generator failed")]
pub struct RngError;

pub fn fill(buffer: &mut [u8]) -> Result<(), RngError> {
    SystemRandom::new().fill(buffer).map_err(|_| RngError)
}

pub fn bytes<const N: usize>() -> Result<[u8; N], RngError> {
    let mut buffer = [0u8; N];
    fill(&mut buffer)?;
    Ok(buffer)
}

/// `length` characters, chosen uniformly from `alphabet` (1 to 256 ASCII characters).
pub fn text(alphabet: &[u8], length: usize) -> Result<String, RngError> {
    if alphabet.is_empty() || alphabet.len() > 256 {
        return Err(RngError);
    }
    // Bytes at or above the largest multiple of the alphabet's size are discarded, so that all characters are equally
    // likely.
    let limit = 256 - (256 % alphabet.len());
    let mut out = String::with_capacity(length);
    let mut buffer = [0u8; 64];
    while out.len() < length {
        fill(&mut buffer)?;
        for byte in buffer {
            if usize::from(byte) < limit
                && out.len() < length
                && let Some(c) = alphabet.get(usize::from(byte) % alphabet.len())
            {
                out.push(char::from(*c));
            }
        }
    }
    Ok(out)
}

/// `length` decimal digits, as in confirmation codes.
pub fn digits(length: usize) -> Result<String, RngError> {
    text(b"0123456789", length)
}

/// A random UUID (version 4) in lower case.
pub fn uuid() -> Result<String, RngError> {
    Ok(uuid::Builder::from_random_bytes(bytes::<16>()?).into_uuid().to_string())
}

/// A UUID of version 7 (RFC 9562): 48 bits of milliseconds, the rest random.
pub fn uuid_at(moment: crate::clock::Timestamp) -> Result<String, RngError> {
    let millis = u64::try_from(moment.millis()).unwrap_or(0);
    let random = bytes::<10>()?;
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string())
}

/// [`uuid_at`] for ids that sort by creation: of two ids with the same timestamp, the one that this process made later
/// sorts later. The 12 bits after the timestamp are a counter, as RFC 9562 allows.
pub fn uuid_in_order(moment: crate::clock::Timestamp) -> Result<String, RngError> {
    static MADE: AtomicU16 = AtomicU16::new(0);
    let millis = u64::try_from(moment.millis()).unwrap_or(0);
    let mut rest = bytes::<10>()?;
    for (slot, byte) in rest.iter_mut().zip(MADE.fetch_add(1, Ordering::Relaxed).to_be_bytes()) {
        *slot = byte;
    }
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid().to_string())
}

/// The timestamp in a UUID of [`uuid_at`]; `None` for other text.
pub fn moment_of(uuid: &str) -> Option<crate::clock::Timestamp> {
    let uuid = uuid::Uuid::parse_str(uuid).ok().filter(|u| u.get_version_num() == 7)?;
    let millis = uuid.as_u128() >> 80;
    i64::try_from(millis).ok().map(crate::clock::Timestamp)
}
