//! The `[delivery]` section: how mail and SMS leave the server.

use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The `[delivery]` section.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryConfig {
    /// The mail server. Absent: mails wait in the outbox until they are too old.
    pub smtp: Option<SmtpConfig>,
    /// The SMS gateway. Absent: messages wait in the outbox until they are too old.
    pub sms: Option<SmsConfig>,
    /// Domains that pools may use in their From addresses, as patterns such as `example.com` or `*.example.com`. A pool
    /// with another From is sent under the address of `smtp.from`. The domain of `smtp.from` is always allowed.
    pub sender_domains: Vec<String>,
    /// When a failed delivery is tried again, and for how long.
    pub retry: RetryConfig,
}

/// `[delivery.smtp]`: the mail server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmtpConfig {
    /// Host name or address.
    pub host: String,
    /// Port; 0 takes the usual one of the encryption (25, 587, 465).
    pub port: u16,
    /// `starttls` (refuses a server without it), `tls` (from the first byte) or `none`.
    pub encryption: Encryption,
    /// The account's name; empty: no authentication.
    pub username: String,
    /// The account's password.
    pub password: Secret,
    /// The sender of pools that set none, e.g. `Accounts <no-reply@example.com>`.
    pub from: String,
    /// A PEM file of certificate authorities that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How long a command may take, connecting included, in seconds.
    pub timeout_seconds: u32,
    /// How many connections are open at once.
    pub connections: u32,
}

impl Default for SmtpConfig {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 0,
            encryption: Encryption::StartTls,
            username: String::new(),
            password: Secret::default(),
            from: String::new(),
            ca_file: None,
            timeout_seconds: 20,
            connections: 4,
        }
    }
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// In the clear: for a server on the same machine.
    None,
    /// Clear at first, then TLS; refused if the server does not offer it.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// `[delivery.sms]`: the SMS gateway.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmsConfig {
    /// The gateway's form.
    pub gateway: Gateway,
    /// How long a call may take, connecting included, in seconds.
    pub timeout_seconds: u32,
    /// How many calls run at once.
    pub connections: u32,
    /// A PEM file of certificate authorities that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
}

impl Default for SmsConfig {
    fn default() -> Self {
        Self { gateway: Gateway::Http(HttpGateway::default()), timeout_seconds: 20, connections: 4, ca_file: None }
    }
}

/// What the gateway speaks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gateway {
    /// `[delivery.sms.gateway.http]`: any gateway that takes JSON over HTTP.
    Http(HttpGateway),
    /// `[delivery.sms.gateway.twilio]`: Twilio's Messages API, and those that copy it.
    Twilio(TwilioGateway),
}

/// A gateway that takes JSON over HTTP.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpGateway {
    /// Where messages are posted.
    pub url: String,
    /// Headers of each call, e.g. `Authorization`.
    pub headers: BTreeMap<String, Secret>,
    /// The JSON that is posted. `{to}`, `{from}` and `{body}` inside its texts are filled in.
    pub json: String,
    /// The sender of pools that set none.
    pub from: String,
}

impl Default for HttpGateway {
    fn default() -> Self {
        Self {
            url: String::new(),
            headers: BTreeMap::new(),
            json: r#"{"to": "{to}", "from": "{from}", "body": "{body}"}"#.into(),
            from: String::new(),
        }
    }
}

/// Twilio's Messages API.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TwilioGateway {
    /// The API's base.
    pub url: String,
    /// The account's id, `AC...`.
    pub account_sid: String,
    /// The account's token.
    pub auth_token: Secret,
    /// The sending number. This or the messaging service.
    pub from: String,
    /// The messaging service's id, `MG...`.
    pub messaging_service_sid: String,
}

impl Default for TwilioGateway {
    fn default() -> Self {
        Self {
            url: "https://api.twilio.com".into(),
            account_sid: String::new(),
            auth_token: Secret::default(),
            from: String::new(),
            messaging_service_sid: String::new(),
        }
    }
}

/// `[delivery.retry]`: when a failed delivery is tried again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetryConfig {
    /// The wait after the first failure, in milliseconds; it doubles with each further one.
    pub first_ms: u64,
    /// The longest wait between two tries of one message, in milliseconds.
    pub longest_ms: u64,
    /// The longest wait before a server that does not answer is asked again, in milliseconds.
    pub server_longest_ms: u64,
    /// A message is dropped when it is this old, in seconds, or when its code has expired, if that is sooner.
    pub give_up_seconds: u64,
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self { first_ms: 2_000, longest_ms: 300_000, server_longest_ms: 30_000, give_up_seconds: 4 * 3600 }
    }
}

impl DeliveryConfig {
    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if let Some(smtp) = &self.smtp {
            smtp.validate(&mut faults);
        }
        if let Some(sms) = &self.sms {
            sms.validate(&mut faults);
        }
        let retry = &self.retry;
        if retry.first_ms == 0 || retry.longest_ms < retry.first_ms || retry.server_longest_ms == 0 {
            faults.push(
                "delivery.retry: first_ms and server_longest_ms must be above 0, longest_ms not below first_ms".into(),
            );
        }
        if retry.give_up_seconds == 0 {
            faults.push("delivery.retry.give_up_seconds must be above 0, or nothing would ever be sent".into());
        }
        faults
    }
}

impl SmtpConfig {
    fn validate(&self, faults: &mut Vec<String>) {
        if self.host.trim().is_empty() {
            faults.push("delivery.smtp.host is missing: the name of the mail server".into());
        }
        if self.from.parse::<lettre::message::Mailbox>().is_err() {
            faults.push("delivery.smtp.from must be an address such as `Accounts <no-reply@example.com>`".into());
        }
        if self.username.is_empty() != self.password.reveal().is_empty() {
            faults.push("delivery.smtp: username and password go together".into());
        }
        if !self.username.is_empty() && self.encryption == Encryption::None && !is_local(&self.host) {
            faults.push(
                "delivery.smtp: a password would travel in the clear; set encryption to `starttls` or `tls`".into(),
            );
        }
        bounds("delivery.smtp", self.timeout_seconds, self.connections, faults);
    }

    /// The port, the usual one if none is set.
    pub fn effective_port(&self) -> u16 {
        match (self.port, self.encryption) {
            (0, Encryption::None) => 25,
            (0, Encryption::StartTls) => 587,
            (0, Encryption::Tls) => 465,
            (port, _) => port,
        }
    }
}

impl SmsConfig {
    fn validate(&self, faults: &mut Vec<String>) {
        match &self.gateway {
            Gateway::Http(http) => {
                check_url("delivery.sms.gateway.http.url", &http.url, faults);
                match serde_json::from_str::<serde_json::Value>(&http.json) {
                    Ok(_) if !http.json.contains("{to}") || !http.json.contains("{body}") => {
                        faults.push("delivery.sms.gateway.http.json must contain {to} and {body}".into());
                    }
                    Ok(_) => {}
                    Err(error) => faults.push(format!("delivery.sms.gateway.http.json is not JSON: {error}")),
                }
                for (name, value) in &http.headers {
                    let good = reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_ok()
                        && reqwest::header::HeaderValue::from_str(value.reveal()).is_ok();
                    if !good {
                        faults.push(format!("delivery.sms.gateway.http.headers.{name} is not a valid HTTP header"));
                    }
                }
            }
            Gateway::Twilio(twilio) => {
                check_url("delivery.sms.gateway.twilio.url", &twilio.url, faults);
                if twilio.account_sid.is_empty() || !twilio.account_sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
                    faults.push("delivery.sms.gateway.twilio.account_sid must be the account's id, AC...".into());
                }
                if twilio.auth_token.reveal().is_empty() {
                    faults.push("delivery.sms.gateway.twilio.auth_token is missing".into());
                }
                if twilio.from.is_empty() == twilio.messaging_service_sid.is_empty() {
                    faults.push("delivery.sms.gateway.twilio: set either from or messaging_service_sid".into());
                }
            }
        }
        bounds("delivery.sms", self.timeout_seconds, self.connections, faults);
    }
}

fn bounds(section: &str, timeout_seconds: u32, connections: u32, faults: &mut Vec<String>) {
    if !(1..=300).contains(&timeout_seconds) {
        faults.push(format!("{section}.timeout_seconds must be 1 to 300"));
    }
    if !(1..=64).contains(&connections) {
        faults.push(format!("{section}.connections must be 1 to 64"));
    }
}

fn check_url(name: &str, url: &str, faults: &mut Vec<String>) {
    match reqwest::Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() => {}
        _ => faults.push(format!("{name} must be an http or https URL")),
    }
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_told_at_once_and_never_a_secret() {
        let config = DeliveryConfig {
            smtp: Some(SmtpConfig { password: Secret::new("hush"), timeout_seconds: 0, ..SmtpConfig::default() }),
            sms: Some(SmsConfig {
                gateway: Gateway::Http(HttpGateway {
                    url: "ftp://x".into(),
                    json: "{".into(),
                    ..HttpGateway::default()
                }),
                ..SmsConfig::default()
            }),
            ..DeliveryConfig::default()
        };
        let faults = config.validate();
        assert_eq!(faults.len(), 6, "{faults:?}");
        assert!(!format!("{faults:?} {config:?}").contains("hush"));
        assert!(DeliveryConfig::default().validate().is_empty());
    }
}
