//! Mail by SMTP.

use super::message::Message;
use super::outcome::Outcome;
use crate::config::delivery::{Encryption, SmtpConfig};
use crate::model::wildcard;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransportBuilder, Error, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;

/// The settings of a mail server.
#[derive(Clone)]
pub struct Smtp {
    builder: AsyncSmtpTransportBuilder,
    senders: Senders,
    deadline: Duration,
}

/// A mail server's connection pool. It belongs to the runtime in which it was created.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    senders: Senders,
    deadline: Duration,
}

/// The addresses that mails may be sent from.
#[derive(Clone)]
struct Senders {
    default: Mailbox,
    /// Patterns of further domains, in lower case.
    domains: Vec<String>,
}

impl Senders {
    /// The pool's own sender if its domain is allowed; otherwise the server's. Receivers trust a mail for the domain in
    /// its From, and anyone who may change a pool can set it.
    fn choose(&self, pool: &str, from: Option<&str>) -> Mailbox {
        let Some(from) = from else { return self.default.clone() };
        match from.parse::<Mailbox>() {
            Ok(mailbox) if self.allows(&mailbox) => mailbox,
            _ => {
                tracing::warn!(pool, "the pool's From address is not allowed (delivery.sender_domains)");
                self.default.clone()
            }
        }
    }

    fn allows(&self, mailbox: &Mailbox) -> bool {
        let domain = mailbox.email.domain().to_lowercase();
        domain == self.default.email.domain().to_lowercase()
            || self.domains.iter().any(|pattern| wildcard::matches(pattern, &domain))
    }
}

impl Smtp {
    /// Reads the settings and the CA file. Errors are messages for the operator.
    pub fn new(config: &SmtpConfig, sender_domains: &[String]) -> Result<Self, String> {
        let from: Mailbox = config.from.parse().map_err(|e| format!("delivery.smtp.from is not an address: {e}"))?;
        let timeout = Duration::from_secs(u64::from(config.timeout_seconds));
        let tls = match config.encryption {
            Encryption::None => Tls::None,
            Encryption::StartTls => Tls::Required(tls(config)?),
            Encryption::Tls => Tls::Wrapper(tls(config)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.effective_port())
            .tls(tls)
            .timeout(Some(timeout))
            .pool_config(PoolConfig::new().max_size(config.connections).idle_timeout(Duration::from_secs(30)));
        if !config.username.is_empty() {
            builder =
                builder.credentials(Credentials::new(config.username.clone(), config.password.reveal().to_string()));
        }
        // The timeout applies to each command. The deadline also ends a server that answers every command late.
        let senders = Senders { default: from, domains: sender_domains.iter().map(|d| d.to_lowercase()).collect() };
        Ok(Self { builder, senders, deadline: timeout.saturating_mul(4) })
    }

    /// Creates the connection pool; call it in the runtime that sends.
    pub fn connect(self) -> Mailer {
        Mailer { transport: self.builder.build(), senders: self.senders, deadline: self.deadline }
    }
}

fn tls(config: &SmtpConfig) -> Result<TlsParameters, String> {
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(file) = &config.ca_file {
        let name = file.display();
        let pem = std::fs::read(file).map_err(|e| format!("delivery.smtp.ca_file {name} cannot be read: {e}"))?;
        let authority =
            Certificate::from_pem(&pem).map_err(|e| format!("delivery.smtp.ca_file {name} has no certificate: {e}"))?;
        parameters = parameters.add_root_certificate(authority);
    }
    parameters.build_rustls().map_err(|e| format!("delivery.smtp: TLS cannot be set up: {e}"))
}

impl Mailer {
    /// Sends one mail. `id` becomes its Message-ID in every attempt, so that receivers can detect duplicates.
    pub async fn send(&self, id: &str, message: &Message) -> Outcome {
        let mail = match compose(id, message, &self.senders) {
            Ok(mail) => mail,
            Err(reason) => return Outcome::Refused(reason),
        };
        match tokio::time::timeout(self.deadline, self.transport.send(mail)).await {
            Ok(Ok(_)) => Outcome::Sent,
            Ok(Err(error)) => classify(&error),
            Err(_) => Outcome::Unreachable("the mail server took too long".into()),
        }
    }
}

fn compose(id: &str, message: &Message, senders: &Senders) -> Result<lettre::Message, String> {
    let to: Address = message.to.parse().map_err(|_| "the destination is not a mail address".to_string())?;
    let from = senders.choose(&message.pool_id, message.from.as_deref());
    let mut builder = lettre::Message::builder()
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .to(Mailbox::new(None, to))
        .subject(&message.content.subject)
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()));
    if let Some(reply_to) = message.reply_to.as_deref().and_then(|r| r.parse::<Mailbox>().ok()) {
        builder = builder.reply_to(reply_to);
    }
    let builder = builder.from(from);
    let text = message.content.text.clone();
    match &message.content.html {
        Some(html) => builder.multipart(MultiPart::alternative_plain_html(text, html.clone())),
        None => builder.header(ContentType::TEXT_PLAIN).body(text),
    }
    .map_err(|e| e.to_string())
}

/// Whether an error concerns this message or the server.
fn classify(error: &Error) -> Outcome {
    let reason = describe(error);
    match error.status().map(u16::from) {
        // The server is shutting down, requires other credentials or accepts no mail at all.
        Some(421 | 454 | 502..=504 | 521 | 530 | 534 | 535 | 538) => Outcome::Unreachable(reason),
        Some(400..=499) => Outcome::Later(reason),
        Some(_) => Outcome::Refused(reason),
        // Something that this client cannot do, such as an international address on a server without SMTPUTF8.
        None if error.is_client() => Outcome::Later(reason),
        None => Outcome::Unreachable(reason),
    }
}

/// The error and its causes on one line.
fn describe(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !out.contains(&text) {
            out.push_str(": ");
            out.push_str(&text);
        }
        cause = inner.source();
    }
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_pool_sends_only_from_domains_that_the_operator_allows() {
        let config = SmtpConfig {
            host: "localhost".into(),
            from: "Accounts <no-reply@own.example>".into(),
            ..SmtpConfig::default()
        };
        let senders = |domains: &[&str]| {
            let domains: Vec<String> = domains.iter().map(|domain| (*domain).to_owned()).collect();
            Smtp::new(&config, &domains).unwrap().senders
        };
        let from = |senders: &Senders, from: &str| senders.choose("p", Some(from)).email.to_string();
        let strict = senders(&[]);
        assert_eq!(strict.choose("p", None).to_string(), "Accounts <no-reply@own.example>");
        assert_eq!(from(&strict, "Sales <sales@OWN.example>"), "sales@OWN.example");
        for forged in ["ceo@bank.example", "x@own.example.evil.example", "x@sub.own.example", "no address"] {
            assert_eq!(from(&strict, forged), "no-reply@own.example", "{forged}");
        }
        let open = senders(&["bank.example", "*.Shops.example"]);
        assert_eq!(from(&open, "ceo@bank.example"), "ceo@bank.example");
        assert_eq!(from(&open, "a@one.shops.example"), "a@one.shops.example");
        assert_eq!(from(&open, "a@shops.example"), "no-reply@own.example");
    }
}
