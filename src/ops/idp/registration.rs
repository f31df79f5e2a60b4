//! Sign-up, its confirmation, and the code for it.

use super::view;
use crate::context::Context;
use crate::domain::client_authentication::{AuthenticatedClient, ClientProof, authenticate};
use crate::domain::pools;
use crate::domain::protection::caller;
use crate::domain::scope::Scope;
use crate::domain::sign_in::{self, sign_up::ConfirmedSignUp};
use crate::domain::users::attributes;
use crate::domain::users::registration::{self, SignUp};
use crate::fault::Fault;
use crate::secret::Secret;
use crate::shapes::idp::*;

/// The client that an operation names, after it has proven itself by the `SECRET_HASH` of this username.
pub(super) async fn authenticated_client(
    cx: &Context,
    client_id: &str,
    username: &str,
    hash: Option<&str>,
) -> Result<AuthenticatedClient, Fault> {
    let client = pools::client(&cx.services.store, client_id).await?;
    authenticate(cx, &client, ClientProof::SecretHash(hash), &[username])
}

/// `SignUp` (unsigned): registers a user in the client's pool and sends the first code.
pub async fn sign_up(cx: &Context, input: SignUpRequest) -> Result<SignUpResponse, Fault> {
    let client = authenticated_client(cx, &input.client_id, &input.username, input.secret_hash.as_deref()).await?;
    let cx = &caller::of_user(cx, &client, input.user_context_data.as_ref()).passing_on(input.client_metadata);
    let person = SignUp {
        username: input.username,
        password: input.password.map(Secret::new),
        attributes: attributes::of_new_user(input.user_attributes)?,
        validation: input.validation_data.map(|list| view::attributes(Some(list))).transpose()?,
    };
    let registered = registration::sign_up(cx, &client, person).await?;
    let confirmed = registered.user.status == UserStatusType::Confirmed;
    let session = if confirmed {
        None
    } else {
        let scope = Scope::of_client(cx, &registered.pool, &client);
        sign_in::sign_up::begun(scope, &client, &registered.user)?
    };
    Ok(SignUpResponse {
        user_confirmed: confirmed,
        code_delivery_details: registered.delivered.map(view::delivered),
        user_sub: registered.user.sub,
        session,
    })
}

/// `ConfirmSignUp` (unsigned): by the code that was sent.
pub async fn confirm_sign_up(cx: &Context, input: ConfirmSignUpRequest) -> Result<ConfirmSignUpResponse, Fault> {
    let client = authenticated_client(cx, &input.client_id, &input.username, input.secret_hash.as_deref()).await?;
    let cx = &caller::of_user(cx, &client, input.user_context_data.as_ref()).passing_on(input.client_metadata);
    let force = input.force_alias_creation.unwrap_or(false);
    let confirmed = registration::confirm(cx, &client, &input.username, &input.confirmation_code, force).await?;
    let scope = Scope::of_client(cx, &confirmed.pool, &client);
    let sign_up =
        ConfirmedSignUp { user: &confirmed.user, contact: confirmed.contact, session: input.session.as_deref() };
    let session = sign_in::sign_up::confirmed(scope, &client, sign_up).await?;
    Ok(ConfirmSignUpResponse { session })
}

/// `ResendConfirmationCode` (unsigned): the earlier code ends.
pub async fn resend_confirmation_code(
    cx: &Context,
    input: ResendConfirmationCodeRequest,
) -> Result<ResendConfirmationCodeResponse, Fault> {
    let client = authenticated_client(cx, &input.client_id, &input.username, input.secret_hash.as_deref()).await?;
    let cx = &caller::of_user(cx, &client, input.user_context_data.as_ref()).passing_on(input.client_metadata);
    let delivered = registration::resend(cx, &client, &input.username).await?;
    Ok(ResendConfirmationCodeResponse { code_delivery_details: Some(view::delivered(delivered)) })
}

/// `AdminConfirmSignUp`: without a code.
pub async fn admin_confirm_sign_up(
    cx: &Context,
    input: AdminConfirmSignUpRequest,
) -> Result<AdminConfirmSignUpResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    registration::confirm_by_admin(&cx.passing_on(input.client_metadata), &pool, &input.username).await?;
    Ok(AdminConfirmSignUpResponse {})
}
