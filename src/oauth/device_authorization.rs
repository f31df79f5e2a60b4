//! `/oauth2/device_authorization` (RFC 8628, extension): a device without a browser asks for a sign-in that its user
//! makes elsewhere; and what a user who has signed in for it may agree to.

use super::error::OAuthError;
use super::{PoolRequest, client};
use crate::clock::Timestamp;
use crate::domain::authorization::device_grants::{INTERVAL, VALIDITY, begin};
use crate::domain::authorization::granted::GrantedSignIn;
use crate::domain::authorization::scopes::{self, ScopeError};
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::model::Client;
use crate::shapes::idp::OAuthFlowType;
use crate::web::{Method, Parameters, Response};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use serde_json::json;
use std::time::Duration;

/// `response_type` of the request by which a user signs in for a device. Only this server's own pages make it.
pub const RESPONSE_TYPE: &str = "device_code";
/// Parameters that may be there once only.
const SINGLE: [&str; 2] = ["scope", "resource"];
/// The cookie of a user who has signed in and not agreed yet.
const COOKIE: &str = "device-consent";
/// How long that user may think about it.
const CONSENT: Duration = Duration::from_secs(600);
/// The longest cookie that is opened.
const LONGEST: usize = 3800;

pub async fn answer(at: PoolRequest<'_>) -> Response {
    let response = match at.request.method {
        Method::Post => begun(at).await.unwrap_or_else(OAuthError::response),
        _ => Response::new(405).with("Allow", "POST"),
    };
    response.with("Access-Control-Allow-Origin", "*")
}

async fn begun(at: PoolRequest<'_>) -> Result<Response, OAuthError> {
    if let Some(name) = SINGLE.into_iter().find(|name| at.request.form.is_repeated(name)) {
        return Err(OAuthError::invalid_request(format!("{name} must not be repeated")));
    }
    let client = client::authenticated(at).await?;
    if !may_use(&client) {
        return Err(OAuthError::unauthorized_client());
    }
    let asked = at.request.parameter("scope");
    let scopes = match scopes::granted(&at.cx.services.store, at.pool, &client, asked).await {
        Ok(scopes) => scopes,
        Err(ScopeError::Invalid) => return Err(OAuthError::invalid_scope()),
        Err(ScopeError::Fault(fault)) => return Err(fault.into()),
    };
    let resource = at.request.parameter("resource");
    if resource.is_some_and(|uri| !super::authorization_request::is_resource(uri)) {
        return Err(OAuthError::new("invalid_target", "resource must be one absolute URI"));
    }
    let begun = begin(at.cx, at.pool, &client, (scopes, resource.map(str::to_owned))).await?;
    let page = at.url("/device");
    let query = Parameters::default().with("user_code", &begun.user_code).encode();
    Ok(Response::json(
        200,
        &json!({
            "device_code": begun.device_code,
            "user_code": begun.user_code,
            "verification_uri": page,
            "verification_uri_complete": format!("{page}?{query}"),
            "expires_in": VALIDITY.as_secs(),
            "interval": INTERVAL,
        }),
    ))
}

/// Whether devices of a client sign in by a code: it has the code grant, and somebody registered it.
pub(super) fn may_use(client: &Client) -> bool {
    let settings = &client.settings;
    settings.allowed_o_auth_flows_user_pool_client == Some(true)
        && settings.allowed_o_auth_flows.iter().flatten().any(|flow| *flow == OAuthFlowType::Code)
        && !client.is_of_document()
}

/// A user who has signed in for a device, and is asked whether they meant to.
#[derive(Serialize, Deserialize)]
pub struct DeviceConsent {
    /// As the user typed it.
    pub user_code: String,
    until: Timestamp,
    granted: ByteBuf,
}

impl DeviceConsent {
    /// Leads to the page that asks.
    pub(super) fn ask(at: PoolRequest<'_>, user_code: &str, granted: &GrantedSignIn) -> Result<Response, Fault> {
        let consent = Self {
            user_code: user_code.to_owned(),
            until: at.cx.now.plus(CONSENT),
            granted: ByteBuf::from(rmp_serde::to_vec_named(granted).map_err(Fault::internal)?),
        };
        let sealed = at.cx.services.keys.sealer.seal_text(Purpose::Cookie, &bound_to(at), &consent)?;
        let cookie = at.cookie(at.cookie_name(COOKIE), sealed, Some(CONSENT));
        Ok(Response::redirect(at.url("/device/confirm")).with_cookie(&cookie))
    }

    /// What the browser was asked, while it may still answer.
    pub fn of(at: PoolRequest<'_>) -> Option<Self> {
        let cookie = at.request.cookie(&at.cookie_name(COOKIE)).filter(|text| text.len() <= LONGEST)?;
        let opened = at.cx.services.keys.sealer.open_text(Purpose::Cookie, &bound_to(at), cookie);
        opened.ok().filter(|consent: &Self| at.cx.now < consent.until)
    }

    /// What the device gets if the user agrees.
    pub fn granted(&self) -> Result<GrantedSignIn, Fault> {
        rmp_serde::from_slice(&self.granted).map_err(Fault::internal)
    }

    /// The response without the question.
    pub fn forget(at: PoolRequest<'_>, response: Response) -> Response {
        response.with_cookie(&at.cookie(at.cookie_name(COOKIE), String::new(), Some(Duration::ZERO)))
    }
}

fn bound_to(at: PoolRequest<'_>) -> Vec<u8> {
    bound(&[COOKIE, &at.pool.id])
}
