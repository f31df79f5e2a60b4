//! Rotation of a pool's signing keys, and their sealed form over it.
//!
//! New keys are published before they sign, for as long as verifiers may keep the key set ([`PUBLISHED_BEFORE`]). Old
//! ones stay published until the last token that they signed has expired.

use super::{EarlierKey, PoolKeys, PublicKey, Sealed, SealedEarlier, SigningKey};
use crate::clock::Timestamp;
use crate::fault::Fault;
use jsonwebtoken::DecodingKey;
use std::sync::Arc;
use std::time::Duration;

/// How long new keys are published before they sign: the lifetime of the key set in caches.
pub const PUBLISHED_BEFORE: Duration = Duration::from_secs(3600);
/// How long tokens can outlive the moment of their signature: a day, and an hour for clocks that are behind.
const LONGEST_TOKEN: Duration = Duration::from_secs(25 * 3600);

/// How new keys take the place of the old ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// They are published now and sign an hour later; old tokens live to their end.
    Announced,
    /// They sign at once; old tokens live to their end. Verifiers that keep the key set refuse new tokens for a while,
    /// unless they fetch it for a key that they do not know.
    AtOnce,
    /// They sign at once, and the old keys are gone: every token that they signed is refused. For keys that leaked.
    Revoking,
}

impl PoolKeys {
    /// The keys that sign at a moment.
    pub fn at(keys: Arc<Self>, now: Timestamp) -> Arc<Self> {
        match &keys.next {
            Some((at, next)) if now >= *at => Arc::clone(next),
            _ => keys,
        }
    }

    /// When keys that were announced begin to sign; `None` if none were.
    pub fn announced(&self) -> Option<Timestamp> {
        self.next.as_ref().map(|(at, _)| *at)
    }

    /// These keys after a rotation to `new` pairs, which have no history yet.
    pub fn rotated(&self, new: Self, rotation: Rotation, now: Timestamp) -> Result<Self, Fault> {
        let kept: Vec<EarlierKey> = self.earlier.iter().filter(|earlier| now < earlier.until).cloned().collect();
        Ok(match rotation {
            Rotation::Revoking => new,
            Rotation::AtOnce => Self { earlier: self.retired(kept, now), ..new },
            Rotation::Announced => {
                let at = now.plus(PUBLISHED_BEFORE);
                let (id, access) = (copy(&self.id)?, copy(&self.access)?);
                let next = Self { earlier: self.retired(kept.clone(), at), ..new };
                Self { id, access, earlier: kept, next: Some((at, Arc::new(next))) }
            }
        })
    }

    /// Earlier keys with these, which sign until `at`, among them.
    fn retired(&self, mut earlier: Vec<EarlierKey>, at: Timestamp) -> Vec<EarlierKey> {
        let until = at.plus(LONGEST_TOKEN);
        earlier.extend([&self.id, &self.access].map(|key| EarlierKey { key: Arc::clone(key.public()), until }));
        earlier
    }

    pub(super) fn to_sealed(&self) -> Result<Sealed, Fault> {
        let to_pkcs8 = |key: &SigningKey| key.to_pkcs8().map(|der| der.to_vec()).map_err(Fault::internal);
        let earlier = self.earlier.iter().map(|earlier| SealedEarlier {
            kid: earlier.key.kid.clone(),
            n: earlier.key.n.clone(),
            e: earlier.key.e.clone(),
            until: earlier.until,
        });
        let next =
            self.next.as_ref().map(|(at, next)| Ok::<_, Fault>((*at, Box::new(next.to_sealed()?)))).transpose()?;
        Ok(Sealed { id: to_pkcs8(&self.id)?, access: to_pkcs8(&self.access)?, earlier: earlier.collect(), next })
    }

    pub(super) fn from_sealed(sealed: &Sealed) -> Result<Self, Fault> {
        let from_pkcs8 = |der: &[u8]| SigningKey::from_pkcs8(der).map_err(Fault::internal);
        let earlier = sealed.earlier.iter().map(|earlier| {
            let decoding = DecodingKey::from_rsa_components(&earlier.n, &earlier.e).map_err(Fault::internal)?;
            let (kid, n, e) = (earlier.kid.clone(), earlier.n.clone(), earlier.e.clone());
            Ok::<_, Fault>(EarlierKey { key: Arc::new(PublicKey { kid, n, e, decoding }), until: earlier.until })
        });
        let next = sealed.next.as_ref().map(|(at, next)| Ok::<_, Fault>((*at, Arc::new(Self::from_sealed(next)?))));
        Ok(Self {
            id: from_pkcs8(&sealed.id)?,
            access: from_pkcs8(&sealed.access)?,
            earlier: earlier.collect::<Result<_, _>>()?,
            next: next.transpose()?,
        })
    }
}

/// The same key once more: they cannot be cloned.
fn copy(key: &SigningKey) -> Result<SigningKey, Fault> {
    let der = key.to_pkcs8().map_err(Fault::internal)?;
    SigningKey::from_pkcs8(&der).map_err(Fault::internal)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::keys::seal::test_sealer;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn made() -> PoolKeys {
        PoolKeys::new(SigningKey::generate().unwrap(), SigningKey::generate().unwrap())
    }

    fn kids(keys: &PoolKeys, now: Timestamp) -> Vec<String> {
        keys.jwks(now).into_iter().map(|jwk| jwk.kid).collect()
    }

    #[test]
    fn announced_keys_are_published_first_and_old_ones_until_their_tokens_end() {
        let (sealer, old, new) = (test_sealer(1), made(), made());
        let (before, after) = (kids(&old, NOW), kids(&new, NOW));
        let rotated = old.rotated(new, Rotation::Announced, NOW).unwrap();
        let sealed = rotated.seal(&sealer, "p").unwrap();
        let rotated = Arc::new(PoolKeys::open(&sealer, "p", &sealed).unwrap());
        let at = |seconds: u64| NOW.plus(Duration::from_secs(seconds));
        assert_eq!(kids(&rotated, NOW), [before.clone(), after.clone()].concat());
        assert_eq!(PoolKeys::at(Arc::clone(&rotated), at(3599)).id.public().kid(), before[0]);
        let later = PoolKeys::at(rotated, at(3600));
        assert_eq!(kids(&later, at(3600)), [after.clone(), before.clone()].concat());
        assert!(later.public(&before[1]).is_some());
        assert_eq!(kids(&later, at(3600 + 25 * 3600)), after);
    }

    #[test]
    fn keys_that_leaked_are_gone_at_once() {
        let (old, new) = (made(), made());
        let (before, after) = (kids(&old, NOW), kids(&new, NOW));
        let gone = old.rotated(new, Rotation::Revoking, NOW).unwrap();
        assert_eq!(kids(&gone, NOW), after);
        assert!(gone.public(&before[0]).is_none());
        let kept = old.rotated(made(), Rotation::AtOnce, NOW).unwrap();
        assert!(kept.public(&before[0]).is_some() && kept.announced().is_none());
    }
}
