//! What the factors of a sign-in amount to: its authentication level (`acr`) and its methods (`amr`, in the words of
//! RFC 8176).
//!
//! | level | factors |
//! |---|---|
//! | 1 | password; what is not in this table |
//! | 2 | one code by SMS or mail |
//! | 3 | passkey; password and a code by SMS or mail, or a backup code |
//! | 4 | password and TOTP |
//! | its own | another identity provider's word, by the provider's `AcrMapping`; 1 without one |
//!
//! The table is that of Cognito's developer guide, "Authentication levels with ACR and AMR claims". It lists passkeys
//! at 3, so none counts for more; that a passkey verified its user lifts it no further, and a pool that wants no other
//! kind sets `UserVerification` to `required` (SetUserPoolMfaConfig). Backup codes are Poolhouse's own and count as the
//! codes in whose place they stand.

use crate::domain::pools::levels;
use crate::model::{Factor, Pool};
use serde_json::{Map, Value, json};

/// The level that factors reach, 1 to 4: the highest that they satisfy.
pub fn level(factors: &[Factor]) -> u8 {
    // What another provider saw is its own matter: its `acr` decides, by the provider's AcrMapping.
    if let Some(level) = factors.iter().find_map(|factor| factor.federated_level()) {
        return level;
    }
    let has = |any: &[Factor]| any.iter().any(|factor| factors.contains(factor));
    let password = has(&[Factor::Password]);
    if password && has(&[Factor::SoftwareToken]) {
        4
    } else if has(&[Factor::Passkey, Factor::VerifiedPasskey])
        || (password && has(&[Factor::Sms, Factor::Email, Factor::BackupCode]))
    {
        3
    } else if has(&[Factor::SmsOtp, Factor::EmailOtp]) {
        2
    } else {
        1
    }
}

/// The methods by their names in `amr`, in the order in which they were used.
fn methods(factors: &[Factor]) -> Vec<&'static str> {
    let mut methods = Vec::new();
    for factor in factors {
        let name = match factor {
            Factor::Password => "pwd",
            Factor::SoftwareToken => "otp",
            Factor::Sms | Factor::SmsOtp => "sms",
            Factor::Email | Factor::EmailOtp => "email_otp",
            // What is known of a passkey's authenticator does not show that its key cannot be copied.
            Factor::Passkey | Factor::VerifiedPasskey => "swk",
            Factor::BackupCode
            | Factor::Device
            | Factor::Custom
            | Factor::Federated
            | Factor::FederatedAtLevel2
            | Factor::FederatedAtLevel3
            | Factor::FederatedAtLevel4 => continue,
        };
        if !methods.contains(&name) {
            methods.push(name);
        }
    }
    // A device stands in for a factor that was proven another day.
    let proven = factors
        .iter()
        .enumerate()
        .filter(|(_, factor)| **factor != Factor::Device && factor.federated_level().is_none())
        .filter(|(i, factor)| !factors.iter().take(*i).any(|f| f == *factor));
    if proven.count() > 1 {
        methods.push("mfa");
    }
    if methods.is_empty() && factors.iter().any(|factor| factor.federated_level().is_some()) {
        methods.push("fed");
    }
    methods
}

/// `acr` and `amr`, for pools that have names for the levels, and where a level was asked for.
pub fn claims(pool: &Pool, factors: &[Factor], asked: bool) -> Map<String, Value> {
    let mut claims = Map::new();
    if asked || pool.settings.acr_configuration.as_ref().is_some_and(|own| !own.is_empty()) {
        claims.insert("acr".into(), json!(levels::name(&pool.settings, level(factors))));
        let methods = methods(factors);
        if !methods.is_empty() {
            claims.insert("amr".into(), json!(methods));
        }
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;
    use Factor::*;

    #[test]
    fn factors_reach_their_level_and_have_their_names() {
        let cases: [(&[Factor], u8, &[&str]); 17] = [
            (&[], 1, &[]),
            (&[Password], 1, &["pwd"]),
            (&[Federated], 1, &["fed"]),
            (&[FederatedAtLevel3], 3, &["fed"]),
            (&[FederatedAtLevel2, Password, SoftwareToken], 2, &["pwd", "otp", "mfa"]),
            (&[Custom], 1, &[]),
            (&[Password, Device], 1, &["pwd"]),
            (&[SmsOtp], 2, &["sms"]),
            (&[EmailOtp], 2, &["email_otp"]),
            (&[VerifiedPasskey], 3, &["swk"]),
            (&[Passkey], 3, &["swk"]),
            (&[Password, Passkey], 3, &["pwd", "swk", "mfa"]),
            (&[Password, VerifiedPasskey], 3, &["pwd", "swk", "mfa"]),
            (&[Password, Password], 1, &["pwd"]),
            (&[Password, Email], 3, &["pwd", "email_otp", "mfa"]),
            (&[Password, BackupCode], 3, &["pwd", "mfa"]),
            (&[Password, SoftwareToken], 4, &["pwd", "otp", "mfa"]),
        ];
        for (factors, reached, names) in cases {
            assert_eq!((level(factors), &methods(factors)[..]), (reached, names), "{factors:?}");
        }
    }
}
