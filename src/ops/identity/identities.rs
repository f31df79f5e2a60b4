//! Identities: ids, tokens and credentials for those who sign in or come as guests, and their administration.

use crate::context::Context;
use crate::domain::identities::{self, credentials, limited};
use crate::fault::Fault;
use crate::model::Identity;
use crate::ops::paging;
use crate::shapes::identity::*;

/// `GetId` (unsigned): the identity of logins, or a new guest.
pub async fn get_id(cx: &Context, input: GetIdInput) -> Result<GetIdResponse, Fault> {
    let logins = input.logins.unwrap_or_default();
    let id = limited(cx, credentials::id(cx, &input.identity_pool_id, &logins)).await?;
    Ok(GetIdResponse { identity_id: Some(id) })
}

/// `GetOpenIdToken` (unsigned): a token of the basic flow.
pub async fn get_open_id_token(cx: &Context, input: GetOpenIdTokenInput) -> Result<GetOpenIdTokenResponse, Fault> {
    let logins = input.logins.unwrap_or_default();
    let (id, token) = limited(cx, credentials::token(cx, &input.identity_id, &logins)).await?;
    Ok(GetOpenIdTokenResponse { identity_id: Some(id), token: Some(token) })
}

/// `GetCredentialsForIdentity` (unsigned): temporary keys of the role that the pool gives.
pub async fn get_credentials_for_identity(
    cx: &Context,
    input: GetCredentialsForIdentityInput,
) -> Result<GetCredentialsForIdentityResponse, Fault> {
    let logins = input.logins.unwrap_or_default();
    let custom = input.custom_role_arn.as_deref();
    let (id, key) = limited(cx, credentials::get(cx, &input.identity_id, &logins, custom)).await?;
    let credentials = Credentials {
        access_key_id: Some(key.access_key_id),
        secret_key: Some(key.secret_access_key.reveal().to_owned()),
        session_token: Some(key.session_token),
        expiration: Some(key.until),
    };
    Ok(GetCredentialsForIdentityResponse { identity_id: Some(id), credentials: Some(credentials) })
}

/// `UnlinkIdentity` (unsigned): takes logins from an identity.
pub async fn unlink_identity(cx: &Context, input: UnlinkIdentityInput) -> Result<(), Fault> {
    limited(cx, credentials::unlink(cx, &input.identity_id, &input.logins, &input.logins_to_remove)).await
}

/// `DescribeIdentity`.
pub async fn describe_identity(cx: &Context, input: DescribeIdentityInput) -> Result<IdentityDescription, Fault> {
    let (_, identity) = identities::identity(&cx.services.store, &input.identity_id).await?;
    Ok(description(&identity))
}

/// `ListIdentities`.
pub async fn list_identities(cx: &Context, input: ListIdentitiesInput) -> Result<ListIdentitiesResponse, Fault> {
    let pool = input.identity_pool_id.as_str();
    let call = ["ListIdentities", pool];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let limit = paging::limit(Some(input.max_results));
    let (found, next) = identities::list(cx, pool, after.as_deref(), limit).await?;
    let hides = input.hide_disabled == Some(true);
    let shown = found.iter().filter(|identity| !(hides && identity.disabled)).map(description).collect();
    Ok(ListIdentitiesResponse {
        identities: Some(shown),
        next_token: paging::token(cx, &call, next)?,
        identity_pool_id: Some(input.identity_pool_id),
    })
}

/// `DeleteIdentities`: those that are not there count as deleted.
pub async fn delete_identities(cx: &Context, input: DeleteIdentitiesInput) -> Result<DeleteIdentitiesResponse, Fault> {
    let mut unprocessed = Vec::new();
    for id in input.identity_ids_to_delete {
        if let Err(fault) = identities::delete(cx, &id).await {
            tracing::error!(identity = id, %fault, "an identity could not be deleted");
            unprocessed.push(UnprocessedIdentityId {
                identity_id: Some(id),
                error_code: Some(ErrorCode::InternalServerError),
            });
        }
    }
    Ok(DeleteIdentitiesResponse { unprocessed_identity_ids: Some(unprocessed) })
}

fn description(identity: &Identity) -> IdentityDescription {
    let mut providers: Vec<String> = identity.logins.iter().map(|login| login.provider.clone()).collect();
    // Several developer users are one provider.
    providers.dedup();
    IdentityDescription {
        identity_id: Some(identity.id.clone()),
        logins: Some(providers).filter(|providers| !providers.is_empty()),
        creation_date: Some(identity.created),
        last_modified_date: Some(identity.modified),
    }
}
