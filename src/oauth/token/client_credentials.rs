//! The grant of a client for itself (RFC 6749 section 4.4).

use super::{Members, scopes};
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::tokens::client_credentials::{Way, issue};
use crate::oauth::PoolRequest;
use crate::oauth::error::OAuthError;
use serde_json::json;
use std::collections::BTreeMap;

/// The longest `aws_client_metadata`, in bytes.
const MAX_METADATA: usize = 4096;

pub async fn grant(at: PoolRequest<'_>, client: &AuthenticatedClient) -> Result<Members, OAuthError> {
    let cx = at.cx.passing_on(client_metadata(at)?);
    let token = issue(&cx, client, Way::TokenEndpoint, &scopes(at)).await?;
    let mut members = Members::new();
    members.insert("access_token".into(), json!(token.access));
    members.insert("expires_in".into(), json!(token.expires_in));
    members.insert("token_type".into(), json!("Bearer"));
    Ok(members)
}

/// `aws_client_metadata`: a JSON object of texts for the pool's function.
fn client_metadata(at: PoolRequest<'_>) -> Result<Option<BTreeMap<String, String>>, OAuthError> {
    let Some(text) = at.request.parameter("aws_client_metadata") else { return Ok(None) };
    let invalid = || OAuthError::invalid_request("aws_client_metadata must be a JSON object of texts");
    if text.len() > MAX_METADATA {
        return Err(invalid());
    }
    serde_json::from_str(text).map(Some).map_err(|_| invalid())
}
