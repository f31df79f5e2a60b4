//! What a provider's `acr` and `amr` amount to here.

use crate::model::{Factor, IdentityProvider};

/// The factors of a sign-in at a provider: its word at the level that `AcrMapping` gives to its `acr`, and the methods
/// that have a name here (RFC 8176).
pub(super) fn of(provider: &IdentityProvider, acr: Option<&str>, amr: &[String]) -> Vec<Factor> {
    let level = provider.acr_mapping.iter().find(|(_, value)| acr == Some(value.as_str()));
    let level = level.and_then(|(level, _)| level.strip_prefix("Level")?.parse().ok()).unwrap_or(1);
    let mut factors = vec![Factor::federated(level)];
    for method in amr {
        let factor = match method.as_str() {
            "pwd" => Factor::Password,
            "otp" => Factor::SoftwareToken,
            "sms" => Factor::Sms,
            "email_otp" => Factor::Email,
            "swk" | "hwk" => Factor::Passkey,
            _ => continue,
        };
        if !factors.contains(&factor) {
            factors.push(factor);
        }
    }
    factors
}
