//! The `[limits]` section: lockout after failures, and how often things may be tried or sent.

use super::Cidr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Wrong codes in one pool, from all addresses together. While it is exhausted, the pool takes no codes.
    pub pool_wrong_codes: Quota,
    /// Limits of mail and SMS, whoever requests them.
    pub messages: MessageLimits,
    /// Calls per second by category of operation, as Cognito's quotas name them, for the whole server;
    /// a category that is not named is limited as `quotas.profile` says. Empty by default.
    pub categories: BTreeMap<Category, u32>,
    /// How many addresses and users are remembered per limit (about 100 bytes each); beyond it the least used are
    /// forgotten.
    pub remembered: usize,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            lockout: LockoutConfig::default(),
            address: AddressLimits::default(),
            user: UserLimits::default(),
            pool_wrong_codes: Quota::hourly(2000),
            messages: MessageLimits::default(),
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
    /// The longest lock after wrong codes of six digits (recovery, confirmation, second factors), in seconds: such
    /// codes are short enough to be guessed over the months.
    pub longest_code_lock_seconds: u32,
    /// Wrong codes are forgotten after this long without one, counted from the end of the lock, in seconds.
    pub forget_codes_seconds: u32,
}

impl Default for LockoutConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            free_failures: 5,
            first_lock_seconds: 1,
            longest_lock_seconds: 900,
            forget_seconds: 900,
            longest_code_lock_seconds: 2 * 86_400,
            forget_codes_seconds: 30 * 86_400,
        }
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

/// `[limits.address]`: per source address (IPv6: per /64; four times as many per /56, sixteen times per /48). Successes
/// are never counted: many users come from one proxy's address.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddressLimits {
    /// Failed sign-ins, wrong codes and questions about users that do not exist.
    pub failures: Quota,
    /// Wrong codes of recovery, confirmation and sign-in. As many for a /56 or a /48 as for one address: their owner
    /// shall not guess the code of one account in a year.
    pub wrong_codes: Quota,
    /// Messages that calls from the address cause.
    pub messages: Quota,
    /// Sign-ups in pools that send no code for them.
    pub sign_ups: Quota,
    /// Sign-ins that devices without a browser ask for (`device_grant` of `poolhouse:oauth`).
    pub device_requests: Quota,
    /// Browsers that are led to an identity provider: what each asks for is kept until it is back.
    pub round_trips: Quota,
    /// New identities of guests (GetId without logins).
    pub guests: Quota,
    /// Networks that are not limited, e.g. `10.0.0.0/8`. Loopback by default: behind a proxy on the same machine it is
    /// everyone.
    pub exempt: Vec<Cidr>,
}

impl Default for AddressLimits {
    fn default() -> Self {
        Self {
            failures: Quota { count: 100, per_seconds: 600 },
            wrong_codes: Quota::hourly(100),
            messages: Quota { count: 100, per_seconds: 3600 },
            sign_ups: Quota::hourly(100),
            device_requests: Quota::hourly(200),
            round_trips: Quota { count: 1000, per_seconds: 600 },
            guests: Quota::hourly(600),
            exempt: ["127.0.0.0/8", "::1/128"].iter().filter_map(|range| range.parse().ok()).collect(),
        }
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

impl Category {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::UserAuthentication,
        Self::UserCreation,
        Self::UserFederation,
        Self::UserAccountRecovery,
        Self::UserRead,
        Self::UserUpdate,
        Self::UserToken,
        Self::UserResourceRead,
        Self::UserResourceUpdate,
        Self::UserList,
        Self::UserPoolRead,
        Self::UserPoolUpdate,
        Self::UserPoolResourceRead,
        Self::UserPoolResourceUpdate,
        Self::UserPoolClientRead,
        Self::UserPoolClientUpdate,
    ];

    /// Cognito's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::UserAuthentication => "UserAuthentication",
            Self::UserCreation => "UserCreation",
            Self::UserFederation => "UserFederation",
            Self::UserAccountRecovery => "UserAccountRecovery",
            Self::UserRead => "UserRead",
            Self::UserUpdate => "UserUpdate",
            Self::UserToken => "UserToken",
            Self::UserResourceRead => "UserResourceRead",
            Self::UserResourceUpdate => "UserResourceUpdate",
            Self::UserList => "UserList",
            Self::UserPoolRead => "UserPoolRead",
            Self::UserPoolUpdate => "UserPoolUpdate",
            Self::UserPoolResourceRead => "UserPoolResourceRead",
            Self::UserPoolResourceUpdate => "UserPoolResourceUpdate",
            Self::UserPoolClientRead => "UserPoolClientRead",
            Self::UserPoolClientUpdate => "UserPoolClientUpdate",
        }
    }

    /// By that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }

    /// What Cognito allows for free, in calls per second (developer guide, "Quotas").
    pub fn free_rate(self) -> u32 {
        match self {
            Self::UserAuthentication | Self::UserRead | Self::UserToken => 120,
            Self::UserCreation | Self::UserResourceRead => 50,
            Self::UserAccountRecovery | Self::UserList => 30,
            Self::UserFederation | Self::UserUpdate | Self::UserResourceUpdate => 25,
            Self::UserPoolResourceRead => 20,
            Self::UserPoolRead
            | Self::UserPoolUpdate
            | Self::UserPoolResourceUpdate
            | Self::UserPoolClientRead
            | Self::UserPoolClientUpdate => 15,
        }
    }

    /// Whether UpdateProvisionedLimit takes it.
    pub fn is_adjustable(self) -> bool {
        matches!(
            self,
            Self::UserAuthentication
                | Self::UserCreation
                | Self::UserFederation
                | Self::UserRead
                | Self::UserToken
                | Self::UserResourceRead
        )
    }
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

/// `[limits.messages]`: mail and SMS. A count of 0 switches a limit off; each message may then be requested without
/// end.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MessageLimits {
    /// Messages to one mail address or phone number.
    pub destination: Quota,
    /// SMS of a pool to one country (by calling code).
    pub country: Quota,
    /// SMS of a pool.
    pub pool_sms: Quota,
    /// Mails of a pool.
    pub pool_mails: Quota,
}

impl Default for MessageLimits {
    fn default() -> Self {
        Self {
            destination: Quota::hourly(20),
            country: Quota::hourly(500),
            pool_sms: Quota::hourly(1000),
            pool_mails: Quota::hourly(10_000),
        }
    }
}

impl LimitsConfig {
    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let lockout = &self.lockout;
        if lockout.enabled
            && (lockout.first_lock_seconds == 0 || lockout.longest_lock_seconds < lockout.first_lock_seconds)
        {
            faults.push("limits.lockout: first_lock_seconds must be above 0, longest_lock_seconds not below it".into());
        }
        if lockout.enabled && lockout.longest_code_lock_seconds < lockout.first_lock_seconds {
            faults.push("limits.lockout.longest_code_lock_seconds must not be below first_lock_seconds".into());
        }
        for (name, seconds) in
            [("forget_seconds", lockout.forget_seconds), ("forget_codes_seconds", lockout.forget_codes_seconds)]
        {
            if lockout.enabled && seconds == 0 {
                faults.push(format!("limits.lockout.{name} must be above 0, or no failure would ever be remembered"));
            }
        }
        for (name, quota) in self.quotas() {
            if quota.count > 0 && quota.per_seconds == 0 {
                faults.push(format!("limits.{name}.per_seconds must be above 0 (a count of 0 switches the limit off)"));
            }
        }
        faults
    }

    fn quotas(&self) -> [(&'static str, Quota); 20] {
        let (address, user, messages) = (&self.address, &self.user, &self.messages);
        [
            ("address.failures", address.failures),
            ("address.wrong_codes", address.wrong_codes),
            ("pool_wrong_codes", self.pool_wrong_codes),
            ("address.messages", address.messages),
            ("address.sign_ups", address.sign_ups),
            ("address.device_requests", address.device_requests),
            ("address.round_trips", address.round_trips),
            ("address.guests", address.guests),
            ("messages.destination", messages.destination),
            ("messages.country", messages.country),
            ("messages.pool_sms", messages.pool_sms),
            ("messages.pool_mails", messages.pool_mails),
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
    fn names_are_cognitos_and_others_are_refused() {
        let read = |text: &str| toml::from_str::<LimitsConfig>(text);
        assert!(read("categories = { UserAuthentication = 120 }\naddress = { exempt = ['10.0.0.0/8'] }").is_ok());
        assert!(read("categories = { UserAuth = 120 }").is_err());
        assert!(read("address = { exempt = ['10.0.0.0/99'] }").is_err());
    }
}
