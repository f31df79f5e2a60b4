//! Developer identities: users whom a back end vouches for, by calls that it signs.

use super::identity_token::{self, IdentityToken};
use super::linking::{self, Linking};
use super::logins::{self, Given, Proof, ProvenLogin};
use super::{faults, identity, pool};
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::jwt::Claims;
use crate::model::{Identity, IdentityPool, Login};
use crate::store::identities;
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest name of a developer user, in characters, as the API's lookups have it.
const MAX_USER: usize = 1024;

/// A call for a token.
pub struct TokenCall<'a> {
    pub pool_id: &'a str,
    pub identity_id: Option<&'a str>,
    pub logins: &'a Given,
    pub tags: BTreeMap<String, String>,
    pub validity: Duration,
}

/// The identity of a developer user, found, made or linked, and a token for it
/// (`GetOpenIdTokenForDeveloperIdentity`).
pub async fn token(cx: &Context, call: TokenCall<'_>) -> Result<(String, String), Fault> {
    let pool = pool(&cx.services.store, call.pool_id).await?;
    let provider = pool.settings.developer_provider_name.as_deref();
    let provider = provider.ok_or_else(faults::developer_provider_not_supported)?;
    let user = call.logins.get(provider).ok_or_else(faults::developer_provider_not_supported)?;
    if user.chars().count() > MAX_USER {
        return Err(Fault::invalid(format!("A developer user identifier has at most {MAX_USER} characters.")));
    }
    let own = Login { provider: provider.to_owned(), subject: user.clone() };
    let public: Given = call
        .logins
        .iter()
        .filter(|(name, _)| *name != provider)
        .map(|(name, token)| (name.clone(), token.clone()))
        .collect();
    let mut proof = logins::verify_public(cx, &pool, &public).await?;
    let audience = pool.id().to_owned();
    proof.logins.push(ProvenLogin { login: own.clone(), audience, claims: Claims::new() });
    let identity = match call.identity_id {
        None => {
            let all: Vec<Login> = proof.logins().cloned().collect();
            linking::find_or_make(cx, &pool, &all).await?
        }
        Some(id) => link(cx, &pool, id, &own, &proof).await?,
    };
    let token =
        IdentityToken { pool: pool.id().to_owned(), identity: identity.id.clone(), amr: proof.amr(), tags: call.tags };
    let token = identity_token::issue(cx, &token, call.validity).await?;
    Ok((identity.id, token))
}

/// Links a developer user and the proven logins to the identity `id`.
async fn link(cx: &Context, pool: &IdentityPool, id: &str, own: &Login, proof: &Proof) -> Result<Identity, Fault> {
    let all: Vec<Login> = proof.logins().cloned().collect();
    cx.services
        .store
        .transact(async |tx| {
            let found = identities::get(tx, id).await?.filter(|found| found.pool == pool.id());
            let found = found.ok_or_else(|| faults::identity_not_found(id))?;
            if found.disabled {
                return Err(faults::identity_forbidden(id));
            }
            for login in &all {
                if identities::of_login(tx, pool.id(), login).await?.is_some_and(|owner| owner != id) {
                    let user_of_another = || faults::developer_user_registered(&own.subject);
                    return Err(if login == own { user_of_another() } else { faults::login_conflict() });
                }
            }
            let has_public = found.logins.iter().any(|login| login.provider != own.provider);
            if has_public && !all.iter().any(|login| found.logins.contains(login)) {
                return Err(faults::logins_not_matching());
            }
            Linking { pool, now: cx.now }.join(tx, found, Vec::new(), &all)
        })
        .await
}

/// Developer users of an identity, and that identity (`LookupDeveloperIdentity`). One of identity and user is needed;
/// both must belong together.
pub async fn lookup(
    cx: &Context,
    pool_id: &str,
    identity_id: Option<&str>,
    user: Option<&str>,
) -> Result<(String, Vec<String>), Fault> {
    let store = &cx.services.store;
    let pool = pool(store, pool_id).await?;
    let provider = pool.settings.developer_provider_name.clone();
    let provider = provider.ok_or_else(faults::developer_provider_not_supported)?;
    let found = match (identity_id, user) {
        (None, None) => return Err(Fault::invalid("Either IdentityId or DeveloperUserIdentifier is needed.")),
        (Some(id), None) => identity_of(cx, pool.id(), id).await?,
        (id, Some(user)) => {
            let login = Login { provider: provider.clone(), subject: user.to_owned() };
            let owner = linking::of_login(store, pool.id(), &login).await?.ok_or_else(|| unknown_user(user))?;
            if id.is_some_and(|id| id != owner.id) {
                return Err(faults::login_conflict());
            }
            owner
        }
    };
    let users = found.logins.iter().filter(|login| login.provider == provider).map(|login| login.subject.clone());
    let users = match user {
        Some(user) => vec![user.to_owned()],
        None => users.collect(),
    };
    Ok((found.id, users))
}

async fn identity_of(cx: &Context, pool_id: &str, id: &str) -> Result<Identity, Fault> {
    let (_, found) = identity(&cx.services.store, id).await?;
    if found.pool == pool_id { Ok(found) } else { Err(faults::identity_not_found(id)) }
}

fn unknown_user(user: &str) -> Fault {
    Fault::not_found(format!("Developer user '{}' not found.", user.escape_debug()))
}

fn check_provider(pool: &IdentityPool, name: &str) -> Result<(), Fault> {
    if pool.settings.developer_provider_name.as_deref() == Some(name) {
        Ok(())
    } else {
        Err(faults::developer_provider_not_supported())
    }
}

/// Merges the identity of one developer user into that of another (`MergeDeveloperIdentities`), which is answered.
pub async fn merge(
    cx: &Context,
    pool_id: &str,
    provider: &str,
    source: &str,
    destination: &str,
) -> Result<String, Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pool(tx, pool_id).await?;
            check_provider(&pool, provider)?;
            let login = |user: &str| Login { provider: provider.to_owned(), subject: user.to_owned() };
            let from = linking::of_login(tx, pool_id, &login(source)).await?.ok_or_else(|| unknown_user(source))?;
            let into = linking::of_login(tx, pool_id, &login(destination)).await?;
            let into = into.ok_or_else(|| unknown_user(destination))?;
            if from.id == into.id {
                return Ok(into.id);
            }
            let joined = Linking { pool: &pool, now: cx.now }.join(tx, into, vec![from], &[])?;
            Ok(joined.id)
        })
        .await
}

/// Takes a developer user from an identity (`UnlinkDeveloperIdentity`).
pub async fn unlink(cx: &Context, pool_id: &str, provider: &str, identity_id: &str, user: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pool(tx, pool_id).await?;
            check_provider(&pool, provider)?;
            let found = identities::get(tx, identity_id).await?.filter(|found| found.pool == pool_id);
            let found = found.ok_or_else(|| faults::identity_not_found(identity_id))?;
            let login = Login { provider: provider.to_owned(), subject: user.to_owned() };
            match identities::of_login(tx, pool_id, &login).await? {
                None => Err(unknown_user(user)),
                Some(owner) if owner != found.id => Err(faults::login_conflict()),
                Some(_) => linking::remove(cx.now, tx, &found, |other| *other == login),
            }
        })
        .await
}
