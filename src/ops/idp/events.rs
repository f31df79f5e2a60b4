//! Auth events.

use crate::context::Context;
use crate::domain::events::{self, feedback, feedback::Feedback};
use crate::domain::pools;
use crate::domain::users::lookup;
use crate::fault::Fault;
use crate::model::AuthEvent;
use crate::ops::paging;
use crate::shapes::idp::*;

fn shown(event: AuthEvent) -> AuthEventType {
    AuthEventType {
        event_id: Some(event.id),
        event_type: Some(event.kind),
        creation_date: Some(event.at),
        event_response: Some(event.response),
        event_risk: Some(event.risk),
        challenge_responses: Some(event.challenges),
        event_context_data: Some(event.context),
        event_feedback: event.feedback,
    }
}

/// `AdminListUserAuthEvents`: newest first.
pub async fn admin_list_user_auth_events(
    cx: &Context,
    input: AdminListUserAuthEventsRequest,
) -> Result<AdminListUserAuthEventsResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let user = lookup::known(&cx.services.store, &pool, &input.username).await?;
    let call = ["AdminListUserAuthEvents", &pool.id, &user.sub];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let (found, last) = events::list(cx, &pool, &user, after.as_deref(), paging::limit(input.max_results)).await?;
    Ok(AdminListUserAuthEventsResponse {
        auth_events: Some(found.into_iter().map(shown).collect()),
        next_token: paging::token(cx, &call, last)?,
    })
}

/// `AdminUpdateAuthEventFeedback`.
pub async fn admin_update_auth_event_feedback(
    cx: &Context,
    input: AdminUpdateAuthEventFeedbackRequest,
) -> Result<AdminUpdateAuthEventFeedbackResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let given = Feedback { event_id: &input.event_id, value: input.feedback_value };
    let user = lookup::known(&cx.services.store, &pool, &input.username).await?;
    feedback::by_admin(cx, &pool, &user, given).await?;
    Ok(AdminUpdateAuthEventFeedbackResponse {})
}

/// `UpdateAuthEventFeedback` (unsigned): by the token sent with the event.
pub async fn update_auth_event_feedback(
    cx: &Context,
    input: UpdateAuthEventFeedbackRequest,
) -> Result<UpdateAuthEventFeedbackResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let given = Feedback { event_id: &input.event_id, value: input.feedback_value };
    let user = lookup::find(&cx.services.store, &pool, &input.username).await?;
    feedback::by_user(cx, &pool, user.as_ref(), given, &input.feedback_token).await?;
    Ok(UpdateAuthEventFeedbackResponse {})
}
