//! Who a sign-in is about: a user, or an unknown username that must not be told from one.

use super::scope::SignInScope;
use crate::domain::users::{decoy, lookup};
use crate::fault::Fault;
use crate::model::User;
use crate::shapes::idp::UserStatusType as Status;
use crate::triggers::{EventContext, EventSubject};

/// The user who signs in, or the decoy for an unknown username.
#[derive(Clone)]
pub struct Subject {
    /// `None` for an unknown username.
    pub user: Option<User>,
    /// The canonical username; the decoy's for an unknown one.
    pub username: String,
    /// The sub; the decoy's for an unknown username.
    pub sub: String,
    /// The name as it was typed at the start: a username or an alias.
    pub typed: String,
}

impl Subject {
    /// The subject that a typed name means.
    pub async fn find(scope: SignInScope<'_>, typed: &str) -> Result<Self, Fault> {
        let found = lookup::find(&scope.cx.services.store, scope.pool, typed).await?;
        Ok(match found {
            Some(user) => Self::of(user, typed),
            None => {
                let decoy = decoy::decoy(scope.cx, scope.pool, typed);
                Self { user: None, username: decoy.username, sub: decoy.sub, typed: typed.to_owned() }
            }
        })
    }

    /// A known user, by the name that was typed.
    pub fn of(user: User, typed: &str) -> Self {
        Self { username: user.username.clone(), sub: user.sub.clone(), typed: typed.to_owned(), user: Some(user) }
    }

    /// Under which key wrong passwords and codes are counted.
    pub fn attempt_key(&self) -> &str {
        &self.sub
    }

    /// What the pool's functions are told of the subject.
    pub fn event_context<'a>(&'a self, scope: SignInScope<'a>) -> EventContext<'a> {
        scope.event_context(self.user.as_ref().map_or(EventSubject::Unknown(&self.username), EventSubject::User))
    }

    /// Runs PreAuthentication, which may refuse the sign-in before anything is proven. It is told of an unknown
    /// username only where the client hides who exists.
    pub async fn pre_authenticate(&self, scope: SignInScope<'_>) -> Result<(), Fault> {
        if self.user.is_none() && !scope.client.hides_users() {
            return Ok(());
        }
        scope.cx.services.triggers.pre_authentication(self.event_context(scope), scope.validation).await
    }

    /// Fails for an unknown username where the client may be told so.
    pub fn require_known(&self, scope: SignInScope<'_>) -> Result<(), Fault> {
        if self.user.is_some() || scope.client.hides_users() {
            return Ok(());
        }
        scope.cx.count_failure();
        Err(Fault::user_not_found())
    }

    /// Fails for an unconfirmed user before anything is proven, where the client may be told who exists. Otherwise the
    /// user learns it after the first factor.
    pub fn require_confirmed(&self, scope: SignInScope<'_>) -> Result<(), Fault> {
        match &self.user {
            Some(user) if user.status == Status::Unconfirmed && !scope.client.hides_users() => {
                Err(Fault::user_not_confirmed())
            }
            _ => Ok(()),
        }
    }
}

/// Whether the account lets anybody in. Only who has proven something is told.
pub fn check_account(user: &User) -> Result<(), Fault> {
    if !user.enabled {
        return Err(Fault::not_authorized("User is disabled."));
    }
    match user.status {
        Status::Unconfirmed => Err(Fault::user_not_confirmed()),
        Status::ResetRequired => Err(Fault::password_reset_required()),
        _ => Ok(()),
    }
}
