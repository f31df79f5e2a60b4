//! Logins at providers other than this server's user pools.

use super::logins::ProvenLogin;
use super::provider_names::Provider;
use crate::context::Context;
use crate::fault::Fault;

/// Verifies a token of a provider that the pool has.
pub async fn verify(_cx: &Context, provider: &Provider, _token: &str) -> Result<ProvenLogin, Fault> {
    let name = match provider {
        Provider::Public { name, .. } | Provider::OpenId(name) | Provider::Saml(name) => name,
        _ => "this provider",
    };
    Err(Fault::modelled(
        "ExternalServiceException",
        format!("Tokens of {name} cannot be checked yet by this version of Poolhouse."),
    ))
}

/// Verifies a token of an issuer that a role's trust policy names.
pub async fn web_identity(_cx: &Context, _issuer: &str, _token: &str) -> Result<ProvenLogin, Fault> {
    Err(Fault::modelled(
        "IDPCommunicationErrorException",
        "Tokens of other issuers cannot be checked yet by this version of Poolhouse.",
    ))
}
