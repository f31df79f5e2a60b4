//! Rates of API categories.

use crate::context::Context;
use crate::domain::pools::provisioned_limits::{self, CategoryLimit, UNLIMITED};
use crate::fault::Fault;
use crate::shapes::idp::*;

/// The attribute that names a category.
const CATEGORY: &str = "Category";

/// `GetProvisionedLimit`.
pub async fn get_provisioned_limit(
    cx: &Context,
    input: GetProvisionedLimitRequest,
) -> Result<GetProvisionedLimitResponse, Fault> {
    let category = provisioned_limits::category(category(&input.limit_definition)?)?;
    let limit = provisioned_limits::get(&cx.services.risk.rates, category);
    Ok(GetProvisionedLimitResponse { limit: shown(input.limit_definition, limit) })
}

/// `UpdateProvisionedLimit`: in force at once.
pub async fn update_provisioned_limit(
    cx: &Context,
    input: UpdateProvisionedLimitRequest,
) -> Result<UpdateProvisionedLimitResponse, Fault> {
    let category = provisioned_limits::category(category(&input.limit_definition)?)?;
    let limit = provisioned_limits::update(cx, category, input.requested_limit_value).await?;
    Ok(UpdateProvisionedLimitResponse { limit: shown(input.limit_definition, limit) })
}

fn category(definition: &LimitDefinitionType) -> Result<&str, Fault> {
    match (definition.attributes.get(CATEGORY), definition.attributes.len()) {
        (Some(name), 1) => Ok(name),
        _ => Err(Fault::invalid("Attributes must have Category alone.")),
    }
}

fn shown(limit_definition: LimitDefinitionType, limit: CategoryLimit) -> LimitType {
    let number = |rate: Option<u32>| rate.map_or(UNLIMITED, |rate| i32::try_from(rate).unwrap_or(UNLIMITED));
    LimitType {
        limit_definition,
        provisioned_limit_value: number(limit.provisioned),
        free_limit_value: number(limit.free),
    }
}
