//! Terms: the legal documents that a client's pages link to, one of each name per client.

use crate::config::quotas::Quota;
use crate::context::Context;
use crate::domain::pools::{self, quotas};
use crate::fault::Fault;
use crate::model::{Pool, Terms};
use crate::shapes::idp as api;
use crate::store::pools::insert_serialised;
use crate::store::{Read, branding as store, tags};
use std::collections::BTreeMap;

/// The language of the link for all that have none of their own.
const DEFAULT_LANGUAGE: &str = "cognito:default";
/// The languages that links can be for.
const LANGUAGES: [(&str, &str); 12] = [
    ("en", "cognito:english"),
    ("fr", "cognito:french"),
    ("es", "cognito:spanish"),
    ("de", "cognito:german"),
    ("id", "cognito:bahasa-indonesia"),
    ("it", "cognito:italian"),
    ("ja", "cognito:japanese"),
    ("ko", "cognito:korean"),
    ("pt-BR", "cognito:portuguese-brazil"),
    ("zh-CN", "cognito:chinese-simplified"),
    ("zh-TW", "cognito:chinese-traditional"),
    ("nl", "cognito:dutch"),
];

/// What Create and UpdateTerms say; on update, `None` stays.
#[derive(Debug, Clone, Default)]
pub struct TermsSettings {
    /// `terms-of-use` or `privacy-policy`.
    pub name: Option<String>,
    /// Where the text comes from.
    pub source: Option<api::TermsSourceType>,
    /// Whether users must agree.
    pub enforcement: Option<api::TermsEnforcementType>,
    /// Language -> URL.
    pub links: Option<BTreeMap<String, String>>,
}

/// Makes terms for a client.
pub async fn create(cx: &Context, pool_id: &str, client_id: &str, wanted: TermsSettings) -> Result<Terms, Fault> {
    let terms = Terms {
        id: crate::rng::uuid()?,
        client: client_id.to_owned(),
        name: wanted.name.unwrap_or_default(),
        source: wanted.source.unwrap_or_default(),
        enforcement: wanted.enforcement.unwrap_or_default(),
        links: wanted.links.unwrap_or_default(),
        created: cx.now,
        modified: cx.now,
    };
    check_links(&terms.links)?;
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            pools::client_of(tx, &pool, client_id).await?;
            refuse_second(tx, &pool, &terms).await?;
            insert_serialised(tx, &pool.id, tags::PAGES).await?;
            let most = quotas::most(cx, Quota::Terms);
            if store::list_terms(tx, &pool.id, None, most).await?.0.len() >= most {
                return Err(quotas::exceeded(cx, Quota::Terms));
            }
            store::put_terms(tx, &pool.id, &terms)?;
            Ok(terms.clone())
        })
        .await
}

/// Changes terms.
pub async fn update(cx: &Context, pool_id: &str, id: &str, wanted: TermsSettings) -> Result<Terms, Fault> {
    if let Some(links) = &wanted.links {
        check_links(links)?;
    }
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            let before = get(tx, &pool, id).await?;
            let mut terms = before.clone();
            terms.name = wanted.name.clone().unwrap_or(terms.name);
            terms.source = wanted.source.unwrap_or(terms.source);
            terms.enforcement = wanted.enforcement.unwrap_or(terms.enforcement);
            terms.links = wanted.links.clone().unwrap_or(terms.links);
            terms.modified = cx.now;
            if terms.name != before.name {
                refuse_second(tx, &pool, &terms).await?;
                store::delete_terms(tx, &pool.id, &before);
            }
            store::put_terms(tx, &pool.id, &terms)?;
            Ok(terms)
        })
        .await
}

/// Removes terms.
pub async fn delete(cx: &Context, pool_id: &str, id: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            store::delete_terms(tx, &pool.id, &get(tx, &pool, id).await?);
            Ok(())
        })
        .await
}

/// The terms `id`, or `ResourceNotFoundException`.
pub async fn get(read: &impl Read, pool: &Pool, id: &str) -> Result<Terms, Fault> {
    store::terms(read, &pool.id, id).await?.ok_or_else(|| Fault::not_found(format!("Terms {id} does not exist.")))
}

/// A client's terms of this name, or `ResourceNotFoundException`.
pub async fn of_client(read: &impl Read, pool: &Pool, client_id: &str, name: &str) -> Result<Terms, Fault> {
    pools::client_of(read, pool, client_id).await?;
    match store::terms_of(read, &pool.id, client_id, name).await? {
        Some(id) => get(read, pool, &id).await,
        None => Err(Fault::not_found(format!("App client {client_id} has no terms named {name}."))),
    }
}

/// The address of terms in a language (BCP 47), else that for all.
pub fn link_in(terms: &Terms, language: &str) -> Option<String> {
    let named = LANGUAGES.into_iter().find(|(tag, _)| *tag == language).and_then(|(_, name)| terms.links.get(name));
    named.or_else(|| terms.links.get(DEFAULT_LANGUAGE)).cloned()
}

async fn refuse_second(read: &impl Read, pool: &Pool, terms: &Terms) -> Result<(), Fault> {
    if store::terms_of(read, &pool.id, &terms.client, &terms.name).await?.is_some() {
        let words = format!("The app client already has terms named {}.", terms.name);
        return Err(Fault::modelled("TermsExistsException", words));
    }
    Ok(())
}

/// Links go onto pages as they are, so they lead to the web and nowhere else.
fn check_links(links: &BTreeMap<String, String>) -> Result<(), Fault> {
    if !links.contains_key(DEFAULT_LANGUAGE) {
        return Err(Fault::invalid(format!("Links must have an entry for {DEFAULT_LANGUAGE}.")));
    }
    for (language, url) in links {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if rest.is_none_or(|rest| rest.starts_with('/') || rest.is_empty()) {
            return Err(Fault::invalid(format!("The link for {language} must be an http:// or https:// URL.")));
        }
    }
    Ok(())
}
