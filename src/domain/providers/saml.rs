//! A pool's side of SAML: its own keys, and what providers' metadata says.

use super::Details;
use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::federation::metadata::{self, Metadata};
use crate::keys::signing::PoolKeys;
use crate::keys::{certificate, cpu};
use crate::model::{IdentityProvider, SamlKeys, SamlProvider};
use crate::store::providers as store;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;

/// How old metadata may be before they are read again.
const REFRESHED: Duration = Duration::from_secs(6 * 3600 - 300);
/// How soon they are read again after that failed.
const RETRY: Duration = Duration::from_secs(300);

/// The pool's SAML keys, made when they are first asked for.
pub async fn keys(cx: &Context, pool_id: &str) -> Result<SamlKeys, Fault> {
    pools::pool(&cx.services.store, pool_id).await?;
    if let Some(keys) = store::saml_keys(&cx.services.store, pool_id).await? {
        return Ok(keys);
    }
    let made = make(cx, pool_id).await?;
    cx.services
        .store
        .transact(async |tx| {
            // The pool is read so that keys are never left behind one that is being deleted.
            pools::pool(tx, pool_id).await?;
            if let Some(keys) = store::saml_keys(tx, pool_id).await? {
                return Ok(keys);
            }
            store::put_saml_keys(tx, pool_id, &made)?;
            Ok(made.clone())
        })
        .await
}

async fn make(cx: &Context, pool_id: &str) -> Result<SamlKeys, Fault> {
    let keys = &cx.services.keys;
    let pairs = keys.signing.make().await?;
    let (sealer, name, now) = (keys.sealer.clone(), pool_id.to_owned(), cx.now);
    cpu::run(move || {
        Ok(SamlKeys {
            sealed: pairs.seal(&sealer, &bound_to(&name))?,
            signing: certificate::self_signed(&pairs.id, &name, now)?,
            encryption: certificate::self_signed(&pairs.access, &name, now)?,
        })
    })
    .await?
}

/// What a metadata document says, checked.
pub async fn read(cx: &Context, xml: Vec<u8>) -> Result<SamlProvider, Fault> {
    let now = cx.now;
    let found = cpu::run(move || {
        let found = metadata::parse(&xml)?;
        match found.certificates.iter().all(|der| certificate::is_certificate(der)) {
            true => Ok(found),
            false => Err("a signing certificate cannot be read".to_owned()),
        }
    })
    .await?;
    let wrong = |why: String| Fault::invalid(format!("Invalid SAML metadata: {why}."));
    let Metadata { entity_id, sso_redirect, sso_post, slo_redirect, slo_post, wants_signed, certificates } =
        found.map_err(wrong)?;
    if sso_redirect.is_none() && sso_post.is_none() {
        let missing = "the provider has no SingleSignOnService with the HTTP-Redirect or the HTTP-POST binding";
        return Err(wrong(missing.into()));
    }
    for url in [&sso_redirect, &sso_post, &slo_redirect, &slo_post].into_iter().flatten() {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(wrong("an endpoint is not at a web address".into()));
        }
    }
    let certificates = certificates.iter().map(|der| STANDARD.encode(der)).collect();
    let sso_redirect = sso_redirect.unwrap_or_default();
    Ok(SamlProvider {
        entity_id,
        sso_redirect,
        slo_redirect,
        certificates,
        read: now,
        sso_post,
        slo_post,
        wants_signed,
    })
}

/// What the metadata at an address says.
pub async fn fetch(cx: &Context, url: &str) -> Result<SamlProvider, Fault> {
    let fetched = cx.services.fetcher.fetch(url, metadata::LARGEST).await;
    let xml = fetched.map_err(|why| Fault::invalid(format!("Error retrieving metadata from {url}: {why}")))?;
    read(cx, xml).await
}

/// Writes the addresses of a provider into its details, as answers show them.
pub fn tell(details: &mut Details, saml: &SamlProvider) {
    let redirect = Some(saml.sso_redirect.clone()).filter(|url| !url.is_empty());
    for (key, url) in [("SSORedirectBindingURI", redirect), ("SLORedirectBindingURI", saml.slo_redirect.clone())] {
        match url {
            Some(url) => details.insert(key.into(), url),
            None => details.remove(key),
        };
    }
}

/// What is known of a provider, read anew from its address if that is due. While the address cannot be read, what was
/// known before stays; it is tried again after [`RETRY`], not by every sign-in.
pub async fn current(cx: &Context, pool_id: &str, provider: &IdentityProvider) -> Result<SamlProvider, Fault> {
    let known = provider.saml.clone().ok_or_else(|| Fault::internal("a SAML provider without metadata"))?;
    let Some(url) = provider.details.get("MetadataURL") else { return Ok(known) };
    if cx.now.since(known.read) < REFRESHED {
        return Ok(known);
    }
    let fresh = match fetch(cx, url).await {
        Ok(fresh) => fresh,
        Err(fault) if fault.is_modelled() => {
            tracing::warn!(pool = pool_id, provider = %provider.name, error = %fault, "a provider's metadata cannot be read; the earlier ones stay in use");
            SamlProvider { read: cx.now.minus(REFRESHED).plus(RETRY), ..known }
        }
        Err(fault) => return Err(fault),
    };
    cx.services
        .store
        .transact(async |tx| {
            let Some(before) = store::get(tx, pool_id, &provider.name).await? else { return Ok(()) };
            // Whoever changed the provider meanwhile has read the metadata, too.
            if before.modified != provider.modified || before.created != provider.created {
                return Ok(());
            }
            let mut after = before.clone();
            tell(&mut after.details, &fresh);
            after.saml = Some(fresh.clone());
            store::put(tx, pool_id, Some(&before), &after)?;
            Ok(())
        })
        .await?;
    Ok(fresh)
}

/// The pool's SAML keys, opened: `id` signs, `access` decrypts.
pub async fn open_keys(cx: &Context, pool_id: &str) -> Result<PoolKeys, Fault> {
    let sealed = keys(cx, pool_id).await?.sealed;
    let (sealer, name) = (cx.services.keys.sealer.clone(), bound_to(pool_id));
    cpu::run(move || PoolKeys::open(&sealer, &name, &sealed)).await?
}

/// What the keys are sealed for: more than the pool's id, so that they never pass for its token keys.
fn bound_to(pool_id: &str) -> String {
    format!("saml:{pool_id}")
}
