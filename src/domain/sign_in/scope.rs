//! Where a sign-in happens.

use crate::context::Context;
use crate::domain::scope::Scope;
use crate::model::{Client, Pool};
use crate::triggers::{EventContext, EventSubject, Texts};

/// The call, the pool, the app client that has proven itself, and what the client told the pool's functions.
#[derive(Clone, Copy)]
pub struct SignInScope<'a> {
    pub cx: &'a Context,
    pub pool: &'a Pool,
    pub client: &'a Client,
    /// `ClientMetadata` of InitiateAuth, which PreAuthentication gets as `validationData`.
    pub validation: Option<&'a Texts>,
    /// The authentication level, 1 to 4, that the sign-in should reach where the user can (`acr_values`).
    pub level: Option<u8>,
}

impl<'a> SignInScope<'a> {
    pub fn new(cx: &'a Context, pool: &'a Pool, client: &'a Client) -> Self {
        Self { cx, pool, client, validation: None, level: None }
    }

    /// The same place for rules that know nothing of sign-ins.
    pub fn scope(self) -> Scope<'a> {
        Scope::of_client(self.cx, self.pool, self.client)
    }

    /// What the pool's functions are told of someone.
    pub fn event_context(self, who: EventSubject<'a>) -> EventContext<'a> {
        self.scope().event_context(who)
    }
}
