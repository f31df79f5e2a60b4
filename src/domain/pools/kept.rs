//! Settings whose members depend on each other: senders of SMS, encryption keys, first factors, dynamic client
//! registration.

use super::{clients, resource_servers};
use crate::fault::Fault;
use crate::model::{ClientSettings, Pool, PoolSettings};
use crate::shapes::idp as api;
use crate::store::Read;

/// The scope that only programs which register clients hold.
const REGISTRATION: &str = "aws.cognito/dcr/register";

/// Checks settings of a pool as they were sent.
pub(super) fn check(settings: &PoolSettings) -> Result<(), Fault> {
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

/// Fills in what answers tell of dynamic client registration where a part was left out.
pub(super) fn fill(settings: &mut PoolSettings) {
    let Some(dcr) = settings.dcr_configuration.as_mut() else { return };
    dcr.enable_status = dcr.enable_status.or(Some(api::StatusType::Disabled));
    dcr.open_dcr_enabled = dcr.open_dcr_enabled.or(Some(false));
    dcr.authenticated_grant_types
        .get_or_insert_with(|| vec![api::OAuthFlowType::Code, api::OAuthFlowType::ClientCredentials]);
    dcr.open_dcr_grant_types.get_or_insert_with(|| vec![api::OAuthFlowType::Code]);
}

/// Checks that the scopes which registered clients may ask for are there.
pub(super) async fn check_scopes(read: &impl Read, pool: Option<&Pool>, settings: &PoolSettings) -> Result<(), Fault> {
    let scopes = settings.dcr_configuration.as_ref().and_then(|dcr| dcr.allowed_scopes.as_ref());
    for scope in scopes.into_iter().flatten() {
        let known = match pool {
            _ if scope == REGISTRATION => false,
            _ if clients::is_standard_scope(scope) => true,
            Some(pool) => resource_servers::has_scope(read, pool, scope).await?,
            None => false,
        };
        if !known {
            return Err(Fault::invalid(format!("Invalid scope requested: {scope}")));
        }
    }
    Ok(())
}

/// Checks where a client's analytics go.
pub(super) fn check_analytics(settings: &ClientSettings) -> Result<(), Fault> {
    let Some(analytics) = &settings.analytics_configuration else { return Ok(()) };
    match (&analytics.application_arn, &analytics.application_id) {
        (Some(_), None) => Ok(()),
        (None, Some(_)) if analytics.role_arn.is_some() && analytics.external_id.is_some() => Ok(()),
        (None, Some(_)) => {
            Err(Fault::invalid("AnalyticsConfiguration with ApplicationId needs RoleArn and ExternalId."))
        }
        _ => Err(Fault::invalid("AnalyticsConfiguration must have exactly one of ApplicationArn and ApplicationId.")),
    }
}
