//! Clients of a pool's authorization server, and how they prove themselves (RFC 6749 section 2.3).

use super::error::OAuthError;
use super::{PoolRequest, client_assertion};
use crate::domain::client_authentication::{AuthenticatedClient, ClientProof, authenticate};
use crate::domain::pools::{self, client_metadata};
use crate::fault::{Cause, Fault};
use crate::model::percent;
use crate::model::{Client, OAuthExtension};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;

/// The client of this pool with an id, or of the metadata document at it; `None` if there is none.
pub(super) async fn find(at: PoolRequest<'_>, id: &str) -> Result<Option<Arc<Client>>, Fault> {
    if client_metadata::is_document_url(id) {
        return match client_metadata::resolve(at.cx, at.pool, id).await {
            Err(fault) if fault.cause() == Cause::ClientMetadata => {
                tracing::info!(why = fault.message(), "a client is refused");
                Ok(None)
            }
            resolved => resolved,
        };
    }
    match pools::client_of(&at.cx.services.store, at.pool, id).await {
        Ok(client) => Ok(Some(client)),
        Err(fault) if fault.is_modelled() => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// What a request says of its client.
struct Credentials {
    id: String,
    /// The secret in the forms that it may have been meant in; none from a public client.
    secrets: Vec<String>,
    /// `client_assertion`.
    assertion: Option<String>,
}

/// The client that a request comes from, proven: by `Authorization: Basic` or by `client_secret` in the body, never by
/// both (RFC 6749 section 2.3). A public client sends its id alone.
pub(super) async fn authenticated(at: PoolRequest<'_>) -> Result<AuthenticatedClient, OAuthError> {
    at.cx.check_address()?;
    let credentials = credentials(at)?;
    let Some(client) = find(at, &credentials.id).await? else {
        at.cx.count_failure();
        return Err(OAuthError::invalid_client(None));
    };
    if let Some(assertion) = &credentials.assertion {
        // Whoever has a document says there whether it signs assertions; others may where the pool takes them.
        if !client.is_of_document() && !at.pool.has_oauth_extension(OAuthExtension::ClientAssertions) {
            return Err(OAuthError::invalid_client(Some("client_assertion is not accepted")));
        }
        client_assertion::check(at, &client, assertion).await?;
        return Ok(authenticate(at.cx, &client, ClientProof::Assertion, &[])?);
    }
    Ok(authenticate(at.cx, &client, ClientProof::AnyOf(&credentials.secrets), &[])?)
}

fn credentials(at: PoolRequest<'_>) -> Result<Credentials, OAuthError> {
    let form = &at.request.form;
    for name in ["client_id", "client_secret"] {
        if form.is_repeated(name) {
            return Err(OAuthError::invalid_request(format!("{name} must not be repeated")));
        }
    }
    let (body_id, body_secret) = (at.request.parameter("client_id"), at.request.parameter("client_secret"));
    if let Some(assertion) = assertion(at)? {
        if body_secret.is_some() || at.request.header("authorization").is_some() {
            return Err(OAuthError::invalid_request("use one way of client authentication, not two"));
        }
        let named = client_assertion::unverified_client(assertion).ok_or_else(|| OAuthError::invalid_client(None))?;
        if body_id.is_some_and(|id| id != named) {
            return Err(OAuthError::invalid_request("client_id is not that of client_assertion"));
        }
        return Ok(Credentials { id: named, secrets: Vec::new(), assertion: Some(assertion.to_owned()) });
    }
    let basic = at.request.header("authorization").and_then(|value| strip_scheme(value, "basic"));
    let Some(basic) = basic else {
        let id = body_id.ok_or_else(|| OAuthError::invalid_client(None))?.to_owned();
        return Ok(Credentials { id, secrets: body_secret.map(str::to_owned).into_iter().collect(), assertion: None });
    };
    if body_secret.is_some() {
        return Err(OAuthError::invalid_request("use one way of client authentication, not two"));
    }
    let malformed = || OAuthError::invalid_client(None);
    let text = STANDARD.decode(basic.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or_else(malformed)?;
    let (id, secret) = text.split_once(':').ok_or_else(malformed)?;
    // RFC 6749 section 2.3.1 says that both are form-encoded, and many libraries do not: both readings are tried.
    let decoded = |part: &str| String::from_utf8(percent::decode(part, true)).unwrap_or_default();
    let id = decoded(id);
    if body_id.is_some_and(|other| other != id) {
        return Err(OAuthError::invalid_request("client_id is not that of the Authorization header"));
    }
    let mut secrets = vec![secret.to_owned()];
    if decoded(secret) != secret {
        secrets.push(decoded(secret));
    }
    secrets.retain(|secret| !secret.is_empty());
    Ok(Credentials { id, secrets, assertion: None })
}

/// The assertion of a request.
fn assertion(at: PoolRequest<'_>) -> Result<Option<&str>, OAuthError> {
    let given = at.request.form.get("client_assertion");
    match at.request.form.get("client_assertion_type") {
        Some(client_assertion::TYPE) => Ok(given),
        None if given.is_none() => Ok(None),
        _ => Err(OAuthError::invalid_client(Some("client_assertion is not accepted"))),
    }
}

/// The credentials of an `Authorization` header of a scheme, whose name is compared without regard to case.
pub(super) fn strip_scheme<'h>(header: &'h str, scheme: &str) -> Option<&'h str> {
    let (name, rest) = header.trim().split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}
