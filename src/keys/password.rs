//! Stored passwords. Normally a sealed SRP verifier, which serves SRP and password sign-in alike; a pool may use
//! Argon2id hashes instead and do without SRP. All of this is CPU-heavy: call it inside [`super::cpu::run`].

use super::argon::Argon2id;
use super::error::KeysError;
use super::imported_hash::ImportedHash;
use super::seal::{Purpose, Sealer, bound};
use super::srp::{Verifier, pool_name};
use crate::config::keys::Argon2Config;
use crate::fault::Fault;
use crate::model::{Credential, PasswordScheme as Kind};
use crate::secret::Secret;

/// The user whose password it is.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    pub pool_id: &'a str,
    /// The user id that SRP hashes (`USER_ID_FOR_SRP`). It must never change.
    pub user: &'a str,
}

impl Owner<'_> {
    fn bound(&self) -> Vec<u8> {
        bound(&[self.pool_id, self.user])
    }
}

/// The forms that users of a pool may have beside SRP verifiers. A wrong password costs a check in each of them, for
/// everybody, so that nobody can tell who has which.
#[derive(Debug, Clone, Default)]
pub struct OtherForms {
    pub argon2id: bool,
    /// Encoded hashes that stand for imported ones: one for each algorithm ([`ImportedHash::decoy`]).
    pub imported: Vec<String>,
}

/// Makes and checks stored passwords.
#[derive(Clone)]
pub struct Passwords {
    sealer: Sealer,
    argon2id: Argon2id,
}

impl Passwords {
    pub fn new(sealer: Sealer, config: Argon2Config) -> Result<Self, KeysError> {
        Ok(Self { sealer, argon2id: Argon2id::new(config)? })
    }

    /// Makes the stored form of a password.
    pub fn make(&self, kind: Kind, owner: &Owner<'_>, password: &str) -> Result<Credential, Fault> {
        Ok(match kind {
            Kind::Srp => {
                let verifier =
                    Verifier::make(pool_name(owner.pool_id), owner.user, password).map_err(Fault::internal)?;
                Credential::Srp {
                    sealed: self.sealer.seal_value(Purpose::PasswordVerifier, &owner.bound(), &verifier)?,
                }
            }
            Kind::Argon2id => {
                let phc = self.argon2id.hash(password)?;
                Credential::Argon2id {
                    sealed: self.sealer.seal(Purpose::PasswordHash, &owner.bound(), phc.as_bytes())?,
                }
            }
        })
    }

    /// Whether the password is right. Without a credential (an unknown user, or one without a password) it is wrong,
    /// after the same work as for a user.
    pub fn check(
        &self,
        credential: Option<&Credential>,
        others: &OtherForms,
        owner: &Owner<'_>,
        password: &str,
    ) -> Result<bool, Fault> {
        let mut own = None;
        let right = match credential {
            Some(Credential::Srp { .. }) | None => self.check_verifier(credential, owner, password)?,
            Some(Credential::Argon2id { sealed }) => self.argon2id.check(&self.phc(owner, sealed)?, password)?,
            Some(Credential::Imported { sealed }) => {
                let hash = self.imported(owner, sealed)?;
                own = Some(hash.algorithm());
                hash.check(&self.argon2id, password)?
            }
        };
        if right {
            return Ok(true);
        }
        if matches!(credential, Some(Credential::Argon2id { .. } | Credential::Imported { .. })) {
            self.check_verifier(None, owner, password)?;
        }
        if others.argon2id && !matches!(credential, Some(Credential::Argon2id { .. })) {
            self.argon2id.hash(password)?;
        }
        for decoy in others.imported.iter().cloned().map(ImportedHash::trusted) {
            if own != Some(decoy.algorithm()) {
                decoy.check(&self.argon2id, password)?;
            }
        }
        Ok(false)
    }

    /// The hash in its usual encoded form, for other systems; `None` for a verifier, from which none can be made.
    pub fn encoded(&self, credential: &Credential, owner: &Owner<'_>) -> Result<Option<Secret>, Fault> {
        Ok(match credential {
            Credential::Srp { .. } => None,
            Credential::Argon2id { sealed } => Some(Secret::new(self.phc(owner, sealed)?)),
            Credential::Imported { sealed } => Some(Secret::new(self.imported(owner, sealed)?.text())),
        })
    }

    /// The stored form of a hash that another system made.
    pub fn import(&self, owner: &Owner<'_>, hash: &ImportedHash) -> Result<Credential, Fault> {
        let sealed = self.sealer.seal(Purpose::ImportedHash, &owner.bound(), hash.text().as_bytes())?;
        Ok(Credential::Imported { sealed })
    }

    fn imported(&self, owner: &Owner<'_>, sealed: &[u8]) -> Result<ImportedHash, Fault> {
        let text = self.sealer.open(Purpose::ImportedHash, &owner.bound(), sealed).map_err(Fault::internal)?;
        Ok(ImportedHash::trusted(std::str::from_utf8(&text).map_err(Fault::internal)?.to_owned()))
    }

    fn phc(&self, owner: &Owner<'_>, sealed: &[u8]) -> Result<String, Fault> {
        let phc = self.sealer.open(Purpose::PasswordHash, &owner.bound(), sealed).map_err(Fault::internal)?;
        Ok(std::str::from_utf8(&phc).map_err(Fault::internal)?.to_owned())
    }

    /// Whether a credential is what [`Passwords::make`] would make now.
    pub fn is_current(&self, credential: &Credential, kind: Kind, owner: &Owner<'_>) -> Result<bool, Fault> {
        Ok(match (credential, kind) {
            (Credential::Srp { .. }, Kind::Srp) => true,
            (Credential::Argon2id { sealed }, Kind::Argon2id) => {
                let phc = self.phc(owner, sealed)?;
                self.argon2id.is_current(&phc)
            }
            _ => false,
        })
    }

    /// Checks a password against an SRP verifier, a decoy without a credential.
    fn check_verifier(
        &self,
        credential: Option<&Credential>,
        owner: &Owner<'_>,
        password: &str,
    ) -> Result<bool, Fault> {
        let verifier = self.verifier(credential, owner)?.ok_or_else(|| Fault::internal("no verifier"))?;
        let right = verifier.check(pool_name(owner.pool_id), owner.user, password).map_err(Fault::internal)?;
        Ok(right && credential.is_some())
    }

    /// The verifier for SRP. Without a credential it is a decoy that never matches. `None` if the credential cannot be
    /// used for SRP. Takes microseconds.
    pub fn verifier(&self, credential: Option<&Credential>, owner: &Owner<'_>) -> Result<Option<Verifier>, Fault> {
        match credential {
            None => Verifier::decoy(&self.sealer, owner.pool_id, owner.user).map(Some).map_err(Fault::internal),
            Some(Credential::Srp { sealed }) => self
                .sealer
                .open_value(Purpose::PasswordVerifier, &owner.bound(), sealed)
                .map(Some)
                .map_err(Fault::internal),
            Some(Credential::Argon2id { .. } | Credential::Imported { .. }) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::keys::seal::test_sealer;

    fn passwords() -> Passwords {
        Passwords::new(test_sealer(7), Argon2Config { memory_kib: 64, passes: 1, lanes: 1 }).unwrap()
    }

    const ALICE: Owner<'_> = Owner { pool_id: "us-east-1_Ab12Cd34E", user: "alice" };

    #[test]
    fn both_kinds_check_and_are_bound_to_their_owner() {
        let passwords = passwords();
        for kind in [Kind::Srp, Kind::Argon2id] {
            let credential = passwords.make(kind, &ALICE, "Passw0rd!").unwrap();
            let (srp_alone, both) = (OtherForms::default(), OtherForms { argon2id: true, ..OtherForms::default() });
            assert!(!passwords.check(Some(&credential), &srp_alone, &ALICE, "passw0rd!").unwrap());
            // Passwords stay valid when the pool's scheme changes.
            assert!(passwords.check(Some(&credential), &srp_alone, &ALICE, "Passw0rd!").unwrap());
            assert!(passwords.check(Some(&credential), &both, &ALICE, "Passw0rd!").unwrap());
            for other in [Kind::Srp, Kind::Argon2id] {
                assert_eq!(passwords.is_current(&credential, other, &ALICE).unwrap(), kind == other);
            }
            let mut stronger = passwords.clone();
            stronger.argon2id = Argon2id::new(Argon2Config { memory_kib: 64, passes: 2, lanes: 1 }).unwrap();
            assert_eq!(stronger.is_current(&credential, kind, &ALICE).unwrap(), kind == Kind::Srp);
            for other in [Owner { user: "bob", ..ALICE }, Owner { pool_id: "eu-west-1_Ab12Cd34E", ..ALICE }] {
                assert!(
                    passwords.check(Some(&credential), &both, &other, "Passw0rd!").is_err(),
                    "moved to another record"
                );
            }
            let bytes = rmp_serde::to_vec_named(&credential).unwrap();
            assert!(bytes.len() < 480);
            assert_eq!(rmp_serde::from_slice::<Credential>(&bytes).unwrap(), credential);
        }
    }

    #[test]
    fn a_missing_credential_is_never_right() {
        let passwords = passwords();
        for argon2id in [false, true] {
            let others = OtherForms { argon2id, ..OtherForms::default() };
            assert!(!passwords.check(None, &others, &ALICE, "").unwrap());
        }
    }

    #[test]
    fn srp_gets_a_stable_decoy_for_an_unknown_user() {
        let passwords = passwords();
        let salt = |owner: &Owner<'_>| passwords.verifier(None, owner).unwrap().unwrap().salt_hex();
        assert_eq!(salt(&ALICE), salt(&ALICE));
        assert_ne!(salt(&ALICE), salt(&Owner { user: "bob", ..ALICE }));
        let hash = passwords.make(Kind::Argon2id, &ALICE, "x").unwrap();
        assert!(passwords.verifier(Some(&hash), &ALICE).unwrap().is_none());
    }

    #[test]
    fn an_imported_hash_is_bound_to_its_owner_and_replaced() {
        let passwords = passwords();
        let hash = ImportedHash::trusted(bcrypt::hash("Passw0rd!", 4).unwrap());
        let credential = passwords.import(&ALICE, &hash).unwrap();
        let others = OtherForms { argon2id: true, imported: vec![hash.decoy().text().to_owned()] };
        assert!(passwords.check(Some(&credential), &others, &ALICE, "Passw0rd!").unwrap());
        assert!(!passwords.check(Some(&credential), &others, &ALICE, "passw0rd!").unwrap());
        assert!(passwords.check(Some(&credential), &others, &Owner { user: "bob", ..ALICE }, "Passw0rd!").is_err());
        assert!(!passwords.check(None, &others, &ALICE, "Passw0rd!").unwrap());
        assert!(passwords.verifier(Some(&credential), &ALICE).unwrap().is_none(), "SRP cannot use it");
        for kind in [Kind::Srp, Kind::Argon2id] {
            assert!(!passwords.is_current(&credential, kind, &ALICE).unwrap());
        }
    }

    #[test]
    fn impossible_work_is_refused_at_start() {
        assert!(matches!(
            Passwords::new(test_sealer(1), Argon2Config { memory_kib: 1, passes: 0, lanes: 0 }),
            Err(KeysError::Argon2(_))
        ));
    }
}
