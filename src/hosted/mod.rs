//! Owns the hosted pages: what people see in a browser, one file for each page or journey.
//! Hands off the rules to `domain`, the way back to the client to `oauth`. Must not know the HTTP framework.

pub mod confirm_link;

use crate::fault::Fault;
use crate::oauth::PoolRequest;
use crate::web::Response;

const MESSAGE: &str = include_str!("../../static/message.html");

/// A page to be sent.
#[derive(Debug, Clone)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    pub html: String,
}

/// A page with a title and a sentence or two; `text` is HTML.
fn message(status: u16, title: &str, text: &str) -> Page {
    Page { status, html: MESSAGE.replace("{title}", title).replace("{text}", text) }
}

/// Answers a request to one of a pool's pages; `None` for a path that is none.
pub async fn answer(at: PoolRequest<'_>) -> Option<Result<Response, Fault>> {
    let _ = at;
    None
}
