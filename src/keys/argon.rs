//! Argon2id with working memory that is reused between hashes.
//!
//! Each hash needs one block of 19 MiB. glibc (2.36) does not reuse such blocks once they come from its heap: the
//! process grew by 19 MiB with every hash. So the blocks are kept here, as many as hashes ever ran at the same time,
//! which is at most one per core.

use super::error::KeysError;
use crate::config::keys::Argon2Config;
use crate::fault::Fault;
use argon2::password_hash::{Output, ParamsString, PasswordHash, Salt, SaltString};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use std::sync::{Arc, Mutex, PoisonError};

/// Makes and checks Argon2id hashes. Clones share their memory.
#[derive(Clone)]
pub struct Argon2id {
    params: Params,
    spare: Arc<Mutex<Vec<Vec<Block>>>>,
}

fn failed(error: argon2::password_hash::Error) -> Fault {
    Fault::internal(error.to_string())
}

impl Argon2id {
    pub fn new(config: Argon2Config) -> Result<Self, KeysError> {
        let params = Params::new(config.memory_kib, config.passes, config.lanes, None)
            .map_err(|e| KeysError::Argon2(e.to_string()))?;
        Ok(Self { params, spare: Arc::default() })
    }

    /// The PHC string of a password, with a new salt.
    pub fn hash(&self, password: &str) -> Result<String, Fault> {
        let salt = SaltString::encode_b64(&crate::rng::bytes::<16>()?).map_err(failed)?;
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.params).map_err(failed)?,
            salt: Some(salt.as_salt()),
            hash: Some(self.output(&self.params, Version::V0x13, salt.as_salt(), password)?),
        };
        Ok(hash.to_string())
    }

    /// Whether the password matches a PHC string of [`Argon2id::hash`], which may have other parameters than are
    /// configured now.
    pub fn check(&self, phc: &str, password: &str) -> Result<bool, Fault> {
        let hash = PasswordHash::new(phc).map_err(failed)?;
        let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else {
            return Err(Fault::internal("a password hash lacks its parts"));
        };
        let params = Params::try_from(&hash).map_err(failed)?;
        let version =
            hash.version.map_or(Ok(Version::V0x13), Version::try_from).map_err(|e| Fault::internal(e.to_string()))?;
        // `Output` compares in constant time.
        Ok(self.output(&params, version, salt, password)? == expected)
    }

    /// Whether a PHC string has the parameters that are configured now.
    pub fn is_current(&self, phc: &str) -> bool {
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        let made_with = PasswordHash::new(phc).and_then(|hash| Params::try_from(&hash));
        made_with.is_ok_and(|made_with| cost(&made_with) == cost(&self.params))
    }

    fn output(&self, params: &Params, version: Version, salt: Salt<'_>, password: &str) -> Result<Output, Fault> {
        super::cpu::argon2id_hash();
        let mut buffer = [0; Salt::MAX_LENGTH];
        let salt = salt.decode_b64(&mut buffer).map_err(failed)?;
        let mut memory = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        if memory.len() < params.block_count() {
            memory = vec![Block::default(); params.block_count()];
        }
        let argon2 = Argon2::new(Algorithm::Argon2id, version, params.clone());
        let output = Output::init_with(params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN), |out| {
            Ok(argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, memory.as_mut_slice())?)
        });
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        output.map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use argon2::password_hash::PasswordVerifier as _;

    #[test]
    fn used_memory_does_not_change_what_comes_out() {
        let small = Argon2id::new(Argon2Config { memory_kib: 64, passes: 2, lanes: 2 }).unwrap();
        let large = Argon2id {
            spare: small.spare.clone(),
            ..Argon2id::new(Argon2Config { memory_kib: 256, passes: 1, lanes: 1 }).unwrap()
        };
        for password in ["", "one", "pässword"] {
            for hasher in [&small, &large, &small] {
                let phc = hasher.hash(password).unwrap();
                assert!(phc.starts_with("$argon2id$v=19$m="), "{phc}");
                Argon2::default().verify_password(password.as_bytes(), &PasswordHash::new(&phc).unwrap()).unwrap();
                assert!(small.check(&phc, password).unwrap() && large.check(&phc, password).unwrap());
                assert!(!small.check(&phc, "two").unwrap());
            }
        }
        assert_eq!(small.spare.lock().unwrap().len(), 1, "one at a time needs one");
    }

    #[test]
    fn a_hash_of_argon2s_own_making_is_checked() {
        let hasher = Argon2id::new(Argon2Config { memory_kib: 64, passes: 1, lanes: 1 }).unwrap();
        // From the tests of the reference implementation: "password", salt "somesalt".
        let phc = "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
        assert!(hasher.check(phc, "password").unwrap());
        assert!(!hasher.check(phc, "Password").unwrap());
        assert!(hasher.check("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ", "password").is_err());
        assert!(hasher.check("junk", "password").is_err());
    }
}
