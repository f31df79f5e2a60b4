//! `/confirm` and `/resendcode`: the code of a sign-up. Who has just signed up, or has just shown the password, is
//! signed in by it.

use super::forgery;
use super::journey::{Step, go_on};
use super::page_data::{Destination, Sent, SignedUp, Stage, next_code, wait};
use super::visit::Visit;
use crate::domain::authorization::browser_session;
use crate::domain::scope::Scope;
use crate::domain::sign_in::sign_up::{self, ConfirmedSignUp};
use crate::domain::sign_in::{self, FirstFactor, Flow, SignInStart, UserAuthChoice, require};
use crate::domain::users::{passkeys, registration};
use crate::fault::Fault;
use crate::secret::Secret;
use crate::web::{Method, Response};
use serde_json::json;

const PATH: &str = "/confirm";
/// The longest code.
const MAX_CODE: usize = 32;

/// Goes to the page for a user who has typed name and password and whose account is not confirmed: if the password is
/// right, the code signs in.
pub async fn after_password(mut visit: Visit<'_>, username: &str, password: &Secret) -> Result<Response, Fault> {
    let session = match sign_up::after_password(visit.at.cx, &visit.client, username, password).await {
        Ok(session) => session,
        Err(fault) => return go_on(visit, Step { username, from: "/login" }, Err(fault)).await,
    };
    let waits = SignedUp {
        username: username.to_owned(),
        sub: String::new(),
        sent: None,
        has_code: true,
        session: Some(session),
        next_code: None,
    };
    visit.data.stage = Stage::Confirm(Box::new(waits));
    visit.go_to(PATH)
}

pub async fn answer(visit: Visit<'_>) -> Result<Response, Fault> {
    if visit.at.request.method == Method::Post && !forgery::is_genuine(visit.at) {
        return visit.unproven(PATH);
    }
    // From another browser, or too late: whoever has the code can enter it after signing in.
    let Stage::Confirm(waits) = &visit.data.stage else { return visit.go_to("/login") };
    let waits = SignedUp::clone(waits);
    match visit.at.request.method {
        Method::Post => post(visit, waits).await,
        _ => show(visit, &waits),
    }
}

fn show(visit: Visit<'_>, waits: &SignedUp) -> Result<Response, Fault> {
    let lead = match &waits.sent {
        _ if !waits.has_code => visit.text("administrator_confirms"),
        Some(sent) => sent_to(&visit, sent, "confirm_sent_by_email", "confirm_sent_by_sms"),
        None => visit.text("confirm_lead"),
    };
    let sent = waits.sent.as_ref();
    let context = json!({
        "lead": lead,
        "has_code": waits.has_code,
        "username": waits.username,
        "sub": waits.sub,
        "destination": sent.map(|sent| sent.destination.as_str()).unwrap_or_default(),
        "medium": sent.map(|sent| sent.medium.as_str()).unwrap_or_default(),
        "wait": wait(visit.at, waits.next_code),
    });
    visit.page(200, "confirm", context)
}

/// The sentence that says where a code went.
pub fn sent_to(visit: &Visit<'_>, sent: &Sent, by_mail: &'static str, by_sms: &'static str) -> String {
    let key = if sent.medium == "EMAIL" { by_mail } else { by_sms };
    visit.text_with(key, &[("destination", sent.destination.as_str().into())])
}

async fn post(mut visit: Visit<'_>, waits: SignedUp) -> Result<Response, Fault> {
    let cx = visit.at.cx;
    let code: String = visit.field("code", MAX_CODE).chars().filter(|c| !c.is_whitespace()).collect();
    if code.is_empty() {
        let text = visit.text("missing_code");
        return visit.go_with_error(PATH, text);
    }
    let confirmed = match registration::confirm(cx, &visit.client, &waits.username, &code, false).await {
        Ok(confirmed) => confirmed,
        Err(fault) => return failed(visit, fault),
    };
    visit.data.stage = Stage::Start;
    let username = waits.username.as_str();
    visit.data.username = username.to_owned();
    let session = match waits.session.as_deref() {
        Some(session) => {
            let scope = Scope::of_client(cx, &confirmed.pool, &visit.client);
            let sign_up = ConfirmedSignUp { user: &confirmed.user, contact: confirmed.contact, session: Some(session) };
            sign_up::confirmed(scope, &visit.client, sign_up).await?
        }
        None => None,
    };
    let Some(session) = session else {
        let text = visit.text("confirmed_sign_in");
        return visit.go_with_info("/login", text);
    };
    if offers_passkey(&visit) && visit.data.destination == Destination::App {
        visit.data.destination = Destination::OfferPasskey;
    }
    let choice = UserAuthChoice { session: Some(session), ..UserAuthChoice::default() };
    let start = SignInStart {
        username,
        device: None,
        validation: None,
        level: visit.request.level,
        first: FirstFactor::UserAuth(choice),
    };
    let outcome = sign_in::begin(cx, &visit.client, start).await;
    go_on(visit, Step { username, from: "/login" }, outcome).await
}

/// Whether a new user is offered a passkey: where the pool uses them, this client can sign in with them, and the
/// browser stays signed in so that there is somebody to add it to.
fn offers_passkey(visit: &Visit<'_>) -> bool {
    let pool = visit.at.pool;
    visit.at.managed
        && passkeys::enabled(pool)
        && passkeys::relying_party(visit.at.cx, pool).is_some()
        && require(&visit.client, Flow::UserAuth).is_ok()
        && !browser_session::validity(pool, &visit.client).is_zero()
}

fn failed(visit: Visit<'_>, fault: Fault) -> Result<Response, Fault> {
    let failing = fault.name().to_owned();
    let text = visit.explain(fault)?;
    Ok(visit.go_with_error(PATH, text)?.failing(failing))
}

/// `/resendcode`: a new code.
pub async fn resend(mut visit: Visit<'_>) -> Result<Response, Fault> {
    if visit.at.request.method != Method::Post || !forgery::is_genuine(visit.at) {
        return visit.unproven(PATH);
    }
    let Stage::Confirm(waits) = &visit.data.stage else { return visit.go_to("/login") };
    let mut waits = SignedUp::clone(waits);
    if let seconds @ 1.. = wait(visit.at, waits.next_code) {
        let text = visit.text_with("resend_wait", &[("time", format!("0:{seconds:02}").as_str().into())]);
        return visit.go_with_error(PATH, text);
    }
    match registration::resend(visit.at.cx, &visit.client, &waits.username).await {
        Ok(delivered) => (waits.sent, waits.next_code) = (Some(delivered.into()), next_code(visit.at)),
        Err(fault) => return failed(visit, fault),
    }
    visit.data.stage = Stage::Confirm(Box::new(waits));
    let text = visit.text("code_sent_again");
    visit.go_with_info(PATH, text)
}
