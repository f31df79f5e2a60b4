//! Checks and defaults of pool settings, as CreateUserPool and UpdateUserPool apply them.

use super::{kept, levels};
use crate::fault::Fault;
use crate::model::{DEVICE_EXPIRY_TAG, PASSWORD_MAX_AGE_TAG, PASSWORD_SCHEME_TAG, PoolSettings};
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
    kept::fill(&mut settings);
    settings
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
    kept::check(settings)?;
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

/// Checks tags (at most 50, `aws:` is reserved, those that mean something here hold what they may).
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
    match tags.get(PASSWORD_SCHEME_TAG).map(String::as_str) {
        None | Some("srp" | "argon2id") => Ok(()),
        Some(other) => Err(Fault::invalid(format!("Tag {PASSWORD_SCHEME_TAG} must be srp or argon2id, not {other}."))),
    }
}
