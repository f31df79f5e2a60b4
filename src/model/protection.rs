//! Threat protection: what a pool or client is set to, and what it remembers of its users.

use super::Credential;
use crate::clock::Timestamp;
use crate::shapes::idp as api;
use serde::{Deserialize, Serialize};

/// What SetRiskConfiguration keeps, for a pool or for one client of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RiskConfiguration {
    /// What happens to passwords that are known to the world.
    pub compromised: Option<api::CompromisedCredentialsRiskConfigurationType>,
    /// What happens to sign-ins that look like someone else's.
    pub takeover: Option<api::AccountTakeoverRiskConfigurationType>,
    /// Addresses that are blocked, and addresses that are trusted.
    pub exceptions: Option<api::RiskExceptionConfigurationType>,
    /// When it was set.
    pub modified: Timestamp,
}

/// A user's passwords before the present one, newest first; kept only where the pool's policy asks for a history.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PasswordHistory {
    /// Their credentials, sealed like the present one.
    pub earlier: Vec<Credential>,
}
