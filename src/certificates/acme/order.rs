//! One order at the authority (RFC 8555, section 7.4): account, order, challenge, request, certificate.
//!
//! The protocol's messages are those of `rustls_acme::acme`. Its own driver is not used: it keeps one challenge at a
//! time, cannot check a name before it orders, and repeats a failed order within seconds, which uses up what
//! authorities allow.

use super::Acme;
use super::cache::Entry;
use crate::config::acme::AcmeChallenge;
use crate::fault::Fault;
use crate::keys::local_authority;
use rustls_acme::acme::{Account, AcmeError, Auth, AuthStatus, Challenge, Directory, Order, OrderStatus};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// How long one message may take.
const MESSAGE_LIMIT: Duration = Duration::from_secs(30);
/// How often a message is sent again: an authority may refuse a nonce, and the next one is good.
const REPEATS: u32 = 3;
/// How long the authority is given to check a name, and to issue.
const WAITS: u32 = 30;
const WAIT: Duration = Duration::from_secs(2);

/// Why there is no certificate, for the operator.
#[derive(Debug, thiserror::Error)]
pub(super) enum OrderError {
    #[error("the authority did not answer as expected: {0}")]
    Authority(#[from] AcmeError),
    #[error("the authority did not answer in time")]
    TooSlow,
    #[error("the authority could not see that the name leads here: {0}")]
    NotProved(String),
    #[error("the authority refused the order: {0}")]
    Refused(String),
    #[error("the account or the certificate cannot be kept: {0}")]
    Cache(std::io::Error),
    #[error(transparent)]
    Internal(#[from] Fault),
}

/// Orders a certificate for a name. The result is its key and chain, PEM.
pub(super) async fn obtain(acme: &Acme, name: &str) -> Result<Vec<u8>, OrderError> {
    let tls = &acme.client;
    let directory_url = acme.config.directory_url.as_str();
    let key = account_key(acme).await?;
    let contact: Vec<String> = acme.config.contact.iter().map(|address| format!("mailto:{address}")).collect();
    let directory = repeated(|| Directory::discover(tls, directory_url)).await?;
    let account = repeated(|| Account::create_with_keypair(tls, directory.clone(), &contact, &key)).await?;
    let (url, mut order) = repeated(|| account.new_order(tls, vec![name.to_owned()])).await?;
    for authorization in &order.authorizations {
        authorize(acme, &account, authorization).await?;
    }
    let made = local_authority::request(name)?;
    let mut sent = false;
    for _ in 0..WAITS {
        match order.status {
            OrderStatus::Ready if !sent => {
                order = repeated(|| account.finalize(tls, &order.finalize, &made.request)).await?;
                sent = true;
                continue;
            }
            OrderStatus::Valid { certificate } => {
                let chain = repeated(|| account.certificate(tls, certificate.as_str())).await?;
                return Ok([made.key.as_slice(), chain.as_bytes()].concat());
            }
            OrderStatus::Invalid => return Err(OrderError::Refused(reason(&order))),
            _ => {}
        }
        order = repeated(|| account.order(tls, &url)).await?;
        if !matches!(order.status, OrderStatus::Ready | OrderStatus::Valid { .. }) {
            tokio::time::sleep(WAIT).await;
        }
    }
    Err(OrderError::TooSlow)
}

/// The key of the account: one for all names, made at the first order.
async fn account_key(acme: &Acme) -> Result<Vec<u8>, OrderError> {
    let entry = Entry::Account { directory: &acme.config.directory_url };
    // Orders run side by side: without this each of the first would make its own.
    let _one = acme.account.lock().await;
    if let Some(kept) = acme.cache.load(entry).await.map_err(OrderError::Cache)? {
        return Ok(kept);
    }
    let made = Account::generate_key_pair();
    acme.cache.store(entry, &made).await.map_err(OrderError::Cache)?;
    Ok(made)
}

/// Answers the challenge of one authorization and waits until the authority has seen it.
async fn authorize(acme: &Acme, account: &Account, url: &str) -> Result<(), OrderError> {
    let tls = &acme.client;
    let auth = repeated(|| account.auth(tls, url)).await?;
    match auth.status {
        AuthStatus::Valid => return Ok(()),
        AuthStatus::Pending => {}
        _ => return Err(OrderError::NotProved(problem(&auth))),
    }
    let rustls_acme::acme::Identifier::Dns(domain) = auth.identifier;
    // It is taken back when this ends, however it ends.
    let (challenge, _answer) = match acme.config.challenge {
        AcmeChallenge::Http01 => {
            let (challenge, answer) = account.http_01(&auth.challenges)?;
            (challenge, acme.challenges.answer_http(challenge.token.clone(), answer))
        }
        AcmeChallenge::TlsAlpn01 => {
            let (challenge, pair) = account.tls_alpn_01(&auth.challenges, domain.clone())?;
            (challenge, acme.challenges.answer_tls(domain, Arc::new(pair)))
        }
    };
    repeated(|| account.challenge(tls, &challenge.url)).await?;
    for _ in 0..WAITS {
        let auth = repeated(|| account.auth(tls, url)).await?;
        match auth.status {
            AuthStatus::Valid => return Ok(()),
            AuthStatus::Pending => tokio::time::sleep(WAIT).await,
            _ => return Err(OrderError::NotProved(problem(&auth))),
        }
    }
    Err(OrderError::TooSlow)
}

async fn repeated<T, F: Future<Output = Result<T, AcmeError>>>(send: impl Fn() -> F) -> Result<T, OrderError> {
    let mut left = REPEATS;
    loop {
        left -= 1;
        match tokio::time::timeout(MESSAGE_LIMIT, send()).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(AcmeError::HttpRequest(_) | AcmeError::Io(_))) | Err(_) if left > 0 => {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => return Err(OrderError::TooSlow),
        }
    }
}

fn problem(auth: &Auth) -> String {
    let detail = |challenge: &Challenge| challenge.error.as_ref().and_then(|problem| problem.detail.clone());
    auth.challenges.iter().find_map(detail).unwrap_or_else(|| "it gave no reason".into())
}

fn reason(order: &Order) -> String {
    let detail = order.error.as_ref().and_then(|problem| problem.detail.clone());
    detail.unwrap_or_else(|| "it gave no reason".into())
}
