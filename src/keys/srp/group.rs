//! Arithmetic modulo the prime, with OpenSSL's BIGNUM. Secret exponents use constant-time functions.

use super::SrpError;
use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use openssl::error::ErrorStack;
use std::sync::LazyLock;

/// Bytes of the prime.
pub const WIDTH: usize = 384;

/// `k = H(pad(N) || pad(g))`, a constant.
const K: [u8; 32] = [
    0x53, 0x82, 0x82, 0xc4, 0x35, 0x47, 0x42, 0xd7, 0xcb, 0xbd, 0xe2, 0x35, 0x9f, 0xcf, 0x67, 0xf9, 0xf5, 0xb3, 0xa6,
    0xb0, 0x87, 0x91, 0xe5, 0x01, 0x1b, 0x43, 0xb8, 0xa5, 0xb6, 0x6d, 0x9e, 0xe6,
];

pub struct Group {
    pub n: BigNum,
    g: BigNum,
    k: BigNum,
}

static GROUP: LazyLock<Result<Group, ErrorStack>> = LazyLock::new(|| {
    // The 3072-bit prime of RFC 5054 is the one of RFC 3526.
    Ok(Group { n: BigNum::get_rfc3526_prime_3072()?, g: BigNum::from_u32(2)?, k: BigNum::from_slice(&K)? })
});

impl Group {
    pub fn get() -> Result<&'static Self, SrpError> {
        GROUP.as_ref().map_err(|e| e.clone().into())
    }

    /// `g^exponent` in constant time.
    pub fn g_pow_secret(&self, exponent: &[u8]) -> Result<BigNum, SrpError> {
        self.pow_secret(&self.g, exponent)
    }

    /// `base^exponent` in constant time.
    pub fn pow_secret(&self, base: &BigNumRef, exponent: &[u8]) -> Result<BigNum, SrpError> {
        crate::keys::cpu::exponentiation();
        let mut secret = BigNum::from_slice(exponent)?;
        secret.set_const_time();
        let power = self.pow(base, &secret)?;
        secret.clear();
        Ok(power)
    }

    /// `base^exponent` for a public exponent.
    pub fn pow_public(&self, base: &BigNumRef, exponent: &[u8]) -> Result<BigNum, SrpError> {
        crate::keys::cpu::exponentiation();
        let exponent = BigNum::from_slice(exponent)?;
        self.pow(base, &exponent)
    }

    fn pow(&self, base: &BigNumRef, exponent: &BigNumRef) -> Result<BigNum, SrpError> {
        let mut out = BigNum::new()?;
        out.mod_exp(base, exponent, &self.n, &mut *BigNumContext::new()?)?;
        Ok(out)
    }

    /// `a * b`.
    pub fn multiply(&self, a: &BigNumRef, b: &BigNumRef) -> Result<BigNum, SrpError> {
        let mut out = BigNum::new()?;
        out.mod_mul(a, b, &self.n, &mut *BigNumContext::new()?)?;
        Ok(out)
    }

    /// `k * v + power`.
    pub fn mask(&self, v: &BigNumRef, power: &BigNumRef) -> Result<BigNum, SrpError> {
        let mut out = BigNum::new()?;
        out.mod_add(&*self.multiply(&self.k, v)?, power, &self.n, &mut *BigNumContext::new()?)?;
        Ok(out)
    }

    /// `b_public - k * power`.
    pub fn unmask(&self, b_public: &BigNumRef, power: &BigNumRef) -> Result<BigNum, SrpError> {
        let mut out = BigNum::new()?;
        out.mod_sub(b_public, &*self.multiply(&self.k, power)?, &self.n, &mut *BigNumContext::new()?)?;
        Ok(out)
    }

    /// Parses the other side's public value in hex: a number between 0 and the prime, both excluded. (A multiple of the
    /// prime would make the shared secret known to everyone.) Clients differ in case and in leading zeros.
    pub fn public_value(&self, hex: &str) -> Result<BigNum, SrpError> {
        // Room for the leading zeros that clients add before a number with its top bit set.
        if hex.len() > 2 * (WIDTH + 8) {
            return Err(SrpError::BadPublicValue);
        }
        let value = BigNum::from_slice(&crate::keys::hex::decode(hex).ok_or(SrpError::BadPublicValue)?)?;
        if value.num_bits() == 0 || *value >= *self.n {
            return Err(SrpError::BadPublicValue);
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_prime_and_k_are_cognitos() {
        let group = Group::get().unwrap();
        let hex = group.n.to_hex_str().unwrap().to_string();
        assert!(hex.starts_with(
            "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
        ));
        assert!(hex.ends_with("D120A93AD2CAFFFFFFFFFFFFFFFF"));
        assert_eq!(hex.len(), 2 * WIDTH);
        assert_eq!(super::super::sha256(&[&super::super::pad(&group.n.to_vec()), &[2]]), K);
    }
}
