//! What Cognito's API lacks for a user's own second factors, `/_poolhouse/me/...`: JSON with the user's access token,
//! open to the same programs as the API.
//!
//! | request | answer |
//! |---|---|
//! | `POST /_poolhouse/me/backup-codes` `{AccessToken}` | `{BackupCodes: [...]}`: new ones, shown this once; earlier ones are dead |
//! | `POST /_poolhouse/me/software-token` `{AccessToken, Issuer?}` | `{SecretCode, Uri, QrCode}`: AssociateSoftwareToken with what apps scan; the QR code is a PNG in base64 |

use super::call::{Call, read, respond};
use crate::context::Context;
use crate::domain::tokens::open_session;
use crate::domain::users::factors::{backup_codes, software_token};
use crate::fault::Fault;
use crate::keys::totp;
use crate::wire;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

/// The longest name of an issuer.
const MAX_ISSUER: usize = 128;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Asked {
    access_token: String,
    issuer: Option<String>,
}

/// Everything under `/_poolhouse/me/`.
pub(super) async fn me(request: HttpRequest, Call(cx): Call, payload: web::Payload) -> HttpResponse {
    let request = match read(&cx, &request, payload).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let operation = match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/_poolhouse/me/backup-codes") => Some("poolhouse:RenewBackupCodes"),
        ("POST", "/_poolhouse/me/software-token") => Some("poolhouse:AssociateSoftwareToken"),
        _ => None,
    };
    let result = match operation {
        Some(operation) => run(&cx, operation, &request.body).await,
        None => Err(Fault::Protocol {
            name: "UnknownOperationException",
            status: 404,
            message: "There is no such path.".into(),
        }),
    };
    let mut response = match result {
        Ok(answer) => wire::Response::api(&cx, 200, "application/json", answer.to_string().into_bytes()),
        Err(fault) => wire::failure(&cx, &fault),
    };
    response.headers.push(("Cache-Control", "no-store".into()));
    response.operation = operation.map(str::to_owned);
    respond(response)
}

async fn run(cx: &Context, operation: &str, body: &[u8]) -> Result<Value, Fault> {
    let asked: Asked = serde_json::from_slice(body)
        .map_err(|e| Fault::invalid(format!("The body must be a JSON object with AccessToken: {e}")))?;
    cx.services.risk.rates.operation("AssociateSoftwareToken", cx.now)?;
    let session = open_session(cx, &asked.access_token).await?;
    if operation == "poolhouse:RenewBackupCodes" {
        return Ok(json!({ "BackupCodes": backup_codes::renew(cx, &session).await? }));
    }
    let issuer = asked.issuer.unwrap_or_else(|| session.pool.name.clone());
    if issuer.trim().is_empty() || issuer.chars().count() > MAX_ISSUER {
        return Err(Fault::invalid("Issuer must have 1 to 128 characters."));
    }
    let seed = software_token::associate(cx, &session.pool, &session.user).await?;
    let account = session.user.attribute("email").unwrap_or(&session.user.username);
    let made = totp::enrolment(&seed, &issuer, account)?;
    Ok(json!({ "SecretCode": totp::text(&seed), "Uri": made.uri, "QrCode": made.qr }))
}
