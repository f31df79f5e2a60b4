//! Calls to the endpoints of providers: the same limits as for documents, no redirects, and an answer of any status.

use super::fetch::{MetadataFetcher, body};
use super::{FetchError, Unreachable};
use crate::outgoing;
use crate::secret::Secret;
use reqwest::header::ACCEPT;
use reqwest::redirect::Policy;

/// The longest answer, in bytes.
const LARGEST: usize = 256 * 1024;

/// A call.
#[derive(Default)]
pub struct Call<'a> {
    pub url: &'a str,
    /// The fields of a form, which is sent by `POST`; `None` for a `GET`.
    pub form: Option<&'a [(&'a str, &'a str)]>,
    /// User name and password of HTTP Basic.
    pub basic: Option<(&'a str, &'a Secret)>,
    /// A bearer token.
    pub bearer: Option<&'a str>,
}

/// An answer.
pub struct Called {
    pub status: u16,
    pub body: Vec<u8>,
}

impl MetadataFetcher {
    /// Makes a call.
    pub async fn call(&self, call: Call<'_>) -> Result<Called, Unreachable> {
        let refused = |error: FetchError| Unreachable::Other(error.to_string());
        let url = self.parse(call.url).map_err(refused)?;
        let client = self.client(&self.direct, Policy::none).map_err(refused)?;
        let mut request = match call.form {
            Some(form) => client.post(url).form(form),
            None => client.get(url),
        };
        request = request.header(ACCEPT, "application/json");
        if let Some((name, password)) = call.basic {
            request = request.basic_auth(name, Some(password.reveal()));
        }
        if let Some(token) = call.bearer {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.map_err(|error| match &error {
            error if error.is_timeout() => Unreachable::Connecting,
            error if error.is_connect() => Unreachable::Other(outgoing::cause(error)),
            _ => Unreachable::Reset,
        })?;
        let status = response.status().as_u16();
        match body(response, LARGEST).await {
            Ok(body) => Ok(Called { status, body }),
            Err(FetchError::TimedOut) => Err(Unreachable::Reading),
            Err(FetchError::Failed(why) | FetchError::Refused(why)) => Err(Unreachable::Other(why)),
        }
    }
}
