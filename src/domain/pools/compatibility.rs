//! Settings of a pool that exclude or need each other. Every operation that changes a pool checks the whole pool as it
//! would become, so that the order of calls does not matter.
//!
//! | settings | rule | text |
//! |---|---|---|
//! | MFA ON or OPTIONAL, no method | a block of a method must be there | AWS's, recorded |
//! | MFA ON, first factor EMAIL_OTP or SMS_OTP | only PASSWORD and WEB_AUTHN go with required MFA | AWS's, recorded |
//! | MFA ON, first factor WEB_AUTHN, passkeys SINGLE_FACTOR or not configured | passkeys must verify their user | AWS's, public report |
//!
//! What excludes each other within one call is judged as it was sent, by [`super::settings::check`], for creation and
//! update alike:
//!
//! | settings | rule | text |
//! |---|---|---|
//! | AliasAttributes, UsernameAttributes | one of them (at creation, the only time) | AWS's, public |
//! | MFA ON or OPTIONAL, SmsConfiguration | must be there at creation | AWS's, recorded |
//! | MFA ON | by SetUserPoolMfaConfig alone once the pool exists | AWS's, recorded |
//! | AllowedFirstAuthFactors | no factor twice, PASSWORD always | own |
//! | TemporaryPasswordValidityDays, UnusedAccountValidityDays | the same number | AWS's, public |
//! | AttributesRequireVerificationBeforeUpdate, AutoVerifiedAttributes | a part of them | near |
//! | EmailSendingAccount DEVELOPER, SourceArn | must be there | near |
//! | SmsConfiguration: SnsCallerArn, EumsSms | exactly one | own |
//! | recovery mechanisms | `admin_only` alone; none and no priority twice | near |
//! | PreTokenGeneration, PreTokenGenerationConfig | the same function | own |
//! | CustomSMSSender or CustomEmailSender, KMSKeyID | must be there | near |
//! | KeyType, KmsKeyArn | with CUSTOMER_MANAGED_KEY, and with it alone | own |

use crate::fault::Fault;
use crate::model::Pool;
use crate::shapes::idp::{
    AuthFactorType as Factor, UserPoolMfaType as Mode, WebAuthnFactorConfigurationType as PasskeyFactors,
};

/// Checks a pool as it would become.
pub(super) fn check(pool: &Pool) -> Result<(), Fault> {
    let mode = pool.settings.mfa_configuration.unwrap_or(Mode::Off);
    if mode != Mode::Off && !has_method(pool) {
        return Err(mfa_without_method());
    }
    if mode == Mode::On {
        let factors = pool.first_factors();
        if factors.iter().any(|factor| matches!(factor, Factor::EmailOtp | Factor::SmsOtp)) {
            return Err(Fault::invalid(
                "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
            ));
        }
        if factors.contains(&Factor::WebAuthn) && !passkeys_verify_user(pool) {
            return Err(Fault::invalid(
                "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an \
                 allowed first auth factor",
            ));
        }
    }
    Ok(())
}

/// Whether the block of a method is there; as at AWS a block counts even where it says `Enabled` false.
fn has_method(pool: &Pool) -> bool {
    let sms = pool.settings.sms_configuration.is_some() && !pool.mfa.sms_off;
    sms || pool.mfa.software_token.is_some() || pool.mfa.email.is_some()
}

fn passkeys_verify_user(pool: &Pool) -> bool {
    let configured = pool.mfa.web_authn.as_ref().and_then(|config| config.factor_configuration);
    configured == Some(PasskeyFactors::MultiFactorWithUserVerification)
}

/// The fault where MFA is on but has no method.
pub(super) fn mfa_without_method() -> Fault {
    Fault::invalid("Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.")
}
