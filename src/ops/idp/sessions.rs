//! Tracked sessions.

use crate::context::Context;
use crate::domain::tokens::{self, sessions};
use crate::domain::users::lookup;
use crate::domain::{pools, pools::sessions as settings};
use crate::fault::Fault;
use crate::model::{SessionKind, SessionTracking, UserSession};
use crate::ops::paging;
use crate::shapes::idp::*;

/// Sessions of one page.
const PAGE: usize = 125;

/// `GetUserPoolSessionConfiguration`: off and 20 if it was never set.
pub async fn get_user_pool_session_configuration(
    cx: &Context,
    input: GetUserPoolSessionConfigurationRequest,
) -> Result<GetUserPoolSessionConfigurationResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let tracking = pool.sessions.unwrap_or_default();
    Ok(GetUserPoolSessionConfigurationResponse {
        user_pool_id: Some(input.user_pool_id),
        user_session_tracking: Some(if tracking.on {
            UserSessionTrackingType::Enabled
        } else {
            UserSessionTrackingType::Disabled
        }),
        token_session: Some(UserPoolTokenSessionConfigType { max_per_user: tracking.max_per_user.into() }),
    })
}

/// `SetUserPoolSessionConfiguration`: replaces the setting.
pub async fn set_user_pool_session_configuration(
    cx: &Context,
    input: SetUserPoolSessionConfigurationRequest,
) -> Result<SetUserPoolSessionConfigurationResponse, Fault> {
    let max_per_user = u8::try_from(input.token_session.max_per_user)
        .map_err(|_| Fault::invalid("MaxPerUser must be from 1 to 100."))?;
    let tracking =
        SessionTracking { on: input.user_session_tracking == UserSessionTrackingType::Enabled, max_per_user };
    settings::set(cx, &input.user_pool_id, tracking).await?;
    Ok(SetUserPoolSessionConfigurationResponse {
        user_pool_id: Some(input.user_pool_id),
        user_session_tracking: Some(input.user_session_tracking),
        token_session: Some(input.token_session),
    })
}

/// `GetUserPoolClientSessionConfiguration`: 60 minutes if it was never set.
pub async fn get_user_pool_client_session_configuration(
    cx: &Context,
    input: GetUserPoolClientSessionConfigurationRequest,
) -> Result<GetUserPoolClientSessionConfigurationResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let client = pools::client_of(&cx.services.store, &pool, &input.client_id).await?;
    let max_validity_minutes = client.sso_minutes.unwrap_or(settings::SSO_MINUTES);
    Ok(GetUserPoolClientSessionConfigurationResponse {
        user_pool_id: Some(input.user_pool_id),
        client_id: Some(input.client_id),
        sso_session: Some(ClientSSOSessionConfigType { max_validity_minutes }),
    })
}

/// `SetUserPoolClientSessionConfiguration`: replaces the setting.
pub async fn set_user_pool_client_session_configuration(
    cx: &Context,
    input: SetUserPoolClientSessionConfigurationRequest,
) -> Result<SetUserPoolClientSessionConfigurationResponse, Fault> {
    settings::set_client(cx, &input.user_pool_id, &input.client_id, input.sso_session.max_validity_minutes).await?;
    Ok(SetUserPoolClientSessionConfigurationResponse {
        user_pool_id: Some(input.user_pool_id),
        client_id: Some(input.client_id),
        sso_session: Some(input.sso_session),
    })
}

/// `ListUserSessions` (unsigned): the sessions of the token's user.
pub async fn list_user_sessions(
    cx: &Context,
    input: ListUserSessionsRequest,
) -> Result<ListUserSessionsResponse, Fault> {
    let current = tokens::verify_access_token(cx, &input.access_token).await?;
    let found = sessions::list(cx, &current.pool, &current.user).await?;
    let call = ["ListUserSessions", &current.pool.id, &current.user.sub];
    let (page, next_token) = page(cx, &call, found, input.next_token.as_deref())?;
    let shown = page.into_iter().map(|session| {
        let is_current = sessions::is_current(&session, current.origin.as_deref());
        view(session, is_current)
    });
    Ok(ListUserSessionsResponse { sessions: Some(shown.collect()), next_token })
}

/// `AdminListUserSessions`.
pub async fn admin_list_user_sessions(
    cx: &Context,
    input: AdminListUserSessionsRequest,
) -> Result<AdminListUserSessionsResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let user = lookup::known(&cx.services.store, &pool, &input.username).await?;
    let found = sessions::list(cx, &pool, &user).await?;
    let (page, next_token) =
        page(cx, &["AdminListUserSessions", &pool.id, &user.sub], found, input.next_token.as_deref())?;
    let shown = page.into_iter().map(|session| view(session, false));
    Ok(AdminListUserSessionsResponse { sessions: Some(shown.collect()), next_token })
}

/// `RevokeUserSession` (unsigned): ends another session of the token's user.
pub async fn revoke_user_session(
    cx: &Context,
    input: RevokeUserSessionRequest,
) -> Result<RevokeUserSessionResponse, Fault> {
    let current = tokens::verify_access_token(cx, &input.access_token).await?;
    sessions::revoke_other(cx, &current, &input.session_id, is_linked(input.revoke_associated_sessions)).await?;
    Ok(RevokeUserSessionResponse {})
}

/// `AdminRevokeUserSession`.
pub async fn admin_revoke_user_session(
    cx: &Context,
    input: AdminRevokeUserSessionRequest,
) -> Result<AdminRevokeUserSessionResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let user = lookup::known(&cx.services.store, &pool, &input.username).await?;
    sessions::revoke(cx, &pool, &user, &input.session_id, is_linked(input.revoke_associated_sessions)).await?;
    Ok(AdminRevokeUserSessionResponse {})
}

/// Whether what hangs together with a session ends with it.
pub(super) fn is_linked(asked: Option<RevokeAssociatedSessionsType>) -> bool {
    asked == Some(RevokeAssociatedSessionsType::Linked)
}

fn page(
    cx: &Context,
    call: &[&str],
    found: Vec<UserSession>,
    token: Option<&str>,
) -> Result<(Vec<UserSession>, Option<String>), Fault> {
    let start: usize =
        paging::after_text(cx, call, token)?.map_or(Ok(0), |text| text.parse()).map_err(Fault::internal)?;
    let end = start.saturating_add(PAGE);
    let next = (found.len() > end).then(|| end.to_string());
    Ok((found.into_iter().skip(start).take(PAGE).collect(), paging::token(cx, call, next)?))
}

fn view(session: UserSession, is_current: bool) -> SessionDescriptionType {
    let session_type = match session.kind {
        SessionKind::Token => SessionTypeType::Token,
        SessionKind::Sso => SessionTypeType::Sso,
    };
    SessionDescriptionType {
        session_id: Some(session.id),
        session_type: Some(session_type),
        client_id: Some(session.client_id),
        create_date: Some(session.created),
        last_active_date: Some(session.active),
        device_type: Some(session.agent),
        last_ip_address: Some(session.address),
        // There is no database of places.
        last_location: None,
        origin_session_id: session.parent,
        is_current_session: Some(is_current),
    }
}
