//! The first factors that a user has, of those that the pool allows.

use super::Name;
use super::scope::SignInScope;
use super::subject::Subject;
use crate::domain::users::factors::preferences::is_asked;
use crate::domain::users::factors::{self, passkeys_are_both};
use crate::domain::users::{lookup, passkeys};
use crate::fault::Fault;
use crate::model::{Contact, Credential, PasswordScheme, User};
use crate::shapes::idp::{AuthFactorType, UserStatusType};

/// What the subject can choose from, in Cognito's order. A code can be a first factor only for a user whose sign-in
/// asks for no second one.
pub async fn available(scope: SignInScope<'_>, subject: &Subject) -> Result<Vec<Name>, Fault> {
    let allowed = scope.pool.first_factors();
    let srp = scope.pool.password_scheme() == PasswordScheme::Srp;
    let has = match &subject.user {
        Some(user) => AvailableFactors::of(scope, user).await?,
        None => AvailableFactors::of_decoy(scope, subject),
    };
    let may = |factor| allowed.contains(&factor);
    let mut names = Vec::new();
    let mut add = |can: bool, name| {
        if can {
            names.push(name);
        }
    };
    add(may(AuthFactorType::Password) && srp && has.srp, Name::PasswordSrp);
    add(may(AuthFactorType::WebAuthn) && has.passkey, Name::WebAuthn);
    add(may(AuthFactorType::EmailOtp) && has.email, Name::EmailOtp);
    add(may(AuthFactorType::SmsOtp) && has.phone, Name::SmsOtp);
    add(may(AuthFactorType::Password) && has.password, Name::Password);
    if names.is_empty() && scope.client.hides_users() {
        // A user who has nothing would be told from unknown ones, whose decoys always have something.
        names = if srp { vec![Name::PasswordSrp, Name::Password] } else { vec![Name::Password] };
    }
    Ok(names)
}

/// What a user has to begin with.
struct AvailableFactors {
    srp: bool,
    password: bool,
    passkey: bool,
    email: bool,
    phone: bool,
}

impl AvailableFactors {
    async fn of(scope: SignInScope<'_>, user: &User) -> Result<Self, Fault> {
        if user.status == UserStatusType::ExternalProvider {
            // Their own provider says who they are.
            return Ok(Self { srp: false, password: false, passkey: false, email: false, phone: false });
        }
        let without_mfa = !is_asked(scope.pool, user);
        let passkey = (without_mfa || passkeys_are_both(scope.pool, user)) && passkeys::enabled(scope.pool);
        Ok(Self {
            srp: matches!(user.credential, Some(Credential::Srp { .. })),
            password: user.credential.is_some(),
            passkey: passkey && passkeys::has_any(scope.cx, scope.pool, user).await?,
            email: without_mfa && user.verified(Contact::Email),
            phone: without_mfa && user.verified(Contact::Phone),
        })
    }

    /// What the decoy of an unknown username has: always the same for the same name. Decoys differ as users do, so that
    /// every set that a user of the pool can have is also that of some decoys: with a second factor there are no codes
    /// as a first one, and where the pool allows it, some have no password.
    fn of_decoy(scope: SignInScope<'_>, subject: &Subject) -> Self {
        let pool = scope.pool;
        let dice = Dice::of(&subject.sub);
        let relying_party = passkeys::relying_party(scope.cx, pool).is_some();
        let with_mfa = factors::is_on(pool) && (factors::is_required(pool) || dice.one_in(4, 0));
        let passkey = passkeys::enabled(pool) && relying_party && !with_mfa && dice.one_in(4, 1);
        let email = !with_mfa && (lookup::is_email(&subject.typed) || !dice.one_in(5, 2));
        let phone = !with_mfa && (lookup::is_phone(&subject.typed) || dice.one_in(3, 3));
        let password = !(pool.is_passwordless() && (passkey || email || phone) && dice.one_in(4, 4));
        Self { srp: password, password, passkey, email, phone }
    }
}

/// Choices that are always the same for the same decoy.
struct Dice([u8; 16]);

impl Dice {
    fn of(sub: &str) -> Self {
        Self(uuid::Uuid::parse_str(sub).map(uuid::Uuid::into_bytes).unwrap_or_default())
    }

    /// Whether the `die` with this many sides shows its first one. Dice are bytes of the sub from the end, which are
    /// random.
    fn one_in(&self, sides: u8, die: usize) -> bool {
        self.0.iter().rev().nth(die).is_some_and(|byte| byte.is_multiple_of(sides))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn dice_stay_and_fall_as_often_as_they_should() {
        let subs: Vec<String> = (0..2_000).map(|_| crate::rng::uuid().unwrap()).collect();
        let ones = subs.iter().filter(|sub| Dice::of(sub).one_in(4, 1)).count();
        assert!((350..=650).contains(&ones), "{ones} of 2000");
        assert!(subs.iter().all(|sub| Dice::of(sub).one_in(5, 2) == Dice::of(sub).one_in(5, 2)));
    }
}
