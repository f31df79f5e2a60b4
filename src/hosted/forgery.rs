//! The guard against forged requests: a form carries the token that its browser has in a cookie (double submit), and
//! browsers say which site sent it.

use crate::fault::Fault;
use crate::oauth::PoolRequest;
use crate::secret::same;
use std::time::Duration;

/// The cookie; programs that sign in by the form read it by this name.
const COOKIE: &str = "XSRF-TOKEN";
/// The field.
const FIELD: &str = "_csrf";
/// How long a browser keeps one token, so that pages in several tabs can all be sent.
const STABLE: Duration = Duration::from_secs(3600);
/// How long the cookie stays.
const KEPT: Duration = Duration::from_secs(2 * 3600);

/// A browser's token.
pub struct Token {
    pub value: String,
    /// Whether the browser has it already, and it is young enough for further pages.
    pub is_fresh: bool,
}

impl Token {
    /// The token that the browser sent, or a new one.
    pub fn of(at: PoolRequest<'_>) -> Result<Self, Fault> {
        let sent = at.request.cookie(COOKIE).and_then(|sent| Some((sent, crate::rng::moment_of(sent)?)));
        Ok(match sent {
            Some((sent, made)) => {
                Self { value: sent.to_owned(), is_fresh: made <= at.cx.now && at.cx.now.since(made) < STABLE }
            }
            None => Self::new(at)?,
        })
    }

    pub fn new(at: PoolRequest<'_>) -> Result<Self, Fault> {
        Ok(Self { value: crate::rng::uuid_at(at.cx.now)?, is_fresh: false })
    }

    /// The cookie that gives it to the browser.
    pub fn cookie(&self, at: PoolRequest<'_>) -> crate::web::SetCookie {
        at.cookie(COOKIE.to_owned(), self.value.clone(), Some(KEPT))
    }
}

/// Whether a form was sent by a page of this pool in this browser.
pub fn is_genuine(at: PoolRequest<'_>) -> bool {
    let cookie = at.request.cookie(COOKIE).filter(|cookie| !cookie.is_empty());
    let field = at.request.form.raw(FIELD).filter(|_| !at.request.form.is_repeated(FIELD));
    let equal = matches!((cookie, field), (Some(cookie), Some(field)) if same(cookie.as_bytes(), field.as_bytes()));
    equal && !at.request.is_cross_origin()
}
