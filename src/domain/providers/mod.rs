//! Owns identity providers of pools, and which identities at them belong to which user.
//! Hands off records to `store`, documents and calls to `federation`. Must not know requests.

mod details;
mod encryption;
pub mod links;
mod mapping;
pub mod saml;

pub use details::Details;
pub use encryption::open as open_encryption_keys;

use crate::config::quotas::Quota;
use crate::context::Context;
use crate::domain::pools::{self, quotas};
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::model::{Client, Group, IdentityProvider, Pool};
use crate::shapes::idp::IdentityProviderTypeType as Kind;
use crate::store::{Read, Tx, groups, pools as pool_store, providers as store, tags};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// What Create and UpdateIdentityProvider set; on update, `None` stays as it is. It has secrets, so it is never
/// printed.
#[derive(Clone, Default)]
pub struct ProviderSettings {
    /// `ProviderDetails`.
    pub details: Option<Details>,
    /// Attribute of the pool -> claim.
    pub attribute_mapping: Option<BTreeMap<String, String>>,
    /// Further names.
    pub identifiers: Option<Vec<String>>,
    /// Level -> the provider's `acr`.
    pub acr_mapping: Option<BTreeMap<String, String>>,
}

/// The provider `name`, or `ResourceNotFoundException`.
pub async fn get(read: &impl Read, pool: &Pool, name: &str) -> Result<IdentityProvider, Fault> {
    let found = store::get(read, &pool.id, name).await?;
    found.ok_or_else(|| Fault::not_found(format!("Identity provider {name} does not exist.")))
}

/// The provider with this identifier, or `ResourceNotFoundException`.
pub async fn by_identifier(read: &impl Read, pool: &Pool, identifier: &str) -> Result<IdentityProvider, Fault> {
    match store::identified(read, &pool.id, identifier).await? {
        Some(name) => get(read, pool, &name).await,
        None => Err(Fault::not_found(format!("Identity provider with identifier {identifier} does not exist."))),
    }
}

/// `ProviderDetails` as answers show them: with the client's secret, without private keys.
pub fn shown_details(cx: &Context, pool: &Pool, provider: &IdentityProvider) -> Result<Details, Fault> {
    let mut shown = provider.details.clone();
    let secrets = open_secrets(cx, &pool.id, provider)?;
    shown.extend(secrets.into_iter().filter(|(key, _)| details::SHOWN.contains(&key.as_str())));
    // Cognito shows it also where it is of no use, and Terraform then wants to take it away again and again.
    let encrypted = provider.details.get("EncryptedResponses").is_some_and(|on| on.eq_ignore_ascii_case("true"));
    if let Some(key) = provider.encryption.first().filter(|_| encrypted) {
        shown.insert("ActiveEncryptionCertificate".into(), STANDARD.encode(&key.certificate));
    }
    Ok(shown)
}

/// The secret details of a provider, in the clear.
pub fn open_secrets(cx: &Context, pool_id: &str, provider: &IdentityProvider) -> Result<Details, Fault> {
    let sealer = &cx.services.keys.sealer;
    sealer
        .open_value(Purpose::ProviderSecret, &bound(&[pool_id, &provider.name]), &provider.sealed)
        .map_err(Fault::internal)
}

fn seal_secrets(cx: &Context, pool_id: &str, provider: &mut IdentityProvider, details: Details) -> Result<(), Fault> {
    let (secret, plain): (Details, Details) =
        details.into_iter().partition(|(key, _)| details::SECRET.contains(&key.as_str()));
    provider.sealed =
        cx.services.keys.sealer.seal_value(Purpose::ProviderSecret, &bound(&[pool_id, &provider.name]), &secret)?;
    provider.details = plain;
    Ok(())
}

/// `LimitExceededException` where a pool has as many providers as it may, in all or of one type.
async fn check_quota(cx: &Context, read: &impl Read, pool: &Pool, kind: Kind) -> Result<(), Fault> {
    let most = quotas::most(cx, Quota::Providers);
    if store::count(read, &pool.id, most).await? >= most {
        return Err(quotas::exceeded(cx, Quota::Providers));
    }
    let most_of_kind = quotas::most(cx, Quota::ProvidersPerType);
    if most_of_kind == usize::MAX {
        return Ok(());
    }
    let (found, _) = store::list(read, &pool.id, None, most).await?;
    if found.iter().filter(|provider| provider.kind == kind).count() >= most_of_kind {
        return Err(quotas::exceeded(cx, Quota::ProvidersPerType));
    }
    Ok(())
}

/// Makes a provider, and the group that its users join.
pub async fn create(
    cx: &Context,
    pool_id: &str,
    name: &str,
    kind: Kind,
    wanted: ProviderSettings,
) -> Result<IdentityProvider, Fault> {
    let pool = pools::pool(&cx.services.store, pool_id).await?;
    check_name(name, kind)?;
    // Said before a metadata document is fetched for nothing; the transaction decides.
    refuse_duplicate(&cx.services.store, &pool, name).await?;
    let mut provider = IdentityProvider {
        name: name.to_owned(),
        kind,
        details: Details::new(),
        sealed: Vec::new(),
        saml: None,
        attribute_mapping: mapping::with_default(kind, wanted.attribute_mapping.unwrap_or_default()),
        identifiers: wanted.identifiers.unwrap_or_default(),
        acr_mapping: wanted.acr_mapping.unwrap_or_default(),
        created: cx.now,
        modified: cx.now,
        encryption: Vec::new(),
    };
    check(&pool, &provider)?;
    let (details, saml) = details::complete(cx, kind, wanted.details.unwrap_or_default()).await?;
    provider.saml = saml;
    seal_secrets(cx, &pool.id, &mut provider, details)?;
    if kind == Kind::Saml {
        encryption::renew(&mut provider, encryption::make(cx, &pool.id, name).await?);
    }
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            check(&pool, &provider)?;
            refuse_duplicate(tx, &pool, name).await?;
            pool_store::insert_serialised(tx, &pool.id, tags::PROVIDER).await?;
            check_quota(cx, tx, &pool, kind).await?;
            if let Some(taken) = taken_identifier(tx, &pool, &provider).await? {
                let words = format!("An identity provider with the identifier {taken} already exists.");
                return Err(Fault::modelled("DuplicateProviderException", words));
            }
            store::put(tx, &pool.id, None, &provider)?;
            add_group(tx, &pool, &provider).await?;
            Ok(provider.clone())
        })
        .await
}

async fn refuse_duplicate(read: &impl Read, pool: &Pool, name: &str) -> Result<(), Fault> {
    if store::get(read, &pool.id, name).await?.is_none() {
        return Ok(());
    }
    Err(Fault::modelled(
        "DuplicateProviderException",
        format!("A provider with the name {name} already exists in the user pool {}.", pool.id),
    ))
}

/// Changes a provider.
pub async fn update(
    cx: &Context,
    pool_id: &str,
    name: &str,
    wanted: ProviderSettings,
) -> Result<IdentityProvider, Fault> {
    let pool = pools::pool(&cx.services.store, pool_id).await?;
    let current = get(&cx.services.store, &pool, name).await?;
    let fresh = match wanted.details.clone() {
        Some(mut given) => {
            // Answers do not show private keys, so a program that sends back what it read has none.
            if let Some(kept) = open_secrets(cx, &pool.id, &current)?.remove("private_key") {
                given.entry("private_key".into()).or_insert(kept);
            }
            Some(details::complete(cx, current.kind, given).await?)
        }
        None => None,
    };
    let rotates = wanted.details.as_ref().and_then(|given| given.get(encryption::ROTATE));
    let renewed = match rotates.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        true => Some(encryption::make(cx, &pool.id, name).await?),
        false => None,
    };
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            let before = get(tx, &pool, name).await?;
            if before.created != current.created {
                return Err(Fault::modelled(
                    "ConcurrentModificationException",
                    "The identity provider was replaced meanwhile.",
                ));
            }
            let mut provider = before.clone();
            if let Some((details, saml)) = fresh.clone() {
                provider.saml = saml;
                seal_secrets(cx, &pool.id, &mut provider, details)?;
            }
            if let Some(key) = renewed.clone() {
                encryption::renew(&mut provider, key);
            }
            if let Some(given) = wanted.attribute_mapping.clone() {
                provider.attribute_mapping = mapping::with_default(provider.kind, given);
            }
            provider.identifiers = wanted.identifiers.clone().unwrap_or(provider.identifiers);
            provider.acr_mapping = wanted.acr_mapping.clone().unwrap_or(provider.acr_mapping);
            check(&pool, &provider)?;
            if let Some(taken) = taken_identifier(tx, &pool, &provider).await? {
                return Err(Fault::invalid(format!(
                    "An identity provider with the identifier {taken} already exists."
                )));
            }
            provider.modified = cx.now;
            store::put(tx, &pool.id, Some(&before), &provider)?;
            Ok(provider)
        })
        .await
}

/// Removes a provider, also from the clients that offer it. Users who came by it stay, and their group.
pub async fn delete(cx: &Context, pool_id: &str, name: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            store::delete(tx, &pool.id, &get(tx, &pool, name).await?);
            for id in pool_store::all_client_ids(tx, &pool.id).await? {
                let Some(client) = pool_store::client(tx, &id).await? else { continue };
                if client.settings.supported_identity_providers.iter().flatten().any(|offered| offered == name) {
                    let mut client = Client::clone(&client);
                    client
                        .settings
                        .supported_identity_providers
                        .get_or_insert_default()
                        .retain(|offered| offered != name);
                    pool_store::put_client(tx, &client)?;
                }
            }
            Ok(())
        })
        .await
}

/// The first identifier that another provider has.
async fn taken_identifier(read: &impl Read, pool: &Pool, provider: &IdentityProvider) -> Result<Option<String>, Fault> {
    for identifier in &provider.identifiers {
        if store::identified(read, &pool.id, identifier).await?.is_some_and(|owner| owner != provider.name) {
            return Ok(Some(identifier.clone()));
        }
    }
    Ok(None)
}

/// The group `<pool>_<provider>`, unless it is there from before.
async fn add_group(tx: &Tx, pool: &Pool, provider: &IdentityProvider) -> Result<(), Fault> {
    let name = group_name(pool, &provider.name);
    if groups::get(tx, &pool.id, &name).await?.is_none() {
        let description = Some(format!("Autogenerated group for users who sign in using {}", provider.name));
        let group = Group {
            name,
            description,
            role_arn: None,
            precedence: None,
            created: provider.created,
            modified: provider.created,
        };
        groups::put(tx, &pool.id, &group)?;
    }
    Ok(())
}

/// The name of the group that a provider's users join.
pub fn group_name(pool: &Pool, provider: &str) -> String {
    format!("{}_{provider}", pool.id)
}

fn check_name(name: &str, kind: Kind) -> Result<(), Fault> {
    let social = [Kind::Google, Kind::Facebook, Kind::LoginWithAmazon, Kind::SignInWithApple];
    if social.contains(&kind) {
        return match name == kind.as_str() {
            true => Ok(()),
            false => Err(Fault::invalid(format!("The name of a provider of type {kind} must be {kind}."))),
        };
    }
    if name.eq_ignore_ascii_case("COGNITO") || social.iter().any(|kind| kind.as_str() == name) {
        return Err(Fault::invalid(format!("The provider name {name} is reserved.")));
    }
    Ok(())
}

fn check(pool: &Pool, provider: &IdentityProvider) -> Result<(), Fault> {
    mapping::check(pool, &provider.attribute_mapping)?;
    for (i, identifier) in provider.identifiers.iter().enumerate() {
        if provider.identifiers.iter().skip(i + 1).any(|other| other == identifier) {
            return Err(Fault::invalid(format!("The identifier {identifier} is given more than once.")));
        }
    }
    if !provider.acr_mapping.is_empty() && provider.kind != Kind::Oidc {
        return Err(Fault::invalid("AcrMapping is for providers of type OIDC."));
    }
    let mut values: Vec<&String> = provider.acr_mapping.values().collect();
    values.sort_unstable();
    if values.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(Fault::invalid("AcrMapping values must be unique."));
    }
    Ok(())
}
