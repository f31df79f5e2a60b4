//! Feedback on events: users and administrators say whether it was the user, or someone else.

use super::require_on;
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::model::{AuthEvent, Pool, User};
use crate::shapes::idp::{EventFeedbackType, FeedbackValueType};
use crate::store::auth_events;
use crate::store::auth_events::EventOwner;

/// The token that lets its holder give feedback on this one event.
pub(super) fn token(cx: &Context, pool: &Pool, sub: &str, event: &AuthEvent) -> Result<String, Fault> {
    cx.services.keys.sealer.seal_text(Purpose::Feedback, &bound(&[&pool.id, &event.id]), &sub)
}

/// Feedback on an event.
pub struct Feedback<'a> {
    pub event_id: &'a str,
    pub value: FeedbackValueType,
}

/// Feedback of an administrator (Cognito: AdminUpdateAuthEventFeedback).
pub async fn by_admin(cx: &Context, pool: &Pool, user: &User, feedback: Feedback<'_>) -> Result<(), Fault> {
    require_on(pool)?;
    give(cx, pool, &user.sub, feedback, "Admin").await
}

/// Feedback of the user whom the call names, if there is one, by the token that was sent with the event (Cognito:
/// UpdateAuthEventFeedback). The token must be theirs. Without a valid one the answer says nothing about name or event.
pub async fn by_user(
    cx: &Context,
    pool: &Pool,
    user: Option<&User>,
    feedback: Feedback<'_>,
    token: &str,
) -> Result<(), Fault> {
    require_on(pool)?;
    cx.check_address()?;
    let opened =
        cx.services.keys.sealer.open_text::<String>(Purpose::Feedback, &bound(&[&pool.id, feedback.event_id]), token);
    let sub = opened.ok().filter(|sub| user.is_some_and(|user| user.sub == *sub)).ok_or_else(|| {
        cx.count_failure();
        Fault::not_authorized("Invalid feedback token.")
    })?;
    give(cx, pool, &sub, feedback, "User").await
}

async fn give(cx: &Context, pool: &Pool, sub: &str, feedback: Feedback<'_>, provider: &str) -> Result<(), Fault> {
    let unknown = || Fault::not_found("Auth event does not exist.");
    let at = crate::rng::moment_of(feedback.event_id).ok_or_else(unknown)?;
    let event_id = feedback.event_id;
    let given = EventFeedbackType {
        feedback_value: feedback.value,
        provider: provider.to_owned(),
        feedback_date: Some(cx.now),
    };
    cx.services
        .store
        .transact(async |tx| {
            let owner = EventOwner { pool_id: &pool.id, sub };
            let changed =
                auth_events::change(tx, owner, event_id, at, |event| event.feedback = Some(given.clone())).await?;
            changed.map(|_| ()).ok_or_else(unknown)
        })
        .await
}
