//! Who a sign-in is about: a user, or a name that means nobody and must not be told apart.

use super::At;
use crate::domain::users::lookup;
use crate::fault::Fault;
use crate::model::User;
use crate::triggers::{EventContext, EventSubject};

/// Someone who signs in.
pub struct Person {
    /// The user; `None` for a name that means nobody.
    pub user: Option<User>,
    /// The canonical name, made up for nobody.
    pub username: String,
    /// The sub, made up for nobody.
    pub sub: String,
    /// The name as it was typed at the start.
    pub typed: String,
}

impl Person {
    /// Whom a typed name means.
    pub async fn find(at: At<'_>, typed: &str) -> Result<Self, Fault> {
        let found = lookup::find(&at.cx.services.store, at.pool, typed).await?;
        Ok(match found {
            Some(user) => Self::of(user, typed),
            None => {
                let imagined = lookup::imagined(at.cx, at.pool, typed);
                Self { user: None, username: imagined.username, sub: imagined.sub, typed: typed.to_owned() }
            }
        })
    }

    /// A user, by the name that was typed.
    pub fn of(user: User, typed: &str) -> Self {
        Self { username: user.username.clone(), sub: user.sub.clone(), typed: typed.to_owned(), user: Some(user) }
    }

    /// Whose wrong passwords are counted.
    pub fn subject(&self, at: At<'_>) -> String {
        lookup::subject(at.pool, self.user.as_ref(), &self.typed)
    }

    /// What the pool's functions are told of them.
    pub fn about<'a>(&'a self, at: At<'a>) -> EventContext<'a> {
        at.about(self.user.as_ref().map_or(EventSubject::Unknown(&self.username), EventSubject::User))
    }

    /// Lets the pool's function refuse the sign-in before anything is proven. It is told of nobody only where that is
    /// hidden from the client.
    pub async fn pre_authenticate(&self, at: At<'_>) -> Result<(), Fault> {
        if self.user.is_none() && !at.client.hides_users() {
            return Ok(());
        }
        at.cx.services.triggers.pre_authentication(self.about(at), at.validation).await
    }

    /// Fails where nobody is meant and the client may be told so.
    pub fn told(&self, at: At<'_>) -> Result<(), Fault> {
        if self.user.is_some() || at.client.hides_users() {
            return Ok(());
        }
        at.cx.count_failure();
        Err(Fault::user_not_found())
    }
}
