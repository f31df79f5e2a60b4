//! The connector of a provider, by what it speaks.

use super::{Place, saml};
use crate::domain::providers;
use crate::fault::Fault;
use crate::federation::{Connector, oidc};
use crate::model::IdentityProvider;
use crate::shapes::idp::IdentityProviderTypeType as Kind;

/// The connector of a provider, made for this call.
pub async fn connector<'a>(at: Place<'a>, provider: &'a IdentityProvider) -> Result<Box<dyn Connector + 'a>, Fault> {
    let secrets = providers::open_secrets(at.cx, &at.pool.id, provider)?;
    Ok(match provider.kind {
        Kind::Saml => Box::new(saml::connector(at, provider).await?),
        _ => Box::new(oidc::OidcConnector {
            oidc: &at.cx.services.oidc,
            provider,
            secrets,
            callback: format!("{}/oauth2/idpresponse", at.base_url),
            now: at.cx.now,
        }),
    })
}
