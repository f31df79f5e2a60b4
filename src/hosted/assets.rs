//! `/assets/...`: style sheets and scripts of the pages. Their names change with their content, so they are kept for
//! ever.

use crate::oauth::PoolRequest;
use crate::web::Response;

/// Serves a file; `None` if there is none of this name.
pub fn answer(at: PoolRequest<'_>, file: &str) -> Option<Response> {
    let asset = at.cx.services.templates.asset(file)?;
    let mut response = Response::new(200)
        .with("Content-Type", asset.content_type)
        .with("Cache-Control", "public, max-age=31536000, immutable")
        .with("Cross-Origin-Resource-Policy", "same-origin");
    response.body.clone_from(&asset.bytes);
    Some(response)
}
