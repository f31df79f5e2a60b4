//! What a pool's own pages look like, and what they link to.

use crate::clock::Timestamp;
use crate::shapes::idp as api;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The look of the classic pages (SetUICustomization), for one client or for all.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Customization {
    /// A client's id, or `ALL`.
    pub client: String,
    /// Rules for the classes that can be customized.
    pub css: Option<String>,
    /// The id of the logo among the pool's images.
    pub image: Option<String>,
    /// When it was first set.
    pub created: Timestamp,
    /// When it was last set.
    pub modified: Timestamp,
}

/// The look of managed login for one client.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Style {
    /// A UUID.
    pub id: String,
    /// Its client.
    pub client: String,
    /// Whether it is the default look.
    pub defaults: bool,
    /// The settings, a JSON object as text; only what departs from the default.
    pub settings: Option<String>,
    /// Images by place.
    pub assets: Vec<StyleAsset>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

/// An image of a style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StyleAsset {
    /// Where it stands.
    pub category: api::AssetCategoryType,
    /// In which colour scheme.
    pub color_mode: api::ColorSchemeModeType,
    /// What it is.
    pub extension: api::AssetExtensionType,
    /// Its id among the pool's images.
    pub id: String,
    /// Its size in bytes.
    pub size: usize,
    /// What it is for among several of its category: the name of an identity provider.
    #[serde(default)]
    pub resource: Option<String>,
}

/// An image, served to browsers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asset {
    /// For example `image/png`.
    pub content_type: String,
    /// What it is made of.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// A legal document that a client's pages link to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// A UUID.
    pub id: String,
    /// Its client.
    pub client: String,
    /// `terms-of-use` or `privacy-policy`.
    pub name: String,
    /// Where it comes from.
    pub source: api::TermsSourceType,
    /// Whether users must agree.
    pub enforcement: api::TermsEnforcementType,
    /// Language -> URL.
    pub links: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}
