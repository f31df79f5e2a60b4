//! Owns threat protection: risk configurations, blocked and trusted addresses, and passwords known from leaks.
//! Hands off records to `store`. Must not know sign-in's steps or requests.
//!
//! As at AWS, the protections act where the pool's `AdvancedSecurityMode` is ENFORCED. AUDIT only watches: a password
//! that ENFORCED would refuse is let pass and recorded. OFF does neither, but configurations are kept. A client's
//! configuration replaces the pool's as a whole. Without any configuration nothing is refused.

pub mod caller;
mod compromised;
pub mod configuration;

use crate::context::Context;
use crate::domain::scope::Scope;
use crate::fault::{Cause, Fault};
use crate::keys::cpu;
use crate::model::{Client, Pool, RiskConfiguration};
use crate::secret::Secret;
use crate::shapes::idp::{AdvancedSecurityModeType as Mode, CompromisedCredentialsEventActionType, EventFilterType};
use crate::store::risk_configurations;
use std::net::IpAddr;
use std::sync::Arc;

/// What is known of a password, and what is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRisk {
    /// Not known from leaks, or not checked.
    None,
    /// Known from leaks, and let pass.
    Known,
    /// Known from leaks, and refused.
    Blocked,
}

/// The pool's mode of threat protection.
pub fn mode(pool: &Pool) -> Mode {
    pool.settings.user_pool_add_ons.as_ref().map_or(Mode::Off, |add_ons| add_ons.advanced_security_mode)
}

/// The configuration in force for a client's calls, or for administrators' where `client` is none; nothing where the
/// add-on is off.
async fn in_force(cx: &Context, pool: &Pool, client: Option<&Client>) -> Result<Option<Arc<RiskConfiguration>>, Fault> {
    if mode(pool) == Mode::Off {
        return Ok(None);
    }
    let store = &cx.services.store;
    if let Some(client) = client
        && let Some(own) = risk_configurations::get(store, &pool.id, Some(client.settings_id())).await?
    {
        return Ok(Some(own));
    }
    Ok(risk_configurations::get(store, &pool.id, None).await?)
}

fn lists(ranges: Option<&Vec<String>>, address: IpAddr) -> bool {
    ranges.into_iter().flatten().any(|range| configuration::range(range).is_some_and(|range| range.contains(address)))
}

fn is_blocked(configuration: &RiskConfiguration, address: IpAddr) -> bool {
    lists(configuration.exceptions.as_ref().and_then(|e| e.blocked_ip_range_list.as_ref()), address)
}

fn is_trusted(configuration: &RiskConfiguration, address: IpAddr) -> bool {
    lists(configuration.exceptions.as_ref().and_then(|e| e.skipped_ip_range_list.as_ref()), address)
}

const BLOCKED: &str = "Unable to login because of security reasons.";

const KNOWN_PASSWORD: &str = "Provided password cannot be used for security reasons.";

/// Refuses calls from addresses that the pool or client blocks.
pub async fn admit(cx: &Context, pool: &Pool, client: &Client) -> Result<(), Fault> {
    let Some(configuration) = in_force(cx, pool, Some(client)).await? else { return Ok(()) };
    if mode(pool) == Mode::Enforced && is_blocked(&configuration, cx.source_ip) {
        return Err(Fault::not_authorized(BLOCKED).because(Cause::BlockedAddress));
    }
    Ok(())
}

/// Checks a password that is used for `event` against the lists of leaked ones, where the configuration in force says
/// so.
pub async fn judge_password(scope: Scope<'_>, event: EventFilterType, text: &str) -> Result<PasswordRisk, Fault> {
    let Scope { cx, pool, client } = scope;
    let Some(configuration) = in_force(cx, pool, client).await? else { return Ok(PasswordRisk::None) };
    let Some(rule) = &configuration.compromised else { return Ok(PasswordRisk::None) };
    let watched = rule.event_filter.as_ref().is_none_or(|events| events.is_empty() || events.contains(&event));
    if !watched || is_trusted(&configuration, cx.source_ip) {
        return Ok(PasswordRisk::None);
    }
    let (text, breached) = (Secret::new(text), cx.services.risk.breached_passwords.clone());
    let known = cpu::run(move || compromised::is_known(text.reveal()) || compromised::is_listed(breached, &text));
    if !known.await? {
        return Ok(PasswordRisk::None);
    }
    let block =
        mode(pool) == Mode::Enforced && rule.actions.event_action == CompromisedCredentialsEventActionType::Block;
    Ok(if block { PasswordRisk::Blocked } else { PasswordRisk::Known })
}

/// The error for a new password that is known from leaks.
pub fn known_password() -> Fault {
    Fault::modelled("InvalidPasswordException", KNOWN_PASSWORD).because(Cause::KnownPassword)
}

/// The error where the pool's add-on is off.
pub fn add_on_missing() -> Fault {
    Fault::modelled("UserPoolAddOnNotEnabledException", "User pool add-ons are not enabled for this user pool.")
}
