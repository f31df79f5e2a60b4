//! The upload of an import job's file, to the address that CreateUserImportJob gave. It answers as S3 would.

use super::call::Call;
use crate::domain::imports::upload::{Address, Upload, UploadError};
use actix_web::{HttpResponse, HttpResponseBuilder, http::StatusCode, web};
use futures::StreamExt as _;
use serde::Deserialize;
use std::time::Duration;

/// The query of the address.
#[derive(Deserialize)]
pub(super) struct Signed {
    expires: i64,
    signature: String,
}

/// `PUT /_imports/{pool}/{job}`. The body is as large as `imports.max_file_mb` allows, and is never whole in memory; a
/// client that sends nothing for as long as a request may take is hung up on.
pub(super) async fn put(
    path: web::Path<(String, String)>,
    signed: Option<web::Query<Signed>>,
    Call(cx): Call,
    mut payload: web::Payload,
) -> HttpResponse {
    let (pool_id, job_id) = path.into_inner();
    let Some(signed) = signed else { return refuse(&UploadError::Denied) };
    let address = Address { pool_id: &pool_id, job_id: &job_id, expires: signed.expires, signature: &signed.signature };
    let mut upload = match Upload::begin(&cx, address).await {
        Ok(upload) => upload,
        Err(error) => return refuse(&error),
    };
    let patience = Duration::from_secs(cx.services.config.server.request_timeout_seconds);
    loop {
        match tokio::time::timeout(patience, payload.next()).await {
            Ok(Some(Ok(chunk))) => {
                if let Err(error) = upload.push(&chunk).await {
                    return refuse(&error);
                }
            }
            Ok(None) => break,
            Ok(Some(Err(_))) => return HttpResponse::BadRequest().force_close().finish(),
            Err(_) => return HttpResponse::RequestTimeout().force_close().finish(),
        }
    }
    match upload.finish(&cx).await {
        Ok(hash) => HttpResponse::Ok().insert_header(("ETag", format!("\"{hash}\""))).finish(),
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &UploadError) -> HttpResponse {
    let (status, code, text) = match error {
        UploadError::Denied => {
            (StatusCode::FORBIDDEN, "AccessDenied", "The address is not valid, has expired, or served before.".into())
        }
        UploadError::TooLarge(most) => {
            (StatusCode::BAD_REQUEST, "EntityTooLarge", format!("The file has more than {most} bytes."))
        }
        UploadError::Failed(fault) => {
            tracing::error!(%fault, "an uploaded file could not be kept");
            let text = "The file could not be kept. The server's log has the cause.".into();
            (StatusCode::INTERNAL_SERVER_ERROR, "InternalError", text)
        }
    };
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{text}</Message></Error>\n"
    );
    // What is left of the body is not read.
    HttpResponseBuilder::new(status).content_type("application/xml").force_close().body(body)
}
