//! Access keys, opened, the callers that they stand for, and roles.

use super::policy::{Facts, Policy, Verdict};
use crate::clock::Timestamp;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Who signed a call.
#[derive(Debug, Clone)]
pub struct Caller {
    pub access_key_id: String,
    /// Shown in `AccessDeniedException` and `GetCallerIdentity`.
    pub arn: String,
    /// `UserId` of `GetCallerIdentity`.
    pub user_id: String,
    /// What the caller may do.
    pub grants: Grants,
    /// The session of a role, if the key is of one.
    pub session: Option<Arc<RoleSession>>,
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
    /// `UserId` of `GetCallerIdentity`.
    pub user_id: String,
    pub grants: Grants,
    /// The session of a role that a temporary key belongs to.
    pub session: Option<Arc<RoleSession>>,
}

impl AccessKey {
    /// Whoever signs with it.
    pub fn caller(&self) -> Caller {
        Caller {
            access_key_id: self.id.clone(),
            arn: self.arn.clone(),
            user_id: self.user_id.clone(),
            grants: self.grants.clone(),
            session: self.session.clone(),
        }
    }
}

/// What a caller may do: what some policy allows, all bounds allow as well, and nothing denies.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    pub policies: Vec<Arc<Policy>>,
    /// Session policies and the bounds of guests.
    pub bounds: Vec<Arc<Policy>>,
    /// What is known of the caller and the call.
    pub facts: Arc<Facts>,
}

impl Grants {
    /// What one policy allows.
    pub fn of(policy: Policy) -> Self {
        Self { policies: vec![Arc::new(policy)], ..Self::default() }
    }

    /// Whether `action` (`service:Operation`) on `resource` (an ARN or `*`) is allowed.
    pub fn judge(&self, action: &str, resource: &str) -> Verdict {
        let verdict = |policy: &Arc<Policy>| policy.judge(action, resource, &self.facts);
        let (policies, bounds): (Vec<Verdict>, Vec<Verdict>) =
            (self.policies.iter().map(verdict).collect(), self.bounds.iter().map(verdict).collect());
        if policies.iter().chain(&bounds).any(|verdict| *verdict == Verdict::Denied) {
            return Verdict::Denied;
        }
        let allowed = policies.contains(&Verdict::Allowed) && bounds.iter().all(|bound| *bound == Verdict::Allowed);
        if allowed { Verdict::Allowed } else { Verdict::NotAllowed }
    }
}

/// A session of a role, as its session token carries it. Sealed by position: new members go to the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleSession {
    /// The role's ARN.
    pub role: String,
    /// The session's name in its ARN.
    pub name: String,
    pub began: Timestamp,
    pub until: Timestamp,
    /// Whose token it was: `cognito-identity.amazonaws.com`, or an issuer without its scheme.
    pub provider: String,
    /// `aud` of the token: the identity pool, or a client.
    pub audience: String,
    /// `sub` of the token: the identity, or a user.
    pub subject: String,
    pub amr: Vec<String>,
    /// Principal tags.
    pub tags: BTreeMap<String, String>,
    /// The session policy.
    pub policy: Option<String>,
    /// Whether what guests may do at most bounds it.
    pub is_bounded_guest: bool,
}

/// A role: who may take it, and what it may do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Role {
    pub name: String,
    /// The trust policy's text.
    pub trust: String,
    /// The texts of the permission policies.
    pub policies: Vec<String>,
    /// The longest session, in seconds.
    pub longest_session: u32,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// The permission policies, read once for each record in memory.
    #[serde(skip)]
    pub read_policies: OnceLock<Vec<Arc<Policy>>>,
}

impl Role {
    /// The longest session.
    pub fn longest(&self) -> Duration {
        Duration::from_secs(self.longest_session.into())
    }
}
