//! What Cognito's API lacks for a user's own second factors: backup codes, and a QR code for authenticator apps.

use crate::context::Context;
use crate::domain::tokens::verify_access_token;
use crate::domain::users::factors::{backup_codes, software_token};
use crate::fault::Fault;
use crate::keys::totp;
use crate::shapes::admin::*;

/// `RenewBackupCodes` (access token): new backup codes, shown this once; earlier ones no longer work.
pub async fn renew_backup_codes(
    cx: &Context,
    input: RenewBackupCodesRequest,
) -> Result<RenewBackupCodesResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    Ok(RenewBackupCodesResponse { backup_codes: backup_codes::renew(cx, &token).await? })
}

/// `AssociateSoftwareToken` (access token): as Cognito's operation of that name, with the URI that apps scan and its
/// QR code, a PNG in base64. `Issuer` is the pool's name if it is left out.
pub async fn associate_software_token(
    cx: &Context,
    input: AssociateSoftwareTokenRequest,
) -> Result<AssociateSoftwareTokenResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    let issuer = input.issuer.unwrap_or_else(|| token.pool.name.clone());
    if issuer.trim().is_empty() {
        return Err(Fault::invalid("Issuer must not be empty."));
    }
    let seed = software_token::associate(cx, &token.pool, &token.user).await?;
    let account = token.user.attribute("email").unwrap_or(&token.user.username);
    let made = totp::enrolment(&seed, &issuer, account)?;
    Ok(AssociateSoftwareTokenResponse { secret_code: totp::text(&seed), uri: made.uri, qr_code: made.qr })
}
