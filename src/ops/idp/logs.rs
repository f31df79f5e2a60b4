//! Log delivery.

use crate::context::Context;
use crate::domain::pools::log_delivery;
use crate::fault::Fault;
use crate::model::LogDelivery;
use crate::shapes::idp::*;

fn shown(pool: String, delivery: LogDelivery) -> Option<LogDeliveryConfigurationType> {
    Some(LogDeliveryConfigurationType { user_pool_id: pool, log_configurations: delivery.configurations })
}

/// `SetLogDeliveryConfiguration`: replaces.
pub async fn set_log_delivery_configuration(
    cx: &Context,
    input: SetLogDeliveryConfigurationRequest,
) -> Result<SetLogDeliveryConfigurationResponse, Fault> {
    let set = log_delivery::set(cx, &input.user_pool_id, input.log_configurations).await?;
    Ok(SetLogDeliveryConfigurationResponse { log_delivery_configuration: shown(input.user_pool_id, set) })
}

/// `GetLogDeliveryConfiguration`.
pub async fn get_log_delivery_configuration(
    cx: &Context,
    input: GetLogDeliveryConfigurationRequest,
) -> Result<GetLogDeliveryConfigurationResponse, Fault> {
    let found = log_delivery::get(cx, &input.user_pool_id).await?;
    Ok(GetLogDeliveryConfigurationResponse { log_delivery_configuration: shown(input.user_pool_id, found) })
}
