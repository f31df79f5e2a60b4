//! `/forgotPassword` and `/confirmforgotPassword`: a new password by a code.

use super::confirm::sent_to;
use super::login::{MAX_NAME, MAX_PASSWORD, name_field};
use super::page_data::{Forgotten, Stage, next_code, wait};
use super::visit::Visit;
use super::{attributes, forgery};
use crate::domain::users::recovery;
use crate::fault::Fault;
use crate::web::{Method, Response};
use serde_json::json;

const PATH: &str = "/forgotPassword";
const CONFIRM: &str = "/confirmforgotPassword";
/// The longest code.
const MAX_CODE: usize = 32;

/// `/forgotPassword`: asks whose password it is, and sends the code.
pub async fn answer(mut visit: Visit<'_>) -> Result<Response, Fault> {
    if !visit.can_recover() {
        let text = visit.text("recovery_closed");
        return visit.go_with_error("/login", text);
    }
    if visit.at.request.method != Method::Post {
        let context = json!({"name_field": name_field(&visit), "username": visit.data.username});
        return visit.page(200, "forgot", context);
    }
    if !forgery::is_genuine(visit.at) {
        return visit.unproven(PATH);
    }
    let username = visit.field("username", MAX_NAME).trim().to_owned();
    visit.data.username.clone_from(&username);
    if username.is_empty() {
        let text = visit.text("missing_answer");
        return visit.go_with_error(PATH, text);
    }
    if let Stage::Reset(before) = &visit.data.stage
        && before.username == username
        && let seconds @ 1.. = wait(visit.at, before.next_code)
    {
        let text = visit.text_with("resend_wait", &[("time", format!("0:{seconds:02}").as_str().into())]);
        return visit.go_with_error(CONFIRM, text);
    }
    match recovery::forgot(visit.at.cx, &visit.client, &username).await {
        Ok(delivered) => {
            visit.data.stage =
                Stage::Reset(Box::new(Forgotten { username, sent: delivered.into(), next_code: next_code(visit.at) }));
            visit.go_to(CONFIRM)
        }
        Err(fault) => failed(visit, PATH, fault),
    }
}

/// `/confirmforgotPassword`: takes the code and the new password.
pub async fn confirm(mut visit: Visit<'_>) -> Result<Response, Fault> {
    if visit.at.request.method == Method::Post && !forgery::is_genuine(visit.at) {
        return visit.unproven(CONFIRM);
    }
    let Stage::Reset(waits) = &visit.data.stage else {
        let path = if visit.can_recover() { PATH } else { "/login" };
        return visit.go_to(path);
    };
    let waits = Forgotten::clone(waits);
    if visit.at.request.method != Method::Post {
        let context = json!({
            "lead": sent_to(&visit, &waits.sent, "reset_sent_by_email", "reset_sent_by_sms"),
            "username": waits.username,
            "destination": waits.sent.destination,
            "medium": waits.sent.medium,
            "wait": wait(visit.at, waits.next_code),
            "policy": attributes::password_rules(&visit),
        });
        return visit.page(200, "confirmforgot", context);
    }
    let code: String = visit.field("code", MAX_CODE).chars().filter(|c| !c.is_whitespace()).collect();
    let password = visit.field("password", MAX_PASSWORD);
    let repeated = visit.at.request.form.raw("confirmPassword");
    let mistake = match repeated {
        _ if code.is_empty() => Some("missing_code"),
        _ if password.is_empty() => Some("missing_answer"),
        Some(repeated) if repeated != password => Some("passwords_differ"),
        _ => None,
    };
    if let Some(key) = mistake {
        let text = visit.text(key);
        return visit.go_with_error(CONFIRM, text);
    }
    match recovery::confirm(visit.at.cx, &visit.client, &waits.username, &code, password).await {
        Ok(()) => {
            visit.data.stage = Stage::Start;
            visit.data.username = waits.username;
            let text = visit.text("password_changed");
            visit.go_with_info("/login", text)
        }
        Err(fault) => failed(visit, CONFIRM, fault),
    }
}

fn failed(visit: Visit<'_>, path: &str, fault: Fault) -> Result<Response, Fault> {
    let failing = fault.name().to_owned();
    let text = visit.explain(fault)?;
    Ok(visit.go_with_error(path, text)?.failing(failing))
}
