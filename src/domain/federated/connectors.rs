//! The connector of a provider, by what it speaks.

use super::Place;
use crate::fault::Fault;
use crate::federation::Connector;
use crate::model::IdentityProvider;

/// The connector of a provider, made for this call.
pub async fn connector<'a>(_at: Place<'a>, provider: &'a IdentityProvider) -> Result<Box<dyn Connector + 'a>, Fault> {
    Err(Fault::invalid(format!("Providers of type {} cannot be signed in with yet.", provider.kind)))
}
