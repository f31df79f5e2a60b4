//! Makes sure that a proof is accepted once. Proofs live for minutes only, so this is kept in memory and does not wait
//! for the disk.

use crate::rng::{self, RngError};
use quick_cache::UnitWeighter;
use quick_cache::sync::Cache;
use std::sync::{Mutex, PoisonError};

/// How many proofs are remembered: at 200 per second, those of a quarter of an hour.
const REMEMBERED: u64 = 200_000;

/// The proofs that were used. Each proof contains [`ReplayGuard::run`], so that a proof from before a restart, which
/// may have been used, is refused.
pub struct ReplayGuard {
    run: [u8; 16],
    used: Mutex<Cache<[u8; 16], (), UnitWeighter>>,
}

impl ReplayGuard {
    pub fn new() -> Result<Self, RngError> {
        Ok(Self { run: rng::bytes()?, used: Mutex::new(Cache::with_weighter(1000, REMEMBERED, UnitWeighter)) })
    }

    /// A random id of this run of the process.
    pub fn run(&self) -> [u8; 16] {
        self.run
    }

    /// Marks a proof as used. `false` if it was used before or was made in another run.
    pub fn take(&self, run: &[u8; 16], id: &[u8; 16]) -> bool {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if *run != self.run || used.get(id).is_some() {
            return false;
        }
        used.insert(*id, ());
        true
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn once_and_in_this_run_only() {
        let (once, other) = (ReplayGuard::new().unwrap(), ReplayGuard::new().unwrap());
        assert!(once.take(&once.run(), &[1; 16]));
        assert!(!once.take(&once.run(), &[1; 16]));
        assert!(!once.take(&other.run(), &[2; 16]));
    }
}
