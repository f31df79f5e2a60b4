//! Posts log lines to servers, as JSON lines.

use crate::config::logs::LogsConfig;
use crate::outgoing;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, StatusCode};
use std::time::Duration;
use tokio::sync::watch;

/// The delay after the first attempt.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Posts lines to servers.
pub struct Poster {
    client: Client,
    headers: HeaderMap,
    tries: u32,
}

impl Poster {
    /// Reads the settings and the CA file. Errors are messages for the operator.
    pub fn new(config: &LogsConfig) -> Result<Self, String> {
        let builder = outgoing::operator_client("logs", config.ca_file.as_deref())?
            .timeout(Duration::from_secs(u64::from(config.timeout_seconds)));
        let client = outgoing::build("logs", builder)?;
        let mut headers = outgoing::operator_headers("logs", &config.headers)?;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
        Ok(Self { client, headers, tries: config.tries })
    }

    /// Posts lines in one request, with a limited number of attempts and none after the server began to stop. Errors
    /// leave out the URL, which may contain a token.
    pub async fn post(&self, url: &str, lines: &[String], stop: &watch::Sender<bool>) -> Result<(), String> {
        let mut body = lines.join("\n");
        body.push('\n');
        let mut stopping = stop.subscribe();
        let mut wait = FIRST_WAIT;
        let mut reason = String::new();
        for left in (0..self.tries).rev() {
            match self.client.post(url).headers(self.headers.clone()).body(body.clone()).send().await {
                Ok(response) if response.status().is_success() => return Ok(()),
                Ok(response) => {
                    let status = response.status();
                    reason = format!("the server answered {status}");
                    let later = status.is_server_error()
                        || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
                    if !later {
                        break;
                    }
                }
                Err(error) => reason = error.without_url().to_string(),
            }
            if left == 0 || *stopping.borrow_and_update() {
                break;
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = stopping.changed() => {}
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        Err(reason)
    }
}
