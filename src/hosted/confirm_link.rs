//! `/confirmUser`: the link in a mail that confirms a sign-up (`CONFIRM_WITH_LINK`).

use super::visit::{plain_page, words};
use crate::domain::pools;
use crate::domain::users::registration;
use crate::fault::{Cause, Fault};
use crate::model::Client;
use crate::oauth::PoolRequest;
use crate::web::Response;
use serde_json::json;
use std::sync::Arc;

/// The longest value that is looked at, in bytes.
const MAX_VALUE: usize = 2048;

/// Confirms the sign-up and says so.
pub async fn answer(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let part = |name: &str| at.request.query.get(name).filter(|value| value.len() <= MAX_VALUE);
    let parts = (part("client_id"), part("user_name"), part("confirmation_code"));
    let (Some(client_id), Some(username), Some(code)) = parts else {
        return message(at, 400, ("link_incomplete", "link_incomplete_text"), None);
    };
    let client = match pools::client_of(&at.cx.services.store, at.pool, client_id).await {
        Ok(client) => client,
        Err(fault) if fault.is_modelled() => return message(at, 400, ("link_used", "link_used_text"), None),
        Err(fault) => return Err(fault),
    };
    match registration::confirm(at.cx, &client, username, code, false).await {
        Ok(_) => message(at, 200, ("link_confirmed", "link_confirmed_text"), way_back(at, &client)),
        // The account is confirmed, but a function of the pool failed after it; its message is meant for people.
        Err(fault) if matches!(fault.cause(), Cause::Trigger | Cause::TriggerUnavailable) => {
            let title = words(at).text("error_title");
            plain_page(at, 400, "message", json!({"title": title, "text": fault.message()}))
        }
        Err(fault) if !fault.is_modelled() => Err(fault),
        Err(fault) => {
            let failing = fault.name().to_owned();
            Ok(message(at, 400, ("link_used", "link_used_text"), None)?.failing(failing))
        }
    }
}

/// The app's address, if the link has it and the client is registered with it.
fn way_back(at: PoolRequest<'_>, client: &Arc<Client>) -> Option<String> {
    let named = at.request.query.get("redirect_uri")?;
    let is_web = named.starts_with("https://") || named.starts_with("http://");
    let registered = client.settings.callback_urls.iter().flatten().any(|uri| uri == named);
    (is_web && registered).then(|| named.to_owned())
}

fn message(
    at: PoolRequest<'_>,
    status: u16,
    (title, text): (&str, &str),
    link: Option<String>,
) -> Result<Response, Fault> {
    let words = words(at);
    let context = json!({"title": words.text(title), "text": words.text(text), "link": link});
    plain_page(at, status, "message", context)
}
