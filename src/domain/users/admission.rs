//! Refuses calls from addresses that a pool blocks, and records that they came.

use super::decoy;
use crate::context::Context;
use crate::domain::events::{Event, Kind, record};
use crate::domain::protection;
use crate::domain::scope::Scope;
use crate::fault::Fault;
use crate::model::{Client, Pool, User};

/// Whoever a call names: a user of the pool, or a name that belongs to none.
#[derive(Clone, Copy)]
pub struct NamedUser<'a> {
    pub user: Option<&'a User>,
    /// The name as it was typed.
    pub name: &'a str,
}

/// Refuses calls from blocked addresses, and records it, for an unknown username too where that is hidden.
pub async fn admit(cx: &Context, pool: &Pool, client: &Client, caller: NamedUser<'_>, kind: Kind) -> Result<(), Fault> {
    let admitted = protection::admit(cx, pool, client).await;
    let Err(fault) = &admitted else { return admitted };
    let hidden = caller.user.is_none() && client.hides_users();
    let decoy_user = hidden.then(|| decoy::decoy_user(cx, pool, caller.name));
    if let (Some(user), Some(event)) = (caller.user.or(decoy_user.as_ref()), Event::failed(kind, fault)) {
        record(Scope::of_client(cx, pool, client), user, event).await;
    }
    admitted
}
