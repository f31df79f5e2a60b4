//! Owns a user's second factors: which there are, which are on, what sets them up.
//! Hands off codes to `keys::totp`, records to `store`. Must not know how a sign-in asks for them.

pub mod backup_codes;
pub mod preferences;
pub mod software_token;

use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Contact, Mfa, Pool, User};
use crate::risk::{Attempt, Guess, Guessed};
use crate::shapes::idp::{AuthFactorType, UserPoolMfaType, WebAuthnFactorConfigurationType};

/// Whether the pool has MFA at all.
pub fn is_on(pool: &Pool) -> bool {
    matches!(pool.settings.mfa_configuration, Some(UserPoolMfaType::On | UserPoolMfaType::Optional))
}

/// Whether the pool demands MFA of everybody.
pub fn is_required(pool: &Pool) -> bool {
    pool.settings.mfa_configuration == Some(UserPoolMfaType::On)
}

/// Whether the pool offers a method.
pub fn offered(pool: &Pool, mfa: Mfa) -> bool {
    match mfa {
        Mfa::Sms => pool.settings.sms_configuration.is_some() && !pool.mfa.sms_off,
        Mfa::SoftwareToken => pool.mfa.software_token.as_ref().is_some_and(|config| config.enabled == Some(true)),
        Mfa::Email => pool.mfa.email.is_some(),
    }
}

/// Whether the pool lets passkeys that verify their user count as both factors.
pub fn passkeys_may_be_both(pool: &Pool) -> bool {
    let factor = pool.mfa.web_authn.as_ref().and_then(|config| config.factor_configuration);
    factor == Some(WebAuthnFactorConfigurationType::MultiFactorWithUserVerification)
}

/// Whether they do for this user.
pub fn passkeys_are_both(pool: &Pool, user: &User) -> bool {
    passkeys_may_be_both(pool) && user.factors.web_authn
}

/// Where codes of a method go; TOTP needs no place.
pub fn contact(mfa: Mfa) -> Option<Contact> {
    match mfa {
        Mfa::Sms => Some(Contact::Phone),
        Mfa::Email => Some(Contact::Email),
        Mfa::SoftwareToken => None,
    }
}

/// Whether a user has what a method needs.
fn has_means(user: &User, mfa: Mfa) -> bool {
    match contact(mfa) {
        Some(contact) => user.attribute(contact.attribute()).is_some_and(|value| !value.is_empty()),
        None => user.factors.software_token.is_some(),
    }
}

/// The methods that a user has switched on and that work.
pub fn usable(pool: &Pool, user: &User) -> Vec<Mfa> {
    let mut methods: Vec<Mfa> = Mfa::ALL
        .into_iter()
        .filter(|mfa| user.factors.on.contains(mfa) && offered(pool, *mfa) && has_means(user, *mfa))
        .collect();
    if methods.is_empty() && is_required(pool) {
        // Where MFA is a must, what the account has already serves without a word from the user.
        let given = |mfa: Mfa, contact| {
            offered(pool, mfa) && has_means(user, mfa) && (mfa == Mfa::Sms || user.verified(contact))
        };
        methods = [(Mfa::Sms, Contact::Phone), (Mfa::Email, Contact::Email)]
            .into_iter()
            .filter(|(m, c)| given(*m, *c))
            .map(|(m, _)| m)
            .take(1)
            .collect();
    }
    methods
}

/// The methods that a user without one can set up during a sign-in.
pub fn can_set_up(pool: &Pool) -> Vec<Mfa> {
    [Mfa::SoftwareToken, Mfa::Email].into_iter().filter(|mfa| offered(pool, *mfa)).collect()
}

/// `UserMFASettingList`, by name.
pub fn settings(user: &User) -> Option<Vec<String>> {
    let list: Vec<String> = user.factors.on.iter().map(|mfa| mfa.name().to_owned()).collect();
    (!list.is_empty()).then_some(list)
}

/// `PreferredMfaSetting`.
pub fn preferred(user: &User) -> Option<String> {
    user.factors.preferred.map(|mfa| mfa.name().to_owned())
}

/// `ConfiguredUserAuthFactors`: what the user could sign in with. `passkeys` says whether there are any.
pub fn configured(user: &User, passkeys: bool) -> Vec<AuthFactorType> {
    let mut list = Vec::new();
    let mut add = |has: bool, factor| {
        if has {
            list.push(factor);
        }
    };
    add(user.credential.is_some(), AuthFactorType::Password);
    add(user.verified(Contact::Email), AuthFactorType::EmailOtp);
    add(user.verified(Contact::Phone), AuthFactorType::SmsOtp);
    add(passkeys, AuthFactorType::WebAuthn);
    add(user.factors.software_token.is_some(), AuthFactorType::SoftwareToken);
    list
}

/// Fails while wrong codes keep a subject locked.
pub async fn check_codes(cx: &Context, pool: &Pool, guessed: Guessed, subject: &str) -> Result<(), Fault> {
    let guess = Guess { guessed, pool_id: &pool.id, subject };
    cx.services.risk.lockout.check_guess(&cx.services.store, guess, cx.now).await
}

/// Begins the judging of a code or of a device's proof.
pub async fn attempt<'a>(cx: &'a Context, pool: &Pool, guessed: Guessed, subject: &str) -> Result<Attempt<'a>, Fault> {
    let guess = Guess { guessed, pool_id: &pool.id, subject };
    cx.services.risk.lockout.begin_guess(&cx.services.store, guess, cx.now).await
}
