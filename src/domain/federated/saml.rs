//! SAML providers of a pool: their connectors, and what we are to them.

use super::Place;
use crate::domain::providers::{self, saml};
use crate::fault::Fault;
use crate::federation::saml::{SamlConnector, ServiceAddresses, ServiceProvider, Settings};
use crate::model::IdentityProvider;
use std::sync::Arc;

/// The connector of a provider, with its metadata as they are now.
pub(super) async fn connector(at: Place<'_>, provider: &IdentityProvider) -> Result<SamlConnector, Fault> {
    let settings = settings(provider);
    Ok(SamlConnector {
        name: provider.name.clone(),
        metadata: saml::current(at.cx, &at.pool.id, provider).await?,
        own: addresses(at),
        settings,
        keys: Arc::new(saml::open_keys(at.cx, &at.pool.id).await?),
        decryption: match settings.encrypted {
            true => providers::open_encryption_keys(at.cx, &at.pool.id, provider)?,
            false => Vec::new(),
        },
        store: at.cx.services.store.clone(),
        now: at.cx.now,
    })
}

/// Our metadata for a provider: its administrators may load them there.
pub async fn own_metadata(at: Place<'_>, provider: &IdentityProvider) -> Result<String, Fault> {
    let keys = saml::keys(at.cx, &at.pool.id).await?;
    let own = addresses(at);
    let active = provider.encryption.first().map_or(&keys.encryption, |key| &key.certificate);
    let told = ServiceProvider {
        entity_id: &own.entity_id,
        assertions_to: &own.assertions_to,
        logout_at: &own.logout_at,
        signing: &[&keys.signing],
        encryption: if settings(provider).encrypted { &[active] } else { &[] },
        signs_requests: settings(provider).signs_requests,
    };
    Ok(told.xml())
}

/// Whether sign-ins may begin at a provider.
pub fn may_begin(provider: &IdentityProvider) -> bool {
    provider.saml.is_some() && settings(provider).may_begin
}

fn settings(provider: &IdentityProvider) -> Settings {
    let is_on = |key: &str| provider.details.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    Settings {
        signs_requests: provider.details.contains_key("RequestSigningAlgorithm"),
        encrypted: is_on("EncryptedResponses"),
        signs_out: is_on("IDPSignout"),
        may_begin: is_on("IDPInit"),
        allow_sha1: is_on("AllowSHA1"),
    }
}

fn addresses(at: Place<'_>) -> ServiceAddresses {
    ServiceAddresses {
        entity_id: format!("urn:amazon:cognito:sp:{}", at.pool.id),
        assertions_to: format!("{}/saml2/idpresponse", at.base_url),
        logout_at: format!("{}/saml2/logout", at.base_url),
    }
}
