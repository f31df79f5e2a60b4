//! `/login`: name and password, or the name first where the client lets its users choose how to go on.

use super::journey::{Step, go_on};
use super::page_data::{Destination, Stage};
use super::visit::Visit;
use super::{challenge_view, confirm, forgery, providers};
use crate::domain::sign_in::{self, FirstFactor, Flow, OfferedPasskey, SignInStart, UserAuthChoice, require};
use crate::fault::{Cause, Fault};
use crate::oauth;
use crate::secret::Secret;
use crate::shapes::idp::UsernameAttributeType as Login;
use crate::web::{Method, Response};
use serde_json::{Value, json};

/// The longest name that can be typed, in characters.
pub const MAX_NAME: usize = 128;
/// The longest password.
pub const MAX_PASSWORD: usize = 256;
/// The longest credential of a passkey, and of what goes with it.
const MAX_CREDENTIAL: usize = 16 * 1024;

/// What a sign-in begins with on the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    NameAndPassword,
    /// The name; then a factor of the user's choice.
    Name,
    /// The name; then what the pool's functions ask.
    Functions,
}

pub async fn answer(visit: Visit<'_>) -> Result<Response, Fault> {
    match visit.at.request.method {
        Method::Post if !forgery::is_genuine(visit.at) => visit.unproven("/login"),
        Method::Post => post(visit).await,
        _ => show(visit).await,
    }
}

fn beginning(visit: &Visit<'_>) -> Beginning {
    let may = |flow| require(&visit.client, flow).is_ok();
    let otherwise = [Flow::UserPassword, Flow::AdminPassword, Flow::Srp, Flow::UserAuth];
    if may(Flow::Custom) && !otherwise.into_iter().any(may) {
        Beginning::Functions
    } else if visit.at.managed && may(Flow::UserAuth) {
        Beginning::Name
    } else {
        Beginning::NameAndPassword
    }
}

/// What people type as their name here: the key of its label, and the field's type.
pub fn name_field(visit: &Visit<'_>) -> Value {
    let logins = visit.at.pool.username_attributes.as_deref().unwrap_or_default();
    let (key, kind) = match logins {
        [Login::Email] => ("email", "email"),
        [Login::PhoneNumber] => ("phone_number", "tel"),
        [] => ("username", "text"),
        _ => ("email_or_phone_number", "text"),
    };
    let label = visit.text(match key {
        "email" => "name_email",
        "phone_number" => "name_phone_number",
        "email_or_phone_number" => "name_email_or_phone_number",
        _ => "name_username",
    });
    let placeholder = if kind == "email" { "name@host.com" } else { label.as_str() };
    json!({"key": key, "type": kind, "label": label, "placeholder": placeholder})
}

async fn show(visit: Visit<'_>) -> Result<Response, Fault> {
    let at = visit.at;
    if visit.request.provider.as_deref().is_some_and(|named| named != oauth::POOL) {
        return Ok(Response::redirect(at.url_with_query("/oauth2/authorize")));
    }
    let session = oauth::reusable_session(at, &visit.request).await?;
    let go_on_as = session.map(|(_, user)| {
        let name = user.attribute("email").unwrap_or(&user.username);
        json!({"name": name, "url": format!("{}oauth2/authorize?{}", at.request.cookie_path(), at.request.raw_query)})
    });
    let beginning = if visit.has_local_sign_in() { Some(beginning(&visit)) } else { None };
    let field = name_field(&visit);
    let lead = match field.get("key").and_then(Value::as_str) {
        Some("email") => "sign_in_with_email",
        Some("phone_number") => "sign_in_with_phone_number",
        Some("email_or_phone_number") => "sign_in_with_email_or_phone_number",
        _ => "sign_in_with_username",
    };
    let offer = match beginning {
        Some(Beginning::Name) => sign_in::offer_passkey(at.cx, at.pool, &visit.client).await?,
        _ => None,
    };
    let offered = providers::offered(&visit).await?;
    let typed = Some(visit.data.username.clone()).filter(|name| !name.is_empty());
    let context = json!({
        "has_form": beginning.is_some(),
        "asks_password": beginning == Some(Beginning::NameAndPassword),
        "lead": visit.text(lead),
        "name_field": field,
        "username": typed.or_else(|| visit.request.login_hint.clone()).unwrap_or_default(),
        "go_on_as": go_on_as,
        "asked_by": asked_by(&visit),
        "script": offer.as_ref().map(|_| challenge_view::script(&visit)),
        "passkey": offer.map(|offer| json!({"options": offer.options_json, "session": offer.session})),
        "providers": offered.buttons,
        "asks_address": offered.asks_address,
    });
    visit.page(200, "login", context)
}

/// Who asks a user of a client that registered nowhere to sign in: its own name for itself, and the host that vouches
/// for nothing but where its document is.
fn asked_by(visit: &Visit<'_>) -> Option<Value> {
    let client = &visit.request.client;
    if !client.is_of_document() {
        return None;
    }
    let host = client.id.split_once("://").map_or(client.id.as_str(), |(_, rest)| rest);
    let host = host.split(['/', '?']).next().unwrap_or_default();
    let name = client.settings.client_name.as_deref().unwrap_or(host);
    Some(json!(visit.text_with("asked_by", &[("host", host.into()), ("name", name.into())])))
}

/// What the browser sends for the passkey that the user picked.
fn offered_passkey(visit: &Visit<'_>) -> Option<(String, OfferedPasskey)> {
    let credential = visit.field("credential", MAX_CREDENTIAL);
    let session = visit.field("passkeySession", MAX_CREDENTIAL);
    let given = OfferedPasskey { session: session.to_owned(), credential: credential.to_owned() };
    let username = given.username().filter(|name| name.chars().count() <= MAX_NAME)?;
    Some((username, given)).filter(|_| beginning(visit) == Beginning::Name)
}

async fn post(mut visit: Visit<'_>) -> Result<Response, Fault> {
    let address = visit.field("idpEmail", MAX_NAME);
    if !address.is_empty() {
        return match providers::by_address(&visit, address).await? {
            Some(response) => Ok(response),
            None => {
                let text = visit.text("unknown_domain");
                visit.go_with_error("/login", text)
            }
        };
    }
    if !visit.has_local_sign_in() {
        return providers::unavailable(visit.at);
    }
    if let Some((username, given)) = offered_passkey(&visit) {
        visit.data.stage = Stage::Start;
        let (level, first) = (visit.request.level, FirstFactor::Passkey(given));
        let start = SignInStart { username: &username, device: None, validation: None, level, first };
        let outcome = sign_in::begin(visit.at.cx, &visit.client, start).await;
        return go_on(visit, Step { username: &username, from: "/login" }, outcome).await;
    }
    let username = visit.field("username", MAX_NAME).trim().to_owned();
    let password = Secret::new(visit.field("password", MAX_PASSWORD));
    let destination = visit.data.destination;
    visit.data.stage = Stage::Start;
    visit.data.username.clone_from(&username);
    let beginning = beginning(&visit);
    let has_password = !password.reveal().is_empty();
    if !has_password && let Some(response) = providers::by_address(&visit, &username).await? {
        return Ok(response);
    }
    if username.is_empty() || (beginning == Beginning::NameAndPassword && !has_password) {
        let text = visit.text("wrong_credentials");
        return visit.go_with_error("/login", text);
    }
    let first = match beginning {
        Beginning::Functions => FirstFactor::Custom(None),
        Beginning::Name if !has_password => FirstFactor::UserAuth(UserAuthChoice::default()),
        _ => FirstFactor::Password(password.clone()),
    };
    let by_password = matches!(first, FirstFactor::Password(_));
    let start = SignInStart { username: &username, device: None, validation: None, level: visit.request.level, first };
    let outcome = sign_in::begin(visit.at.cx, &visit.client, start).await;
    visit.data.destination = if destination == Destination::OfferPasskey { Destination::App } else { destination };
    match outcome {
        Err(fault) if by_password && fault.cause() == Cause::UserNotConfirmed => {
            confirm::after_password(visit, &username, &password).await
        }
        outcome => go_on(visit, Step { username: &username, from: "/login" }, outcome).await,
    }
}
