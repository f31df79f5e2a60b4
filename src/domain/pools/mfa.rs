//! MFA of a pool: off, optional or required, and by which methods.

use super::{compatibility, lifecycle};
use crate::context::Context;
use crate::fault::Fault;
use crate::model::MfaMethods;
use crate::shapes::idp::{SmsMfaConfigType, UserPoolMfaType as Mode};

/// The input of SetUserPoolMfaConfig. It replaces all: a method whose block is left out ends.
pub struct MfaSettings {
    pub mode: Mode,
    pub sms: Option<SmsMfaConfigType>,
    pub methods: MfaMethods,
}

impl MfaSettings {
    /// Whether a method of MFA is named. As at AWS a block counts by being there, even with `Enabled` false.
    fn name_a_method(&self) -> bool {
        self.sms.is_some() || self.methods.software_token.is_some() || self.methods.email.is_some()
    }
}

/// Whether text can be a relying party's id: a lower-case domain name, `localhost` included; no address, port or
/// scheme.
pub fn is_valid_relying_party_id(id: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = id.rsplit('.').next().unwrap_or_default();
    id.len() <= 127 && id.split('.').all(label) && !last.bytes().all(|b| b.is_ascii_digit())
}

/// Replaces a pool's MFA mode and methods (Cognito: SetUserPoolMfaConfig).
pub async fn set(cx: &Context, id: &str, asked: MfaSettings) -> Result<(), Fault> {
    let relying_party = asked.methods.web_authn.as_ref().and_then(|config| config.relying_party_id.as_deref());
    if relying_party.is_some_and(|id| !is_valid_relying_party_id(id)) {
        return Err(Fault::invalid("RelyingPartyId must be a domain name, without scheme, port or path."));
    }
    match (asked.mode, asked.name_a_method()) {
        (Mode::Off, true) => {
            return Err(Fault::invalid(
                "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
            ));
        }
        (Mode::On | Mode::Optional, false) => return Err(compatibility::mfa_without_method()),
        _ => {}
    }
    lifecycle::change(cx, id, async |pool| {
        pool.mfa = MfaMethods { sms_off: asked.sms.is_none(), ..asked.methods.clone() };
        if let Some(sms) = &asked.sms {
            pool.settings.sms_authentication_message = sms.sms_authentication_message.clone();
            pool.settings.sms_configuration = sms.sms_configuration.clone().or(pool.settings.sms_configuration.take());
            if pool.settings.sms_configuration.is_none() {
                return Err(Fault::invalid("SmsConfiguration is required for SMS MFA."));
            }
        }
        pool.settings.mfa_configuration = Some(asked.mode);
        compatibility::check(pool)
    })
    .await
}
