//! `GET /_assets/{pool}/{id}`: images that administrators uploaded for a pool's pages.

use super::call::Call;
use crate::domain::branding;
use actix_web::{HttpResponse, web};

/// The longest part of a path that can name an image.
const MAX_PART: usize = 64;

/// Serves an image. Its id is its content's, so it may be cached for ever; scripts in an SVG must not run.
pub(super) async fn asset(Call(cx): Call, path: web::Path<(String, String)>) -> HttpResponse {
    let (pool, id) = path.into_inner();
    let found = match pool.len().max(id.len()) <= MAX_PART {
        true => branding::asset(&cx, &pool, &id).await,
        false => Ok(None),
    };
    match found {
        Ok(Some(asset)) => HttpResponse::Ok()
            .content_type(asset.content_type)
            .insert_header(("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"))
            .insert_header(("X-Content-Type-Options", "nosniff"))
            .insert_header(("Cross-Origin-Resource-Policy", "cross-origin"))
            .insert_header(("Cache-Control", "public, max-age=31536000, immutable"))
            .body(asset.bytes),
        Ok(None) => {
            HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("There is no such image.\n")
        }
        Err(error) => {
            tracing::error!(%error, "an image could not be read");
            HttpResponse::InternalServerError().finish()
        }
    }
}
