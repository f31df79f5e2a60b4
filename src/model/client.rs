//! App clients.

use super::ClientKeys;
use crate::clock::Timestamp;
use crate::shapes::idp as api;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// An app client of a user pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Client {
    /// 26 lower-case letters and digits, or the URL of a metadata document.
    pub id: String,
    /// Its pool.
    pub pool_id: String,
    /// When it was made.
    pub created: Timestamp,
    /// When a setting last changed.
    pub modified: Timestamp,
    /// What UpdateUserPoolClient replaces.
    pub settings: ClientSettings,
    /// Up to two; empty for a public client.
    pub secrets: Vec<SealedSecret>,
    /// Minutes that an SSO session serves this client without asking again, 0 to 129,600; `None` if that was never set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sso_minutes: Option<i32>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "ClientOrigin::is_administrator")]
    pub origin: ClientOrigin,
    /// What it says of itself to people, where it registered itself or has a metadata document.
    #[serde(default, skip_serializing_if = "ClientProfile::is_empty")]
    pub profile: ClientProfile,
    /// Where its secret is published, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<PublishedSecret>,
    /// What Cognito's settings have no place for.
    #[serde(default, skip_serializing_if = "ClientOAuthSettings::is_empty")]
    pub oauth: ClientOAuthSettings,
}

/// Settings of a client that OAuth and OpenID Connect know and Cognito does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientOAuthSettings {
    /// By which it proves itself (`private_key_jwt`), in place of a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<ClientKeys>,
    /// Where it is told that a session of a user has ended (OpenID Connect Back-Channel Logout 1.0).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
}

impl ClientOAuthSettings {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Where an app client comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClientOrigin {
    /// An administrator made it (`REGULAR`).
    #[default]
    Administrator,
    /// It registered itself (RFC 7591; `DCR`).
    Registration,
    /// Its id is the URL of its metadata document. Such a client is not stored.
    Document {
        /// The app client whose settings it has.
        template: String,
        /// Whether it proves itself by an assertion (`private_key_jwt`), as one does whose document was not read.
        asserts: bool,
    },
}

impl ClientOrigin {
    fn is_administrator(&self) -> bool {
        *self == Self::Administrator
    }
}

/// What a client says of itself to people (RFC 7591, section 2). Nobody has verified it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientProfile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
}

impl ClientProfile {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A secret that programs read from the secrets manager (`PublishSecretsInAWSSecretsManager`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedSecret {
    /// What ends its ARN. Drawn anew when the secret is published again, as at AWS.
    pub suffix: String,
    /// When it was published.
    pub since: Timestamp,
    /// When the secret is replaced next.
    pub rotates: Timestamp,
}

/// A client secret, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SealedSecret {
    /// `<clientId>--<epoch>`.
    pub id: String,
    /// The sealed text.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends, if it was replaced by rotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl SealedSecret {
    /// Whether the secret is a proof at this moment.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// The settings that CreateUserPoolClient and UpdateUserPoolClient take, under their API names.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ClientSettings {
    /// The name, not unique.
    pub client_name: Option<String>,
    /// In the unit of `token_validity_units`, days by default; 0 or none is 30 days.
    pub refresh_token_validity: Option<i32>,
    /// In the unit of `token_validity_units`, hours by default.
    pub access_token_validity: Option<i32>,
    /// In the unit of `token_validity_units`, hours by default.
    pub id_token_validity: Option<i32>,
    /// Units of the three.
    pub token_validity_units: Option<api::TokenValidityUnitsType>,
    /// Attributes the client may read; none = all standard ones.
    pub read_attributes: Option<Vec<String>>,
    /// Attributes the client may write; none = all standard ones.
    pub write_attributes: Option<Vec<String>>,
    /// Flows that are on.
    pub explicit_auth_flows: Option<Vec<api::ExplicitAuthFlowsType>>,
    /// Identity providers offered.
    pub supported_identity_providers: Option<Vec<String>>,
    /// Where codes and tokens may be sent.
    #[serde(rename = "CallbackURLs")]
    pub callback_urls: Option<Vec<String>>,
    /// Where a sign-out may end.
    #[serde(rename = "LogoutURLs")]
    pub logout_urls: Option<Vec<String>>,
    /// The callback used when none is named.
    #[serde(rename = "DefaultRedirectURI")]
    pub default_redirect_uri: Option<String>,
    /// OAuth grants.
    #[serde(rename = "AllowedOAuthFlows")]
    pub allowed_o_auth_flows: Option<Vec<api::OAuthFlowType>>,
    /// OAuth scopes.
    #[serde(rename = "AllowedOAuthScopes")]
    pub allowed_o_auth_scopes: Option<Vec<String>>,
    /// Whether OAuth is on.
    #[serde(rename = "AllowedOAuthFlowsUserPoolClient")]
    pub allowed_o_auth_flows_user_pool_client: Option<bool>,
    /// Pinpoint: kept.
    pub analytics_configuration: Option<api::AnalyticsConfigurationType>,
    /// Whether unknown users are told from known ones.
    pub prevent_user_existence_errors: Option<api::PreventUserExistenceErrorTypes>,
    /// Whether tokens can be revoked; on by default.
    pub enable_token_revocation: Option<bool>,
    /// Whether a client's word on the user's address counts.
    pub enable_propagate_additional_user_context_data: Option<bool>,
    /// Minutes that a challenge waits, 3 to 15; 3 by default.
    pub auth_session_validity: Option<i32>,
    /// Rotation of refresh tokens.
    pub refresh_token_rotation: Option<api::RefreshTokenRotationType>,
}

impl Client {
    /// The app client whose looks, terms and risk configuration it has: itself, or the template of a client that is
    /// known by its metadata document.
    pub fn settings_id(&self) -> &str {
        match &self.origin {
            ClientOrigin::Document { template, .. } => template,
            ClientOrigin::Administrator | ClientOrigin::Registration => &self.id,
        }
    }

    /// Whether the client is known by its metadata document alone.
    pub fn is_of_document(&self) -> bool {
        matches!(self.origin, ClientOrigin::Document { .. })
    }

    /// Whether neither a secret nor the lack of one proves the client.
    pub fn must_assert(&self) -> bool {
        matches!(self.origin, ClientOrigin::Document { asserts: true, .. }) || self.oauth.keys.is_some()
    }

    /// Whether unknown users must look like known ones.
    pub fn hides_users(&self) -> bool {
        self.settings.prevent_user_existence_errors == Some(api::PreventUserExistenceErrorTypes::Enabled)
    }

    /// Whether tokens of this client can be revoked.
    pub fn can_revoke(&self) -> bool {
        self.settings.enable_token_revocation.unwrap_or(true)
    }

    /// How long a challenge waits for its answer.
    pub fn session_validity(&self) -> Duration {
        Duration::from_secs(60 * u64::try_from(self.settings.auth_session_validity.unwrap_or(3)).unwrap_or(3))
    }

    /// The grace period of rotation; `None` when refresh tokens do not rotate.
    pub fn rotation(&self) -> Option<Duration> {
        let rotation = self.settings.refresh_token_rotation.as_ref()?;
        (rotation.feature == api::FeatureType::Enabled)
            .then(|| Duration::from_secs(u64::try_from(rotation.retry_grace_period_seconds.unwrap_or(0)).unwrap_or(0)))
    }

    /// Lifetime of access tokens.
    pub fn access_validity(&self) -> Duration {
        let unit = self.settings.token_validity_units.as_ref().and_then(|u| u.access_token);
        lifetime(self.settings.access_token_validity, unit, api::TimeUnitsType::Hours, 3600)
    }

    /// Lifetime of ID tokens.
    pub fn id_validity(&self) -> Duration {
        let unit = self.settings.token_validity_units.as_ref().and_then(|u| u.id_token);
        lifetime(self.settings.id_token_validity, unit, api::TimeUnitsType::Hours, 3600)
    }

    /// Lifetime of refresh tokens.
    pub fn refresh_validity(&self) -> Duration {
        let unit = self.settings.token_validity_units.as_ref().and_then(|u| u.refresh_token);
        lifetime(self.settings.refresh_token_validity, unit, api::TimeUnitsType::Days, 30 * 86_400)
    }
}

fn lifetime(
    value: Option<i32>,
    unit: Option<api::TimeUnitsType>,
    default_unit: api::TimeUnitsType,
    default_secs: u64,
) -> Duration {
    let Some(value) = value.and_then(|v| u64::try_from(v).ok()).filter(|v| *v > 0) else {
        return Duration::from_secs(default_secs);
    };
    let secs = match unit.unwrap_or(default_unit) {
        api::TimeUnitsType::Seconds => 1,
        api::TimeUnitsType::Minutes => 60,
        api::TimeUnitsType::Hours => 3600,
        api::TimeUnitsType::Days => 86_400,
    };
    Duration::from_secs(value.saturating_mul(secs))
}
