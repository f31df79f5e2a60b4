//! The language of a page: what the query asks for, else what the browser kept of an earlier choice, else what the
//! browser says that its user reads.

use crate::language::Words;
use crate::oauth::PoolRequest;
use crate::web::Response;
use serde_json::{Value, json};
use std::time::Duration;

/// The parameter of the query, and the cookie.
const NAME: &str = "lang";
/// How long a choice is kept.
const KEPT: Duration = Duration::from_secs(400 * 24 * 3600);

/// A language.
#[derive(Debug, Clone)]
pub struct Chosen {
    pub tag: String,
    /// Whether the query asked for it, so that it stays.
    is_asked: bool,
}

/// The language of a request, if it says anything that there is a catalogue for.
pub fn choose(at: PoolRequest<'_>) -> Option<Chosen> {
    let catalogue = &at.cx.services.catalogue;
    let asked = at.request.query.get(NAME).and_then(|tag| catalogue.choose(tag));
    let kept = || at.request.cookie(NAME).and_then(|tag| catalogue.choose(tag));
    // Scripts know the classic pages by their words, whatever the browser's language.
    let accepted = || at.request.header("accept-language").filter(|_| at.managed).and_then(|all| catalogue.accept(all));
    let tag = asked.or_else(kept).or_else(accepted)?.to_owned();
    Some(Chosen { tag, is_asked: asked.is_some() })
}

/// The response with the cookie that keeps a choice.
pub fn remember(at: PoolRequest<'_>, chosen: Option<&Chosen>, response: Response) -> Response {
    match chosen {
        Some(chosen) if chosen.is_asked && at.request.cookie(NAME) != Some(chosen.tag.as_str()) => {
            response.with_cookie(&at.cookie(NAME.to_owned(), chosen.tag.clone(), Some(KEPT)))
        }
        _ => response,
    }
}

/// All languages, with the address of this page in each.
pub fn all(at: PoolRequest<'_>, words: &Words) -> Value {
    let query = at.request.query.clone().without(NAME);
    let prefix = at.request.cookie_path();
    let path = at.request.path.trim_start_matches('/');
    let catalogue = words.catalogue();
    let one = |tag: &str| {
        let query = query.clone().with(NAME, tag).encode();
        json!({"tag": tag, "name": catalogue.name_of(tag), "url": format!("{prefix}{path}?{query}")})
    };
    catalogue.tags().map(one).collect()
}
