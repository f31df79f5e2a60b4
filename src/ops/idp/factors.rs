//! Second factors: authenticators, preferences, what a user can sign in with.

use crate::context::Context;
use crate::domain::pools;
use crate::domain::sign_in::{self, SeedProof};
use crate::domain::tokens::open_session;
use crate::domain::users::factors::preferences::{self, Preferences, Setting};
use crate::domain::users::factors::{self, software_token};
use crate::domain::users::{lookup, passkeys};
use crate::fault::{Cause, Fault};
use crate::keys::totp;
use crate::model::{Client, Mfa, Pool, User};
use crate::shapes::idp::*;
use std::sync::Arc;

/// The client whose sign-in a session string belongs to: the operations that take one name none.
async fn client_of(cx: &Context, session: &str) -> Result<Arc<Client>, Fault> {
    let id = sign_in::client_of(cx, session)?;
    pools::client(&cx.services.store, &id).await.map_err(|_| Fault::not_authorized("Invalid session for the user."))
}

fn neither() -> Fault {
    Fault::invalid("Either AccessToken or Session is required.")
}

/// `AssociateSoftwareToken` (access token, or the session of an MFA_SETUP): a new seed that waits for its first code.
pub async fn associate_software_token(
    cx: &Context,
    input: AssociateSoftwareTokenRequest,
) -> Result<AssociateSoftwareTokenResponse, Fault> {
    let (seed, session) = match (input.access_token, input.session) {
        (Some(token), _) => {
            // The operation has no errors of its own for users who are gone or must set a password.
            let session = open_session(cx, &token).await.map_err(|fault| match fault.cause() {
                Cause::UserNotFound | Cause::PasswordResetRequired => {
                    Fault::not_authorized("Access Token has been revoked")
                }
                _ => fault,
            })?;
            (software_token::associate(cx, &session.pool, &session.user).await?, None)
        }
        (None, Some(text)) => {
            let client = client_of(cx, &text).await?;
            let (seed, next) = sign_in::associate(cx, &client, &text).await?;
            (seed, Some(next))
        }
        (None, None) => return Err(neither()),
    };
    Ok(AssociateSoftwareTokenResponse { secret_code: Some(totp::text(&seed)), session })
}

/// `VerifySoftwareToken` (access token, or the session of an MFA_SETUP): proves the seed by a code.
pub async fn verify_software_token(
    cx: &Context,
    input: VerifySoftwareTokenRequest,
) -> Result<VerifySoftwareTokenResponse, Fault> {
    let session = match (input.access_token, input.session) {
        (Some(token), _) => {
            let session = open_session(cx, &token).await?;
            software_token::verify(cx, &session.pool, &session.user, &input.user_code, input.friendly_device_name)
                .await?;
            None
        }
        (None, Some(text)) => {
            let client = client_of(cx, &text).await?;
            let proof = SeedProof { code: &input.user_code, name: input.friendly_device_name };
            Some(sign_in::verify_seed(cx, &client, &text, proof).await?)
        }
        (None, None) => return Err(neither()),
    };
    Ok(VerifySoftwareTokenResponse { status: Some(VerifySoftwareTokenResponseType::Success), session })
}

fn preferences(
    sms: Option<SMSMfaSettingsType>,
    token: Option<SoftwareTokenMfaSettingsType>,
    email: Option<EmailMfaSettingsType>,
    passkeys: Option<WebAuthnMfaSettingsType>,
) -> Preferences {
    let sms = sms.map(|s| Setting { mfa: Mfa::Sms, on: s.enabled, preferred: s.preferred_mfa });
    let token = token.map(|s| Setting { mfa: Mfa::SoftwareToken, on: s.enabled, preferred: s.preferred_mfa });
    let email = email.map(|s| Setting { mfa: Mfa::Email, on: s.enabled, preferred: s.preferred_mfa });
    Preferences {
        settings: [sms, token, email].into_iter().flatten().collect(),
        web_authn: passkeys.and_then(|s| s.enabled),
    }
}

/// `SetUserMFAPreference` (access token).
pub async fn set_user_mfa_preference(
    cx: &Context,
    input: SetUserMFAPreferenceRequest,
) -> Result<SetUserMFAPreferenceResponse, Fault> {
    let session = open_session(cx, &input.access_token).await?;
    let wanted = preferences(
        input.sms_mfa_settings,
        input.software_token_mfa_settings,
        input.email_mfa_settings,
        input.web_authn_mfa_settings,
    );
    preferences::set(cx, &session.pool, &session.user, &wanted).await?;
    Ok(SetUserMFAPreferenceResponse {})
}

/// The pool and user that an administrator names.
async fn named(cx: &Context, pool: &str, username: &str) -> Result<(Arc<Pool>, User), Fault> {
    let pool = pools::pool(&cx.services.store, pool).await?;
    let user = lookup::known(&cx.services.store, &pool, username).await?;
    Ok((pool, user))
}

/// `AdminSetUserMFAPreference`.
pub async fn admin_set_user_mfa_preference(
    cx: &Context,
    input: AdminSetUserMFAPreferenceRequest,
) -> Result<AdminSetUserMFAPreferenceResponse, Fault> {
    let (pool, user) = named(cx, &input.user_pool_id, &input.username).await?;
    let wanted = preferences(
        input.sms_mfa_settings,
        input.software_token_mfa_settings,
        input.email_mfa_settings,
        input.web_authn_mfa_settings,
    );
    preferences::set(cx, &pool, &user, &wanted).await?;
    Ok(AdminSetUserMFAPreferenceResponse {})
}

/// `SetUserSettings` (access token): the older form of SMS MFA.
pub async fn set_user_settings(cx: &Context, input: SetUserSettingsRequest) -> Result<SetUserSettingsResponse, Fault> {
    let session = open_session(cx, &input.access_token).await?;
    preferences::set_options(cx, &session.pool, &session.user, &input.mfa_options).await?;
    Ok(SetUserSettingsResponse {})
}

/// `AdminSetUserSettings`.
pub async fn admin_set_user_settings(
    cx: &Context,
    input: AdminSetUserSettingsRequest,
) -> Result<AdminSetUserSettingsResponse, Fault> {
    let (pool, user) = named(cx, &input.user_pool_id, &input.username).await?;
    preferences::set_options(cx, &pool, &user, &input.mfa_options).await?;
    Ok(AdminSetUserSettingsResponse {})
}

/// `GetUserAuthFactors` (access token).
pub async fn get_user_auth_factors(
    cx: &Context,
    input: GetUserAuthFactorsRequest,
) -> Result<GetUserAuthFactorsResponse, Fault> {
    let session = open_session(cx, &input.access_token).await?;
    let user = &session.user;
    Ok(GetUserAuthFactorsResponse {
        preferred_mfa_setting: factors::preferred(user),
        user_mfa_setting_list: factors::settings(user),
        configured_user_auth_factors: Some(factors::configured(
            user,
            passkeys::has_any(cx, &session.pool, user).await?,
        )),
        username: session.user.username,
    })
}

/// `AdminGetUserAuthFactors`.
pub async fn admin_get_user_auth_factors(
    cx: &Context,
    input: AdminGetUserAuthFactorsRequest,
) -> Result<AdminGetUserAuthFactorsResponse, Fault> {
    let (pool, user) = named(cx, &input.user_pool_id, &input.username).await?;
    Ok(AdminGetUserAuthFactorsResponse {
        preferred_mfa_setting: factors::preferred(&user),
        user_mfa_setting_list: factors::settings(&user),
        configured_user_auth_factors: Some(factors::configured(&user, passkeys::has_any(cx, &pool, &user).await?)),
        username: user.username,
    })
}

/// `AdminDeleteSoftwareToken`: the user may register a new one.
pub async fn admin_delete_software_token(
    cx: &Context,
    input: AdminDeleteSoftwareTokenRequest,
) -> Result<AdminDeleteSoftwareTokenResponse, Fault> {
    let (pool, user) = named(cx, &input.user_pool_id, &input.username).await?;
    software_token::remove(cx, &pool, &user).await?;
    Ok(AdminDeleteSoftwareTokenResponse {})
}
