//! Sealing: authenticated encryption of secrets in the store and of state that clients carry.
//!
//! AES-256-GCM with random 96-bit nonces is safe for about 2^32 messages per key, which a busy server reaches with
//! sessions and tokens. So each message gets its own key: HKDF-Expand of the master key's root over the purpose and 96
//! random bits. Together with the nonce these are 192 random bits per message (as in XAES-256-GCM). It costs one HKDF
//! block, about a microsecond.

mod jwe;
mod text;

use crate::fault::Fault;
use ring::{aead, hkdf, hmac};
use std::sync::Arc;

/// Layout of sealed bytes: this byte, 12 bytes of salt, 12 of nonce, the ciphertext, 16 of tag.
const VERSION: u8 = 1;
const SALT: usize = 12;
const HEAD: usize = 1 + SALT + aead::NONCE_LEN;

/// The bytes were not sealed by this server for this purpose and binding, or were changed, or were sealed under another
/// master key.
///
/// There is no conversion into [`Fault`]: if a client sent the bytes, the caller knows which error the client gets; if
/// the store had them, it is an internal error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed bytes do not open: changed, sealed for another use, or sealed under another master key")]
pub struct SealError;

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The purpose of sealing or hashing. Each purpose has its own keys, so that a value sealed for one is never
        /// accepted for another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Purpose {
            $($(#[$doc])* $name,)*
        }
        impl Purpose {
            /// The name in the key derivation. It must never change.
            fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

purposes! {
    SigningKey = "signing-key",
    PasswordVerifier = "password-verifier",
    /// Argon2id hashes.
    PasswordHash = "password-hash",
    /// Hashes that other systems made.
    ImportedHash = "imported-hash",
    /// Uploaded files of users.
    ImportFile = "import-file",
    /// Addresses to which such files may be uploaded.
    ImportUpload = "import-upload",
    /// Decoy verifiers of unknown users.
    DecoyVerifier = "fake-verifier",
    ClientSecret = "client-secret",
    AccessKey = "access-key",
    DeviceVerifier = "device-verifier",
    DeviceGroup = "device-group",
    /// Decoy passkeys of unknown users.
    DecoyPasskey = "fake-passkey",
    TotpSeed = "totp-seed",
    ProviderSecret = "provider-secret",
    /// Secrets and values of plugins.
    PluginData = "plugin-data",
    RefreshToken = "refresh-token",
    /// `Session` strings of challenges.
    Session = "session",
    /// `SECRET_BLOCK` of SRP.
    SecretBlock = "secret-block",
    PageToken = "page-token",
    OutboxMessage = "outbox-message",
    /// Confirmation and MFA codes.
    Code = "code",
    /// Private challenge parameters of CUSTOM_AUTH.
    CustomChallenge = "custom-challenge",
    BackupCode = "backup-code",
    AuthorizationCode = "authorization-code",
    /// Device codes, user codes, and what a user granted to a device (RFC 8628).
    DeviceGrant = "device-grant",
    /// Browsers that are away at an identity provider.
    FederationRound = "federation-round",
    /// Cookies and forms of the hosted pages.
    Cookie = "cookie",
    /// Tokens for feedback on auth events.
    Feedback = "feedback",
    /// Answers that show that a host name leads to this server.
    DomainProof = "domain-proof",
    /// Session tokens of roles.
    RoleSession = "role-session",
    /// Keys of lookups by a secret value.
    Lookup = "lookup",
    /// The fingerprint that detects a wrong master key.
    MasterCheck = "master-check",
}

/// Seals and opens. Cheap to clone. All calls take microseconds and may run on the event loop.
#[derive(Clone)]
pub struct Sealer {
    root: Arc<hkdf::Prk>,
    mac: Arc<hmac::Key>,
}

/// Encodes what a sealed value belongs to, such as a pool and a user. Each part is stored with its length, so that
/// different lists never give the same bytes.
pub fn bound(parts: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(parts.iter().map(|p| p.len() + 4).sum());
    for part in parts {
        out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out
}

impl Sealer {
    /// How many bytes sealed bytes are longer.
    pub const OVERHEAD: usize = HEAD + aead::MAX_TAG_LEN;

    pub fn new(root: hkdf::Prk) -> Result<Self, SealError> {
        let mac = hmac::Key::from(root.expand(&[b"mac"], hmac::HMAC_SHA256).map_err(|_| SealError)?);
        Ok(Self { root: Arc::new(root), mac: Arc::new(mac) })
    }

    /// Seals `plain`. Opening needs the same `purpose` and `bound_to`. Adds 41 bytes.
    pub fn seal(&self, purpose: Purpose, bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let random: [u8; SALT + aead::NONCE_LEN] = crate::rng::bytes()?;
        let (salt, nonce) = random.split_at(SALT);
        let mut out = Vec::with_capacity(HEAD + plain.len() + aead::AES_256_GCM.tag_len());
        out.push(VERSION);
        out.extend_from_slice(&random);
        let mut body = plain.to_vec();
        let key = self.message_key(purpose, &[b"seal", salt]).map_err(Fault::internal)?;
        let nonce = self::nonce(nonce).map_err(Fault::internal)?;
        key.seal_in_place_append_tag(nonce, aad(purpose, bound_to), &mut body)
            .map_err(|_| Fault::internal(SealError))?;
        out.append(&mut body);
        Ok(out)
    }

    pub fn open(&self, purpose: Purpose, bound_to: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (head, body) = sealed.split_at_checked(HEAD).ok_or(SealError)?;
        let (version, random) = head.split_first().ok_or(SealError)?;
        if *version != VERSION {
            return Err(SealError);
        }
        let (salt, nonce) = random.split_at_checked(SALT).ok_or(SealError)?;
        let key = self.message_key(purpose, &[b"seal", salt])?;
        let nonce = self::nonce(nonce)?;
        let mut body = body.to_vec();
        let length = key.open_in_place(nonce, aad(purpose, bound_to), &mut body).map_err(|_| SealError)?.len();
        body.truncate(length);
        Ok(body)
    }

    /// HMAC-SHA256 of a list of byte strings, for codes and for lookups by secret values, so that a copy of the store
    /// reveals nothing.
    pub fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let mut out = [0; 32];
        let mut context = hmac::Context::with_key(&self.mac);
        context.update(purpose.name().as_bytes());
        context.update(&[0]);
        for part in parts {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        for (to, from) in out.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        out
    }

    /// Fills `out` with pseudo-random bytes that are always the same for the same `bound_to`. Takes as long as opening
    /// as many sealed bytes.
    pub(in crate::keys) fn pseudo_random(
        &self,
        purpose: Purpose,
        bound_to: &[u8],
        out: &mut [u8],
    ) -> Result<(), SealError> {
        // The key stream of AES-GCM under a key that is used for this message only, so a fixed nonce is safe.
        let key = self.message_key(purpose, &[b"stream", bound_to])?;
        out.fill(0);
        key.seal_in_place_separate_tag(nonce(&[0; aead::NONCE_LEN])?, aead::Aad::empty(), out)
            .map(drop)
            .map_err(|_| SealError)
    }

    fn message_key(&self, purpose: Purpose, label: &[&[u8]]) -> Result<aead::LessSafeKey, SealError> {
        let mut info: Vec<&[u8]> = vec![purpose.name().as_bytes()];
        for part in label {
            info.extend([b"\0".as_slice(), part]);
        }
        let okm = self.root.expand(&info, &aead::AES_256_GCM).map_err(|_| SealError)?;
        Ok(aead::LessSafeKey::new(aead::UnboundKey::from(okm)))
    }
}

fn nonce(bytes: &[u8]) -> Result<aead::Nonce, SealError> {
    aead::Nonce::try_assume_unique_for_key(bytes).map_err(|_| SealError)
}

fn aad(purpose: Purpose, bound_to: &[u8]) -> aead::Aad<Vec<u8>> {
    let mut out = purpose.name().as_bytes().to_vec();
    out.push(0);
    out.extend_from_slice(bound_to);
    aead::Aad::from(out)
}

/// Equal seeds make equal sealers.
#[cfg(test)]
pub(crate) fn test_sealer(seed: u8) -> Sealer {
    #![expect(clippy::unwrap_used, reason = "tests")]
    Sealer::new(hkdf::Salt::new(hkdf::HKDF_SHA256, b"test").extract(&[seed; 32])).unwrap()
}

#[cfg(test)]
mod tests;
