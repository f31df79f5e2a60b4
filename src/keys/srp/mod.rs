//! SRP-6a as Cognito uses it: RFC 5054's 3072-bit prime, generator 2, SHA-256, and its own encoding of numbers before
//! hashing. The same functions serve users (`group` is the pool's name, `user` the user id) and devices (device group
//! key, device key).

pub mod client;
mod group;
mod server;
mod timestamp;
mod verifier;

pub use server::{Ephemeral, Exchange};
pub use timestamp::parse_timestamp;
pub use verifier::Verifier;

use crate::fault::Fault;
use ring::{digest, hmac};

#[derive(Debug, thiserror::Error)]
pub enum SrpError {
    /// The other side's number is not hex, too long, zero, or not below the prime.
    #[error("the public value is not a number that SRP can use")]
    BadPublicValue,
    /// Out of memory.
    #[error("SRP arithmetic failed: {0}")]
    Arithmetic(#[from] openssl::error::ErrorStack),
    #[error(transparent)]
    Rng(#[from] crate::rng::RngError),
}

impl From<SrpError> for Fault {
    fn from(error: SrpError) -> Self {
        match error {
            SrpError::BadPublicValue => Self::invalid("Invalid SRP_A value."),
            inside => Self::internal(inside),
        }
    }
}

/// The pool's name as SRP hashes it: what follows `_` in the pool id.
pub fn pool_name(pool_id: &str) -> &str {
    pool_id.split_once('_').map_or(pool_id, |(_, name)| name)
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    fixed(context.finish().as_ref())
}

fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(part);
    }
    fixed(context.sign().as_ref())
}

fn fixed(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}

/// Encodes a non-negative number like Java's `BigInteger.toByteArray`: no leading zeros, except one if the top bit is
/// set.
fn pad(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|b| **b == 0).count();
    let digits = number.get(zeros..).unwrap_or_default();
    let mut out = Vec::with_capacity(digits.len() + 1);
    if digits.first().is_none_or(|b| b & 0x80 != 0) {
        out.push(0);
    }
    out.extend_from_slice(digits);
    out
}

/// `H(pad(salt) || H(group || user || ":" || password))`.
fn private_exponent(salt: &[u8], group: &str, user: &str, password: &str) -> [u8; 32] {
    let inner = sha256(&[group.as_bytes(), user.as_bytes(), b":", password.as_bytes()]);
    sha256(&[&pad(salt), &inner])
}

/// The scrambling parameter `u = H(pad(A) || pad(B))`.
fn scramble(a_public: &[u8], b_public: &[u8]) -> [u8; 32] {
    sha256(&[&pad(a_public), &pad(b_public)])
}

/// The shared key `K` from `u` and the shared number `S`.
fn session_key(u: &[u8], s: &[u8]) -> [u8; 16] {
    let prk = hmac_sha256(&pad(u), &[&pad(s)]);
    let okm = hmac_sha256(&prk, &[b"Caldera Derived Key\x01"]);
    let mut key = [0; 16];
    for (to, from) in key.iter_mut().zip(okm) {
        *to = from;
    }
    key
}

/// The data that a password proof signs.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The pool's name, or the device group key.
    pub group: &'a str,
    /// The user id (`USER_ID_FOR_SRP`), or the device key.
    pub user: &'a str,
    /// The decoded `SECRET_BLOCK`.
    pub secret_block: &'a [u8],
    /// `TIMESTAMP` exactly as sent.
    pub timestamp: &'a str,
}

impl Claim<'_> {
    fn signature(&self, key: &[u8; 16]) -> [u8; 32] {
        hmac_sha256(key, &[self.group.as_bytes(), self.user.as_bytes(), self.secret_block, self.timestamp.as_bytes()])
    }
}

#[cfg(test)]
mod tests;
