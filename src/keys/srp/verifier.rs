//! Verifiers: what the server stores instead of a password.

use super::group::{Group, WIDTH};
use super::{SrpError, private_exponent};
use crate::keys::seal::{Purpose, Sealer, bound};
use crate::secret::same;
use openssl::bn::BigNum;
use serde::{Deserialize, Serialize};

/// Longest salt that a device may send, in bytes.
const MAX_SALT: usize = 64;

/// A salt and `v = g^x mod N`. Passwords can be tried against it offline, so it is stored sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Verifier {
    #[serde(with = "serde_bytes")]
    salt: Vec<u8>,
    /// `v`, big-endian, padded to the length of the prime.
    #[serde(with = "serde_bytes")]
    pub(super) v: Vec<u8>,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verifier([secret])")
    }
}

impl Drop for Verifier {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.v);
    }
}

impl Verifier {
    /// The verifier of a password, with a new salt. One exponentiation, about a millisecond of CPU.
    pub fn make(group: &str, user: &str, password: &str) -> Result<Self, SrpError> {
        let salt = clear_salt(crate::rng::bytes()?);
        let v = power(&salt, group, user, password)?;
        Ok(Self { salt: salt.to_vec(), v })
    }

    /// The verifier that a device computed (`ConfirmDevice`), from decoded bytes. `None` if they cannot be one.
    pub fn from_device(salt: &[u8], v: &[u8]) -> Option<Self> {
        let group = Group::get().ok()?;
        if salt.is_empty() || salt.len() > MAX_SALT || v.len() > WIDTH + 1 {
            return None;
        }
        let number = BigNum::from_slice(v).ok()?;
        // With 0, 1 or N-1 anyone could sign in.
        let mut top = group.n.to_owned().ok()?;
        top.sub_word(1).ok()?;
        if number.num_bits() < 2 || *number >= *top {
            return None;
        }
        Some(Self { salt: salt.to_vec(), v: number.to_vec_padded(i32::try_from(WIDTH).ok()?).ok()? })
    }

    /// A decoy for an unknown user: it matches no password, is always the same for the same name, looks like a real
    /// one, and takes as long to make as a real one to open.
    pub fn decoy(sealer: &Sealer, group: &str, user: &str) -> Result<Self, SrpError> {
        let mut v = vec![0; 16 + WIDTH];
        sealer
            .pseudo_random(Purpose::DecoyVerifier, &bound(&[group, user]), &mut v)
            .map_err(|_| crate::rng::RngError)?;
        let salt = v.split_off(WIDTH).try_into().map(clear_salt).unwrap_or_default();
        // The prime begins with 64 one bits, so all but one in 2^64 of these numbers are below it.
        Ok(Self { salt: salt.to_vec(), v })
    }

    /// Whether the password is right. One exponentiation, in constant time.
    pub fn check(&self, group: &str, user: &str, password: &str) -> Result<bool, SrpError> {
        Ok(same(&power(&self.salt, group, user, password)?, &self.v))
    }

    /// The `SALT` parameter: lower-case hex.
    pub fn salt_hex(&self) -> String {
        crate::keys::hex::encode(&self.salt)
    }

    #[cfg(test)]
    pub(super) fn with_salt(salt: &[u8], group: &str, user: &str, password: &str) -> Self {
        Self { salt: salt.to_vec(), v: power(salt, group, user, password).unwrap_or_default() }
    }
}

/// Makes the first hex digit 1 to 7. Clients read the salt as a number and differ in how they treat leading zeros and
/// signs; such a salt is the same for all of them.
fn clear_salt(mut salt: [u8; 16]) -> [u8; 16] {
    if let Some(first) = salt.first_mut() {
        *first = (*first & 0x7f) | 0x10;
    }
    salt
}

fn power(salt: &[u8], group: &str, user: &str, password: &str) -> Result<Vec<u8>, SrpError> {
    let x = zeroize::Zeroizing::new(private_exponent(salt, group, user, password));
    padded(&Group::get()?.g_pow_secret(x.as_slice())?)
}

fn padded(number: &BigNum) -> Result<Vec<u8>, SrpError> {
    Ok(number.to_vec_padded(i32::try_from(WIDTH).unwrap_or(i32::MAX))?)
}
