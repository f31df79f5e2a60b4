//! Owns access keys and what they may do: who signs calls, and the IAM-style policies of their keys.
//! Hands off the arithmetic of signatures to `wire`. Must not know request bytes.

use crate::context::Context;
use crate::fault::Fault;
use crate::secret::Secret;

/// Who signed a call.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The access key id.
    pub access_key_id: String,
    /// The caller's ARN, shown in AccessDeniedException.
    pub arn: String,
}

/// An access key, opened.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// `AKIA...` or `ASIA...`.
    pub id: String,
    /// The secret.
    pub secret: Secret,
    /// The session token that must come with the key, for temporary keys.
    pub session_token: Option<Secret>,
    /// When a temporary key ends.
    pub expires: Option<crate::clock::Timestamp>,
    /// Disabled keys are refused like unknown ones.
    pub enabled: bool,
    /// The caller's ARN.
    pub arn: String,
}

/// The access key `id`, if there is one.
pub async fn find(_cx: &Context, _id: &str) -> Result<Option<AccessKey>, Fault> {
    Ok(None)
}

/// Whether the key's policy allows `action` (e.g. `cognito-idp:ListUsers`) on `resource` (an ARN or `*`); `AccessDeniedException` if not.
pub async fn authorize(_cx: &Context, _key: &AccessKey, _action: &str, _resource: &str) -> Result<(), Fault> {
    Ok(())
}
