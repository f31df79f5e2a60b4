//! Owns threat protection: risk configurations, addresses that are blocked or trusted, passwords known to the world.
//! Hands off records to `store`. Must not know sign-in's steps or requests.
//!
//! As at AWS the protections act where the pool's `AdvancedSecurityMode` is ENFORCED. AUDIT only watches: passwords
//! that would have been refused are let pass and recorded. OFF does neither; a configuration is kept for the day it is
//! switched on. A client's configuration stands in place of the pool's as a whole. Without any configuration nothing is
//! refused.

pub mod caller;
mod compromised;
pub mod configuration;

use crate::context::Context;
use crate::domain::events::{self, ChallengeName, ChallengeResponse, Event, Kind, Response};
use crate::fault::{Cause, Fault};
use crate::keys::cpu;
use crate::model::{Client, Pool, RiskConfiguration, User};
use crate::secret::Secret;
use crate::shapes::idp::{
    AdvancedSecurityModeType as Mode, CompromisedCredentialsEventActionType, EventFilterType, UserStatusType,
};
use crate::store::{risk_configurations, users};
use std::net::IpAddr;
use std::sync::Arc;

/// What is known of a password, and what is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRisk {
    /// Nothing.
    None,
    /// Known to the world, and let pass.
    Known,
    /// Known to the world, and refused.
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
        && let Some(own) = risk_configurations::get(store, &pool.id, Some(&client.id)).await?
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

/// The words for a call from a blocked address.
const BLOCKED: &str = "Unable to login because of security reasons.";

const KNOWN_PASSWORD: &str = "Provided password cannot be used for security reasons.";
const RESET_REQUIRED: &str = "Password reset required for user due to security reasons";

/// Refuses calls from addresses that the pool or client blocks.
pub async fn admit(cx: &Context, pool: &Pool, client: &Client) -> Result<(), Fault> {
    let Some(configuration) = in_force(cx, pool, Some(client)).await? else { return Ok(()) };
    if mode(pool) == Mode::Enforced && is_blocked(&configuration, cx.source_ip) {
        return Err(Fault::not_authorized(BLOCKED).because(Cause::BlockedAddress));
    }
    Ok(())
}

/// Judges a password that is used for `event`, by the configuration in force.
pub async fn judge_password(
    cx: &Context,
    (pool, client): (&Pool, Option<&Client>),
    event: EventFilterType,
    text: &str,
) -> Result<PasswordRisk, Fault> {
    let Some(configuration) = in_force(cx, pool, client).await? else { return Ok(PasswordRisk::None) };
    let Some(rule) = &configuration.compromised else { return Ok(PasswordRisk::None) };
    let watched = rule.event_filter.as_ref().is_none_or(|events| events.is_empty() || events.contains(&event));
    if !watched || is_trusted(&configuration, cx.source_ip) {
        return Ok(PasswordRisk::None);
    }
    let text = Secret::new(text);
    if !cpu::run(move || compromised::is_known(text.reveal())).await? {
        return Ok(PasswordRisk::None);
    }
    let block =
        mode(pool) == Mode::Enforced && rule.actions.event_action == CompromisedCredentialsEventActionType::Block;
    Ok(if block { PasswordRisk::Blocked } else { PasswordRisk::Known })
}

/// The error for a password that is known to the world.
pub fn known_password() -> Fault {
    Fault::modelled("InvalidPasswordException", KNOWN_PASSWORD).because(Cause::KnownPassword)
}

/// Judges the password that a user just signed in with. One that is blocked must be reset, and the sign-in ends: the
/// user can set another by a code. Sign-in by SRP is not judged, since the password never comes here.
pub async fn check_sign_in(
    cx: &Context,
    (pool, client): (&Pool, &Client),
    user: &User,
    password: &Secret,
) -> Result<(), Fault> {
    let risk = judge_password(cx, (pool, Some(client)), EventFilterType::SignIn, password.reveal()).await?;
    if risk == PasswordRisk::Known {
        let event = Event::new(Kind::SignIn, Response::InProgress)
            .challenged(ChallengeName::Password, ChallengeResponse::Success);
        events::record(cx, (pool, Some(client)), user, event.password(risk)).await;
    }
    // Whether the account lets anybody in is said after this.
    if risk != PasswordRisk::Blocked || user.status != UserStatusType::Confirmed || !user.enabled {
        return Ok(());
    }
    cx.services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, pool, &user.username).await?.ok_or_else(Fault::user_not_found)?;
            if before.credential == user.credential && before.status == UserStatusType::Confirmed {
                let after = User { status: UserStatusType::ResetRequired, modified: cx.now, ..before.clone() };
                users::update(tx, pool, &before, &after)?;
            }
            Ok(())
        })
        .await?;
    Err(Fault::modelled("PasswordResetRequiredException", RESET_REQUIRED).because(Cause::KnownPassword))
}

/// The error where the pool's add-on is off.
pub fn add_on_missing() -> Fault {
    Fault::modelled("UserPoolAddOnNotEnabledException", "User pool add-ons are not enabled for this user pool.")
}
