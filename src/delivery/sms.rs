//! SMS through an HTTP gateway.

use super::message::Message;
use super::outcome::Outcome;
use crate::config::delivery::{Gateway, HttpGateway, SmsConfig, TwilioGateway};
use crate::outgoing;
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use std::time::Duration;

/// How many bytes of a gateway's answer are read.
const MAX_ANSWER_BYTES: usize = 4096;

/// A gateway and its connections.
#[derive(Clone)]
pub struct Sms {
    client: Client,
    gateway: Gateway,
    json: Value,
    headers: HeaderMap,
}

impl Sms {
    /// Reads the settings and the CA file. Errors are messages for the operator.
    pub fn new(config: &SmsConfig) -> Result<Self, String> {
        let builder = outgoing::operator_client("delivery.sms", config.ca_file.as_deref())?
            .timeout(Duration::from_secs(u64::from(config.timeout_seconds)))
            .pool_max_idle_per_host(config.connections as usize);
        let client = outgoing::build("delivery.sms", builder)?;
        let (json, headers) = match &config.gateway {
            Gateway::Http(http) => (
                serde_json::from_str(&http.json)
                    .map_err(|e| format!("delivery.sms.gateway.http.json is not JSON: {e}"))?,
                outgoing::operator_headers("delivery.sms.gateway.http", &http.headers)?,
            ),
            Gateway::Twilio(_) => (Value::Null, HeaderMap::new()),
        };
        Ok(Self { client, gateway: config.gateway.clone(), json, headers })
    }

    pub async fn send(&self, message: &Message) -> Outcome {
        let request = match &self.gateway {
            Gateway::Http(http) => self.generic(http, message),
            Gateway::Twilio(twilio) => self.twilio(twilio, message),
        };
        match request.send().await {
            Ok(response) => classify(response).await,
            // The URL is left out: it may contain a token.
            Err(error) => Outcome::Unreachable(describe(&error.without_url())),
        }
    }

    fn generic(&self, http: &HttpGateway, message: &Message) -> RequestBuilder {
        let from = message.from.as_deref().unwrap_or(&http.from);
        let body = filled(&self.json, &[("{to}", &message.to), ("{from}", from), ("{body}", &message.content.text)]);
        self.client.post(&http.url).headers(self.headers.clone()).json(&body)
    }

    fn twilio(&self, twilio: &TwilioGateway, message: &Message) -> RequestBuilder {
        let url =
            format!("{}/2010-04-01/Accounts/{}/Messages.json", twilio.url.trim_end_matches('/'), twilio.account_sid);
        let sender = if twilio.messaging_service_sid.is_empty() {
            ("From", message.from.as_deref().unwrap_or(&twilio.from))
        } else {
            ("MessagingServiceSid", twilio.messaging_service_sid.as_str())
        };
        let form = [("To", message.to.as_str()), sender, ("Body", message.content.text.as_str())];
        self.client.post(url).basic_auth(&twilio.account_sid, Some(twilio.auth_token.reveal())).form(&form)
    }
}

/// Fills the placeholders in all strings of the template. Each string is processed once, so a message that contains
/// `{to}` stays unchanged.
fn filled(template: &Value, values: &[(&str, &str)]) -> Value {
    match template {
        Value::String(text) => Value::String(fill(text, values)),
        Value::Array(items) => Value::Array(items.iter().map(|item| filled(item, values)).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, item)| (name.clone(), filled(item, values))).collect())
        }
        other => other.clone(),
    }
}

fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let found = values.iter().find_map(|(name, value)| tail.strip_prefix(name).map(|after| (*value, after)));
        let (value, after) = found.unwrap_or_else(|| tail.split_at(1));
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A refusal of this message is final. Wrong credentials, rate limits and server errors concern the gateway and may
/// pass.
async fn classify(response: Response) -> Outcome {
    let status = response.status();
    if status.is_success() {
        return Outcome::Sent;
    }
    let reason = format!("HTTP {}{}", status.as_u16(), explanation(response).await);
    match status {
        StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::NOT_FOUND
        | StatusCode::METHOD_NOT_ALLOWED
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_MANY_REQUESTS => Outcome::Unreachable(reason),
        status if status.is_client_error() => Outcome::Refused(reason),
        _ => Outcome::Unreachable(reason),
    }
}

/// The error code in the answer, as Twilio and many other gateways have it. Nothing else is kept, because the answer
/// may repeat the message.
async fn explanation(mut response: Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER_BYTES {
            return String::new();
        }
    }
    let Ok(answer) = serde_json::from_slice::<Value>(&body) else { return String::new() };
    answer.get("code").and_then(Value::as_i64).map(|code| format!(", code {code}")).unwrap_or_default()
}

fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "the gateway took too long".into();
    }
    let mut out = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        out = format!("{out}: {inner}");
        cause = inner.source();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_stays_itself_inside_the_json(to in "\\PC{0,20}", body in "[\"\\\\{}a-z\\n]{0,60}") {
            let template: Value = serde_json::from_str(r#"{"m": [{"t": "{to}", "b": "x {body}"}], "n": 1, "o": "{other} {"}"#).unwrap_or_default();
            let made = filled(&template, &[("{to}", &to), ("{from}", "F"), ("{body}", &body)]);
            let expected = serde_json::json!({"m": [{"t": to, "b": format!("x {body}")}], "n": 1, "o": "{other} {"});
            prop_assert_eq!(made, expected);
        }
    }
}
