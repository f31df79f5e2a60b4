//! `/signup`: an account of one's own.

use super::attributes;
use super::forgery;
use super::journey::{Step, go_on};
use super::login::{MAX_NAME, MAX_PASSWORD, name_field};
use super::page_data::{PageData, SignedUp, Stage, next_code};
use super::visit::Visit;
use crate::domain::branding::terms;
use crate::domain::scope::Scope;
use crate::domain::sign_in::{self, FirstFactor, Flow, SignInStart, require};
use crate::domain::users::Attributes;
use crate::domain::users::registration::{self, SignUp};
use crate::fault::Fault;
use crate::secret::Secret;
use crate::shapes::idp::UserStatusType as Status;
use crate::web::{Method, Response};
use serde_json::{Value, json};

const PATH: &str = "/signup";
/// Where the links to the two documents stand in their sentence, until it is cut there.
const TERMS_MARK: &str = "\u{e000}";
const PRIVACY_MARK: &str = "\u{e001}";

pub async fn answer(visit: Visit<'_>) -> Result<Response, Fault> {
    if !visit.can_sign_up() {
        let text = visit.text("sign_up_closed");
        return visit.go_with_error("/login", text);
    }
    match visit.at.request.method {
        Method::Post if !forgery::is_genuine(visit.at) => visit.unproven(PATH),
        Method::Post => post(visit).await,
        _ => {
            let context = context(&visit, "", &Attributes::new()).await?;
            visit.page(200, "signup", context)
        }
    }
}

/// Whether an account can do without a password: the pool lets users in by other means, and so does the client.
fn is_passwordless(visit: &Visit<'_>) -> bool {
    visit.at.managed && visit.at.pool.is_passwordless() && require(&visit.client, Flow::UserAuth).is_ok()
}

async fn context(visit: &Visit<'_>, username: &str, typed: &Attributes) -> Result<Value, Fault> {
    Ok(json!({
        "name_field": name_field(visit),
        "username": username,
        "attributes": attributes::missing(visit, &attributes::of_sign_up(visit), typed),
        "policy": attributes::password_rules(visit),
        "password_optional": is_passwordless(visit),
        "terms": terms_sentence(visit).await?,
    }))
}

/// The sentence on the client's legal documents in its pieces around their links, where it has both.
async fn terms_sentence(visit: &Visit<'_>) -> Result<Option<Value>, Fault> {
    let (terms, privacy) = (link(visit, "terms-of-use").await?, link(visit, "privacy-policy").await?);
    let (Some(terms), Some(privacy)) = (terms, privacy) else { return Ok(None) };
    // Languages differ in which of the two they name first.
    let sentence = visit.text_with("terms", &[("terms", TERMS_MARK.into()), ("privacy", PRIVACY_MARK.into())]);
    let pieces =
        sentence.split_inclusive([TERMS_MARK, PRIVACY_MARK].map(|mark| mark.chars().next().unwrap_or_default()));
    let pieces = pieces.map(|piece| {
        let (text, link) = match (piece.strip_suffix(TERMS_MARK), piece.strip_suffix(PRIVACY_MARK)) {
            (Some(text), _) => (text, Some((terms.as_str(), "terms_of_use"))),
            (None, Some(text)) => (text, Some((privacy.as_str(), "privacy_policy"))),
            (None, None) => (piece, None),
        };
        json!({"text": text, "url": link.map(|(url, _)| url), "label": link.map(|(_, key)| visit.text(key))})
    });
    Ok(Some(pieces.collect()))
}

/// The address of a legal document of the client; on managed login alone, as at Cognito.
async fn link(visit: &Visit<'_>, name: &str) -> Result<Option<String>, Fault> {
    if !visit.at.managed {
        return Ok(None);
    }
    let found = terms::of_client(&visit.at.cx.services.store, visit.at.pool, &visit.client.id, name).await;
    match found {
        Ok(terms) => Ok(terms::link_in(&terms, visit.words().tag())),
        Err(fault) if fault.is_modelled() => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn post(mut visit: Visit<'_>) -> Result<Response, Fault> {
    let username = visit.field("username", MAX_NAME).trim();
    let password = visit.field("password", MAX_PASSWORD);
    let given = attributes::given(&visit);
    let repeated = visit.at.request.form.raw("confirmPassword");
    let context = context(&visit, username, &given).await?;
    if repeated.is_some_and(|repeated| repeated != password) {
        let text = visit.text("passwords_differ");
        return visit.page_with_error("signup", context, text);
    }
    if username.is_empty() || (password.is_empty() && !is_passwordless(&visit)) {
        let text = visit.text("missing_answer");
        return visit.page_with_error("signup", context, text);
    }
    let password = Some(Secret::new(password)).filter(|password| !password.reveal().is_empty());
    let person =
        SignUp { username: username.to_owned(), password: password.clone(), attributes: given, validation: None };
    let registered = match registration::sign_up(visit.at.cx, &visit.client, person).await {
        Ok(registered) => registered,
        Err(fault) => {
            let failing = fault.name().to_owned();
            let text = visit.explain(fault)?;
            return Ok(visit.page_with_error("signup", context, text)?.failing(failing));
        }
    };
    let destination = visit.data.destination;
    visit.data = PageData::going_to(destination);
    visit.data.username = username.to_owned();
    if registered.user.status == Status::Confirmed {
        return sign_in_at_once(visit, username, password).await;
    }
    let scope = Scope::of_client(visit.at.cx, &registered.pool, &visit.client);
    let session = sign_in::sign_up::begun_on_page(scope, &visit.client, &registered.user)?;
    let waits = SignedUp {
        username: username.to_owned(),
        sub: registered.user.sub,
        has_code: registered.delivered.is_some(),
        sent: registered.delivered.map(Into::into),
        session: Some(session),
        next_code: next_code(visit.at),
    };
    visit.data.stage = Stage::Confirm(Box::new(waits));
    visit.go_to("/confirm")
}

/// A function of the pool confirmed the account: its password signs in.
async fn sign_in_at_once(visit: Visit<'_>, username: &str, password: Option<Secret>) -> Result<Response, Fault> {
    let Some(password) = password else {
        let text = visit.text("confirmed_sign_in");
        return visit.go_with_info("/login", text);
    };
    let first = FirstFactor::Password(password);
    let start = SignInStart { username, device: None, validation: None, level: visit.request.level, first };
    let outcome = sign_in::begin(visit.at.cx, &visit.client, start).await;
    go_on(visit, Step { username, from: "/login" }, outcome).await
}
