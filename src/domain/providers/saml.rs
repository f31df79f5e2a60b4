//! A pool's side of SAML: its own keys, and what providers' metadata says.

use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::federation::metadata::{self, Metadata};
use crate::keys::{certificate, cpu};
use crate::model::{SamlKeys, SamlProvider};
use crate::store::providers as store;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

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
            // Bound to more than the pool's id, so that they never pass for its token keys.
            sealed: pairs.seal(&sealer, &format!("saml:{name}"))?,
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
    let Metadata { entity_id, sso_redirect, slo_redirect, certificates, .. } = found.map_err(wrong)?;
    let sso_redirect = sso_redirect
        .ok_or_else(|| wrong("the provider has no SingleSignOnService with the HTTP-Redirect binding".into()))?;
    for url in [Some(&sso_redirect), slo_redirect.as_ref()].into_iter().flatten() {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(wrong("an endpoint is not at a web address".into()));
        }
    }
    let certificates = certificates.iter().map(|der| STANDARD.encode(der)).collect();
    Ok(SamlProvider { entity_id, sso_redirect, slo_redirect, certificates, read: now })
}

/// What the metadata at an address says.
pub async fn fetch(cx: &Context, url: &str) -> Result<SamlProvider, Fault> {
    let fetched = cx.services.fetcher.fetch(url, metadata::LARGEST).await;
    let xml = fetched.map_err(|why| Fault::invalid(format!("Error retrieving metadata from {url}: {why}")))?;
    read(cx, xml).await
}
