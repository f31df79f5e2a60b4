//! The server's side of SRP: an `Ephemeral` (made in advance) becomes an `Exchange` (sealed into `SECRET_BLOCK`), which
//! verifies the proof.

use super::group::Group;
use super::{Claim, SrpError, Verifier, scramble, session_key};
use crate::keys::hex;
use crate::secret::same;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::bn::BigNum;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The server's secret `b` and `g^b`, for one exchange only.
#[derive(ZeroizeOnDrop)]
pub struct Ephemeral {
    secret: [u8; 32],
    #[zeroize(skip)]
    power: Vec<u8>,
}

impl Ephemeral {
    /// One exponentiation.
    pub fn make() -> Result<Self, SrpError> {
        Self::from_secret(crate::rng::bytes()?)
    }

    pub(super) fn from_secret(secret: [u8; 32]) -> Result<Self, SrpError> {
        let power = Group::get()?.g_pow_secret(&secret)?.to_vec();
        Ok(Self { secret, power })
    }
}

/// What the server must remember between its two answers; about 460 bytes as MessagePack. It contains the secret `b`,
/// so it must be sealed.
#[derive(Serialize, Deserialize, Clone, Zeroize, ZeroizeOnDrop)]
pub struct Exchange {
    #[serde(with = "serde_bytes")]
    a_public: Vec<u8>,
    #[serde(with = "serde_bytes")]
    u: Vec<u8>,
    #[serde(with = "serde_bytes")]
    b: Vec<u8>,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Exchange([secret])")
    }
}

impl Exchange {
    /// Takes the client's `SRP_A` (hex) and returns the state and `SRP_B` (lower-case hex). Takes microseconds: no
    /// exponentiation.
    pub fn begin(verifier: &Verifier, ephemeral: &Ephemeral, srp_a: &str) -> Result<(Self, String), SrpError> {
        let group = Group::get()?;
        let a_public = group.public_value(srp_a)?.to_vec();
        let v = BigNum::from_slice(&verifier.v)?;
        let b_public = group.mask(&v, &*BigNum::from_slice(&ephemeral.power)?)?.to_vec();
        let u = scramble(&a_public, &b_public);
        // Practically impossible by chance, and either would make the proof worthless.
        if b_public.is_empty() || u == [0; 32] {
            return Err(SrpError::BadPublicValue);
        }
        let digits = hex::encode(&b_public);
        let b_hex = digits.strip_prefix('0').unwrap_or(&digits).to_owned();
        Ok((Self { a_public, u: u.to_vec(), b: ephemeral.secret.to_vec() }, b_hex))
    }

    /// Whether the client's signature (base64) proves that it knows the password. Always takes two exponentiations,
    /// about two milliseconds of CPU.
    pub fn verify(&self, verifier: &Verifier, claim: &Claim<'_>, signature: &str) -> Result<bool, SrpError> {
        let key = zeroize::Zeroizing::new(self.key(verifier)?);
        let expected = claim.signature(&key);
        // 32 bytes are 44 characters of base64, so longer text need not be decoded.
        let given = if signature.len() <= 64 { STANDARD.decode(signature).unwrap_or_default() } else { Vec::new() };
        Ok(same(&expected, &given))
    }

    /// `K` from `S = (A * v^u)^b`.
    pub(super) fn key(&self, verifier: &Verifier) -> Result<[u8; 16], SrpError> {
        let group = Group::get()?;
        let v_u = group.pow_public(&*BigNum::from_slice(&verifier.v)?, &self.u)?;
        let base = group.multiply(&*BigNum::from_slice(&self.a_public)?, &v_u)?;
        let s = zeroize::Zeroizing::new(group.pow_secret(&base, &self.b)?.to_vec());
        Ok(session_key(&self.u, &s))
    }
}
