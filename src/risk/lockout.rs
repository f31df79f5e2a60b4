//! Lockout after wrong passwords: some failures are free, the next one locks the subject, and each further one doubles
//! the lock. Attempts during a lock fail without prolonging it. Unknown usernames are locked in the same way.

use super::attempt_limiter::{AttemptLimiter, Permit};
use super::subject_hash;
use crate::clock::Timestamp;
use crate::config::limits::LockoutConfig;
use crate::fault::{Cause, Fault};
use crate::store::{Key, Read, Record, Store, tags};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::time::Duration;

/// The message of the error while a subject is locked.
pub const LOCKED: &str = "Password attempts exceeded";

/// Most parallel verifications for one subject where lockout is off or nothing failed yet. This limits the work, not
/// the guesses.
const AT_ONCE: u32 = 64;

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Failures {
    count: u32,
    locked_until: Timestamp,
}

impl Record for Failures {
    const TABLE: &'static str = "lockout";
}

/// The growing lock after wrong passwords.
pub struct Lockout {
    config: LockoutConfig,
    limiter: AttemptLimiter,
}

/// One verification of a password or code. End it with [`Attempt::succeeded`] or [`Attempt::failed`].
pub struct Attempt<'a> {
    lockout: &'a Lockout,
    store: &'a Store,
    key: Key,
    now: Timestamp,
    /// How long failures are remembered after their lock ended.
    remember_for: Duration,
    /// Whether there were failures before this attempt.
    had_failures: bool,
    _permit: Option<Permit<'a>>,
}

impl Lockout {
    pub fn new(config: LockoutConfig) -> Self {
        Self { config, limiter: AttemptLimiter::default() }
    }

    /// Fails with `NotAuthorizedException` (`Password attempts exceeded`) while the subject is locked. For steps before
    /// the verification, such as the first half of SRP.
    pub async fn check(&self, store: &Store, pool_id: &str, subject: &str, now: Timestamp) -> Result<(), Fault> {
        if self.config.enabled {
            self.allowed(store, &key(pool_id, &subject_hash(pool_id, subject)), now).await?;
        }
        Ok(())
    }

    /// Begins a verification. `subject` is the user's own id if the user exists, so that all aliases share one lock;
    /// otherwise it is the name that was tried. Fails as [`Lockout::check`] does. Waits while the running verifications
    /// could use up all free failures.
    pub async fn begin<'a>(
        &'a self,
        store: &'a Store,
        pool_id: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<Attempt<'a>, Fault> {
        let hash = subject_hash(pool_id, subject);
        let key = key(pool_id, &hash);
        let had_failures = Cell::new(false);
        let permit = if self.config.enabled {
            let allowed = async || {
                let (failures, allowed) = self.allowed(store, &key, now).await?;
                had_failures.set(failures.count > 0);
                Ok(allowed)
            };
            Some(self.limiter.acquire(hash, allowed).await?)
        } else {
            None
        };
        let remember_for = Duration::from_secs(u64::from(self.config.forget_seconds));
        Ok(Attempt { lockout: self, store, key, now, remember_for, had_failures: had_failures.get(), _permit: permit })
    }

    /// Removes the lock, because a new password was set by other means.
    pub async fn clear(&self, store: &Store, pool_id: &str, subject: &str) -> Result<(), Fault> {
        clear(store, &key(pool_id, &subject_hash(pool_id, subject))).await
    }

    /// The failures so far, and how many verifications may run at the same time: as many as may still fail.
    async fn allowed(&self, store: &Store, key: &Key, now: Timestamp) -> Result<(Failures, usize), Fault> {
        let failures = current_failures(store, key, now).await?;
        if now < failures.locked_until {
            return Err(Fault::not_authorized(LOCKED).because(Cause::Locked));
        }
        let left = self.config.free_failures.saturating_sub(failures.count).clamp(1, AT_ONCE);
        Ok((failures, left as usize))
    }

    fn after_failure(&self, before: Failures, now: Timestamp) -> Failures {
        let secs = |secs: u32| Duration::from_secs(u64::from(secs));
        let count = before.count.saturating_add(1);
        let lock = match count.checked_sub(self.config.free_failures.saturating_add(1)) {
            Some(doublings) => secs(self.config.first_lock_seconds)
                .saturating_mul(1u32.checked_shl(doublings.min(31)).unwrap_or(u32::MAX))
                .min(secs(self.config.longest_lock_seconds)),
            None => Duration::ZERO,
        };
        let locked_until = now.plus(lock).max(before.locked_until);
        Failures { count, locked_until }
    }
}

fn key(pool_id: &str, hash: &[u8; 32]) -> Key {
    Key::new(tags::LOCKOUT).part(pool_id).part(hash)
}

async fn current_failures(read: &impl Read, key: &Key, now: Timestamp) -> Result<Failures, Fault> {
    Ok(read.get_live::<Failures>(key, now).await?.unwrap_or_default())
}

async fn clear(store: &Store, key: &Key) -> Result<(), Fault> {
    store
        .transact(async |tx| {
            if tx.bytes(key).await?.is_some() {
                tx.delete(key.clone());
                tx.skip_sync();
            }
            Ok(())
        })
        .await
}

impl Attempt<'_> {
    /// Remembers failures for at least this long. For codes, which are short enough to be guessed over weeks.
    pub fn remember_for(self, duration: Duration) -> Self {
        Self { remember_for: self.remember_for.max(duration), ..self }
    }

    /// The password was right: failures are forgotten. Writes nothing if there were none.
    pub async fn succeeded(self) -> Result<(), Fault> {
        if self.had_failures { clear(self.store, &self.key).await } else { Ok(()) }
    }

    pub async fn failed(self) -> Result<(), Fault> {
        if !self.lockout.config.enabled {
            return Ok(());
        }
        self.store
            .transact(async |tx| {
                let after = self.lockout.after_failure(current_failures(tx, &self.key, self.now).await?, self.now);
                tx.put_until(self.key.clone(), &after, after.locked_until.plus(self.remember_for))?;
                tx.skip_sync();
                Ok(())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::store::SledEngine;
    use std::sync::Arc;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn store() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let engine = SledEngine::open(dir.path(), &crate::config::store::StoreConfig::default()).unwrap();
        (dir, Store::new(Arc::new(engine)))
    }

    fn after(secs: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(secs))
    }

    async fn fail(lockout: &Lockout, store: &Store, now: Timestamp) -> bool {
        match lockout.begin(store, "p", "u", now).await {
            Ok(attempt) => attempt.failed().await.is_ok(),
            Err(fault) => {
                assert_eq!(fault.to_string(), "NotAuthorizedException: Password attempts exceeded");
                false
            }
        }
    }

    #[tokio::test]
    async fn five_are_free_then_locks_double_and_are_not_lengthened() {
        let (_dir, store) = store();
        let lockout = Lockout::new(LockoutConfig::default());
        for _ in 0..6 {
            assert!(fail(&lockout, &store, NOW).await);
        }
        assert!(!fail(&lockout, &store, NOW).await);
        assert!(!fail(&lockout, &store, NOW.plus(Duration::from_millis(999))).await);
        assert!(fail(&lockout, &store, after(1)).await);
        assert!(lockout.check(&store, "p", "u", after(2)).await.is_err());
        assert!(lockout.check(&store, "p", "other", after(2)).await.is_ok());
        assert!(lockout.check(&store, "p", "u", after(3)).await.is_ok());
        lockout.clear(&store, "p", "u").await.unwrap();
        for _ in 0..6 {
            assert!(fail(&lockout, &store, after(3)).await);
        }
    }

    #[tokio::test]
    async fn the_lock_is_bounded_and_forgotten_after_a_quiet_time() {
        let (_dir, store) = store();
        let lockout = Lockout::new(LockoutConfig::default());
        let mut now = NOW;
        for _ in 0..30 {
            assert!(fail(&lockout, &store, now).await);
            while lockout.check(&store, "p", "u", now).await.is_err() {
                now = now.plus(Duration::from_secs(1));
            }
        }
        assert!(now < after(17 * 900) && fail(&lockout, &store, now).await);
        assert!(!fail(&lockout, &store, now.plus(Duration::from_secs(899))).await);
        let quiet = now.plus(Duration::from_secs(1800));
        for _ in 0..6 {
            assert!(fail(&lockout, &store, quiet).await);
        }
    }

    #[tokio::test]
    async fn a_success_forgets_and_a_clean_one_leaves_nothing() {
        let (_dir, store) = store();
        let lockout = Lockout::new(LockoutConfig::default());
        lockout.begin(&store, "p", "u", NOW).await.unwrap().succeeded().await.unwrap();
        assert!(store.scan(&Key::new(tags::LOCKOUT), None, 10).await.unwrap().entries.is_empty());
        for _ in 0..5 {
            assert!(fail(&lockout, &store, NOW).await);
        }
        lockout.begin(&store, "p", "u", NOW).await.unwrap().succeeded().await.unwrap();
        assert!(store.scan(&Key::new(tags::LOCKOUT), None, 10).await.unwrap().entries.is_empty());
        assert_eq!(lockout.limiter.len(), 0);
    }

    #[tokio::test]
    async fn a_hundred_guesses_at_once_are_no_more_than_six() {
        let (_dir, store) = store();
        let lockout = Lockout::new(LockoutConfig::default());
        let guess = async || {
            let Ok(attempt) = lockout.begin(&store, "p", "u", NOW).await else { return 0 };
            // Give the other guesses a chance to run meanwhile.
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            attempt.failed().await.unwrap();
            1
        };
        let verified: usize = futures::future::join_all((0..100).map(|_| guess())).await.into_iter().sum();
        assert_eq!(verified, 6);
        assert_eq!(lockout.limiter.len(), 0);
    }

    #[tokio::test]
    async fn many_right_ones_at_once_all_pass_and_one_that_hangs_up_frees_its_place() {
        let (_dir, store) = store();
        let lockout = Lockout::new(LockoutConfig { free_failures: 1, ..LockoutConfig::default() });
        let held = lockout.begin(&store, "p", "u", NOW).await.unwrap();
        let mut second = Box::pin(lockout.begin(&store, "p", "u", NOW));
        assert!(futures::poll!(&mut second).is_pending());
        drop(second);
        let waiting = futures::future::join_all(
            (0..50).map(async |_| lockout.begin(&store, "p", "u", NOW).await.unwrap().succeeded().await),
        );
        let (done, ()) = tokio::join!(waiting, async move { held.succeeded().await.unwrap() });
        assert!(done.iter().all(Result::is_ok));
        assert_eq!(lockout.limiter.len(), 0);
    }
}
