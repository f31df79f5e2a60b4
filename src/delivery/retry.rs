//! When to try again: a growing delay for each message, and a circuit breaker for each server.

use crate::config::delivery::RetryConfig;
use crate::rng;
use std::time::Duration;
use tokio::time::Instant;

/// The delay before the next attempt of a message that had `tries` attempts before this failure.
pub fn message_delay(config: &RetryConfig, tries: u32) -> Duration {
    jittered(config.first_ms, config.longest_ms, tries)
}

/// `first * 2^doublings`, at most `longest`, varied by a quarter so that messages that failed together are not retried
/// together.
fn jittered(first: u64, longest: u64, doublings: u32) -> Duration {
    let base = first.saturating_mul(1u64.checked_shl(doublings.min(32)).unwrap_or(u64::MAX)).min(longest);
    // Without random bytes the delay is simply not varied.
    let [random] = rng::bytes::<1>().unwrap_or([128]);
    Duration::from_millis((base - base / 4).saturating_add((base / 2).saturating_mul(u64::from(random)) / 255))
}

/// A circuit breaker for one server. While the server does not answer, only one message at a time is tried, with
/// growing pauses, so that a server that is down causes neither writes nor connections for every waiting message.
#[derive(Debug, Default)]
pub struct CircuitBreaker {
    failures: u32,
    closed_until: Option<Instant>,
}

impl CircuitBreaker {
    /// How many messages may be in flight.
    pub fn allowance(&self, limit: usize, now: Instant) -> usize {
        match self.closed_until {
            Some(until) if now < until => 0,
            _ if self.failures > 0 => 1,
            _ => limit,
        }
    }

    /// When the server is tried again, if it is paused.
    pub fn resumes(&self) -> Option<Instant> {
        self.closed_until
    }

    /// The server answered. `true` if it did not answer before.
    pub fn answered(&mut self) -> bool {
        self.closed_until = None;
        std::mem::take(&mut self.failures) > 0
    }

    /// The server did not answer. `true` if it answered before.
    pub fn failed(&mut self, config: &RetryConfig, now: Instant) -> bool {
        // Attempts that ran at the same time count as one failure.
        if self.closed_until.is_some_and(|until| now < until) {
            return false;
        }
        let first = config.first_ms.min(config.server_longest_ms);
        self.closed_until = Some(now + jittered(first, config.server_longest_ms, self.failures));
        self.failures = self.failures.saturating_add(1);
        self.failures == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let config = RetryConfig { first_ms: 1000, longest_ms: 60_000, ..RetryConfig::default() };
        for tries in 0..80 {
            let base = 1000u64.saturating_mul(1 << tries.min(16)).min(60_000);
            let wait = message_delay(&config, tries).as_millis() as u64;
            assert!(wait >= base * 3 / 4 && wait <= base * 5 / 4, "{tries}: {wait}");
        }
    }

    #[test]
    fn a_silent_server_is_asked_with_one_message_at_a_time() {
        let config = RetryConfig::default();
        let mut breaker = CircuitBreaker::default();
        let now = Instant::now();
        assert_eq!(breaker.allowance(8, now), 8);
        assert!(breaker.failed(&config, now));
        assert!(!breaker.failed(&config, now));
        assert_eq!(breaker.allowance(8, now), 0);
        let later = now + Duration::from_secs(3600);
        assert_eq!(breaker.allowance(8, later), 1);
        assert!(!breaker.failed(&config, later));
        assert!(breaker.answered());
        assert!(!breaker.answered());
        assert_eq!(breaker.allowance(8, now), 8);
    }
}
