//! Roles: a small IAM. A role that has no record is a name alone: its sessions may do nothing but ask who they are.

use crate::context::Context;
use crate::fault::Fault;
use crate::model::Role;
use crate::model::policy::{Policy, TrustPolicy};
use crate::store::{Read, roles};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::sync::{Arc, OnceLock};

/// Most permission policies of a role.
const MAX_POLICIES: usize = 10;
/// Sessions of roles without a record last as long as IAM's default.
pub const DEFAULT_SECONDS: u32 = 3600;

/// What a role is made of.
#[derive(Debug, Clone)]
pub struct RoleSettings {
    pub name: String,
    pub trust: String,
    pub policies: Vec<String>,
    pub longest_session: Option<u32>,
}

/// The ARN of a role of this server.
pub fn arn(cx: &Context, name: &str) -> String {
    format!("arn:aws:iam::{}:role/{name}", cx.services.config.identity.account_id)
}

/// `AROA...`: the same for a role's ARN at all times.
pub fn role_id(cx: &Context, arn: &str) -> String {
    let mac = cx.services.keys.sealer.mac(crate::keys::seal::Purpose::Lookup, &[b"role", arn.as_bytes()]);
    let text: String =
        STANDARD_NO_PAD.encode(mac).chars().filter(char::is_ascii_alphanumeric).take(17).collect::<String>();
    format!("AROA{}", text.to_ascii_uppercase())
}

/// The account and the name in a role's ARN; `None` for other texts.
pub fn parts_of_arn(arn: &str) -> Option<(&str, &str)> {
    let rest = arn.strip_prefix("arn:aws:iam::")?;
    let (account, role) = rest.split_once(':')?;
    let path = role.strip_prefix("role/")?;
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-/".contains(&b));
    let name = path.rsplit('/').next().filter(|name| !name.is_empty() && name.len() <= 64)?;
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) && plain).then_some((account, name))
}

/// The role with this ARN, if it has a record here.
pub async fn of_arn(cx: &Context, wanted: &str) -> Result<Option<Arc<Role>>, Fault> {
    match parts_of_arn(wanted) {
        Some((_, name)) if arn(cx, name) == wanted => Ok(roles::get(&cx.services.store, name).await?),
        _ => Ok(None),
    }
}

/// Makes a role or replaces it. Whoever may do this may do anything, by a role that may.
pub async fn put(cx: &Context, settings: RoleSettings) -> Result<Role, Fault> {
    TrustPolicy::parse(&settings.trust).map_err(|e| Fault::invalid(format!("The trust policy is refused: {e}")))?;
    if settings.policies.len() > MAX_POLICIES {
        return Err(Fault::invalid(format!("A role has at most {MAX_POLICIES} policies.")));
    }
    for policy in &settings.policies {
        Policy::parse_of_role(policy).map_err(|e| Fault::invalid(format!("A policy is refused: {e}")))?;
    }
    cx.services
        .store
        .transact(async |tx| {
            let before = roles::get(tx, &settings.name).await?;
            let role = Role {
                name: settings.name.clone(),
                trust: settings.trust.clone(),
                policies: settings.policies.clone(),
                longest_session: settings.longest_session.unwrap_or(DEFAULT_SECONDS),
                created: before.map_or(cx.now, |before| before.created),
                modified: cx.now,
                read_policies: OnceLock::new(),
            };
            roles::put(tx, &role)?;
            Ok(role)
        })
        .await
}

pub async fn describe(read: &impl Read, name: &str) -> Result<Arc<Role>, Fault> {
    roles::get(read, name).await?.ok_or_else(|| Fault::not_found(format!("There is no role {name}.")))
}

/// Roles by name, and where the next page starts.
pub async fn list(cx: &Context, after: Option<&str>, limit: usize) -> Result<(Vec<Role>, Option<String>), Fault> {
    let (roles, more) = roles::list(&cx.services.store, after, limit).await?;
    let next = roles.last().filter(|_| more).map(|role| role.name.clone());
    Ok((roles, next))
}

/// Removes a role. Its sessions may do nothing from now on.
pub async fn delete(cx: &Context, name: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            describe(tx, name).await?;
            roles::delete(tx, name);
            Ok(())
        })
        .await
}

/// The permission policies of a role. One that can no longer be read, since rules have become stricter, allows nothing
/// and so do the others: what it denied is not known.
pub(super) fn policies(role: &Role) -> Vec<Arc<Policy>> {
    let read = || {
        let parsed: Result<Vec<_>, _> =
            role.policies.iter().map(|text| Policy::parse_of_role(text).map(Arc::new)).collect();
        parsed.unwrap_or_else(|error| {
            tracing::error!(role = role.name, %error, "a policy of this role is not understood: it allows nothing");
            Vec::new()
        })
    };
    role.read_policies.get_or_init(read).clone()
}

/// Checks the policy of a session.
pub fn check_session_policy(text: &str) -> Result<(), Fault> {
    let malformed = |e: crate::model::policy::PolicyError| {
        Fault::modelled("MalformedPolicyDocumentException", format!("The session policy is refused: {e}"))
    };
    Policy::parse_of_role(text).map(|_| ()).map_err(malformed)
}
