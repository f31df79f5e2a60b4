//! Where a rule acts: the call, the pool and, where one takes part, the app client.

use crate::clock::Timestamp;
use crate::context::Context;
use crate::keys::seal::Sealer;
use crate::model::{Client, Pool};
use crate::store::Store;
use crate::triggers::{EventContext, EventSubject, Triggers};

/// The call, its pool, and the app client it comes through; `None` for calls of administrators.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub cx: &'a Context,
    pub pool: &'a Pool,
    pub client: Option<&'a Client>,
}

impl<'a> Scope<'a> {
    /// A call that comes through an app client.
    pub fn of_client(cx: &'a Context, pool: &'a Pool, client: &'a Client) -> Self {
        Self { cx, pool, client: Some(client) }
    }

    /// A call of an administrator.
    pub fn of_admin(cx: &'a Context, pool: &'a Pool) -> Self {
        Self { cx, pool, client: None }
    }

    pub fn now(self) -> Timestamp {
        self.cx.now
    }

    pub fn store(self) -> &'a Store {
        &self.cx.services.store
    }

    pub fn sealer(self) -> &'a Sealer {
        &self.cx.services.keys.sealer
    }

    pub fn triggers(self) -> &'a Triggers {
        &self.cx.services.triggers
    }

    /// What every event of a trigger says of this call.
    pub fn event_context(self, who: EventSubject<'a>) -> EventContext<'a> {
        let Self { cx, pool, client } = self;
        EventContext { pool, client, who, metadata: &cx.metadata, request_id: &cx.request_id }
    }
}
