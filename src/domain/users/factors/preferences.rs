//! Which second factors are on, and which is asked first.

use super::software_token::change;
use super::{contact, has_means, is_required, offered, passkeys_may_be_both, usable};
use crate::context::Context;
use crate::domain::users::accounts::require_own_sign_in;
use crate::fault::Fault;
use crate::model::{Contact, Mfa, Pool, User};
use crate::shapes::idp::{DeliveryMediumType, MFAOptionType};

/// A change of one method.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The method.
    pub mfa: Mfa,
    /// On or off; none leaves it.
    pub on: Option<bool>,
    /// Whether it is asked first; none leaves it.
    pub preferred: Option<bool>,
}

/// What to change.
#[derive(Debug, Default)]
pub struct Preferences {
    /// Methods.
    pub settings: Vec<Setting>,
    /// Whether passkeys count as both factors.
    pub web_authn: Option<bool>,
}

/// Changes a user's second factors (Cognito: SetUserMFAPreference, AdminSetUserMFAPreference).
pub async fn set(cx: &Context, pool: &Pool, user: &User, wanted: &Preferences) -> Result<(), Fault> {
    require_own_sign_in(user)?;
    if wanted.settings.iter().filter(|setting| setting.preferred == Some(true)).count() > 1 {
        return Err(Fault::invalid("Only one MFA method can be preferred."));
    }
    change(cx, pool, user, async |after, _| {
        for setting in &wanted.settings {
            apply(pool, after, *setting)?;
        }
        if let Some(on) = wanted.web_authn {
            if on && !passkeys_may_be_both(pool) {
                return Err(Fault::invalid("Passkeys are not a factor of MFA in this user pool."));
            }
            after.factors.web_authn = on;
        }
        forget_backup_codes(after);
        // Whoever loses the passkey must have another way in.
        if after.factors.web_authn && after.factors.on.is_empty() {
            return Err(Fault::invalid("Another MFA method must be on before passkeys can be a factor of MFA."));
        }
        Ok(())
    })
    .await
}

/// Backup codes stand in for a factor; with the last one they go.
fn forget_backup_codes(user: &mut User) {
    if user.factors.on.is_empty() {
        user.factors.backup_codes.clear();
    }
}

fn apply(pool: &Pool, user: &mut User, setting: Setting) -> Result<(), Fault> {
    let mfa = setting.mfa;
    // Off where nothing is said of it at AWS too: a method that is preferred is on.
    let on = setting.on.or(setting.preferred.filter(|preferred| *preferred));
    match on {
        Some(true) => {
            check(pool, user, mfa)?;
            user.factors.switch(mfa, true);
        }
        Some(false) => {
            user.factors.switch(mfa, false);
            if mfa == Mfa::Sms {
                user.mfa_options.clear();
            }
        }
        None => {}
    }
    match setting.preferred {
        Some(true) if user.factors.on.contains(&mfa) => user.factors.preferred = Some(mfa),
        Some(true) => return Err(Fault::invalid(format!("{} must be enabled to be preferred.", mfa.name()))),
        Some(false) if user.factors.preferred == Some(mfa) => user.factors.preferred = None,
        _ => {}
    }
    Ok(())
}

/// Whether a user can switch a method on.
fn check(pool: &Pool, user: &User, mfa: Mfa) -> Result<(), Fault> {
    if !offered(pool, mfa) {
        return Err(match mfa {
            Mfa::Sms => Fault::invalid("SMS MFA is not enabled for the user pool."),
            Mfa::SoftwareToken => Fault::invalid("Software Token MFA has not been enabled by the userPool"),
            Mfa::Email => Fault::invalid("Email MFA is not enabled for the user pool."),
        });
    }
    if has_means(user, mfa) {
        return Ok(());
    }
    Err(match contact(mfa) {
        None => Fault::invalid("User has not set up software token mfa"),
        Some(_) => Fault::invalid(format!("User does not have delivery config set to turn on {}", mfa.name())),
    })
}

/// The older form (Cognito: SetUserSettings, AdminSetUserSettings): SMS or nothing.
pub async fn set_options(cx: &Context, pool: &Pool, user: &User, options: &[MFAOptionType]) -> Result<(), Fault> {
    for option in options {
        let sms = option.delivery_medium.is_none_or(|medium| medium == DeliveryMediumType::Sms);
        let phone = option.attribute_name.as_deref().is_none_or(|name| name == Contact::Phone.attribute());
        if !sms || !phone {
            return Err(Fault::invalid("MFAOptions can only name phone_number with SMS."));
        }
    }
    change(cx, pool, user, async |after, _| {
        if !options.is_empty() {
            check(pool, after, Mfa::Sms)?;
        }
        after.factors.switch(Mfa::Sms, !options.is_empty());
        after.mfa_options = options.first().cloned().into_iter().collect();
        forget_backup_codes(after);
        Ok(())
    })
    .await
}

/// Which method a sign-in asks first, of those that work: all of them where the user must choose.
pub fn first(pool: &Pool, user: &User) -> Vec<Mfa> {
    let methods = usable(pool, user);
    match user.factors.preferred {
        Some(preferred) if methods.contains(&preferred) => vec![preferred],
        _ => methods,
    }
}

/// Whether a sign-in of this user asks for a second factor.
pub fn is_asked(pool: &Pool, user: &User) -> bool {
    super::is_on(pool) && (is_required(pool) || !usable(pool, user).is_empty())
}
