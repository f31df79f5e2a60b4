//! User pools.

use super::{OAUTH_TAG, OAuthExtension, PasswordScheme, SessionTracking};
use crate::clock::Timestamp;
use crate::shapes::idp as api;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// A user pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pool {
    /// `<region>_<nine letters or digits>`.
    pub id: String,
    /// The name, not unique.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When a setting last changed.
    pub modified: Timestamp,
    /// What UpdateUserPool replaces.
    pub settings: PoolSettings,
    /// Every attribute users of the pool can have, standard ones first.
    pub schema: Vec<api::SchemaAttributeType>,
    /// Attributes that work as further sign-in names. Fixed at creation.
    pub alias_attributes: Option<Vec<api::AliasAttributeType>>,
    /// Attributes that are the sign-in name. Fixed at creation.
    pub username_attributes: Option<Vec<api::UsernameAttributeType>>,
    /// Whether case counts in sign-in names; `None` as at AWS means it does. Fixed at creation.
    pub case_sensitive: Option<bool>,
    /// MFA methods, as SetUserPoolMfaConfig has them.
    #[serde(default)]
    pub mfa: MfaMethods,
    /// The name of its prefix domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The name of its custom domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_domain: Option<String>,
    /// Whether sessions are tracked; `None` if that was never set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions: Option<SessionTracking>,
    /// Whether the pool kept Argon2id hashes before it went back to SRP: some users may still have one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub had_argon2id: bool,
    /// What imported password hashes of the pool cost to check: a decoy of each algorithm that some users may still
    /// have. A wrong password costs a check of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imported_hashes: Vec<String>,
}

/// The MFA methods of a pool.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct MfaMethods {
    /// Whether SMS is no method, though the pool can send SMS.
    #[serde(default)]
    pub sms_off: bool,
    /// TOTP.
    pub software_token: Option<api::SoftwareTokenMfaConfigType>,
    /// Codes by mail.
    pub email: Option<api::EmailMfaConfigType>,
    /// Passkeys.
    pub web_authn: Option<api::WebAuthnConfigurationType>,
}

/// The settings that CreateUserPool and UpdateUserPool take and DescribeUserPool gives, under their API names.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PoolSettings {
    /// Password and first-factor policies.
    pub policies: Option<api::UserPoolPolicyType>,
    /// Whether the pool is safe from DeleteUserPool.
    pub deletion_protection: Option<api::DeletionProtectionType>,
    /// Triggers.
    pub lambda_config: Option<api::LambdaConfigType>,
    /// Attributes that sign-up verifies by a code.
    pub auto_verified_attributes: Option<Vec<api::VerifiedAttributeType>>,
    /// Legacy form of the template's SMS text.
    pub sms_verification_message: Option<String>,
    /// Legacy form of the template's mail text.
    pub email_verification_message: Option<String>,
    /// Legacy form of the template's mail subject.
    pub email_verification_subject: Option<String>,
    /// Texts of verification messages.
    pub verification_message_template: Option<api::VerificationMessageTemplateType>,
    /// Text of MFA messages.
    pub sms_authentication_message: Option<String>,
    /// Which changed attributes keep their old value until verified.
    pub user_attribute_update_settings: Option<api::UserAttributeUpdateSettingsType>,
    /// OFF, OPTIONAL, ON.
    pub mfa_configuration: Option<api::UserPoolMfaType>,
    /// Device tracking.
    pub device_configuration: Option<api::DeviceConfigurationType>,
    /// The sender of mails.
    pub email_configuration: Option<api::EmailConfigurationType>,
    /// The sender of SMS.
    pub sms_configuration: Option<api::SmsConfigurationType>,
    /// Tags.
    pub user_pool_tags: Option<BTreeMap<String, String>>,
    /// Invitations and self-registration.
    pub admin_create_user_config: Option<api::AdminCreateUserConfigType>,
    /// Threat protection mode.
    pub user_pool_add_ons: Option<api::UserPoolAddOnsType>,
    /// Dynamic client registration.
    pub dcr_configuration: Option<api::DcrConfigurationType>,
    /// How forgotten passwords are recovered.
    pub account_recovery_setting: Option<api::AccountRecoverySettingType>,
    /// LITE, ESSENTIALS, PLUS: kept; every feature is in every tier.
    pub user_pool_tier: Option<api::UserPoolTierType>,
    /// Whose key encrypts at rest: kept.
    pub key_configuration: Option<api::KeyConfigurationType>,
    /// Form of the issuer: kept.
    pub issuer_configuration: Option<api::IssuerConfigurationType>,
    /// Names of authentication levels.
    pub acr_configuration: Option<BTreeMap<String, api::AcrLevelConfigType>>,
}

/// The tag by which a pool chooses its [`PasswordScheme`]: an extension that every SDK and Terraform can set.
pub const PASSWORD_SCHEME_TAG: &str = "poolhouse:password-scheme";

/// The tag by which a pool lets passwords expire, in days: an extension.
pub const PASSWORD_MAX_AGE_TAG: &str = "poolhouse:password-max-age-days";

/// The tag by which a pool says whether identities at providers join users by themselves: an extension.
pub const FEDERATED_LINKING_TAG: &str = "poolhouse:federated-linking";

/// The tag's value by which an identity joins the user who has verified the same mail address.
pub const LINK_BY_EMAIL: &str = "verified-email";

/// The tag by which a pool ends remembering devices that go unused, in days: an extension.
pub const DEVICE_EXPIRY_TAG: &str = "poolhouse:device-expiry-days";

impl Pool {
    /// The part of the id before `_`.
    pub fn region(&self) -> &str {
        self.id.split_once('_').map_or("", |(region, _)| region)
    }

    /// Whether sign-in names differ by case.
    pub fn is_case_sensitive(&self) -> bool {
        self.case_sensitive.unwrap_or(true)
    }

    /// Whether mail address or phone number is the sign-in name (the username is then a UUID).
    pub fn has_username_attributes(&self) -> bool {
        self.username_attributes.as_ref().is_some_and(|list| !list.is_empty())
    }

    /// How the pool keeps passwords (tag `poolhouse:password-scheme` = `argon2id`, else SRP).
    pub fn password_scheme(&self) -> PasswordScheme {
        match self.settings.user_pool_tags.as_ref().and_then(|tags| tags.get(PASSWORD_SCHEME_TAG)).map(String::as_str) {
            Some("argon2id") => PasswordScheme::Argon2id,
            _ => PasswordScheme::Srp,
        }
    }

    /// Whether users may have Argon2id hashes, now or from before.
    pub fn may_have_argon2id(&self) -> bool {
        self.had_argon2id || self.password_scheme() == PasswordScheme::Argon2id
    }

    /// How old a password may become (tag `poolhouse:password-max-age-days`); `None` without end.
    pub fn password_max_age(&self) -> Option<Duration> {
        self.days(PASSWORD_MAX_AGE_TAG)
    }

    /// How long a remembered device may go unused (tag `poolhouse:device-expiry-days`); `None` without end.
    pub fn device_expiry(&self) -> Option<Duration> {
        self.days(DEVICE_EXPIRY_TAG)
    }

    fn days(&self, tag: &str) -> Option<Duration> {
        let days = self.settings.user_pool_tags.as_ref()?.get(tag)?.parse::<u64>().ok().filter(|days| *days > 0)?;
        Some(Duration::from_secs(days.saturating_mul(86_400)))
    }

    /// Whether an identity at a provider joins the user of the pool who has the same mail address, where both the
    /// provider and the pool have it verified (tag [`FEDERATED_LINKING_TAG`]).
    pub fn links_by_email(&self) -> bool {
        let chosen = self.settings.user_pool_tags.as_ref().and_then(|tags| tags.get(FEDERATED_LINKING_TAG));
        chosen.is_some_and(|chosen| chosen == LINK_BY_EMAIL)
    }

    /// Whether an extension of the authorization server is on (tag `poolhouse:oauth`).
    pub fn has_oauth_extension(&self, extension: OAuthExtension) -> bool {
        let named = self.settings.user_pool_tags.as_ref().and_then(|tags| tags.get(OAUTH_TAG));
        named.is_some_and(|named| named.split(' ').any(|name| name == extension.name()))
    }

    /// Whether devices are tracked.
    pub fn tracks_devices(&self) -> bool {
        self.settings.device_configuration.is_some()
    }

    /// Whether devices are remembered without the user being asked.
    pub fn remembers_all_devices(&self) -> bool {
        self.settings
            .device_configuration
            .as_ref()
            .is_some_and(|config| config.device_only_remembered_on_user_prompt != Some(true))
    }

    /// The password policy; members that were never set are `None`.
    pub fn password_policy(&self) -> api::PasswordPolicyType {
        self.settings.policies.as_ref().and_then(|p| p.password_policy.clone()).unwrap_or_default()
    }

    /// How many token sessions a user can have; `None` where sessions are not tracked.
    pub fn max_sessions(&self) -> Option<usize> {
        self.sessions.filter(|tracking| tracking.on).map(|tracking| tracking.max_per_user.into())
    }

    /// The factors that a sign-in may begin with (`SignInPolicy.AllowedFirstAuthFactors`).
    pub fn first_factors(&self) -> Vec<api::AuthFactorType> {
        let policy = self.settings.policies.as_ref().and_then(|p| p.sign_in_policy.as_ref());
        policy.and_then(|p| p.allowed_first_auth_factors.clone()).unwrap_or_else(|| vec![api::AuthFactorType::Password])
    }

    /// Whether the pool lets users in without a password.
    pub fn is_passwordless(&self) -> bool {
        self.first_factors().iter().any(|factor| *factor != api::AuthFactorType::Password)
    }

    /// The pool's ARN.
    pub fn arn(&self, account_id: &str) -> String {
        format!("arn:aws:cognito-idp:{}:{account_id}:userpool/{}", self.region(), self.id)
    }

    /// The schema entry of an attribute, by its full name (`custom:dept`, `email`).
    pub fn attribute(&self, name: &str) -> Option<&api::SchemaAttributeType> {
        self.schema.iter().find(|a| a.name.as_deref() == Some(name))
    }
}

/// A pool's two signing keys, sealed together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PoolKeysRecord {
    /// The sealed private keys.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}
