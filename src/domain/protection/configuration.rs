//! Risk configurations as SetRiskConfiguration and DescribeRiskConfiguration have them.

use crate::config::Cidr;
use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::model::RiskConfiguration;
use crate::shapes::idp::{
    AccountTakeoverRiskConfigurationType, AdvancedSecurityModeType, RiskExceptionConfigurationType,
};
use crate::store::risk_configurations;
use std::sync::Arc;

/// The range of addresses that a text means; CIDR notation alone, as at AWS. Ranges of IPv4 are written as such: an
/// address that came over IPv6 counts as the IPv4 address it is.
pub fn range(text: &str) -> Option<Cidr> {
    let mapped = text.to_ascii_lowercase().starts_with("::ffff:");
    (text.contains('/') && !mapped).then(|| text.parse().ok()).flatten()
}

/// What a call names: a pool, and perhaps one of its clients.
async fn check_target(cx: &Context, pool: &str, client: Option<&str>) -> Result<Arc<crate::model::Pool>, Fault> {
    let pool = pools::pool(&cx.services.store, pool).await?;
    if let Some(client) = client {
        pools::client_of(&cx.services.store, &pool, client).await?;
    }
    Ok(pool)
}

/// Replaces the configuration of a pool or client; with nothing given, the pool's goes back to its default and the
/// client inherits the pool's again.
pub async fn set(
    cx: &Context,
    pool: &str,
    client: Option<&str>,
    asked: RiskConfiguration,
) -> Result<RiskConfiguration, Fault> {
    let found = check_target(cx, pool, client).await?;
    let judging = asked.compromised.is_some() || asked.takeover.is_some();
    if judging && super::mode(&found) == AdvancedSecurityModeType::Off {
        return Err(super::add_on_missing());
    }
    asked.takeover.as_ref().map_or(Ok(()), check_takeover)?;
    asked.exceptions.as_ref().map_or(Ok(()), check_exceptions)?;
    let nothing = !judging && asked.exceptions.is_none();
    let set = RiskConfiguration { modified: cx.now, ..asked };
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool).await?;
            if let Some(client) = client {
                pools::client_of(tx, &pool, client).await?;
            }
            if nothing {
                risk_configurations::delete(tx, &pool.id, client);
                return Ok(());
            }
            Ok(risk_configurations::put(tx, &pool.id, client, &set)?)
        })
        .await?;
    Ok(set)
}

/// The configuration that was set for a pool or for a client, if one was.
pub async fn describe(cx: &Context, pool: &str, client: Option<&str>) -> Result<Option<Arc<RiskConfiguration>>, Fault> {
    check_target(cx, pool, client).await?;
    Ok(risk_configurations::get(&cx.services.store, pool, client).await?)
}

fn check_takeover(takeover: &AccountTakeoverRiskConfigurationType) -> Result<(), Fault> {
    let actions = [&takeover.actions.low_action, &takeover.actions.medium_action, &takeover.actions.high_action];
    if actions.into_iter().flatten().any(|action| action.notify) && takeover.notify_configuration.is_none() {
        return Err(Fault::invalid("NotifyConfiguration is required when an action notifies users."));
    }
    let Some(notify) = &takeover.notify_configuration else { return Ok(()) };
    for mail in [&notify.block_email, &notify.no_action_email, &notify.mfa_email].into_iter().flatten() {
        if mail.html_body.is_none() && mail.text_body.is_none() {
            return Err(Fault::invalid("A notification email needs HtmlBody or TextBody."));
        }
    }
    Ok(())
}

fn check_exceptions(exceptions: &RiskExceptionConfigurationType) -> Result<(), Fault> {
    let lists = [&exceptions.blocked_ip_range_list, &exceptions.skipped_ip_range_list];
    for text in lists.into_iter().flatten().flatten() {
        if range(text).is_none() {
            return Err(Fault::invalid(
                "Invalid IP range given: addresses must be in CIDR notation, such as 192.0.2.0/24 or 2001:db8::/32.",
            ));
        }
    }
    Ok(())
}
