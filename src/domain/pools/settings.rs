//! Checks and defaults of pool settings, as CreateUserPool and UpdateUserPool apply them.

use super::{dynamic_registration, levels};
use crate::fault::Fault;
use crate::model::{
    DEVICE_EXPIRY_TAG, FEDERATED_LINKING_TAG, LINK_BY_EMAIL, OAUTH_TAG, OAuthExtension, PASSWORD_MAX_AGE_TAG,
    PASSWORD_SCHEME_TAG, PoolSettings, SECURITY_TAG, SaferChoice,
};
use crate::shapes::idp as api;
use std::collections::BTreeMap;

/// Days that a temporary password lives when nothing is set.
pub const TEMPORARY_PASSWORD_DAYS: i32 = 7;
/// The longest time that a tag can set; ten years.
const MAX_DAYS: u32 = 3650;

/// Fills in what AWS answers for settings that were left out.
pub fn with_defaults(mut settings: PoolSettings) -> PoolSettings {
    let mut policies = settings.policies.take().unwrap_or_default();
    let given = policies.password_policy.take();
    // A policy that is given is taken at its word: what it leaves out is off. No policy at all is the strict default.
    let strict = given.is_none();
    let mut password = given.unwrap_or_default();
    password.minimum_length = password.minimum_length.or(Some(8));
    for flag in [
        &mut password.require_uppercase,
        &mut password.require_lowercase,
        &mut password.require_numbers,
        &mut password.require_symbols,
    ] {
        *flag = flag.or(Some(strict));
    }
    let legacy_days = settings.admin_create_user_config.as_ref().and_then(|c| c.unused_account_validity_days);
    password.temporary_password_validity_days =
        password.temporary_password_validity_days.or(legacy_days).or(Some(TEMPORARY_PASSWORD_DAYS));
    let days = password.temporary_password_validity_days;
    policies.password_policy = Some(password);
    policies.sign_in_policy = policies.sign_in_policy.or_else(|| {
        Some(api::SignInPolicyType { allowed_first_auth_factors: Some(vec![api::AuthFactorType::Password]) })
    });
    settings.policies = Some(policies);
    settings.deletion_protection = settings.deletion_protection.or(Some(api::DeletionProtectionType::Inactive));
    settings.lambda_config = settings.lambda_config.or_else(|| Some(api::LambdaConfigType::default()));
    if let Some(lambda) = settings.lambda_config.as_mut()
        && let Some(config) = &lambda.pre_token_generation_config
    {
        lambda.pre_token_generation = Some(config.lambda_arn.clone());
    }
    settings.mfa_configuration = settings.mfa_configuration.or(Some(api::UserPoolMfaType::Off));
    settings.user_attribute_update_settings = settings.user_attribute_update_settings.or_else(|| {
        Some(api::UserAttributeUpdateSettingsType { attributes_require_verification_before_update: Some(Vec::new()) })
    });
    settings.email_configuration = settings.email_configuration.or_else(|| {
        Some(api::EmailConfigurationType {
            email_sending_account: Some(api::EmailSendingAccountType::CognitoDefault),
            ..Default::default()
        })
    });
    let mut admin = settings.admin_create_user_config.take().unwrap_or_default();
    admin.allow_admin_create_user_only = admin.allow_admin_create_user_only.or(Some(false));
    admin.unused_account_validity_days = admin.unused_account_validity_days.or(days);
    settings.admin_create_user_config = Some(admin);
    settings.user_pool_tags = settings.user_pool_tags.or_else(|| Some(BTreeMap::new()));
    settings.user_pool_tier = settings.user_pool_tier.or(Some(api::UserPoolTierType::Essentials));
    mirror_templates(&mut settings);
    dynamic_registration::fill_defaults(&mut settings);
    settings
}

/// Completes the settings of an update by those that stay as they are when the update does not name them, as at AWS:
/// the MFA mode, each of the policies, the order of recovery, the tier and the tags. Everything else that is left out
/// goes back to its default.
pub fn completed_from(mut asked: PoolSettings, before: &PoolSettings) -> PoolSettings {
    let kept = before.policies.clone().unwrap_or_default();
    let policies = asked.policies.get_or_insert_default();
    if policies.password_policy.is_none() {
        // The older name of a member of the password policy, if it is given, still changes it.
        let legacy_days = asked.admin_create_user_config.as_ref().and_then(|c| c.unused_account_validity_days);
        policies.password_policy = kept.password_policy.map(|policy| api::PasswordPolicyType {
            temporary_password_validity_days: legacy_days.or(policy.temporary_password_validity_days),
            ..policy
        });
    }
    policies.sign_in_policy = policies.sign_in_policy.take().or(kept.sign_in_policy);
    asked.mfa_configuration = asked.mfa_configuration.or(before.mfa_configuration);
    asked.account_recovery_setting =
        asked.account_recovery_setting.take().or_else(|| before.account_recovery_setting.clone());
    asked.user_pool_tier = asked.user_pool_tier.or(before.user_pool_tier);
    asked.user_pool_tags = asked.user_pool_tags.take().or_else(|| before.user_pool_tags.clone());
    asked
}

/// The template and its legacy forms show the same text.
fn mirror_templates(settings: &mut PoolSettings) {
    let mut template = settings.verification_message_template.take().unwrap_or_default();
    template.default_email_option =
        template.default_email_option.or(Some(api::DefaultEmailOptionType::ConfirmWithCode));
    template.sms_message = template.sms_message.or_else(|| settings.sms_verification_message.clone());
    template.email_message = template.email_message.or_else(|| settings.email_verification_message.clone());
    template.email_subject = template.email_subject.or_else(|| settings.email_verification_subject.clone());
    settings.sms_verification_message = template.sms_message.clone();
    settings.email_verification_message = template.email_message.clone();
    settings.email_verification_subject = template.email_subject.clone();
    settings.verification_message_template = Some(template);
}

/// The recovery order that AWS sets where CreateUserPool names none.
pub fn default_recovery() -> api::AccountRecoverySettingType {
    let option = |priority, name| api::RecoveryOptionType { priority, name };
    api::AccountRecoverySettingType {
        recovery_mechanisms: Some(vec![
            option(1, api::RecoveryOptionNameType::VerifiedEmail),
            option(2, api::RecoveryOptionNameType::VerifiedPhoneNumber),
        ]),
    }
}

/// Checks settings as they were sent, before defaults.
pub fn check(settings: &PoolSettings) -> Result<(), Fault> {
    check_temporary_days(settings)?;
    check_verification(settings)?;
    check_recovery(settings)?;
    check_triggers(settings)?;
    check_members(settings)?;
    levels::check(settings)?;
    check_tags(settings.user_pool_tags.as_ref())
}

fn check_temporary_days(settings: &PoolSettings) -> Result<(), Fault> {
    let policy = settings.policies.as_ref().and_then(|p| p.password_policy.as_ref());
    let new = policy.and_then(|p| p.temporary_password_validity_days);
    let legacy = settings.admin_create_user_config.as_ref().and_then(|c| c.unused_account_validity_days);
    if new.is_some() && legacy.is_some() && new != legacy {
        return Err(Fault::invalid(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ));
    }
    Ok(())
}

fn check_verification(settings: &PoolSettings) -> Result<(), Fault> {
    let auto = settings.auto_verified_attributes.clone().unwrap_or_default();
    let before = settings
        .user_attribute_update_settings
        .as_ref()
        .and_then(|s| s.attributes_require_verification_before_update.clone());
    for attribute in before.unwrap_or_default() {
        if !auto.contains(&attribute) {
            return Err(Fault::invalid(format!(
                "Invalid AttributesRequireVerificationBeforeUpdate: {attribute} must also be in AutoVerifiedAttributes."
            )));
        }
    }
    let email = settings.email_configuration.as_ref();
    if email.is_some_and(|e| {
        e.email_sending_account == Some(api::EmailSendingAccountType::Developer) && e.source_arn.is_none()
    }) {
        return Err(Fault::invalid("SourceArn is required when EmailSendingAccount is DEVELOPER."));
    }
    Ok(())
}

fn check_recovery(settings: &PoolSettings) -> Result<(), Fault> {
    let Some(setting) = &settings.account_recovery_setting else { return Ok(()) };
    let options = setting.recovery_mechanisms.clone().unwrap_or_default();
    let admin_only = options.iter().any(|o| o.name == api::RecoveryOptionNameType::AdminOnly);
    if admin_only && options.len() > 1 {
        return Err(Fault::invalid(
            "Account Recovery Setting admin_only cannot be combined with other recovery mechanisms.",
        ));
    }
    for (i, option) in options.iter().enumerate() {
        if options.iter().skip(i + 1).any(|o| o.priority == option.priority || o.name == option.name) {
            return Err(Fault::invalid("Account Recovery Setting has a mechanism or a priority twice."));
        }
    }
    Ok(())
}

fn check_triggers(settings: &PoolSettings) -> Result<(), Fault> {
    let Some(lambda) = &settings.lambda_config else { return Ok(()) };
    if let (Some(plain), Some(config)) = (&lambda.pre_token_generation, &lambda.pre_token_generation_config)
        && *plain != config.lambda_arn
    {
        return Err(Fault::invalid("PreTokenGeneration and PreTokenGenerationConfig must name the same function."));
    }
    if (lambda.custom_email_sender.is_some() || lambda.custom_sms_sender.is_some()) && lambda.kms_key_id.is_none() {
        return Err(Fault::invalid("KMSKeyID is required with CustomSMSSender or CustomEmailSender."));
    }
    Ok(())
}

/// Checks members that need or exclude each other within one setting.
fn check_members(settings: &PoolSettings) -> Result<(), Fault> {
    if let Some(sms) = &settings.sms_configuration {
        let sns = sms.sns_caller_arn.as_ref().is_some_and(|arn| !arn.is_empty());
        if sns == sms.eums_sms.is_some() {
            return Err(Fault::invalid("SmsConfiguration must have exactly one of SnsCallerArn and EumsSms."));
        }
    }
    if let Some(key) = &settings.key_configuration {
        let custom = key.key_type == Some(api::EncryptionKeyType::CustomerManagedKey);
        if custom != key.kms_key_arn.is_some() {
            return Err(Fault::invalid("KmsKeyArn is required with CUSTOMER_MANAGED_KEY, and with it alone."));
        }
    }
    let factors = settings
        .policies
        .as_ref()
        .and_then(|p| p.sign_in_policy.as_ref())
        .and_then(|p| p.allowed_first_auth_factors.as_ref());
    if let Some(factors) = factors {
        if factors.iter().enumerate().any(|(i, factor)| factors.iter().skip(i + 1).any(|other| other == factor)) {
            return Err(Fault::invalid("AllowedFirstAuthFactors has a factor more than once."));
        }
        if !factors.contains(&api::AuthFactorType::Password) {
            return Err(Fault::invalid("AllowedFirstAuthFactors must include PASSWORD."));
        }
    }
    Ok(())
}

/// Checks tags: at most 50, none in the reserved `aws:` range, and valid values for those that Poolhouse reads.
pub fn check_tags(tags: Option<&BTreeMap<String, String>>) -> Result<(), Fault> {
    let Some(tags) = tags else { return Ok(()) };
    if tags.len() > 50 {
        return Err(Fault::invalid("A user pool can have at most 50 tags."));
    }
    if let Some(key) = tags.keys().find(|key| key.to_lowercase().starts_with("aws:")) {
        return Err(Fault::invalid(format!("Tag keys that start with aws: are reserved: {key}")));
    }
    for tag in [PASSWORD_MAX_AGE_TAG, DEVICE_EXPIRY_TAG] {
        if tags.get(tag).is_some_and(|days| !days.parse::<u32>().is_ok_and(|days| (1..=MAX_DAYS).contains(&days))) {
            return Err(Fault::invalid(format!("Tag {tag} must be a number of days from 1 to {MAX_DAYS}.")));
        }
    }
    let named = tags.get(OAUTH_TAG).map(String::as_str).unwrap_or_default();
    if let Some(unknown) = named.split(' ').find(|name| !name.is_empty() && OAuthExtension::named(name).is_none()) {
        let known: Vec<&str> = OAuthExtension::ALL.into_iter().map(OAuthExtension::name).collect();
        return Err(Fault::invalid(format!("Tag {OAUTH_TAG} names {unknown}; it can name {}.", known.join(", "))));
    }
    if let Some(other) = tags.get(SECURITY_TAG).filter(|value| *value != "strict") {
        return Err(Fault::invalid(format!("Tag {SECURITY_TAG} must be strict, not {other}.")));
    }
    for tag in SaferChoice::ALL.map(SaferChoice::tag) {
        if let Some(other) = tags.get(tag).filter(|value| !matches!(value.as_str(), "true" | "false")) {
            return Err(Fault::invalid(format!("Tag {tag} must be true or false, not {other}.")));
        }
    }
    let linking = tags.get(FEDERATED_LINKING_TAG).map(String::as_str);
    if let Some(other) = linking.filter(|chosen| !["never", LINK_BY_EMAIL].contains(chosen)) {
        return Err(Fault::invalid(format!(
            "Tag {FEDERATED_LINKING_TAG} must be never or {LINK_BY_EMAIL}, not {other}."
        )));
    }
    match tags.get(PASSWORD_SCHEME_TAG).map(String::as_str) {
        None | Some("srp" | "argon2id") => Ok(()),
        Some(other) => Err(Fault::invalid(format!("Tag {PASSWORD_SCHEME_TAG} must be srp or argon2id, not {other}."))),
    }
}
