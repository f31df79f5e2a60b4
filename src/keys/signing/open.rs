//! The pools' signing keys that are open in memory, and keys for new pools.

use super::{PoolKeys, SigningKey};
use crate::fault::Fault;
use crate::keys::cpu;
use crate::keys::key_pool::KeyPool;
use crate::keys::seal::Sealer;
use quick_cache::sync::Cache;
use std::sync::Arc;

/// Makes, opens and caches the pools' signing keys.
#[derive(Clone)]
pub struct SigningKeys {
    open: Arc<Cache<String, Arc<PoolKeys>>>,
    sealer: Sealer,
    ahead: KeyPool,
}

impl SigningKeys {
    pub(in crate::keys) fn new(capacity: usize, sealer: Sealer, ahead: KeyPool) -> Self {
        Self { open: Arc::new(Cache::new(capacity.max(1))), sealer, ahead }
    }

    /// Keys for a new pool: prepared ones, or made now on a core (some tenths of a second).
    pub async fn make(&self) -> Result<PoolKeys, Fault> {
        let (id, access) = (self.ahead.signing_key(), self.ahead.signing_key());
        let make = |ready: Option<SigningKey>| ready.map_or_else(SigningKey::generate, Ok).map_err(Fault::internal);
        if id.is_some() && access.is_some() {
            return Ok(PoolKeys::new(make(id)?, make(access)?));
        }
        cpu::run(move || Ok(PoolKeys::new(make(id)?, make(access)?))).await?
    }

    /// The keys of a pool. `load` fetches the sealed keys ([`PoolKeys::seal`]) and runs only if they are not open yet.
    pub async fn pool<F>(&self, pool_id: &str, load: F) -> Result<Arc<PoolKeys>, Fault>
    where
        F: AsyncFnOnce() -> Result<Vec<u8>, Fault>,
    {
        // One caller loads while others wait. Keys that are forgotten meanwhile are not inserted.
        self.open
            .get_or_insert_async(pool_id, async {
                let (sealed, sealer, id) = (load().await?, self.sealer.clone(), pool_id.to_owned());
                Ok(Arc::new(cpu::run(move || PoolKeys::open(&sealer, &id, &sealed)).await??))
            })
            .await
    }

    /// Closes a pool's keys, because the pool was deleted or has new ones.
    pub fn forget(&self, pool_id: &str) {
        self.open.remove(pool_id);
    }
}
