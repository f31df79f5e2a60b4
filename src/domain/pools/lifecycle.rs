//! Pools come, change and go.

use super::{compatibility, dynamic_registration, functions, quotas, schema, settings};
use crate::config::quotas::Quota;
use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Pool, PoolKeysRecord, PoolSettings};
use crate::shapes::idp::{self as api, UserPoolMfaType as Mode};
use crate::store::{Read, import_jobs, pools};
use std::sync::Arc;

/// What only CreateUserPool can set.
#[derive(Debug, Default)]
pub struct Fixed {
    /// Further sign-in names.
    pub alias_attributes: Option<Vec<api::AliasAttributeType>>,
    /// Attributes that are the sign-in name.
    pub username_attributes: Option<Vec<api::UsernameAttributeType>>,
    /// Whether case counts.
    pub case_sensitive: Option<bool>,
    /// Changes to standard attributes, and custom ones.
    pub schema: Vec<api::SchemaAttributeType>,
}

/// Makes a pool in the region the call was signed for.
pub async fn create(cx: &Context, name: String, fixed: Fixed, asked: PoolSettings) -> Result<Pool, Fault> {
    let aliases = fixed.alias_attributes.as_ref().is_some_and(|l| !l.is_empty());
    let logins = fixed.username_attributes.as_ref().is_some_and(|l| !l.is_empty());
    if aliases && logins {
        return Err(Fault::invalid("Only one of the aliasAttributes or usernameAttributes can be set in a user pool."));
    }
    settings::check(&asked)?;
    if matches!(asked.mfa_configuration, Some(Mode::On | Mode::Optional)) && asked.sms_configuration.is_none() {
        return Err(Fault::invalid(
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ));
    }
    functions::authorize(cx, None, asked.lambda_config.as_ref())?;
    dynamic_registration::check_scopes(&cx.services.store, None, &asked).await?;
    let mut settings = settings::with_defaults(asked);
    settings.account_recovery_setting =
        settings.account_recovery_setting.or_else(|| Some(settings::default_recovery()));
    let region = region(cx)?;
    quotas::check_pools(cx, &region).await?;
    let pool = Pool {
        id: format!(
            "{region}_{}",
            crate::rng::text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 9)?
        ),
        name,
        created: cx.now,
        modified: cx.now,
        settings,
        schema: schema::build(&fixed.schema, quotas::most(cx, Quota::CustomAttributes))?,
        alias_attributes: fixed.alias_attributes,
        username_attributes: fixed.username_attributes,
        case_sensitive: fixed.case_sensitive,
        mfa: Default::default(),
        domain: None,
        custom_domain: None,
        sessions: None,
        had_argon2id: false,
        imported_hashes: Vec::new(),
    };
    compatibility::check(&pool)?;
    let keys = new_keys(cx, &pool.id).await?;
    cx.services
        .store
        .transact(async |tx| {
            if pools::pool(tx, &pool.id).await?.is_some() {
                return Err(Fault::internal("a pool id was drawn twice"));
            }
            pools::put_pool_keys(tx, &pool.id, &keys)?;
            pools::put_pool(tx, &pool)?;
            Ok(())
        })
        .await?;
    Ok(pool)
}

/// The region of a new pool: the signing scope's, else the configured one. It becomes part of the pool's id.
pub fn region(cx: &Context) -> Result<String, Fault> {
    let region = cx.region.clone().unwrap_or_else(|| cx.services.config.identity.default_region.clone());
    let plain = !region.is_empty()
        && region.len() <= 32
        && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain { Ok(region) } else { Err(Fault::invalid("The region that signed this call is not a region's name.")) }
}

async fn new_keys(cx: &Context, pool_id: &str) -> Result<PoolKeysRecord, Fault> {
    let keys = &cx.services.keys;
    Ok(PoolKeysRecord { sealed: keys.signing.make().await?.seal(&keys.sealer, pool_id)? })
}

/// Replaces a pool's settings (Cognito: UpdateUserPool). [`settings::completed_from`] says what a setting that the call
/// does not name becomes.
pub async fn update(cx: &Context, id: &str, name: Option<String>, asked: PoolSettings) -> Result<(), Fault> {
    settings::check(&asked)?;
    let before = super::pool(&cx.services.store, id).await?;
    refuse_during_import(&cx.services.store, id).await?;
    functions::authorize(cx, before.settings.lambda_config.as_ref(), asked.lambda_config.as_ref())?;
    dynamic_registration::check_scopes(&cx.services.store, Some(&before), &asked).await?;
    change(cx, id, async |pool| {
        if asked.mfa_configuration == Some(Mode::On) && pool.settings.mfa_configuration != Some(Mode::On) {
            return Err(Fault::invalid("Cannot turn MFA functionality ON, once the user pool has been created."));
        }
        pool.settings = settings::with_defaults(settings::completed_from(asked.clone(), &pool.settings));
        if let Some(name) = &name {
            pool.name.clone_from(name);
        }
        compatibility::check(pool)
    })
    .await
}

/// `UserImportInProgressException` while a job brings users into the pool: they are checked against its settings.
pub async fn refuse_during_import(read: &impl Read, id: &str) -> Result<(), Fault> {
    match import_jobs::running(read, id).await? {
        None => Ok(()),
        Some(job) => {
            let text = format!("The user import job {job} is in progress.");
            Err(Fault::modelled("UserImportInProgressException", text))
        }
    }
}

/// Changes a pool by a pure closure.
pub async fn change(cx: &Context, id: &str, work: impl AsyncFn(&mut Pool) -> Result<(), Fault>) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let mut pool = Pool::clone(&*super::pool(tx, id).await?);
            let had_argon2id = pool.may_have_argon2id();
            work(&mut pool).await?;
            pool.had_argon2id = had_argon2id;
            pool.modified = cx.now;
            pools::put_pool(tx, &pool)?;
            Ok(())
        })
        .await
}

/// Removes a pool with all that is in it.
pub async fn delete(cx: &Context, id: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = super::pool(tx, id).await?;
            refuse_during_import(tx, id).await?;
            if pool.settings.deletion_protection == Some(api::DeletionProtectionType::Active) {
                return Err(Fault::invalid(
                    "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
                ));
            }
            if pool.domain.is_some() || pool.custom_domain.is_some() {
                return Err(Fault::invalid("User pool cannot be deleted. It has a domain configured that should be deleted first."));
            }
            for client in pools::all_client_ids(tx, id).await? {
                if let Some(client) = pools::client(tx, &client).await? {
                    pools::delete_client(tx, &client);
                }
            }
            pools::delete_pool(tx, &pool);
            Ok(())
        })
        .await?;
    cx.services.keys.signing.forget(id);
    Ok(())
}

/// Pools of the call's region by id, and where the next page starts.
pub async fn list(cx: &Context, after: Option<&str>, limit: usize) -> Result<(Vec<Arc<Pool>>, Option<String>), Fault> {
    let store = &cx.services.store;
    let (ids, more) = pools::pool_ids(store, &region(cx)?, after, limit).await?;
    let mut found = Vec::new();
    for id in &ids {
        found.extend(pools::pool(store, id).await?);
    }
    Ok((found, ids.last().filter(|_| more).cloned()))
}

/// Adds custom attributes to the schema (Cognito: AddCustomAttributes).
pub async fn extend_schema(cx: &Context, id: &str, asked: &[api::SchemaAttributeType]) -> Result<(), Fault> {
    super::pool(&cx.services.store, id).await?;
    refuse_during_import(&cx.services.store, id).await?;
    let most = quotas::most(cx, Quota::CustomAttributes);
    change(cx, id, async |pool| schema::extend(&mut pool.schema, asked, most)).await
}

/// About how many users a pool has, as DescribeUserPool tells.
pub async fn estimated_users(read: &impl Read, id: &str) -> Result<i32, Fault> {
    Ok(i32::try_from(pools::user_count(read, id).await?).unwrap_or(i32::MAX))
}
