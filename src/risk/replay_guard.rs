//! Makes sure that a proof is accepted once.
//!
//! Which proofs were used is asked of [`UsedProofs`], so that several nodes can share one memory. The one here
//! ([`RecentProofs`]) belongs to this process: proofs live for minutes only, and must not wait for the disk.

use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::rng::{self, RngError};
use futures::future::{BoxFuture, FutureExt as _, ready};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a used proof is remembered at least. No proof is accepted for longer after it was issued: Cognito's
/// challenge sessions live for 15 minutes at most.
pub const REMEMBERED: Duration = Duration::from_secs(16 * 60);
/// Most proofs of one period (about 40 MB). At 500 sign-ins per second, half of this is used.
const MAX_PER_PERIOD: usize = 1_000_000;

/// The memory of used proofs.
pub trait UsedProofs: Send + Sync {
    /// Marks a proof as used. `false` if it was used before. An error where it cannot be remembered: then it must not
    /// be accepted.
    fn insert(&self, proof: [u8; 16], now: Timestamp) -> BoxFuture<'_, Result<bool, Fault>>;
}

/// Used proofs of the last minutes, in two periods: when the current one is over, the one before it is dropped. So
/// nothing is forgotten early, however many other proofs are used.
#[derive(Default)]
pub struct RecentProofs(Mutex<Periods>);

#[derive(Default)]
struct Periods {
    began: Timestamp,
    current: HashSet<[u8; 16]>,
    previous: HashSet<[u8; 16]>,
}

impl Periods {
    fn insert(&mut self, proof: [u8; 16], now: Timestamp) -> Result<bool, Fault> {
        let age = now.since(self.began);
        if age >= REMEMBERED {
            let over = std::mem::take(&mut self.current);
            self.previous = if age < REMEMBERED * 2 { over } else { HashSet::new() };
            self.began = now;
        }
        if self.previous.contains(&proof) || self.current.contains(&proof) {
            return Ok(false);
        }
        if self.current.len() >= MAX_PER_PERIOD {
            return Err(Fault::too_many_requests());
        }
        self.current.insert(proof);
        Ok(true)
    }
}

impl UsedProofs for RecentProofs {
    fn insert(&self, proof: [u8; 16], now: Timestamp) -> BoxFuture<'_, Result<bool, Fault>> {
        ready(self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(proof, now)).boxed()
    }
}

/// Accepts each proof once. Each proof contains [`ReplayGuard::run`], so that a proof from before a restart, which may
/// have been used, is refused.
pub struct ReplayGuard {
    run: [u8; 16],
    used: Arc<dyn UsedProofs>,
}

impl ReplayGuard {
    /// A guard with the memory of this process.
    pub fn new() -> Result<Self, RngError> {
        Ok(Self { run: rng::bytes()?, used: Arc::new(RecentProofs::default()) })
    }

    /// A random id of the memory in use: of this run of the process.
    pub fn run(&self) -> [u8; 16] {
        self.run
    }

    /// Marks a proof as used. `false` if it was used before or was made in another run.
    pub async fn take(&self, run: &[u8; 16], proof: &[u8; 16], now: Timestamp) -> Result<bool, Fault> {
        if *run != self.run {
            return Ok(false);
        }
        self.used.insert(*proof, now).await
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[tokio::test]
    async fn a_proof_is_accepted_once_and_in_this_run_only() {
        let (guard, other) = (ReplayGuard::new().unwrap(), ReplayGuard::new().unwrap());
        assert!(guard.take(&guard.run(), &[1; 16], NOW).await.unwrap());
        assert!(!guard.take(&guard.run(), &[1; 16], NOW).await.unwrap());
        assert!(!guard.take(&other.run(), &[2; 16], NOW).await.unwrap());
    }

    #[test]
    fn a_proof_is_remembered_for_its_time_whatever_else_is_used() {
        let mut periods = Periods::default();
        let id = |n: u32| {
            let mut id = [0; 16];
            id.iter_mut().zip(n.to_be_bytes()).for_each(|(to, from)| *to = from);
            id
        };
        assert!(periods.insert([9; 16], NOW).unwrap());
        for n in 0..300_000 {
            assert!(periods.insert(id(n), NOW.plus(Duration::from_secs(u64::from(n) / 400))).unwrap());
        }
        let last = NOW.plus(REMEMBERED - Duration::from_secs(1));
        assert!(!periods.insert([9; 16], last).unwrap());
        assert!(!periods.insert(id(0), last).unwrap() && !periods.insert(id(299_999), last).unwrap());
        assert!(periods.insert([8; 16], last).unwrap());
        // In the next period those of the one before are still known, and later they are dropped.
        assert!(!periods.insert([8; 16], NOW.plus(REMEMBERED)).unwrap());
        assert!(periods.insert([9; 16], NOW.plus(REMEMBERED * 2)).unwrap());
        assert!(periods.insert([9; 16], NOW.plus(REMEMBERED * 5)).unwrap(), "all of it is over");
    }

    #[test]
    fn a_full_memory_refuses_rather_than_forgets() {
        let mut periods = Periods { began: NOW, ..Periods::default() };
        for n in 0..MAX_PER_PERIOD {
            periods.current.insert((n as u128).to_be_bytes());
        }
        assert!(periods.insert([7; 16], NOW).is_err());
        assert!(periods.insert([7; 16], NOW.plus(REMEMBERED)).is_ok());
    }
}
