//! Quotas for mail and SMS by what they cost others: the owner of the destination, whoever pays for SMS to a country,
//! and the reputation of the sender. They hold for all callers, whatever address a message was requested from.

use super::rates::{step, take};
use super::subject_hash;
use crate::clock::Timestamp;
use crate::config::limits::{MessageLimits, Quota};
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// How often one exhausted quota is reported, in milliseconds.
const REPORT_EVERY: i64 = 60_000;

/// A message that is about to be made.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    pub pool_id: &'a str,
    /// Whether it is an SMS; otherwise a mail.
    pub sms: bool,
    /// The mail address, or the phone number in E.164 format.
    pub destination: &'a str,
}

/// The quota that is exhausted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageQuota {
    Destination,
    /// SMS of a pool to one country.
    Country,
    Pool,
}

impl MessageQuota {
    /// What an operator changes to allow more.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Destination => "limits.messages.destination",
            Self::Country => "limits.messages.country",
            Self::Pool => "limits.messages.pool_mails or pool_sms",
        }
    }
}

/// A message that must not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted {
    pub quota: MessageQuota,
    /// Whether the operator should be told: once a minute for each quota and key.
    pub report: bool,
}

struct Counter {
    arrival: AtomicI64,
    reported: AtomicI64,
}

type Key = (MessageQuota, [u8; 32]);

/// The quotas of all pools.
pub struct MessageQuotas {
    limits: MessageLimits,
    /// The least used keys are evicted.
    counters: Cache<Key, Arc<Counter>>,
}

impl MessageQuotas {
    /// `remembered` is the number of keys that are kept.
    pub fn new(limits: MessageLimits, remembered: usize) -> Self {
        Self { limits, counters: Cache::new(remembered.max(1)) }
    }

    /// Counts a message, if none of its quotas is exhausted.
    pub fn take(&self, message: Recipient<'_>, now: Timestamp) -> Result<(), Exhausted> {
        let mut taken: Vec<(Arc<Counter>, Quota)> = Vec::new();
        for (quota, key, limit) in self.keys(message) {
            let counter = self.counter((quota, key));
            if take(&counter.arrival, limit, now) {
                taken.push((counter, limit));
                continue;
            }
            for (counter, limit) in taken {
                counter.arrival.fetch_sub(step(limit).unwrap_or_default(), Ordering::Relaxed);
            }
            let before = counter.reported.fetch_max(now.millis(), Ordering::Relaxed);
            let report = now.millis().saturating_sub(before) >= REPORT_EVERY;
            if !report {
                // Only a report starts the next minute of silence.
                counter.reported.store(before, Ordering::Relaxed);
            }
            return Err(Exhausted { quota, report });
        }
        Ok(())
    }

    /// Takes a message out of its destination's count: a right answer to it shows that it was wanted. What a country
    /// and a pool may cost stays counted.
    pub fn forgive_destination(&self, message: Recipient<'_>) {
        let destination = self.keys(message).into_iter().find(|(quota, ..)| *quota == MessageQuota::Destination);
        let Some((quota, key, limit)) = destination else { return };
        if let (Some(counter), Some(step)) = (self.counters.get(&(quota, key)), step(limit)) {
            counter.arrival.fetch_sub(step, Ordering::Relaxed);
        }
    }

    fn keys(&self, message: Recipient<'_>) -> Vec<(MessageQuota, [u8; 32], Quota)> {
        let Recipient { pool_id, sms, destination } = message;
        let kind = if sms { "sms" } else { "mail" };
        let pool_limit = if sms { self.limits.pool_sms } else { self.limits.pool_mails };
        let folded = destination.to_lowercase();
        // A destination counts once for the whole server: its owner does not care which pool writes.
        let mut keys = vec![(MessageQuota::Destination, subject_hash("", &folded), self.limits.destination)];
        if sms {
            let country = country_code(destination);
            keys.push((MessageQuota::Country, subject_hash(pool_id, country), self.limits.country));
        }
        keys.push((MessageQuota::Pool, subject_hash(pool_id, kind), pool_limit));
        keys.retain(|(_, _, limit)| limit.count > 0);
        keys
    }

    fn counter(&self, key: Key) -> Arc<Counter> {
        let fresh = || Ok(Arc::new(Counter { arrival: AtomicI64::new(0), reported: AtomicI64::new(0) }));
        let Ok::<_, std::convert::Infallible>(counter) = self.counters.get_or_insert_with(&key, fresh);
        counter
    }
}

/// The country calling code of an E.164 number, with its plus sign (ITU-T E.164: one to three digits).
fn country_code(number: &str) -> &str {
    const TWO_DIGITS: [&str; 46] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "83",
        "84", "86", "89", "90", "91", "92", "93", "94", "95", "98",
    ];
    let digits = number.strip_prefix('+').unwrap_or(number);
    let length = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        _ if TWO_DIGITS.iter().any(|code| digits.starts_with(code)) => 2,
        _ => 3,
    };
    let end = number.len() - digits.len() + length;
    number.get(..end).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn quotas() -> MessageQuotas {
        let limits = MessageLimits {
            destination: Quota::hourly(3),
            country: Quota::hourly(10),
            pool_sms: Quota::hourly(20),
            pool_mails: Quota::hourly(30),
        };
        MessageQuotas::new(limits, 1000)
    }

    fn sms<'a>(pool_id: &'a str, destination: &'a str) -> Recipient<'a> {
        Recipient { pool_id, sms: true, destination }
    }

    #[test]
    fn a_destination_gets_only_so_many_whoever_asks() {
        let quotas = quotas();
        let sent = (0..50).filter(|n| quotas.take(sms(&format!("pool{}", n % 5), "+12065550100"), NOW).is_ok()).count();
        assert_eq!(sent, 3);
        assert!(quotas.take(sms("pool0", "+12065550101"), NOW).is_ok());
        let later = NOW.plus(Duration::from_secs(1200));
        assert!(quotas.take(sms("pool0", "+12065550100"), later).is_ok(), "they come back evenly");
        let mail = Recipient { pool_id: "p", sms: false, destination: "Ann@example.com" };
        let other = Recipient { destination: "ann@EXAMPLE.com", ..mail };
        assert_eq!([mail, other].iter().cycle().take(9).filter(|mail| quotas.take(**mail, NOW).is_ok()).count(), 3);
    }

    #[test]
    fn a_country_and_a_pool_get_only_so_many_and_others_are_not_touched() {
        let quotas = quotas();
        let many = |pool: &str, code: &str| {
            (0..100).filter(|n| quotas.take(sms(pool, &format!("{code}555{n:04}")), NOW).is_ok()).count()
        };
        assert_eq!(many("a", "+44"), 10);
        assert_eq!(many("a", "+49"), 10);
        assert_eq!(many("a", "+1"), 0, "the pool's own quota");
        assert_eq!(many("b", "+44"), 10);
    }

    #[test]
    fn what_is_refused_uses_up_nothing_and_is_reported_once_a_minute() {
        let quotas = quotas();
        for _ in 0..3 {
            assert!(quotas.take(sms("a", "+442065550100"), NOW).is_ok());
        }
        let refused = |at| quotas.take(sms("a", "+442065550100"), at);
        let told = |report| Err(Exhausted { quota: MessageQuota::Destination, report });
        assert_eq!(refused(NOW), told(true));
        for _ in 0..100 {
            assert_eq!(refused(NOW.plus(Duration::from_secs(30))), told(false));
        }
        assert_eq!(refused(NOW.plus(Duration::from_secs(61))), told(true));
        // The country's quota is untouched by what was refused.
        assert_eq!((0..20).filter(|n| quotas.take(sms("a", &format!("+44777{n:05}")), NOW).is_ok()).count(), 7);
    }

    #[test]
    fn a_count_of_zero_is_off() {
        let off = Quota { count: 0, per_seconds: 0 };
        let limits = MessageLimits { destination: off, country: off, pool_sms: off, pool_mails: off };
        let quotas = MessageQuotas::new(limits, 10);
        assert!((0..1000).all(|_| quotas.take(sms("a", "+12065550100"), NOW).is_ok()));
    }

    #[test]
    fn country_codes_have_one_to_three_digits() {
        for (number, code) in [
            ("+12065550100", "+1"),
            ("+79161234567", "+7"),
            ("+442071234567", "+44"),
            ("+3531234567", "+353"),
            ("+8801712345678", "+880"),
            ("+1", "+1"),
            ("+", "+"),
            ("", ""),
        ] {
            assert_eq!(country_code(number), code, "{number}");
        }
    }
}
