//! Which relying party a pool is.

use crate::context::Context;
use crate::domain::pools::hosts;
use crate::domain::pools::mfa::is_valid_relying_party_id;
use crate::fault::Fault;
use crate::model::Pool;
use crate::shapes::idp::UserVerificationType;
use std::time::Duration;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::proto::UserVerificationPolicy;

/// A pool as WebAuthn sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// The domain that passkeys belong to.
    pub id: String,
    /// Whether the authenticator must verify its user.
    pub verification_required: bool,
}

/// The pool's relying party: the one that its settings name, or the host of its domain. `None` where neither is set.
pub fn relying_party(cx: &Context, pool: &Pool) -> Option<RelyingParty> {
    let config = pool.mfa.web_authn.as_ref();
    let named = config.and_then(|config| config.relying_party_id.clone());
    let id = named.or_else(|| hosts::relying_party_host(cx, pool));
    let verification_required =
        config.and_then(|config| config.user_verification) == Some(UserVerificationType::Required);
    id.filter(|id| is_valid_relying_party_id(id)).map(|id| RelyingParty { id, verification_required })
}

impl RelyingParty {
    /// The verifier of this relying party's ceremonies. Origins are the domain and what is below it, on any port: by
    /// HTTPS, and on this machine itself by HTTP too.
    pub(super) fn verifier(&self, timeout: Duration) -> Result<WebauthnCore, Fault> {
        let mut origins = vec![
            format!("https://{}", self.id).parse().map_err(|_| Fault::internal("the relying party's id is no host"))?,
        ];
        if self.id == "localhost" || self.id.ends_with(".localhost") {
            origins.push(
                format!("http://{}", self.id)
                    .parse()
                    .map_err(|_| Fault::internal("the relying party's id is no host"))?,
            );
        }
        Ok(WebauthnCore::new_unsafe_experts_only(&self.id, &self.id, origins, timeout, Some(true), Some(true)))
    }

    pub(super) fn policy(&self) -> UserVerificationPolicy {
        if self.verification_required { UserVerificationPolicy::Required } else { UserVerificationPolicy::Preferred }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_domain_and_nothing_else() {
        for id in ["localhost", "example.com", "auth.example-1.com", "xn--bcher-kva.example"] {
            assert!(is_valid_relying_party_id(id), "{id}");
        }
        for id in [
            "",
            ".",
            "a..b",
            "https://example.com",
            "example.com:8443",
            "Example.com",
            "127.0.0.1",
            "::1",
            "-a.com",
            "a.com/",
            "a@b.com",
        ] {
            assert!(!is_valid_relying_party_id(id), "{id}");
        }
    }
}
