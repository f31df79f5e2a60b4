//! Auth events as log lines, with the members of Cognito's own export (`userAuthEvents`).

use super::feedback;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::Fault;
use crate::model::{AuthEvent, Pool, User};
use crate::shapes::idp::{EventSourceName, RiskDecisionType, UserStatusType};
use serde_json::{Value, json};
use time::format_description::FormatItem;
use time::macros::format_description;

/// `Wed Jul 17 17:25:55 UTC 2024`.
const DATE: &[FormatItem<'_>] =
    format_description!("[weekday repr:short] [month repr:short] [day] [hour]:[minute]:[second] UTC [year]");

fn date(at: Timestamp) -> String {
    time::OffsetDateTime::from_unix_timestamp(at.secs()).ok().and_then(|at| at.format(DATE).ok()).unwrap_or_default()
}

/// Sends an event to where the pool's logs go. That of a decoy is prepared and dropped, so that the time taken does not
/// tell unknown usernames from users.
pub(super) async fn send(cx: &Context, pool: &Pool, user: &User, event: &AuthEvent) -> Result<(), Fault> {
    let logs = &cx.services.logs;
    if logs.wants(&pool.id, EventSourceName::UserAuthEvents).await? {
        let token = feedback::token(cx, pool, &user.sub, event)?;
        let lines =
            logs.lines(&pool.id, EventSourceName::UserAuthEvents, message(pool, user, event, &token), event.at).await?;
        if user.status != UserStatusType::Unknown {
            logs.push(lines);
        }
    }
    Ok(())
}

/// The log line. Beside Cognito's members it has `eventFeedbackToken` for UpdateAuthEventFeedback, so that a program
/// that reads the log can ask the user.
fn message(pool: &Pool, user: &User, event: &AuthEvent, token: &str) -> Value {
    let challenges: Vec<Value> = event
        .challenges
        .iter()
        .map(|c| {
            let (name, response) = (c.challenge_name.map(|n| n.as_str()), c.challenge_response.map(|r| r.as_str()));
            json!({"challengeName": name.unwrap_or_default(), "challengeResponse": response.unwrap_or_default()})
        })
        .collect();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let decision = match event.risk.risk_decision {
        Some(RiskDecisionType::Block) => "BLOCK",
        Some(RiskDecisionType::AccountTakeover) => "ACCOUNT_TAKEOVER",
        Some(RiskDecisionType::NoRisk) | None => "PASS",
    };
    json!({
        "version": "1",
        "eventId": event.id,
        "eventType": event.kind.as_str(),
        "userSub": user.sub,
        "userName": user.username,
        "userPoolId": pool.id,
        "clientId": text(&event.client),
        "creationDate": date(event.at),
        "eventResponse": event.response.as_str(),
        "riskLevel": event.risk.risk_level.map(|level| level.as_str()).unwrap_or_default(),
        "riskDecision": decision,
        "challenges": challenges,
        "deviceName": text(&event.context.device_name),
        "ipAddress": text(&event.context.ip_address),
        "requestId": event.request,
        "idpName": "",
        "compromisedCredentialDetected": event.risk.compromised_credentials_detected.unwrap_or_default().to_string(),
        "city": text(&event.context.city),
        "country": text(&event.context.country),
        "eventFeedbackValue": "",
        "eventFeedbackDate": "",
        "eventFeedbackProvider": "",
        "eventFeedbackToken": token,
        "hasContextData": "true",
    })
}
