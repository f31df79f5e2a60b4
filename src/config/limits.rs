//! The `[limits]` section: lockout after failures, and how often things may be tried or sent.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The `[limits]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// The lock on a user after wrong passwords.
    pub lockout: LockoutConfig,
    /// Limits per source address.
    pub address: AddressLimits,
    /// Limits per user.
    pub user: UserLimits,
    /// Calls per second by category of operation, as Cognito's quotas name them, for the whole server;
    /// a category that is not named is not limited. Empty by default.
    pub categories: BTreeMap<Category, u32>,
    /// How many addresses and users are remembered per limit (about 100 bytes each); beyond it the least used are forgotten.
    pub remembered: usize,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            lockout: LockoutConfig::default(),
            address: AddressLimits::default(),
            user: UserLimits::default(),
            categories: BTreeMap::new(),
            remembered: 65_536,
        }
    }
}

/// `[limits.lockout]`: Cognito's growing lock after wrong passwords.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LockoutConfig {
    /// Off: passwords may be guessed without end.
    pub enabled: bool,
    /// Failures that cost nothing.
    pub free_failures: u32,
    /// The lock that the next failure starts, in seconds; each further one doubles it.
    pub first_lock_seconds: u32,
    /// The longest lock, in seconds.
    pub longest_lock_seconds: u32,
    /// Failures are forgotten after this long without one, counted from the end of the lock, in seconds.
    pub forget_seconds: u32,
}

impl Default for LockoutConfig {
    fn default() -> Self {
        Self { enabled: true, free_failures: 5, first_lock_seconds: 1, longest_lock_seconds: 900, forget_seconds: 900 }
    }
}

/// So many in so long. A whole `count` may be used at once; what was used comes back evenly over the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// How many; 0 switches the limit off.
    pub count: u32,
    /// In how long, in seconds.
    pub per_seconds: u32,
}

impl Quota {
    /// `count` in an hour.
    pub const fn hourly(count: u32) -> Self {
        Self { count, per_seconds: 3600 }
    }
}

/// `[limits.address]`: per source address (IPv6: per /64). Successes are never counted: many users come from one proxy's address.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddressLimits {
    /// Failed sign-ins, wrong codes and questions about users that do not exist.
    pub failures: Quota,
    /// Messages that calls from the address cause.
    pub messages: Quota,
    /// Networks that are not limited, e.g. `10.0.0.0/8`. Loopback by default: behind a proxy on the same machine it is everyone.
    pub exempt: Vec<Network>,
}

impl Default for AddressLimits {
    fn default() -> Self {
        Self {
            failures: Quota { count: 100, per_seconds: 600 },
            messages: Quota { count: 100, per_seconds: 3600 },
            exempt: vec![Network::new(Ipv4Addr::LOCALHOST.into(), 8), Network::new(Ipv6Addr::LOCALHOST.into(), 128)],
        }
    }
}

/// A network such as `10.0.0.0/8`; written without a length it is a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    length: u8,
}

impl Network {
    /// The network of `address` with a prefix of `length` bits (cut to what the family has).
    pub fn new(address: IpAddr, length: u8) -> Self {
        Self { address, length: length.min(if address.is_ipv4() { 32 } else { 128 }) }
    }

    /// Whether the network holds `ip`. IPv4 inside IPv6 counts as IPv4.
    pub fn holds(&self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(ip)) => (own.to_bits() ^ ip.to_bits()).leading_zeros() >= u32::from(self.length),
            (IpAddr::V6(own), IpAddr::V6(ip)) => (own.to_bits() ^ ip.to_bits()).leading_zeros() >= u32::from(self.length),
            _ => false,
        }
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a network such as 10.0.0.0/8");
        let (address, length) = text.split_once('/').map_or((text.as_str(), None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let network = Self::new(address, u8::MAX);
        let length = length.map_or(Ok(network.length), |length| length.trim().parse()).map_err(|_| wrong())?;
        if length <= network.length { Ok(Self { address, length }) } else { Err(wrong()) }
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

/// A category of operations, as Cognito's quotas name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are Cognito's and say all there is")]
pub enum Category {
    UserAuthentication,
    UserCreation,
    UserFederation,
    UserAccountRecovery,
    UserRead,
    UserUpdate,
    UserToken,
    UserResourceRead,
    UserResourceUpdate,
    UserList,
    UserPoolRead,
    UserPoolUpdate,
    UserPoolResourceRead,
    UserPoolResourceUpdate,
    UserPoolClientRead,
    UserPoolClientUpdate,
}

/// `[limits.user]`: per user, as Cognito's quotas.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserLimits {
    /// ResendConfirmationCode.
    pub resend_code: Quota,
    /// ForgotPassword.
    pub forgot_password: Quota,
    /// GetUserAttributeVerificationCode, and UpdateUserAttributes where it sends a code.
    pub attribute_code: Quota,
    /// One-time codes for signing in and MFA.
    pub sign_in_code: Quota,
    /// ConfirmSignUp.
    pub confirm_sign_up: Quota,
    /// ConfirmForgotPassword.
    pub confirm_forgot_password: Quota,
    /// VerifyUserAttribute.
    pub verify_attribute: Quota,
    /// ChangePassword.
    pub change_password: Quota,
}

impl Default for UserLimits {
    fn default() -> Self {
        Self {
            resend_code: Quota::hourly(5),
            forgot_password: Quota::hourly(5),
            attribute_code: Quota::hourly(5),
            sign_in_code: Quota::hourly(20),
            confirm_sign_up: Quota::hourly(15),
            confirm_forgot_password: Quota::hourly(15),
            verify_attribute: Quota::hourly(15),
            change_password: Quota::hourly(5),
        }
    }
}

impl LimitsConfig {
    /// All that is wrong with the section, in words.
    pub fn validate(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let lockout = &self.lockout;
        if lockout.enabled && (lockout.first_lock_seconds == 0 || lockout.longest_lock_seconds < lockout.first_lock_seconds) {
            faults.push("limits.lockout: first_lock_seconds must be above 0, longest_lock_seconds not below it".into());
        }
        if lockout.enabled && lockout.forget_seconds == 0 {
            faults.push("limits.lockout.forget_seconds must be above 0, or no failure would ever be remembered".into());
        }
        for (name, quota) in self.quotas() {
            if quota.count > 0 && quota.per_seconds == 0 {
                faults.push(format!("limits.{name}.per_seconds must be above 0 (a count of 0 switches the limit off)"));
            }
        }
        faults
    }

    fn quotas(&self) -> [(&'static str, Quota); 10] {
        let (address, user) = (&self.address, &self.user);
        [
            ("address.failures", address.failures),
            ("address.messages", address.messages),
            ("user.resend_code", user.resend_code),
            ("user.forgot_password", user.forgot_password),
            ("user.attribute_code", user.attribute_code),
            ("user.sign_in_code", user.sign_in_code),
            ("user.confirm_sign_up", user.confirm_sign_up),
            ("user.confirm_forgot_password", user.confirm_forgot_password),
            ("user.verify_attribute", user.verify_attribute),
            ("user.change_password", user.change_password),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_good_and_faults_are_told_together() {
        let mut config = LimitsConfig::default();
        assert!(config.validate().is_empty());
        config.lockout.first_lock_seconds = 0;
        config.user.change_password.per_seconds = 0;
        assert_eq!(config.validate().len(), 2);
    }

    #[test]
    fn networks_hold_what_they_say() {
        let net = |text: &str| Network::try_from(text.to_string());
        let holds = |text: &str, ip: &str| net(text).is_ok_and(|net| ip.parse().is_ok_and(|ip| net.holds(ip)));
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1") && holds("10.0.0.0/8", "::ffff:10.1.1.1"));
        assert!(holds("::1", "::1") && !holds("::1", "127.0.0.1") && holds("::/0", "2001::1"));
        assert!(holds("0.0.0.0/0", "9.9.9.9") && !holds("0.0.0.0/0", "2001::1"));
        for wrong in ["", "10.0.0.0/33", "x/8", "::/129", "10.0.0.0/-1", "10.0.0.0/"] {
            assert!(net(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_are_cognitos_and_others_are_refused() {
        let read = |text: &str| toml::from_str::<LimitsConfig>(text);
        assert!(read("categories = { UserAuthentication = 120 }\naddress = { exempt = ['10.0.0.0/8'] }").is_ok());
        assert!(read("categories = { UserAuth = 120 }").is_err());
        assert!(read("address = { exempt = ['10.0.0.0/99'] }").is_err());
    }
}
