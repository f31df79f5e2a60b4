//! Rate limits per source address, per user and action, and per category of operation.
//!
//! The generic cell rate algorithm (GCRA) with one number per key. The `governor` crate was not used because it reads
//! its own clock, cannot be queried without taking, and its memory grows with every address.

use super::{categories, subject_hash};
use crate::clock::Timestamp;
use crate::config::limits::{AddressLimits, Category, LimitsConfig, Quota, UserLimits};
use crate::fault::Fault;
use quick_cache::sync::Cache;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// An action that is limited per user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserAction {
    ResendCode,
    ForgotPassword,
    /// GetUserAttributeVerificationCode, and UpdateUserAttributes if it sends a code.
    AttributeCode,
    /// A one-time code for signing in or MFA.
    SignInCode,
    ConfirmSignUp,
    ConfirmForgotPassword,
    /// VerifyUserAttribute.
    VerifyAttribute,
    ChangePassword,
}

impl UserAction {
    fn quota(self, limits: &UserLimits) -> Quota {
        match self {
            Self::ResendCode => limits.resend_code,
            Self::ForgotPassword => limits.forgot_password,
            Self::AttributeCode => limits.attribute_code,
            Self::SignInCode => limits.sign_in_code,
            Self::ConfirmSignUp => limits.confirm_sign_up,
            Self::ConfirmForgotPassword => limits.confirm_forgot_password,
            Self::VerifyAttribute => limits.verify_attribute,
            Self::ChangePassword => limits.change_password,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Limit {
    AddressFailures,
    AddressWrongCodes,
    PoolWrongCodes,
    AddressMessages,
    AddressSignUps,
    AddressDeviceRequests,
    AddressRoundTrips,
    AddressGuests,
    User(UserAction),
}

/// Limits per address, user and category.
pub struct Rates {
    addresses: AddressLimits,
    users: UserLimits,
    pool_wrong_codes: Quota,
    categories: HashMap<Category, CategoryRate>,
    /// When an exhausted pool was last reported, in milliseconds.
    reported: AtomicI64,
    /// Theoretical arrival time (GCRA) per key, in microseconds. The least used keys are evicted.
    due: Cache<(Limit, u128), Arc<AtomicI64>>,
}

impl Rates {
    pub fn new(config: &LimitsConfig) -> Self {
        let rate = |category: Category| {
            let free = config.categories.get(&category).copied().unwrap_or(0);
            (category, CategoryRate { free, count: AtomicU32::new(free), due: AtomicI64::new(0) })
        };
        Self {
            addresses: config.address.clone(),
            users: config.user.clone(),
            pool_wrong_codes: config.pool_wrong_codes,
            reported: AtomicI64::new(0),
            categories: Category::ALL.into_iter().map(rate).collect(),
            due: Cache::new(config.remembered.max(1)),
        }
    }

    /// Takes one of the user's attempts or messages; `LimitExceededException` if none is left. `subject` is the same as
    /// in [`super::Lockout::begin`]. Return a successful attempt with [`Rates::forgive`].
    pub fn user(&self, action: UserAction, pool_id: &str, subject: &str, now: Timestamp) -> Result<(), Fault> {
        let key = (Limit::User(action), user_key(pool_id, subject));
        if self.take(key, action.quota(&self.users), now) { Ok(()) } else { Err(Fault::attempt_limit()) }
    }

    /// Returns what [`Rates::user`] took: the attempt succeeded, or the message was not sent.
    pub fn forgive(&self, action: UserAction, pool_id: &str, subject: &str) {
        self.give_back(&(Limit::User(action), user_key(pool_id, subject)), action.quota(&self.users));
    }

    /// `TooManyRequestsException` if there were too many failures from an address. It takes nothing: call it before the
    /// work, and [`Rates::failed`] if the work fails.
    pub fn address(&self, ip: IpAddr, now: Timestamp) -> Result<(), Fault> {
        let spent = !self.is_exempt(ip)
            && sources(ip).any(|source| {
                self.is_spent((Limit::AddressFailures, source.bits), source.share_of(self.addresses.failures), now)
            });
        if spent { Err(Fault::too_many_requests()) } else { Ok(()) }
    }

    fn is_spent(&self, key: (Limit, u128), quota: Quota, now: Timestamp) -> bool {
        self.due.get(&key).is_some_and(|due| after(due.load(Ordering::Relaxed), quota, now).is_none())
    }

    /// Counts a failure of an address: a failed sign-in, a wrong code, a request for a user that does not exist.
    pub fn failed(&self, ip: IpAddr, now: Timestamp) {
        if !self.is_exempt(ip) {
            for source in sources(ip) {
                self.take((Limit::AddressFailures, source.bits), source.share_of(self.addresses.failures), now);
            }
        }
    }

    /// Takes one of the wrong codes that an address, its networks and a pool may see, before the code is judged. Return
    /// that of a right one with [`Rates::forgive_code`].
    pub fn wrong_code(&self, ip: IpAddr, pool_id: &str, now: Timestamp) -> Result<(), CodesSpent> {
        let quota = self.addresses.wrong_codes;
        let pool = (Limit::PoolWrongCodes, user_key(pool_id, ""));
        let mut networks = self.code_keys(ip);
        // Whoever is refused must not use up what others share with them.
        if networks.any(|key| self.is_spent(key, quota, now)) {
            return Err(CodesSpent::Address);
        }
        if !self.take(pool, self.pool_wrong_codes, now) {
            let before = self.reported.load(Ordering::Relaxed);
            let report = now.millis().saturating_sub(before) >= REPORT_EVERY;
            let report = report
                && self.reported.compare_exchange(before, now.millis(), Ordering::Relaxed, Ordering::Relaxed).is_ok();
            return Err(CodesSpent::Pool { report });
        }
        for key in self.code_keys(ip) {
            self.take(key, quota, now);
        }
        Ok(())
    }

    /// Returns what [`Rates::wrong_code`] took.
    pub fn forgive_code(&self, ip: IpAddr, pool_id: &str) {
        for key in self.code_keys(ip) {
            self.give_back(&key, self.addresses.wrong_codes);
        }
        self.give_back(&(Limit::PoolWrongCodes, user_key(pool_id, "")), self.pool_wrong_codes);
    }

    fn give_back(&self, key: &(Limit, u128), quota: Quota) {
        if let (Some(due), Some(step)) = (self.due.get(key), step(quota)) {
            due.fetch_sub(step, Ordering::Relaxed);
        }
    }

    /// Under which keys wrong codes of an address count: none for one that is not limited.
    fn code_keys(&self, ip: IpAddr) -> impl Iterator<Item = (Limit, u128)> {
        let limited = !self.is_exempt(ip);
        sources(ip).filter(move |_| limited).map(|source| (Limit::AddressWrongCodes, source.bits))
    }

    /// Takes one of an address's and its networks'; whether there was one.
    fn take_of_address(&self, limit: Limit, quota: Quota, (ip, now): (IpAddr, Timestamp)) -> bool {
        // Whoever is refused must not use up what others share with them.
        !sources(ip).any(|source| self.is_spent((limit, source.bits), source.share_of(quota), now))
            && sources(ip).all(|source| self.take((limit, source.bits), source.share_of(quota), now))
    }

    /// Takes one of the messages that an address may cause; `TooManyRequestsException` if none is left.
    pub fn message(&self, ip: IpAddr, now: Timestamp) -> Result<(), Fault> {
        if self.is_exempt(ip) || self.take_of_address(Limit::AddressMessages, self.addresses.messages, (ip, now)) {
            Ok(())
        } else {
            Err(Fault::too_many_requests())
        }
    }

    /// Takes one of the sign-ups without a message that an address may make; `TooManyRequestsException` if none is
    /// left.
    pub fn sign_up(&self, ip: IpAddr, now: Timestamp) -> Result<(), Fault> {
        if self.is_exempt(ip) || self.take_of_address(Limit::AddressSignUps, self.addresses.sign_ups, (ip, now)) {
            Ok(())
        } else {
            Err(Fault::too_many_requests())
        }
    }

    /// Takes one of the sign-ins that devices at an address may ask for; `TooManyRequestsException` if none is left.
    pub fn device_request(&self, ip: IpAddr, now: Timestamp) -> Result<(), Fault> {
        let quota = self.addresses.device_requests;
        if self.is_exempt(ip) || self.take_of_address(Limit::AddressDeviceRequests, quota, (ip, now)) {
            Ok(())
        } else {
            Err(Fault::too_many_requests())
        }
    }

    /// Takes one of the browsers of an address that may be led to an identity provider; `TooManyRequestsException` if
    /// none is left.
    pub fn round_trip(&self, ip: IpAddr, now: Timestamp) -> Result<(), Fault> {
        if self.is_exempt(ip) || self.take_of_address(Limit::AddressRoundTrips, self.addresses.round_trips, (ip, now)) {
            Ok(())
        } else {
            Err(Fault::too_many_requests())
        }
    }

    /// Takes one of the new guests that an address may be; `TooManyRequestsException` if none is left.
    pub fn guest(&self, ip: IpAddr, now: Timestamp) -> Result<(), Fault> {
        if self.is_exempt(ip) || self.take_of_address(Limit::AddressGuests, self.addresses.guests, (ip, now)) {
            Ok(())
        } else {
            Err(Fault::too_many_requests())
        }
    }

    /// Takes one call of the operation's category; `TooManyRequestsException` if none is left in this second. No
    /// category is limited by default.
    pub fn operation(&self, name: &str, now: Timestamp) -> Result<(), Fault> {
        match categories::of(name).and_then(|category| self.categories.get(&category)) {
            Some(rate) if !take(&rate.due, rate.quota(), now) => Err(Fault::too_many_requests()),
            _ => Ok(()),
        }
    }

    /// The rate of a category as the settings give it; `None` without a limit.
    pub fn free(&self, category: Category) -> Option<u32> {
        self.categories.get(&category).map(|rate| rate.free).filter(|rate| *rate > 0)
    }

    /// The rate in force.
    pub fn in_force(&self, category: Category) -> Option<u32> {
        self.categories.get(&category).map(|rate| rate.count.load(Ordering::Relaxed)).filter(|rate| *rate > 0)
    }

    /// Sets the rate of a category; `None` goes back to the settings'.
    pub fn provision(&self, category: Category, count: Option<u32>) {
        if let Some(rate) = self.categories.get(&category) {
            rate.count.store(count.unwrap_or(rate.free), Ordering::Relaxed);
        }
    }

    /// How much of a category's rate is used now, in calls per second.
    pub fn used(&self, category: Category, now: Timestamp) -> u32 {
        let Some(rate) = self.categories.get(&category) else { return 0 };
        let ahead = rate.due.load(Ordering::Relaxed).saturating_sub(now.millis().saturating_mul(1000)).max(0);
        step(rate.quota()).and_then(|step| u32::try_from(ahead / step).ok()).unwrap_or(0)
    }

    fn is_exempt(&self, ip: IpAddr) -> bool {
        self.addresses.exempt.iter().any(|range| range.contains(ip))
    }

    fn take(&self, key: (Limit, u128), quota: Quota, now: Timestamp) -> bool {
        if step(quota).is_none() {
            return true;
        }
        let due = self.due.get_or_insert_with(&key, || Ok::<_, std::convert::Infallible>(Arc::default()));
        let Ok(due) = due;
        take(&due, quota, now)
    }
}

/// Calls of a category.
struct CategoryRate {
    /// Calls per second by the settings; 0 without a limit.
    free: u32,
    /// Calls per second that are in force.
    count: AtomicU32,
    due: AtomicI64,
}

impl CategoryRate {
    fn quota(&self) -> Quota {
        Quota { count: self.count.load(Ordering::Relaxed), per_seconds: 1 }
    }
}

/// Where too many wrong codes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodesSpent {
    /// From the caller's address or its networks.
    Address,
    /// From all addresses together; `report` says whether the operator is to be told now.
    Pool { report: bool },
}

/// How often an exhausted pool is reported, in milliseconds.
const REPORT_EVERY: i64 = 60_000;

/// What an address counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Source {
    /// Networks of different lengths are different numbers: the bits behind the prefix hold its length.
    bits: u128,
    /// How many times as much as one customer it may do.
    times: u32,
}

impl Source {
    fn share_of(self, quota: Quota) -> Quota {
        Quota { count: quota.count.saturating_mul(self.times), ..quota }
    }
}

/// An IPv4 address; or of IPv6 the /64 network of one customer, and the /56 and /48 that one customer may have as well.
/// IPv4-mapped addresses count as IPv4.
fn sources(ip: IpAddr) -> impl Iterator<Item = Source> {
    let (one, networks) = match ip.to_canonical() {
        IpAddr::V4(v4) => (Some(Source { bits: v4.to_ipv6_mapped().to_bits(), times: 1 }), None),
        IpAddr::V6(v6) => {
            let network = |length: u32, times| Source {
                bits: (v6.to_bits() & (u128::MAX << (128 - length))) | u128::from(length),
                times,
            };
            (None, Some([network(64, 1), network(56, 4), network(48, 16)]))
        }
    };
    one.into_iter().chain(networks.into_iter().flatten())
}

fn user_key(pool_id: &str, subject: &str) -> u128 {
    let hash = subject_hash(pool_id, subject);
    hash.iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte))
}

/// Microseconds between two calls at the allowed rate; `None` where the limit is off.
pub(super) fn step(quota: Quota) -> Option<i64> {
    (quota.count > 0 && quota.per_seconds > 0)
        .then(|| (i64::from(quota.per_seconds) * 1_000_000 / i64::from(quota.count)).max(1))
}

/// The new arrival time after one more call now; `None` if that is too many.
fn after(due: i64, quota: Quota, now: Timestamp) -> Option<i64> {
    let Some(step) = step(quota) else { return Some(due) };
    let now = now.millis().saturating_mul(1000);
    let next = due.max(now).saturating_add(step);
    (next - now <= i64::from(quota.per_seconds) * 1_000_000).then_some(next)
}

pub(super) fn take(due: &AtomicI64, quota: Quota, now: Timestamp) -> bool {
    due.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |due| after(due, quota, now)).is_ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_user_has_five_an_hour_and_gets_them_back_evenly() {
        let rates = Rates::new(&LimitsConfig::default());
        let try_at = |user: &str, now| rates.user(UserAction::ResendCode, "p", user, now);
        assert_eq!((0..8).filter(|_| try_at("a", NOW).is_ok()).count(), 5);
        assert_eq!(try_at("a", NOW).unwrap_err().name(), "LimitExceededException");
        assert!(try_at("b", NOW).is_ok());
        assert!(rates.user(UserAction::ForgotPassword, "p", "a", NOW).is_ok());
        let later = NOW.plus(Duration::from_secs(720));
        assert!(try_at("a", later).is_ok() && try_at("a", later).is_err());
        rates.forgive(UserAction::ResendCode, "p", "a");
        assert!(try_at("a", later).is_ok() && try_at("a", later).is_err());
        let hour = later.plus(Duration::from_secs(3600));
        assert_eq!((0..8).filter(|_| try_at("a", hour).is_ok()).count(), 5);
    }

    #[test]
    fn addresses_are_limited_by_failures_alone_and_loopback_is_not() {
        let rates = Rates::new(&LimitsConfig::default());
        let far = ip("192.0.2.1");
        for _ in 0..100 {
            assert!(rates.address(far, NOW).is_ok());
            rates.failed(far, NOW);
        }
        assert_eq!(rates.address(far, NOW).unwrap_err().name(), "TooManyRequestsException");
        assert!(rates.address(ip("192.0.2.2"), NOW).is_ok());
        assert!(rates.address(far, NOW.plus(Duration::from_secs(6))).is_ok());
        for _ in 0..500 {
            rates.failed(ip("127.0.0.1"), NOW);
            rates.message(ip("::1"), NOW).unwrap();
        }
        assert!(rates.address(ip("127.0.0.1"), NOW).is_ok());
        assert_eq!((0..200).filter(|_| rates.message(far, NOW).is_ok()).count(), 100);
        assert_eq!((0..200).filter(|_| rates.sign_up(far, NOW).is_ok()).count(), 100);
        assert!((0..200).all(|_| rates.sign_up(ip("127.0.0.1"), NOW).is_ok()));
    }

    #[test]
    fn a_source_is_an_address_or_a_customers_network() {
        let bits = |text: &str| sources(ip(text)).map(|source| source.bits).collect::<Vec<_>>();
        assert_eq!(bits("2001:db8:1:2::5"), bits("2001:db8:1:2:ffff::"));
        let shared = |a: &str, b: &str| bits(a).iter().filter(|bits_of_a| bits(b).contains(bits_of_a)).count();
        assert_eq!(shared("2001:db8:1:2::5", "2001:db8:1:3::5"), 2, "/56 and /48");
        assert_eq!(shared("2001:db8:1:2::5", "2001:db8:1:102::5"), 1, "/48");
        assert_eq!(shared("2001:db8:1:2::5", "2001:db8:2:2::5"), 0);
        assert_eq!(bits("::ffff:1.2.3.4"), bits("1.2.3.4"));
    }

    #[test]
    fn networks_are_limited_too_however_many_addresses_they_have() {
        let rates = Rates::new(&LimitsConfig::default());
        let of_48 = |n: u32| ip(&format!("2001:db8:1:{n:x}::1"));
        (0..10_000).for_each(|n| rates.failed(of_48(n), NOW));
        assert!(rates.address(of_48(20_000), NOW).is_err() && rates.address(ip("2001:db8:2::1"), NOW).is_ok());
        assert_eq!((0..10_000).filter(|n| rates.message(of_48(*n), NOW).is_ok()).count(), 1600);
        assert_eq!((0..256).flat_map(|n| vec![n; 50]).filter(|n| rates.sign_up(of_48(*n), NOW).is_ok()).count(), 400);
        let wrong = |n| rates.wrong_code(of_48(n), "p", NOW);
        assert_eq!((0..10_000).filter(|n| wrong(*n).is_ok()).count(), 100, "as many as one address");
        assert_eq!(wrong(20_000), Err(CodesSpent::Address));
        rates.forgive_code(of_48(1), "p");
        assert_eq!((wrong(20_000), wrong(20_001)), (Ok(()), Err(CodesSpent::Address)));
    }

    #[test]
    fn a_pool_takes_so_many_wrong_codes_from_everywhere() {
        let rates = Rates::new(&LimitsConfig::default());
        let wrong = |n: u32, now| rates.wrong_code(IpAddr::from(n.to_be_bytes()), "p", now);
        assert_eq!((0..5000).filter(|n| wrong(*n, NOW).is_ok()).count(), 2000);
        let later = NOW.plus(Duration::from_millis(1));
        assert_eq!(wrong(6000, later), Err(CodesSpent::Pool { report: false }), "reported once a minute");
        assert_eq!(rates.wrong_code(ip("192.0.2.1"), "q", NOW), Ok(()));
    }

    #[test]
    fn a_count_of_zero_is_off() {
        let mut config = LimitsConfig::default();
        config.user.resend_code.count = 0;
        config.address.failures.count = 0;
        let rates = Rates::new(&config);
        for _ in 0..1000 {
            rates.failed(ip("192.0.2.1"), NOW);
            assert!(
                rates.user(UserAction::ResendCode, "p", "a", NOW).is_ok()
                    && rates.address(ip("192.0.2.1"), NOW).is_ok()
            );
        }
    }

    #[test]
    fn memory_is_bounded_and_one_who_keeps_failing_is_not_washed_out() {
        let rates = Rates::new(&LimitsConfig { remembered: 1000, ..LimitsConfig::default() });
        let guilty = ip("192.0.2.1");
        for n in 0..200_000u32 {
            rates.failed(IpAddr::from(n.wrapping_mul(2_654_435_761).to_be_bytes()), NOW);
            if n % 100 == 0 {
                rates.failed(guilty, NOW);
            }
        }
        assert!(rates.due.len() <= 1100, "{}", rates.due.len());
        assert!(rates.address(guilty, NOW).is_err());
    }

    #[test]
    fn categories_limit_calls_per_second() {
        let rates =
            Rates::new(&LimitsConfig { categories: [(Category::UserRead, 3)].into(), ..LimitsConfig::default() });
        assert_eq!((0..9).filter(|_| rates.operation("GetUser", NOW).is_ok()).count(), 3);
        assert!(rates.operation("InitiateAuth", NOW).is_ok());
        assert!(rates.operation("GetUser", NOW.plus(Duration::from_millis(334))).is_ok());
    }

    proptest! {
        #[test]
        fn never_more_than_twice_the_count_in_any_window(steps in proptest::collection::vec(0u64..4000, 1..200), count in 1u32..20) {
            let quota = Quota { count, per_seconds: 60 };
            let due = AtomicI64::new(0);
            let mut now = NOW;
            let mut taken = Vec::new();
            for step in steps {
                now = now.plus(Duration::from_millis(step));
                if take(&due, quota, now) {
                    taken.push(now);
                }
            }
            for at in &taken {
                let window = taken.iter().filter(|t| *t >= at && t.since(*at) < Duration::from_secs(60)).count();
                prop_assert!(window <= 2 * count as usize);
            }
        }
    }
}
