//! Owns lockout and rate limits: how often something may be tried, by whom and from where. Hands off nothing. Must not
//! know credentials, users' records or operations' rules; it is told pool, subject and moment.
//!
//! The lock on a user ([`Lockout`]) stands in the store and survives a restart. Rates ([`Rates`]) are kept in bounded
//! memory: a restart forgives them.

mod attempt_limiter;
mod categories;
pub mod lockout;
pub mod rates;
pub mod replay_guard;

pub use lockout::{Attempt, Lockout};
pub use rates::{Rates, UserAction};
pub use replay_guard::ReplayGuard;

use crate::config::limits::LimitsConfig;
use crate::rng::RngError;

/// Lockout and rates.
pub struct Risk {
    /// The growing lock after wrong passwords.
    pub lockout: Lockout,
    /// Limits per address, user and category.
    pub rates: Rates,
    /// What may be used once only.
    pub replay_guard: ReplayGuard,
}

impl Risk {
    /// With these limits.
    pub fn new(config: &LimitsConfig) -> Result<Self, RngError> {
        Ok(Self {
            lockout: Lockout::new(config.lockout.clone()),
            rates: Rates::new(config),
            replay_guard: ReplayGuard::new()?,
        })
    }
}

/// Who is limited, as 32 bytes that tell nothing: names, known or not, are neither kept nor longer than others.
fn subject_hash(pool_id: &str, subject: &str) -> [u8; 32] {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    context.update(&(pool_id.len() as u64).to_be_bytes());
    context.update(pool_id.as_bytes());
    context.update(subject.as_bytes());
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}
