//! `/passkeys/add`: adds a passkey to the account that the browser is signed in to. Managed login alone has it.

use super::challenge_view;
use super::forgery;
use super::page_data::{Destination, PageData};
use super::visit::{Visit, without_data};
use crate::domain::access_token::VerifiedAccessToken;
use crate::domain::pools;
use crate::domain::users::passkeys;
use crate::fault::Fault;
use crate::model::User;
use crate::oauth;
use crate::web::{Method, Response};
use serde_json::{Value, json};

const PATH: &str = "/passkeys/add";
/// The longest credential.
const MAX_CREDENTIAL: usize = 32 * 1024;

pub async fn answer(mut visit: Visit<'_>) -> Result<Response, Fault> {
    if visit.at.request.method == Method::Post && !forgery::is_genuine(visit.at) {
        return visit.unproven(PATH);
    }
    let Some((_, user)) = oauth::reusable_session(visit.at, &visit.request).await? else {
        visit.data.destination = Destination::AddPasskey;
        return visit.go_to("/login");
    };
    if visit.at.request.method != Method::Post {
        return show(visit, &user, None);
    }
    let session = acting_for(&visit, user).await?;
    match visit.at.request.form.raw("action") {
        Some("skip") => leave(visit),
        Some("add") => match passkeys::start(visit.at.cx, &session).await {
            Ok(options) => show(visit, &session.user, Some(options)),
            Err(fault) => failed(visit, fault),
        },
        _ => add(visit, session).await,
    }
}

/// What stands in for an access token: the browser's session was opened, and its user and client are those of the
/// request.
async fn acting_for(visit: &Visit<'_>, user: User) -> Result<VerifiedAccessToken, Fault> {
    Ok(VerifiedAccessToken {
        pool: pools::pool(&visit.at.cx.services.store, &visit.at.pool.id).await?,
        client: visit.request.client.clone(),
        user,
        scopes: Vec::new(),
        origin: None,
        device: None,
        key: None,
    })
}

fn show(visit: Visit<'_>, user: &User, options: Option<Value>) -> Result<Response, Fault> {
    let name = user.attribute("email").unwrap_or(&user.username).to_owned();
    let context = json!({
        "name": name,
        "script": options.as_ref().map(|_| challenge_view::script(&visit)),
        "options": options.map(|options| options.to_string()),
    });
    visit.page(200, "passkey_add", context)
}

async fn add(visit: Visit<'_>, session: VerifiedAccessToken) -> Result<Response, Fault> {
    let credential = visit.field("credential", MAX_CREDENTIAL);
    let Ok(credential) = serde_json::from_str::<Value>(credential) else {
        let text = visit.text("passkey_failed");
        return visit.go_with_error(PATH, text);
    };
    match passkeys::complete(visit.at.cx, &session, &credential).await {
        Ok(()) => leave(visit),
        Err(fault) => failed(visit, fault),
    }
}

fn failed(visit: Visit<'_>, fault: Fault) -> Result<Response, Fault> {
    let failing = fault.name().to_owned();
    let text = visit.explain(fault)?;
    Ok(visit.go_with_error(PATH, text)?.failing(failing))
}

/// Back to the app: after a sign-up with a code, by way of the session that it left; otherwise without one.
fn leave(mut visit: Visit<'_>) -> Result<Response, Fault> {
    let destination = std::mem::take(&mut visit.data).destination;
    let target = match destination {
        Destination::OfferPasskey => visit.at.url_with_query("/oauth2/authorize"),
        _ => visit.request.redirect_uri.clone(),
    };
    visit.data = PageData::default();
    Ok(without_data(visit.at, Response::redirect(target)))
}
