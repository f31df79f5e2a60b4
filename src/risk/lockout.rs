//! Lockout after wrong passwords and codes: some failures are free, the next one locks the subject, and each further
//! one doubles the lock. Attempts during a lock fail without prolonging it. Unknown usernames are locked in the same
//! way.
//!
//! Each kind of guess ([`Guessed`]) has a lock of its own, so that whoever may guess at one cannot lock another. Locks
//! of short codes grow longer, and across codes: a new code is no new chance. What is left to chance: `odds.rs`.

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
    guessed: Guessed,
    /// Whether there were failures before this attempt.
    had_failures: bool,
    _permit: Option<Permit<'a>>,
}

/// What is guessed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guessed {
    Password,
    /// A code of eight digits, the only factor of a sign-in. Anyone can guess at it, so its lock stays short.
    FirstFactor,
    /// A code after the password: sent, of an authenticator, or a backup code.
    SecondFactor,
    /// The code of a forgotten password.
    Recovery,
    /// The code of a sign-up.
    Confirmation,
    /// The code of an attribute that its owner verifies.
    Attribute,
}

impl Guessed {
    /// The subject of the lock.
    fn hash(self, pool_id: &str, subject: &str) -> [u8; 32] {
        let kind = match self {
            Self::Password => return subject_hash(pool_id, subject),
            Self::FirstFactor => "first code",
            Self::SecondFactor => "code",
            Self::Recovery => "recovery code",
            Self::Confirmation => "confirmation code",
            Self::Attribute => "attribute code",
        };
        subject_hash(pool_id, &format!("{kind} {subject}"))
    }

    fn longest(self, config: &LockoutConfig) -> u32 {
        match self {
            Self::Password | Self::FirstFactor => config.longest_lock_seconds,
            _ => config.longest_code_lock_seconds,
        }
    }

    /// How long failures are remembered after their lock ended.
    fn forget(self, config: &LockoutConfig) -> Duration {
        let seconds = if self == Self::Password { config.forget_seconds } else { config.forget_codes_seconds };
        Duration::from_secs(seconds.into())
    }

    /// How many failures a success makes forgotten. Whoever knows the password guesses on beside the user who signs in
    /// every day: there a success takes back no more than what its owner may have mistyped.
    fn forgiven(self) -> u32 {
        if self == Self::SecondFactor { 2 } else { u32::MAX }
    }
}

/// Who is guessed at, and what.
#[derive(Debug, Clone, Copy)]
pub struct Guess<'a> {
    pub guessed: Guessed,
    pub pool_id: &'a str,
    /// The user's or decoy's own id, so that all names share one lock.
    pub subject: &'a str,
}

impl Lockout {
    pub fn new(config: LockoutConfig) -> Self {
        Self { config, limiter: AttemptLimiter::default() }
    }

    /// Fails with `NotAuthorizedException` (`Password attempts exceeded`) while the subject is locked. For steps before
    /// the verification, such as the first half of SRP.
    pub async fn check(&self, store: &Store, pool_id: &str, subject: &str, now: Timestamp) -> Result<(), Fault> {
        self.check_guess(store, Guess { guessed: Guessed::Password, pool_id, subject }, now).await
    }

    /// [`Lockout::check`] for guesses of any kind.
    pub async fn check_guess(&self, store: &Store, guess: Guess<'_>, now: Timestamp) -> Result<(), Fault> {
        if self.config.enabled {
            self.allowed(store, &guess.key(), now).await?;
        }
        Ok(())
    }

    /// Begins the verification of a password. `subject` is the user's or decoy's own id. Fails as [`Lockout::check`]
    /// does. Waits while the running verifications could use up all free failures.
    pub async fn begin<'a>(
        &'a self,
        store: &'a Store,
        pool_id: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<Attempt<'a>, Fault> {
        self.begin_guess(store, Guess { guessed: Guessed::Password, pool_id, subject }, now).await
    }

    /// [`Lockout::begin`] for guesses of any kind.
    pub async fn begin_guess<'a>(
        &'a self,
        store: &'a Store,
        guess: Guess<'_>,
        now: Timestamp,
    ) -> Result<Attempt<'a>, Fault> {
        let Guess { guessed, pool_id, subject } = guess;
        let key = guess.key();
        let had_failures = Cell::new(false);
        let permit = if self.config.enabled {
            let allowed = async || {
                let (failures, allowed) = self.allowed(store, &key, now).await?;
                had_failures.set(failures.count > 0);
                Ok(allowed)
            };
            Some(self.limiter.acquire(guessed.hash(pool_id, subject), allowed).await?)
        } else {
            None
        };
        Ok(Attempt { lockout: self, store, key, now, guessed, had_failures: had_failures.get(), _permit: permit })
    }

    /// Removes the lock, because a new password was set by other means.
    pub async fn clear(&self, store: &Store, pool_id: &str, subject: &str) -> Result<(), Fault> {
        self.clear_guess(store, Guess { guessed: Guessed::Password, pool_id, subject }).await
    }

    /// [`Lockout::clear`] for guesses of any kind.
    pub async fn clear_guess(&self, store: &Store, guess: Guess<'_>) -> Result<(), Fault> {
        clear(store, &guess.key()).await
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

    fn after_failure(&self, guessed: Guessed, before: Failures, now: Timestamp) -> Failures {
        let count = before.count.saturating_add(1);
        let locked_until = now.plus(self.lock_after(guessed, count)).max(before.locked_until);
        Failures { count, locked_until }
    }

    /// The lock that the failure with this number starts.
    pub(super) fn lock_after(&self, guessed: Guessed, count: u32) -> Duration {
        let secs = |secs: u32| Duration::from_secs(u64::from(secs));
        match count.checked_sub(self.config.free_failures.saturating_add(1)) {
            Some(doublings) => secs(self.config.first_lock_seconds)
                .saturating_mul(1u32.checked_shl(doublings.min(31)).unwrap_or(u32::MAX))
                .min(secs(guessed.longest(&self.config))),
            None => Duration::ZERO,
        }
    }

    /// How long after a lock failures are forgotten.
    #[cfg(test)]
    pub(super) fn forgotten_after(&self, guessed: Guessed) -> Duration {
        guessed.forget(&self.config)
    }
}

impl Guess<'_> {
    fn key(&self) -> Key {
        Key::new(tags::LOCKOUT).part(self.pool_id).part(self.guessed.hash(self.pool_id, self.subject))
    }
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
    /// The guess was right: failures are forgotten. Writes nothing if there were none.
    pub async fn succeeded(self) -> Result<(), Fault> {
        if !self.had_failures {
            return Ok(());
        }
        self.store
            .transact(async |tx| {
                let failures = current_failures(tx, &self.key, self.now).await?;
                let count = failures.count.saturating_sub(self.guessed.forgiven());
                if count > 0 {
                    let left = Failures { count, ..failures };
                    tx.put_until(self.key.clone(), &left, self.forgotten_at(&left))?;
                } else {
                    tx.delete(self.key.clone());
                }
                tx.skip_sync();
                Ok(())
            })
            .await
    }

    fn forgotten_at(&self, failures: &Failures) -> Timestamp {
        failures.locked_until.max(self.now).plus(self.guessed.forget(&self.lockout.config))
    }

    pub async fn failed(self) -> Result<(), Fault> {
        if !self.lockout.config.enabled {
            return Ok(());
        }
        self.store
            .transact(async |tx| {
                let before = current_failures(tx, &self.key, self.now).await?;
                let after = self.lockout.after_failure(self.guessed, before, self.now);
                tx.put_until(self.key.clone(), &after, self.forgotten_at(&after))?;
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
