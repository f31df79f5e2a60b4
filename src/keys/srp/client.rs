//! The client's side of SRP, for the command line, tests and benches.

use super::group::Group;
use super::{Claim, SrpError, private_exponent, scramble, session_key};
use crate::keys::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::bn::BigNum;

/// One exchange.
pub struct Client {
    secret: zeroize::Zeroizing<[u8; 32]>,
    public: BigNum,
}

/// The server's challenge.
#[derive(Debug, Clone, Copy)]
pub struct Challenge<'a> {
    /// `SRP_B` in hex.
    pub srp_b: &'a str,
    /// `SALT` in hex.
    pub salt: &'a str,
}

impl Client {
    /// Begins with a random secret.
    pub fn begin() -> Result<Self, SrpError> {
        Self::from_secret(crate::rng::bytes()?)
    }

    /// Begins with a known secret.
    pub fn from_secret(secret: [u8; 32]) -> Result<Self, SrpError> {
        let public = Group::get()?.g_pow_secret(&secret)?;
        Ok(Self { secret: zeroize::Zeroizing::new(secret), public })
    }

    /// `SRP_A` in lower-case hex.
    pub fn srp_a(&self) -> String {
        let digits = hex::encode(&self.public.to_vec());
        digits.strip_prefix('0').unwrap_or(&digits).to_owned()
    }

    /// `PASSWORD_CLAIM_SIGNATURE` in base64.
    pub fn answer(&self, challenge: Challenge<'_>, claim: &Claim<'_>, password: &str) -> Result<String, SrpError> {
        Ok(STANDARD.encode(claim.signature(&self.key(challenge, claim, password)?)))
    }

    /// `K` from `S = (B - k * g^x)^(a + u * x)`.
    pub(super) fn key(
        &self,
        challenge: Challenge<'_>,
        claim: &Claim<'_>,
        password: &str,
    ) -> Result<[u8; 16], SrpError> {
        let group = Group::get()?;
        let b_public = group.public_value(challenge.srp_b)?;
        let salt = hex::decode(challenge.salt).ok_or(SrpError::BadPublicValue)?;
        let u = scramble(&self.public.to_vec(), &b_public.to_vec());
        let x = private_exponent(&salt, claim.group, claim.user, password);
        let base = group.unmask(&b_public, &*group.g_pow_secret(&x)?)?;
        let u_x = &*BigNum::from_slice(&u)? * &*BigNum::from_slice(&x)?;
        let exponent = &*BigNum::from_slice(self.secret.as_slice())? + &*u_x;
        let s = group.pow_secret(&base, &exponent.to_vec())?;
        Ok(session_key(&u, &s.to_vec()))
    }
}
