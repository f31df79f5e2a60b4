//! The keys to which SAML providers encrypt assertions: one pair for each provider. After a roll-over the pair before
//! still decrypts, so that the provider can take the new certificate in its own time.

use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::keys::signing::SigningKey;
use crate::keys::{certificate, cpu};
use crate::model::{EncryptionKey, IdentityProvider};
use zeroize::Zeroizing;

/// The detail of an update that makes a new pair; Cognito has no such detail.
pub const ROTATE: &str = "RotateEncryptionCertificate";
/// Pairs of one provider that decrypt.
const KEPT: usize = 2;

/// A new pair.
pub async fn make(cx: &Context, pool_id: &str, provider: &str) -> Result<EncryptionKey, Fault> {
    let (sealer, pool, now) = (cx.services.keys.sealer.clone(), pool_id.to_owned(), cx.now);
    let bound_to = bound_to(pool_id, provider);
    cpu::run(move || {
        let key = SigningKey::generate().map_err(Fault::internal)?;
        let private = key.to_pkcs8().map_err(Fault::internal)?;
        Ok(EncryptionKey {
            sealed: sealer.seal(Purpose::ProviderSecret, &bound_to, &private)?,
            certificate: certificate::self_signed(&key, &pool, now)?,
        })
    })
    .await?
}

/// Puts a new pair before those that a provider has.
pub fn renew(provider: &mut IdentityProvider, key: EncryptionKey) {
    provider.encryption.insert(0, key);
    provider.encryption.truncate(KEPT);
}

/// The private keys that decrypt, in PKCS#8.
pub fn open(cx: &Context, pool_id: &str, provider: &IdentityProvider) -> Result<Vec<Zeroizing<Vec<u8>>>, Fault> {
    let (sealer, bound_to) = (&cx.services.keys.sealer, bound_to(pool_id, &provider.name));
    let open = |key: &EncryptionKey| sealer.open(Purpose::ProviderSecret, &bound_to, &key.sealed);
    provider.encryption.iter().map(|key| open(key).map(Zeroizing::new).map_err(Fault::internal)).collect()
}

/// What the keys are sealed for: another thing than the provider's secrets.
fn bound_to(pool_id: &str, provider: &str) -> Vec<u8> {
    bound(&[pool_id, provider, "encryption"])
}
