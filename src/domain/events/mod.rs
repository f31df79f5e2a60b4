//! Owns auth events: what users did to get in, written where the pool's add-on is on, listed and judged.
//! Hands off records to `store`, log lines to `delivery`. Must not know sign-in's steps or requests.
//!
//! An event must not make a sign-in slow or fail: the record is written without waiting for the disk, and a record that
//! cannot be written is told to the log alone.

mod export;
pub mod feedback;

use crate::context::Context;
use crate::domain::protection::{self, PasswordRisk};
use crate::domain::scope::Scope;
use crate::fault::{Cause, Fault};
use crate::model::{AuthEvent, Client, Pool, User, UserAgent};
use crate::shapes::idp as api;
use crate::shapes::idp::{AdvancedSecurityModeType as Mode, UserStatusType};
use crate::store::auth_events::EventOwner;
use crate::store::{auth_events, users};

pub use crate::shapes::idp::{ChallengeName, ChallengeResponse, EventResponseType as Response, EventType as Kind};

/// What happened.
#[derive(Debug, Clone)]
pub struct Event {
    kind: Kind,
    response: Response,
    challenges: Vec<api::ChallengeResponseType>,
    known_password: bool,
    blocked: bool,
    blocked_address: bool,
}

impl Event {
    /// An event of a kind, and how it ended.
    pub fn new(kind: Kind, response: Response) -> Self {
        Self { kind, response, challenges: Vec::new(), known_password: false, blocked: false, blocked_address: false }
    }

    /// An event that failed as a call did. A call that broke inside, or was refused unread for its number, says nothing
    /// of the user.
    pub fn failed(kind: Kind, fault: &Fault) -> Option<Self> {
        let cause = fault.cause();
        if !fault.is_modelled() || matches!(cause, Cause::TooManyRequests | Cause::AttemptLimit | Cause::Locked) {
            return None;
        }
        let known_password = cause == Cause::KnownPassword;
        let blocked_address = cause == Cause::BlockedAddress;
        let blocked = known_password || blocked_address;
        Some(Self { blocked, blocked_address, known_password, ..Self::new(kind, Response::Fail) })
    }

    /// Whether it was refused for its address, before anything else was looked at.
    pub fn is_blocked_address(&self) -> bool {
        self.blocked_address
    }

    /// With a challenge and its answer.
    pub fn challenged(mut self, name: ChallengeName, response: ChallengeResponse) -> Self {
        self.challenges
            .push(api::ChallengeResponseType { challenge_name: Some(name), challenge_response: Some(response) });
        self
    }

    /// With what was known of its password.
    pub fn password(mut self, risk: PasswordRisk) -> Self {
        self.known_password |= risk != PasswordRisk::None;
        self.blocked |= risk == PasswordRisk::Blocked;
        self
    }

    fn recorded(self, cx: &Context, client: Option<&Client>) -> Result<AuthEvent, Fault> {
        let agent = UserAgent::parse(cx.user_agent.as_deref());
        let decision = if self.blocked { api::RiskDecisionType::Block } else { api::RiskDecisionType::NoRisk };
        Ok(AuthEvent {
            id: crate::rng::uuid_in_order(cx.now)?,
            kind: self.kind,
            at: cx.now,
            response: self.response,
            risk: api::EventRiskType {
                risk_decision: Some(decision),
                risk_level: None,
                compromised_credentials_detected: Some(self.known_password),
            },
            challenges: self.challenges,
            context: api::EventContextDataType {
                ip_address: Some(cx.source_ip.to_canonical().to_string()),
                device_name: Some(format!("{}, {}", agent.program_name(), agent.system_name())),
                ..Default::default()
            },
            client: client.map(|client| client.id.clone()),
            request: cx.request_id.clone(),
            feedback: None,
        })
    }
}

/// Whether the pool records events.
pub fn are_on(pool: &Pool) -> bool {
    protection::mode(pool) != Mode::Off
}

/// Records what a user did, where the pool's add-on is on. For an unknown username (`decoy::decoy_user`)
/// it takes the same work.
pub async fn record(scope: Scope<'_>, user: &User, event: Event) {
    if !are_on(scope.pool) {
        return;
    }
    if let Err(error) = write(scope, user, event).await {
        tracing::error!(pool = %scope.pool.id, request = %scope.cx.request_id, %error, "an auth event could not be recorded");
    }
}

/// Records how a password was set, or that it was not.
pub async fn password_set(scope: Scope<'_>, user: &User, kind: Kind, result: &Result<PasswordRisk, Fault>) {
    let event = match result {
        Ok(risk) => Some(Event::new(kind, Response::Pass).password(*risk)),
        Err(fault) => Event::failed(kind, fault),
    };
    if let Some(event) = event {
        record(scope, user, event).await;
    }
}

/// Bucket for the events of unknown usernames: one of a few, so that probing cannot grow the store.
fn bucket_of_unknown_users(decoy_user: &User) -> String {
    let tail: String = decoy_user.sub.chars().rev().take(2).collect();
    format!("nobody-{tail}")
}

/// Writes and exports an event. The same work is done for an unknown username, so that its answer takes as long.
async fn write(scope: Scope<'_>, user: &User, event: Event) -> Result<(), Fault> {
    let Scope { cx, pool, client } = scope;
    let event = event.recorded(cx, client)?;
    let is_unknown = user.status == UserStatusType::Unknown;
    let written = cx
        .services
        .store
        .transact(async |tx| {
            // A user who was deleted meanwhile leaves nothing.
            let stands =
                users::by_username(tx, pool, &user.username).await?.is_some_and(|stored| stored.sub == user.sub);
            if is_unknown {
                auth_events::add_for_unknown_user(
                    tx,
                    EventOwner { pool_id: &pool.id, sub: &bucket_of_unknown_users(user) },
                    &event,
                )
                .await?;
            } else if stands {
                auth_events::add(tx, EventOwner { pool_id: &pool.id, sub: &user.sub }, &event).await?;
            }
            tx.skip_sync();
            Ok(is_unknown || stands)
        })
        .await?;
    if written { export::send(cx, pool, user, &event).await } else { Ok(()) }
}

/// Fails where the pool records no events.
fn require_on(pool: &Pool) -> Result<(), Fault> {
    if are_on(pool) { Ok(()) } else { Err(protection::add_on_missing()) }
}

/// A page of a user's events, newest first, and the id after which the next page starts.
pub async fn list(
    cx: &Context,
    pool: &Pool,
    user: &User,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<AuthEvent>, Option<String>), Fault> {
    require_on(pool)?;
    let mut found =
        auth_events::list(&cx.services.store, EventOwner { pool_id: &pool.id, sub: &user.sub }, cx.now, after, limit)
            .await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more).map(|event| event.id.clone());
    Ok((found, last))
}
