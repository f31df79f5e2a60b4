//! Risk configurations.

use crate::context::Context;
use crate::domain::protection::configuration;
use crate::fault::Fault;
use crate::model::RiskConfiguration;
use crate::shapes::idp::*;

fn shown(pool: String, client: Option<String>, set: &RiskConfiguration) -> RiskConfigurationType {
    RiskConfigurationType {
        user_pool_id: Some(pool),
        client_id: client,
        compromised_credentials_risk_configuration: set.compromised.clone(),
        account_takeover_risk_configuration: set.takeover.clone(),
        risk_exception_configuration: set.exceptions.clone(),
        last_modified_date: Some(set.modified),
    }
}

/// `SetRiskConfiguration`: replaces; with nothing given it resets.
pub async fn set_risk_configuration(
    cx: &Context,
    input: SetRiskConfigurationRequest,
) -> Result<SetRiskConfigurationResponse, Fault> {
    let asked = RiskConfiguration {
        compromised: input.compromised_credentials_risk_configuration,
        takeover: input.account_takeover_risk_configuration,
        exceptions: input.risk_exception_configuration,
        modified: cx.now,
    };
    let set = configuration::set(cx, &input.user_pool_id, input.client_id.as_deref(), asked).await?;
    Ok(SetRiskConfigurationResponse { risk_configuration: shown(input.user_pool_id, input.client_id, &set) })
}

/// `DescribeRiskConfiguration`: what was set for exactly this pool or client; the names alone where nothing was.
pub async fn describe_risk_configuration(
    cx: &Context,
    input: DescribeRiskConfigurationRequest,
) -> Result<DescribeRiskConfigurationResponse, Fault> {
    let found = configuration::describe(cx, &input.user_pool_id, input.client_id.as_deref()).await?;
    let risk_configuration = match found {
        Some(set) => shown(input.user_pool_id, input.client_id, &set),
        None => RiskConfigurationType {
            user_pool_id: Some(input.user_pool_id),
            client_id: input.client_id,
            ..Default::default()
        },
    };
    Ok(DescribeRiskConfigurationResponse { risk_configuration })
}
