//! The first factors that a user has, of those that the pool allows.

use super::Name;
use super::scope::SignInScope;
use super::subject::Subject;
use crate::domain::users::factors::preferences::is_asked;
use crate::domain::users::factors::{self, passkeys_are_both};
use crate::domain::users::{decoy, passkeys};
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
        let decoy = decoy::decoy(scope.cx, pool, &subject.username);
        let relying_party = passkeys::relying_party(scope.cx, pool).is_some();
        let with_mfa = factors::is_on(pool) && (factors::is_required(pool) || decoy.one_in(4, 2));
        let passkey = passkeys::enabled(pool) && relying_party && !with_mfa && decoy.one_in(4, 3);
        let email = !with_mfa && decoy.has(Contact::Email);
        let phone = !with_mfa && decoy.has(Contact::Phone);
        let password = !(pool.is_passwordless() && (passkey || email || phone) && decoy.one_in(4, 4));
        Self { srp: password, password, passkey, email, phone }
    }
}
