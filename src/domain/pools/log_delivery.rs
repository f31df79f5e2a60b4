//! Where a pool's logs go, as SetLogDeliveryConfiguration has it. The ARNs name what the operator's `[logs]` section
//! leads to files and servers, so that configurations written for AWS stand as they are.

use crate::context::Context;
use crate::fault::Fault;
use crate::model::LogDelivery;
use crate::shapes::idp::{EventSourceName, LogConfigurationType, LogLevel};
use crate::store::log_deliveries;

/// Replaces a pool's configuration; none at all ends the delivery.
pub async fn set(cx: &Context, pool: &str, configurations: Vec<LogConfigurationType>) -> Result<LogDelivery, Fault> {
    for (i, configuration) in configurations.iter().enumerate() {
        check(configuration)?;
        if configurations.iter().skip(i + 1).any(|other| other.event_source == configuration.event_source) {
            return Err(Fault::invalid("LogConfigurations must not name an EventSource twice."));
        }
    }
    let delivery = LogDelivery { configurations };
    cx.services
        .store
        .transact(async |tx| {
            let pool = super::pool(tx, pool).await?;
            Ok(log_deliveries::put(tx, &pool.id, &delivery)?)
        })
        .await?;
    Ok(delivery)
}

/// A pool's configuration; empty if none was set.
pub async fn get(cx: &Context, pool: &str) -> Result<LogDelivery, Fault> {
    let pool = super::pool(&cx.services.store, pool).await?;
    Ok(log_deliveries::get(&cx.services.store, &pool.id)
        .await?
        .map(|found| LogDelivery::clone(&found))
        .unwrap_or_default())
}

fn check(configuration: &LogConfigurationType) -> Result<(), Fault> {
    let fits = match configuration.event_source {
        EventSourceName::UserNotification => configuration.log_level == LogLevel::Error,
        EventSourceName::UserAuthEvents => configuration.log_level == LogLevel::Info,
    };
    if !fits {
        let (source, level) = (configuration.event_source.as_str(), configuration.log_level.as_str());
        return Err(Fault::invalid(format!("LogLevel {level} is not supported for EventSource {source}.")));
    }
    let group = configuration.cloud_watch_logs_configuration.as_ref().map(|c| ("logs", c.log_group_arn.as_deref()));
    let bucket = configuration.s3_configuration.as_ref().map(|c| ("s3", c.bucket_arn.as_deref()));
    let stream = configuration.firehose_configuration.as_ref().map(|c| ("firehose", c.stream_arn.as_deref()));
    let mut given = [group, bucket, stream].into_iter().flatten();
    let (Some((service, arn)), None) = (given.next(), given.next()) else {
        return Err(Fault::invalid(
            "Each log configuration needs exactly one of CloudWatchLogsConfiguration, S3Configuration and FirehoseConfiguration.",
        ));
    };
    if arn.is_some_and(|arn| arn.split(':').nth(2) == Some(service)) {
        return Ok(());
    }
    Err(Fault::invalid(format!("The destination of the log configuration must be the ARN of a resource of {service}.")))
}
