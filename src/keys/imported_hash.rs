//! Password hashes that other systems made: their encoded forms, how much work each may ask for, and the check of a
//! password in the form's own scheme. All of this is CPU-heavy but [`ImportedHash::parse`].

use super::argon::Argon2id;
use super::hex;
use crate::config::imports::HashLimits;
use crate::fault::Fault;
use crate::secret::same;
use crate::shapes::idp::PasswordHashingAlgorithmType as Algorithm;
use argon2::PasswordHash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::pbkdf2;
use std::num::NonZeroU32;

/// Longest encoded form, in bytes.
const MAX_LENGTH: usize = 512;
/// Bounds of a decoded salt and hash, in bytes. What is shorter proves little, what is longer is no hash in use.
const SALT: std::ops::RangeInclusive<usize> = 1..=128;
const HASH: std::ops::RangeInclusive<usize> = 16..=128;
/// Bytes of SHA-256: PBKDF2 does all its passes once for each such block.
const SHA256: usize = 32;

/// A hash in its usual encoded form, which was found to be well formed.
#[derive(Clone, PartialEq, Eq)]
pub struct ImportedHash {
    text: String,
}

/// Why a text is no hash that can be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    #[error("The password hash is not in the form of the import job's algorithm.")]
    Malformed,
    #[error("The parameters of the password hash are above the largest that are allowed.")]
    TooCostly,
}

enum Form {
    Bcrypt,
    Scrypt { params: scrypt::Params, salt: Vec<u8>, hash: Vec<u8> },
    Argon2id,
    Pbkdf2 { iterations: NonZeroU32, salt: Vec<u8>, hash: Vec<u8> },
}

impl ImportedHash {
    /// Reads a hash of `algorithm`, within the limits on its parameters.
    pub fn parse(algorithm: Algorithm, text: &str, limits: &HashLimits) -> Result<Self, HashError> {
        let hash = Self { text: text.to_owned() };
        if text.len() > MAX_LENGTH || hash.algorithm() != algorithm {
            return Err(HashError::Malformed);
        }
        let form = hash.form().ok_or(HashError::Malformed)?;
        if hash.is_within(&form, limits) { Ok(hash) } else { Err(HashError::TooCostly) }
    }

    /// A hash that [`ImportedHash::parse`] took before.
    pub fn trusted(text: String) -> Self {
        Self { text }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The algorithm, as the form's beginning tells it; nothing but an scrypt hash begins with a number.
    pub fn algorithm(&self) -> Algorithm {
        if self.text.starts_with("$2") {
            Algorithm::Bcrypt
        } else if self.text.starts_with("$argon2id$") {
            Algorithm::Argon2id
        } else if self.text.starts_with("$pbkdf2-sha256$") {
            Algorithm::Pbkdf2Sha256
        } else {
            Algorithm::Scrypt
        }
    }

    fn form(&self) -> Option<Form> {
        match self.algorithm() {
            Algorithm::Bcrypt => bcrypt_cost(&self.text).map(|_| Form::Bcrypt),
            Algorithm::Argon2id => {
                let hash = PasswordHash::new(&self.text).ok()?;
                argon2::Params::try_from(&hash).ok()?;
                (hash.salt.is_some() && hash.hash.is_some()).then_some(Form::Argon2id)
            }
            Algorithm::Scrypt => {
                let [n, r, p, salt, hash] = fields(&self.text)?;
                let n: u64 = n.parse().ok().filter(|n: &u64| n.is_power_of_two() && *n > 1)?;
                let log_n = u8::try_from(n.trailing_zeros()).ok()?;
                let params = scrypt::Params::new(log_n, r.parse().ok()?, p.parse().ok()?).ok()?;
                let (salt, hash) = (hex::decode(salt)?, hex::decode(hash)?);
                sized(&salt, &hash).then_some(Form::Scrypt { params, salt, hash })
            }
            Algorithm::Pbkdf2Sha256 => {
                let [_, _, iterations, salt, hash] = fields(&self.text)?;
                let (salt, hash) = (base64(salt)?, base64(hash)?);
                let iterations = iterations.parse().ok()?;
                sized(&salt, &hash).then_some(Form::Pbkdf2 { iterations, salt, hash })
            }
        }
    }

    fn is_within(&self, form: &Form, limits: &HashLimits) -> bool {
        match form {
            Form::Bcrypt => bcrypt_cost(&self.text).is_some_and(|cost| cost <= limits.bcrypt_cost),
            Form::Scrypt { params, .. } => {
                params.log_n() <= limits.scrypt_log_n && params.r() <= limits.scrypt_r && params.p() <= limits.scrypt_p
            }
            Form::Argon2id => {
                let params = PasswordHash::new(&self.text).and_then(|hash| argon2::Params::try_from(&hash));
                params.is_ok_and(|params| {
                    params.m_cost() <= limits.argon2_memory_kib
                        && params.t_cost() <= limits.argon2_passes
                        && params.p_cost() <= limits.argon2_lanes
                })
            }
            Form::Pbkdf2 { .. } => cost(form, &self.text) <= u64::from(limits.pbkdf2_iterations),
        }
    }

    /// How much work a check is, comparable among hashes of one algorithm.
    pub fn cost(&self) -> u64 {
        self.form().map_or(0, |form| cost(&form, &self.text))
    }

    /// A hash that takes the same work and that no password is known for: salt and hash are zeros.
    pub fn decoy(&self) -> Self {
        let zeroed = |field: &str, zero: &str| zero.repeat(field.len());
        let text = match self.algorithm() {
            Algorithm::Bcrypt => format!("{}{}", self.text.get(..7).unwrap_or_default(), ".".repeat(53)),
            algorithm => {
                let zero = if algorithm == Algorithm::Scrypt { "0" } else { "A" };
                let mut fields: Vec<String> = self.text.split('$').map(str::to_owned).collect();
                fields.iter_mut().rev().take(2).for_each(|field| *field = zeroed(field, zero));
                fields.join("$")
            }
        };
        Self { text }
    }

    /// Whether the password is the hash's.
    pub(super) fn check(&self, argon2id: &Argon2id, password: &str) -> Result<bool, Fault> {
        let Some(form) = self.form() else { return Err(Fault::internal("an imported password hash is malformed")) };
        Ok(match form {
            Form::Bcrypt => bcrypt::verify(password, &self.text).map_err(|e| Fault::internal(e.to_string()))?,
            Form::Argon2id => argon2id.check(&self.text, password)?,
            Form::Scrypt { params, salt, hash } => {
                let mut made = vec![0; hash.len()];
                scrypt::scrypt(password.as_bytes(), &salt, &params, &mut made)
                    .map_err(|e| Fault::internal(e.to_string()))?;
                same(&made, &hash)
            }
            Form::Pbkdf2 { iterations, salt, hash } => {
                pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, iterations, &salt, password.as_bytes(), &hash).is_ok()
            }
        })
    }
}

fn cost(form: &Form, text: &str) -> u64 {
    match form {
        Form::Bcrypt => 1 << bcrypt_cost(text).unwrap_or_default().min(31),
        Form::Scrypt { params, .. } => params.n().saturating_mul(params.r().into()).saturating_mul(params.p().into()),
        Form::Argon2id => {
            let params = PasswordHash::new(text).and_then(|hash| argon2::Params::try_from(&hash));
            params.map_or(0, |params| u64::from(params.m_cost()).saturating_mul(params.t_cost().into()))
        }
        Form::Pbkdf2 { iterations, hash, .. } => u64::from(iterations.get()) * hash.len().div_ceil(SHA256) as u64,
    }
}

fn sized(salt: &[u8], hash: &[u8]) -> bool {
    SALT.contains(&salt.len()) && HASH.contains(&hash.len())
}

/// The five fields that scrypt and PBKDF2 hashes have.
fn fields(text: &str) -> Option<[&str; 5]> {
    text.split('$').collect::<Vec<_>>().try_into().ok()
}

/// The cost in `$2b$12$` and so on, if the rest has the form, too.
fn bcrypt_cost(text: &str) -> Option<u32> {
    let rest = ["$2a$", "$2b$", "$2x$", "$2y$"].iter().find_map(|version| text.strip_prefix(version))?;
    let (cost, digest) = rest.split_once('$')?;
    let well_formed = digest.len() == 53 && digest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'/');
    // The library reads the text again at each check, and must not fail then.
    let read = well_formed && text.parse::<bcrypt::HashParts>().is_ok();
    cost.parse().ok().filter(|cost| read && (4..=31).contains(cost))
}

/// Base64 with or without padding; passlib writes `.` for `+`.
fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text.trim_end_matches('=').replace('.', "+")).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::config::keys::Argon2Config;

    /// Hashes of "Passw0rd!" in each form.
    fn hashes() -> Vec<(Algorithm, String)> {
        let salt = b"0123456789abcdef";
        let mut scrypted = [0; 32];
        scrypt::scrypt(b"Passw0rd!", salt, &scrypt::Params::new(10, 8, 1).unwrap(), &mut scrypted).unwrap();
        let mut derived = [0; 32];
        let iterations = NonZeroU32::new(1000).unwrap();
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, iterations, salt, b"Passw0rd!", &mut derived);
        let (salt64, derived64) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(derived));
        vec![
            (Algorithm::Bcrypt, bcrypt::hash("Passw0rd!", 4).unwrap()),
            (Algorithm::Scrypt, format!("1024$8$1${}${}", hex::encode(salt), hex::encode(&scrypted))),
            (Algorithm::Argon2id, argon().hash("Passw0rd!").unwrap()),
            (Algorithm::Pbkdf2Sha256, format!("$pbkdf2-sha256$1000${salt64}${derived64}")),
        ]
    }

    fn argon() -> Argon2id {
        Argon2id::new(Argon2Config { memory_kib: 64, passes: 1, lanes: 1 }).unwrap()
    }

    #[test]
    fn each_scheme_checks_its_own_and_its_decoy_fits_nothing() {
        for (algorithm, text) in hashes() {
            let hash = ImportedHash::parse(algorithm, &text, &HashLimits::default()).unwrap();
            assert!(hash.check(&argon(), "Passw0rd!").unwrap(), "{text}");
            assert!(!hash.check(&argon(), "passw0rd!").unwrap(), "{text}");
            let decoy = hash.decoy();
            assert_eq!((decoy.algorithm(), decoy.cost()), (algorithm, hash.cost()));
            assert!(!decoy.check(&argon(), "Passw0rd!").unwrap(), "{}", decoy.text());
            for (other, _) in hashes().into_iter().filter(|(other, _)| *other != algorithm) {
                assert_eq!(ImportedHash::parse(other, &text, &HashLimits::default()).err(), Some(HashError::Malformed));
            }
        }
    }

    #[test]
    fn the_standards_own_answer_is_found_right() {
        // RFC 7914, section 12: scrypt ("password", "NaCl", 1024, 8, 16).
        let scrypt = "1024$8$16$4e61436c$fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
        let wide = HashLimits { scrypt_p: 16, ..HashLimits::default() };
        let hash = ImportedHash::parse(Algorithm::Scrypt, scrypt, &wide).unwrap();
        assert!(hash.check(&argon(), "password").unwrap());
        assert_eq!(
            ImportedHash::parse(Algorithm::Scrypt, scrypt, &HashLimits::default()).err(),
            Some(HashError::TooCostly)
        );
        // jBCrypt's test of "a", with and without its last letter.
        let bcrypt = "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe";
        let parse = |text: &str| ImportedHash::parse(Algorithm::Bcrypt, text, &HashLimits::default());
        assert!(parse(bcrypt).unwrap().check(&argon(), "a").unwrap());
        assert!(parse(bcrypt.trim_end_matches('e')).is_err());
    }

    #[test]
    fn costly_and_odd_forms_are_refused() {
        let refused = |algorithm, text: &str| ImportedHash::parse(algorithm, text, &HashLimits::default()).err();
        let digest = ".".repeat(53);
        assert_eq!(refused(Algorithm::Bcrypt, &format!("$2b$13${digest}")), Some(HashError::TooCostly));
        assert_eq!(refused(Algorithm::Bcrypt, &format!("$2c$10${digest}")), Some(HashError::Malformed));
        let zeros = "0".repeat(64);
        assert_eq!(refused(Algorithm::Scrypt, &format!("131072$8$1$00${zeros}")), Some(HashError::TooCostly));
        assert_eq!(refused(Algorithm::Scrypt, &format!("1000$8$1$00${zeros}")), Some(HashError::Malformed));
        let a43 = "A".repeat(43);
        assert_eq!(
            refused(Algorithm::Pbkdf2Sha256, &format!("$pbkdf2-sha256$600001$AAAA${a43}")),
            Some(HashError::TooCostly)
        );
        let two_blocks = format!("$pbkdf2-sha256$300001$AAAA${}", "A".repeat(86));
        assert_eq!(refused(Algorithm::Pbkdf2Sha256, &two_blocks), Some(HashError::TooCostly));
        assert_eq!(refused(Algorithm::Pbkdf2Sha256, "$pbkdf2-sha256$0$AAAA$AAAA"), Some(HashError::Malformed));
        assert_eq!(
            refused(Algorithm::Argon2id, &format!("$argon2id$v=19$m=19457,t=2,p=1$AAAAAAAAAAA${a43}")),
            Some(HashError::TooCostly)
        );
        assert_eq!(refused(Algorithm::Argon2id, "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAA"), Some(HashError::Malformed));
    }
}
