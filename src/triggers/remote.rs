//! Functions behind web addresses: webhooks in Poolhouse's own format, and endpoints that speak Lambda's Invoke API.

use super::answer::{MAX_ANSWER, parse, response_in};
use super::failure::Failure;
use crate::clock::Clock;
use crate::config::triggers::TriggersConfig;
use crate::outgoing;
use crate::secret::Secret;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, RequestBuilder, Response};
use ring::hmac;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The header that carries a webhook's signature.
pub const SIGNATURE_HEADER: &str = "X-Poolhouse-Signature";
/// The header that marks an error of the function in Lambda's Invoke API.
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// The functions that `[triggers]` in the configuration names.
pub struct RemoteFunctions {
    client: Client,
    webhooks: BTreeMap<String, Secret>,
    lambda: BTreeMap<String, Secret>,
    pools: BTreeMap<String, Vec<String>>,
    key: Option<hmac::Key>,
    clock: Arc<Clock>,
    /// How long a call may take, unless a chain says otherwise.
    pub(super) timeout: Duration,
    /// How many times a call that timed out is repeated.
    pub(super) retries: u32,
}

/// The address of a function.
pub(super) enum Endpoint<'a> {
    Webhook(&'a str),
    Lambda(&'a str),
}

impl RemoteFunctions {
    /// `None` where the configuration names no functions. Errors are messages for the operator.
    pub fn new(config: &TriggersConfig, clock: Arc<Clock>) -> Result<Option<Self>, String> {
        if config.webhooks.is_empty() && config.lambda.is_empty() {
            return Ok(None);
        }
        let builder = outgoing::operator_client("triggers", config.ca_file.as_deref())?;
        let client = outgoing::build("triggers", builder)?;
        let key =
            config.webhook_secret.as_ref().map(|secret| hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes()));
        let (webhooks, lambda, pools) = (config.webhooks.clone(), config.lambda.clone(), config.pools.clone());
        let timeout = Duration::from_secs(u64::from(config.timeout_seconds));
        Ok(Some(Self { client, webhooks, lambda, pools, key, clock, timeout, retries: config.tries.saturating_sub(1) }))
    }

    /// The patterns of pools that may use a function.
    pub(super) fn pools(&self, name: &str) -> &[String] {
        self.pools.get(name).or_else(|| self.pools.get("*")).map(Vec::as_slice).unwrap_or_default()
    }

    /// The address of a function; `None` where the configuration does not have it.
    pub(super) fn endpoint(&self, name: &str) -> Option<Endpoint<'_>> {
        // The name becomes a part of the URL, so characters that could change its path are refused.
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return None;
        }
        let webhook = self.webhooks.get(name).map(|url| Endpoint::Webhook(url.reveal()));
        webhook.or_else(|| {
            self.lambda.get(name).or_else(|| self.lambda.get("*")).map(|url| Endpoint::Lambda(url.reveal()))
        })
    }

    fn request(&self, endpoint: &Endpoint<'_>, name: &str, body: &str) -> RequestBuilder {
        let request = match endpoint {
            Endpoint::Webhook(url) => {
                let request = self.client.post(*url);
                match &self.key {
                    Some(key) => request.header(SIGNATURE_HEADER, sign(key, self.clock.now().secs(), body)),
                    None => request,
                }
            }
            Endpoint::Lambda(url) => {
                let url = format!("{}/2015-03-31/functions/{name}/invocations", url.trim_end_matches('/'));
                self.client.post(url).header("X-Amz-Invocation-Type", "RequestResponse")
            }
        };
        request.header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(body.to_owned())
    }

    /// Invokes a function once and returns the `response` of its answer.
    pub(super) async fn attempt(
        &self,
        endpoint: &Endpoint<'_>,
        name: &str,
        body: &str,
        timeout: Duration,
    ) -> Result<Value, Failure> {
        let failed = |error: reqwest::Error| {
            if error.is_timeout() {
                return Failure::TimedOut;
            }
            // The URL is left out: it may contain a token.
            tracing::warn!(function = name, error = %error.without_url(), "a function cannot be called");
            Failure::Unavailable
        };
        let response = self.request(endpoint, name, body).timeout(timeout).send().await.map_err(failed)?;
        let (status, is_error) = (response.status(), response.headers().contains_key(FUNCTION_ERROR));
        let answer = read(response).await.map_err(failed)?.ok_or(Failure::NotJson)?;
        if status.is_success() && !is_error {
            return response_in(&answer);
        }
        match parse(&answer).ok().as_ref().and_then(|error| error.get("errorMessage")).and_then(Value::as_str) {
            Some(why) => Err(Failure::Refused(why.to_owned())),
            None => {
                tracing::warn!(function = name, %status, "a function answered an error without errorMessage");
                Err(Failure::Unavailable)
            }
        }
    }
}

/// The whole body; `None` if it is longer than an answer may be.
async fn read(mut response: Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut whole = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if whole.len() + chunk.len() > MAX_ANSWER {
            return Ok(None);
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(Some(whole))
}

/// The signature of a body that is sent at this moment (seconds since the epoch).
fn sign(key: &hmac::Key, at: i64, body: &str) -> String {
    let tag = hmac::sign(key, format!("{at}.{body}").as_bytes());
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_can_be_checked_by_anybody_with_the_key() {
        // printf '1767225600.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
        let signed = sign(&hmac::Key::new(hmac::HMAC_SHA256, b"0123456789abcdef"), 1_767_225_600, "{}");
        assert_eq!(signed, format!("t=1767225600,v1={}", EXPECTED));
    }

    const EXPECTED: &str = "99902517b3069f78750aa0520b0493482454c2d30a579c7acc839f3363ca1b88";
}
