//! Sealing: secrets that lie in the store, and state that travels through clients, readable and changeable by this
//! server alone.
//!
//! AES-256-GCM with random 96-bit nonces is safe for about 2^32 messages per key, which a busy server reaches with
//! sessions and tokens. So each message gets a key of its own: HKDF-Expand of the master key's root over the purpose
//! and 96 random bits. With the nonce that makes 192 random bits per message (as in XAES-256-GCM), and the bound is out
//! of reach. It costs one HKDF block, about a microsecond.

mod jwe;
mod text;

use crate::fault::Fault;
use ring::{aead, hkdf, hmac};
use std::sync::Arc;

/// The layout of sealed bytes: this byte, 12 bytes of salt, 12 of nonce, the ciphertext, 16 of tag.
const VERSION: u8 = 1;
const SALT: usize = 12;
const HEAD: usize = 1 + SALT + aead::NONCE_LEN;

/// The sealed bytes were not made by this server for this use and place, or were changed since, or another master key
/// sealed them.
///
/// There is no conversion into [`Fault`]: for what a client sent it is the client's fault (which one, the caller
/// knows), for what the store kept an internal one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed bytes do not open: changed, sealed for another use, or sealed under another master key")]
pub struct SealError;

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What something is sealed or hashed for. Each has keys of its own, so what was made for one never passes for
        /// another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Purpose {
            $($(#[$doc])* $name,)*
        }
        impl Purpose {
            /// The name that goes into the key's derivation; it must never change.
            fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

purposes! {
    /// Private signing keys of pools.
    SigningKey = "signing-key",
    /// SRP verifiers of users.
    PasswordVerifier = "password-verifier",
    /// Argon2id and imported hashes.
    PasswordHash = "password-hash",
    /// Made-up verifiers of users that do not exist.
    FakeVerifier = "fake-verifier",
    /// App clients' secrets.
    ClientSecret = "client-secret",
    /// Secrets of the keys that sign calls.
    AccessKey = "access-key",
    /// SRP verifiers of devices.
    DeviceVerifier = "device-verifier",
    /// The group keys of users' devices.
    DeviceGroup = "device-group",
    /// Passkeys of users that have none.
    FakePasskey = "fake-passkey",
    /// TOTP seeds.
    TotpSeed = "totp-seed",
    /// Secrets of external identity providers.
    ProviderSecret = "provider-secret",
    /// Secrets and values of plugins.
    PluginData = "plugin-data",
    /// Refresh tokens.
    RefreshToken = "refresh-token",
    /// `Session` strings of challenges.
    Session = "session",
    /// `SECRET_BLOCK` of SRP.
    SecretBlock = "secret-block",
    /// Pagination tokens.
    PageToken = "page-token",
    /// Messages that wait in the outbox.
    OutboxMessage = "outbox-message",
    /// Confirmation and MFA codes.
    Code = "code",
    /// What functions keep of their challenges.
    CustomChallenge = "custom-challenge",
    /// Backup codes of MFA.
    BackupCode = "backup-code",
    /// Authorization codes of OAuth.
    AuthorizationCode = "authorization-code",
    /// Cookies and forms of the hosted pages.
    Cookie = "cookie",
    /// Tokens by which users judge their auth events.
    Feedback = "feedback",
    /// Keys of lookups by a secret value.
    Lookup = "lookup",
    /// The check value by which a wrong master key is told.
    MasterCheck = "master-check",
}

/// Seals and opens. Cheap to clone; all calls take microseconds and may run on the event loop.
#[derive(Clone)]
pub struct Sealer {
    root: Arc<hkdf::Prk>,
    mac: Arc<hmac::Key>,
}

/// What a sealed thing belongs to (a pool and a user, say) as one byte string: every part with its length, so that no
/// two lists of parts make the same bytes.
pub fn bound(parts: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(parts.iter().map(|p| p.len() + 4).sum());
    for part in parts {
        out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out
}

impl Sealer {
    /// A sealer under the root of a master key.
    pub fn new(root: hkdf::Prk) -> Result<Self, SealError> {
        let mac = hmac::Key::from(root.expand(&[b"mac"], hmac::HMAC_SHA256).map_err(|_| SealError)?);
        Ok(Self { root: Arc::new(root), mac: Arc::new(mac) })
    }

    /// Seals `plain`. The same `purpose` and `bound_to` are needed to open it. Adds 41 bytes.
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

    /// Opens what [`Sealer::seal`] made.
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

    /// A keyed hash (HMAC-SHA256) of a list of byte strings: for codes and for lookups by secret values, so that the
    /// store alone tells nothing.
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

    /// Fills `out` with bytes that look random and are always the same for the same `bound_to`. Costs what opening as
    /// many sealed bytes costs.
    pub(in crate::keys) fn pseudo_random(
        &self,
        purpose: Purpose,
        bound_to: &[u8],
        out: &mut [u8],
    ) -> Result<(), SealError> {
        // The key stream of a key that is made for this alone; its one nonce is used for this one message.
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

/// A sealer for unit tests; equal seeds make equal sealers.
#[cfg(test)]
pub(crate) fn test_sealer(seed: u8) -> Sealer {
    #![expect(clippy::unwrap_used, reason = "tests")]
    Sealer::new(hkdf::Salt::new(hkdf::HKDF_SHA256, b"test").extract(&[seed; 32])).unwrap()
}

#[cfg(test)]
mod tests;
