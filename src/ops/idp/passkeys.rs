//! Passkeys of the user whose access token it is.

use crate::context::Context;
use crate::domain::access_token::VerifiedAccessToken;
use crate::domain::tokens;
use crate::domain::users::passkeys;
use crate::fault::{Cause, Fault};
use crate::model::Passkey;
use crate::ops::paging;
use crate::shapes::idp::*;

/// The session of an operation that has no error of its own for a user who is gone.
async fn verify_access_token(cx: &Context, token: &str) -> Result<VerifiedAccessToken, Fault> {
    tokens::verify_access_token(cx, token).await.map_err(|fault| match fault.cause() {
        Cause::UserNotFound => Fault::not_authorized("Access Token has been revoked"),
        _ => fault,
    })
}

/// `StartWebAuthnRegistration`: the options for the browser.
pub async fn start_web_authn_registration(
    cx: &Context,
    input: StartWebAuthnRegistrationRequest,
) -> Result<StartWebAuthnRegistrationResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    Ok(StartWebAuthnRegistrationResponse { credential_creation_options: passkeys::start(cx, &token).await? })
}

/// `CompleteWebAuthnRegistration`: takes what the browser made.
pub async fn complete_web_authn_registration(
    cx: &Context,
    input: CompleteWebAuthnRegistrationRequest,
) -> Result<CompleteWebAuthnRegistrationResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    passkeys::complete(cx, &token, &input.credential).await?;
    Ok(CompleteWebAuthnRegistrationResponse {})
}

/// `ListWebAuthnCredentials`, oldest first.
pub async fn list_web_authn_credentials(
    cx: &Context,
    input: ListWebAuthnCredentialsRequest,
) -> Result<ListWebAuthnCredentialsResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    let call = ["ListWebAuthnCredentials", &token.pool.id, &token.user.sub];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let limit = input.max_results.and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0).unwrap_or(20);
    // A user has twenty at most, so the list is made whole and cut where its order says.
    let all = passkeys::list(&cx.services.store, &token.pool, &token.user).await?;
    let place = |passkey: &Passkey| format!("{:020}{}", passkey.created.millis(), passkeys::id_text(&passkey.id));
    let rest = all.iter().filter(|passkey| after.as_ref().is_none_or(|after| place(passkey) > *after));
    let mut page: Vec<&Passkey> = rest.take(limit + 1).collect();
    let more = page.len() > limit;
    page.truncate(limit);
    let last = page.last().filter(|_| more).map(|passkey| place(passkey));
    Ok(ListWebAuthnCredentialsResponse {
        credentials: page.into_iter().map(view).collect(),
        next_token: paging::token(cx, &call, last)?,
    })
}

fn view(passkey: &Passkey) -> WebAuthnCredentialDescription {
    WebAuthnCredentialDescription {
        credential_id: passkeys::id_text(&passkey.id),
        friendly_credential_name: passkey.name.clone(),
        relying_party_id: passkey.rp_id.clone(),
        authenticator_attachment: passkey.attachment.clone(),
        authenticator_transports: passkey.transports.clone(),
        created_at: passkey.created,
    }
}

/// `DeleteWebAuthnCredential`.
pub async fn delete_web_authn_credential(
    cx: &Context,
    input: DeleteWebAuthnCredentialRequest,
) -> Result<DeleteWebAuthnCredentialResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    passkeys::delete(&cx.services.store, &token.pool, &token.user, &input.credential_id).await?;
    Ok(DeleteWebAuthnCredentialResponse {})
}
