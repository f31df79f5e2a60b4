//! Identity providers of a pool, and the keys by which the pool speaks SAML to them.

use crate::clock::Timestamp;
use crate::shapes::idp::IdentityProviderTypeType;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An identity provider of a user pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// The name.
    pub name: String,
    /// What it speaks.
    pub kind: IdentityProviderTypeType,
    /// `ProviderDetails` as given and derived, without secrets.
    pub details: BTreeMap<String, String>,
    /// The secret ones of `ProviderDetails` as a map, sealed.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
    /// What SAML metadata said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saml: Option<SamlProvider>,
    /// Attribute of the pool -> claim of the provider.
    pub attribute_mapping: BTreeMap<String, String>,
    /// Further names for requests.
    pub identifiers: Vec<String>,
    /// `Level1`.. -> the provider's `acr`.
    pub acr_mapping: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// The keys to which a SAML provider encrypts: the one to use now, then the one before it, which still decrypts.
    #[serde(default)]
    pub encryption: Vec<EncryptionKey>,
}

/// A key pair to which a SAML provider encrypts assertions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EncryptionKey {
    /// The private key, sealed.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
    /// The certificate, in DER.
    #[serde(with = "serde_bytes")]
    pub certificate: Vec<u8>,
}

/// What is known of a SAML provider.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SamlProvider {
    /// `entityID`.
    pub entity_id: String,
    /// Where requests go by HTTP-Redirect; empty where the provider takes them by HTTP-POST alone.
    pub sso_redirect: String,
    /// Where sign-outs go by HTTP-Redirect.
    pub slo_redirect: Option<String>,
    /// Certificates that sign, in base64 of DER.
    pub certificates: Vec<String>,
    /// When the metadata was read.
    pub read: Timestamp,
    /// Where requests go by HTTP-POST.
    #[serde(default)]
    pub sso_post: Option<String>,
    /// Where sign-outs go by HTTP-POST.
    #[serde(default)]
    pub slo_post: Option<String>,
    /// Whether the provider takes signed requests only.
    #[serde(default)]
    pub wants_signed: bool,
}

/// A pool's own SAML keys. One signs requests; the other decrypts what those providers encrypt that have no pair of
/// their own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SamlKeys {
    /// Both private keys, sealed.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
    /// The certificate of the key that signs, in DER.
    #[serde(with = "serde_bytes")]
    pub signing: Vec<u8>,
    /// The certificate of the key that decrypts, in DER.
    #[serde(with = "serde_bytes")]
    pub encryption: Vec<u8>,
}
