//! The connector of a provider, by what it speaks.

use super::{Place, saml};
use crate::fault::Fault;
use crate::federation::Connector;
use crate::model::IdentityProvider;
use crate::shapes::idp::IdentityProviderTypeType as Kind;

/// The connector of a provider, made for this call.
pub async fn connector<'a>(at: Place<'a>, provider: &'a IdentityProvider) -> Result<Box<dyn Connector + 'a>, Fault> {
    match provider.kind {
        Kind::Saml => Ok(Box::new(saml::connector(at, provider).await?)),
        _ => Err(Fault::invalid(format!("Providers of type {} cannot be signed in with yet.", provider.kind))),
    }
}
