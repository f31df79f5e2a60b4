//! MFA of a pool: off, optional or a must, and by which methods.

use super::lifecycle;
use crate::context::Context;
use crate::domain::users::{factors, passkeys};
use crate::fault::Fault;
use crate::model::{Mfa, MfaMethods, Pool};
use crate::shapes::idp::{AuthFactorType, SmsMfaConfigType, UserPoolMfaType as Mode};

/// What SetUserPoolMfaConfig asks for.
pub struct Wanted {
    /// OFF, OPTIONAL, ON; none leaves it.
    pub mode: Option<Mode>,
    /// Codes by SMS; none ends them.
    pub sms: Option<SmsMfaConfigType>,
    /// The other methods; what is none ends.
    pub methods: MfaMethods,
}

/// Replaces a pool's methods (Cognito: SetUserPoolMfaConfig).
pub async fn set(cx: &Context, id: &str, wanted: Wanted) -> Result<(), Fault> {
    let relying_party = wanted.methods.web_authn.as_ref().and_then(|config| config.relying_party_id.as_deref());
    if relying_party.is_some_and(|id| !passkeys::is_valid_id(id)) {
        return Err(Fault::invalid("RelyingPartyId must be a domain name, without scheme, port or path."));
    }
    let token = wanted.methods.software_token.as_ref().is_some_and(|config| config.enabled == Some(true));
    if wanted.mode == Some(Mode::Off) && (token || wanted.sms.is_some() || wanted.methods.email.is_some()) {
        return Err(Fault::invalid(
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        ));
    }
    lifecycle::change(cx, id, async |pool| {
        pool.mfa = MfaMethods { sms_off: wanted.sms.is_none(), ..wanted.methods.clone() };
        if let Some(sms) = &wanted.sms {
            pool.settings.sms_authentication_message = sms.sms_authentication_message.clone();
            pool.settings.sms_configuration = sms.sms_configuration.clone().or(pool.settings.sms_configuration.take());
            if pool.settings.sms_configuration.is_none() {
                return Err(Fault::invalid("SmsConfiguration is required for SMS MFA."));
            }
        }
        if wanted.mode.is_some() {
            pool.settings.mfa_configuration = wanted.mode;
        }
        check(pool)
    })
    .await
}

/// Whether the settings of a pool go together: called after every change of one of them.
pub fn check(pool: &Pool) -> Result<(), Fault> {
    if factors::is_on(pool) && !Mfa::ALL.into_iter().any(|mfa| factors::offered(pool, mfa)) {
        return Err(Fault::invalid(
            "Invalid MFA configuration given, can't disable all MFAs and require an MFA together.",
        ));
    }
    if factors::is_required(pool)
        && pool.first_factors().iter().any(|factor| matches!(factor, AuthFactorType::EmailOtp | AuthFactorType::SmsOtp))
    {
        return Err(Fault::invalid("One-time codes cannot be first factors in a user pool that requires MFA."));
    }
    Ok(())
}
