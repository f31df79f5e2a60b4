//! `/device`: the user of a device without a browser types the code that it shows (RFC 8628 section 3.3), signs in, and
//! then says whether the device may.

use super::forgery;
use super::visit::{form_page, plain_page, words};
use crate::domain::authorization::device_grants::{decide, waiting};
use crate::fault::Fault;
use crate::oauth::{DEVICE_CODE, DeviceConsent, PoolRequest};
use crate::web::{Method, Parameters, Response};
use serde_json::json;

/// The longest code that is filled in, in characters.
const LONGEST: usize = 32;
/// What went wrong with a code, in the query of the page that says so, and the keys of the texts.
const PROBLEMS: [(&str, &str); 2] = [("unknown", "device_unknown_code"), ("later", "too_many_requests")];

pub async fn answer(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let confirms = at.request.path == "/device/confirm";
    match at.request.method {
        Method::Post if !forgery::is_genuine(at) => {
            Ok(Response::redirect(at.url(&at.request.path)).failing("forged_request"))
        }
        Method::Post if confirms => decided(at).await,
        Method::Post => typed(at).await,
        Method::Get if confirms => ask(at).await,
        Method::Get => form(at),
        Method::Other => Ok(Response::new(405).with("Allow", "GET, HEAD, POST")),
    }
}

/// The form for the code.
fn form(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let shown = at.request.query.get("user_code").filter(|code| code.chars().count() <= LONGEST).unwrap_or_default();
    let problem = PROBLEMS.into_iter().find(|(name, _)| at.request.query.get("problem") == Some(name));
    let error = problem.map(|(_, key)| words(at).text(key));
    form_page(at, "device", json!({"user_code": shown, "error": error}))
}

/// Goes on to the sign-in for the device with the code that was typed.
async fn typed(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let code = at.request.form.raw("user_code").unwrap_or_default();
    let back = |problem: &str| {
        let query = Parameters::default().with("problem", problem).encode();
        Response::redirect(at.url(&format!("/device?{query}"))).failing("invalid_user_code")
    };
    let found = match waiting(at.cx, at.pool, code).await {
        Err(fault) if fault.is_modelled() => return Ok(back("later")),
        found => found?,
    };
    let Some(found) = found else { return Ok(back("unknown")) };
    let query = Parameters::default()
        .with("response_type", DEVICE_CODE)
        .with("client_id", found.client_id)
        .with("user_code", code);
    Ok(Response::redirect(at.url(&format!("/oauth2/authorize?{}", query.encode()))))
}

/// Asks the user who has signed in whether they mean this device.
async fn ask(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let Some(consent) = DeviceConsent::of(at) else { return Ok(Response::redirect(at.url("/device"))) };
    let granted = consent.granted()?;
    let found = match waiting(at.cx, at.pool, &consent.user_code).await {
        Err(fault) if fault.is_modelled() => None,
        found => found?,
    };
    let Some(found) = found else {
        let back = Response::redirect(at.url("/device?problem=unknown"));
        return Ok(DeviceConsent::forget(at, back));
    };
    let client = crate::domain::pools::client_of(&at.cx.services.store, at.pool, &found.client_id).await?;
    let app = client.settings.client_name.clone().unwrap_or_else(|| client.id.clone());
    let words = words(at);
    let lead = words.with("device_confirm_lead", &[("app", app.as_str().into())]);
    let account = words.with("device_account", &[("name", granted.username.as_str().into())]);
    form_page(at, "device_confirm", json!({"lead": lead, "account": account, "user_code": consent.user_code}))
}

/// Keeps what the user said.
async fn decided(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let Some(consent) = DeviceConsent::of(at) else { return Ok(Response::redirect(at.url("/device"))) };
    let said = |name: &str| at.request.form.raw(name).is_some();
    let allows = said("allow") && !said("refuse");
    let granted = consent.granted()?;
    let waited = decide(at.cx, at.pool, &consent.user_code, Some(&granted).filter(|_| allows)).await?;
    let (title, text) = match (waited, allows) {
        (false, _) => ("error_title", "device_unknown_code"),
        (true, true) => ("device_done", "device_done_text"),
        (true, false) => ("device_refused", "device_refused_text"),
    };
    let words = words(at);
    let context = json!({"title": words.text(title), "text": words.text(text), "link": null});
    let status = if waited { 200 } else { 400 };
    Ok(DeviceConsent::forget(at, plain_page(at, status, "message", context)?))
}
