//! `/error`, and what is shown where something broke.

use super::visit::{plain_page, words};
use crate::fault::Fault;
use crate::oauth::PoolRequest;
use crate::web::Response;
use serde_json::json;

/// The longest name of a parameter that is repeated to the reader.
const MAX_PARAMETER: usize = 40;

/// Errors that the page explains, with the keys of their texts. Other text in the query is not shown: whoever made the
/// link could speak in this server's name.
const REASONS: [(&str, &str); 9] = [
    ("redirect_mismatch", "reason_redirect_mismatch"),
    ("unauthorized_client", "reason_unauthorized_client"),
    ("Client does not exist.", "reason_unknown_client"),
    ("Invalid state", "reason_invalid_state"),
    ("Invalid relayState from identity provider", "reason_invalid_relay_state"),
    ("An error was encountered with the requested page.", "reason_no_answer_of_provider"),
    ("option_unavailable", "option_unavailable"),
    ("invalid_user_code", "device_unknown_code"),
    ("invalid_logout_uri", "reason_logout_uri"),
];

pub fn answer(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let words = words(at);
    let query = &at.request.query;
    let is_name =
        |name: &&str| name.len() <= MAX_PARAMETER && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let reason = match (query.get("missing").filter(is_name), query.get("error")) {
        (Some(name), _) => {
            let key = if at.managed { "missing_parameter_managed" } else { "missing_parameter_classic" };
            words.with(key, &[("name", name.into())])
        }
        (None, Some(error)) => {
            let known = REASONS.into_iter().find(|(code, _)| *code == error);
            known.map(|(_, key)| words.text(key)).unwrap_or_default()
        }
        (None, None) => String::new(),
    };
    let code = query.get("error").filter(|error| REASONS.iter().any(|(code, _)| code == error));
    let context = json!({"title": words.text("error_title"), "reason": reason, "code": code});
    plain_page(at, 400, "error", context)
}

/// The page for a fault that nobody at the browser can do anything about. The log has the cause.
pub fn broken(at: PoolRequest<'_>, fault: &Fault) -> Response {
    tracing::error!(error = %fault, "a page failed");
    let words = words(at);
    let context = json!({"title": words.text("error_title"), "text": words.text("broken")});
    let page = plain_page(at, 500, "message", context).unwrap_or_else(|error| {
        tracing::error!(%error, "the page for errors failed, too");
        Response::new(500)
    });
    page.failing(fault.name().to_owned())
}
