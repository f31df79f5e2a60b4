//! Owns lockout and rate limits: how often something may be tried, by whom and from where; and lists of leaked
//! passwords. Hands off nothing. Must not know credentials, user records or the rules of operations; callers pass pool,
//! subject and time.
//!
//! The lock of a user ([`Lockout`]) is stored and survives a restart. Rates ([`Rates`]) are kept in bounded memory and
//! start anew.

mod attempt_limiter;
mod breached_passwords;
mod categories;
pub mod lockout;
mod message_quotas;
mod odds;
pub mod rates;
pub mod replay_guard;

pub use breached_passwords::{BreachedPasswords, BreachedPasswordsError};
pub use lockout::{Attempt, Guess, Guessed, Lockout};
pub use message_quotas::{Exhausted, MessageQuota, MessageQuotas, Recipient};
pub use rates::{CodesSpent, Rates, UserAction};
pub use replay_guard::ReplayGuard;

use crate::config::limits::LimitsConfig;
use crate::rng::RngError;
use std::sync::Arc;

pub struct Risk {
    pub lockout: Lockout,
    /// Limits per address, user and category.
    pub rates: Rates,
    /// Limits of messages per destination, country and pool.
    pub messages: MessageQuotas,
    /// Makes sure that proofs and answers are used once.
    pub replay_guard: ReplayGuard,
    /// Passwords known from leaks, if the operator has them.
    pub breached_passwords: Option<Arc<BreachedPasswords>>,
}

impl Risk {
    pub fn new(config: &LimitsConfig) -> Result<Self, RngError> {
        Ok(Self {
            lockout: Lockout::new(config.lockout.clone()),
            rates: Rates::new(config),
            messages: MessageQuotas::new(config.messages.clone(), config.remembered),
            replay_guard: ReplayGuard::new()?,
            breached_passwords: None,
        })
    }
}

/// A hash of pool and subject. Usernames are not kept, and unknown ones take as much space as known ones.
fn subject_hash(pool_id: &str, subject: &str) -> [u8; 32] {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    context.update(&(pool_id.len() as u64).to_be_bytes());
    context.update(pool_id.as_bytes());
    context.update(subject.as_bytes());
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}
