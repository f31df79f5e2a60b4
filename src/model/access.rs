//! Access keys, opened, and the callers that they stand for.

use super::policy::Policy;
use crate::clock::Timestamp;
use crate::secret::Secret;
use std::sync::Arc;

/// Who signed a call.
#[derive(Debug, Clone)]
pub struct Caller {
    pub access_key_id: String,
    /// Shown in `AccessDeniedException` and `GetCallerIdentity`.
    pub arn: String,
}

/// An access key with its secret.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// `AKIA...` or, for temporary keys, `ASIA...`.
    pub id: String,
    pub secret: Secret,
    /// The session token that must come with a temporary key.
    pub session_token: Option<Secret>,
    /// When a temporary key ends.
    pub expires: Option<Timestamp>,
    /// Disabled keys are refused like unknown ones.
    pub enabled: bool,
    /// The caller's ARN.
    pub arn: String,
    pub policy: Arc<Policy>,
}
