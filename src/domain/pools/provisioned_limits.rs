//! Rates of categories as administrators set them (Cognito: UpdateProvisionedLimit): kept, and in force at once.

use crate::config::limits::Category;
use crate::context::{Context, Services};
use crate::fault::Fault;
use crate::risk::Rates;
use crate::store::provisioned_limits as table;

/// A category's limits, in calls per second; `None` without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryLimit {
    pub category: Category,
    /// What the settings give.
    pub free: Option<u32>,
    /// What is in force.
    pub provisioned: Option<u32>,
}

/// The number that stands for no limit.
pub const UNLIMITED: i32 = i32::MAX;

/// Puts what is kept in force: at the start, and now and then, since another server may have changed it.
pub async fn load(services: &Services) -> Result<(), Fault> {
    let kept = table::all(&services.store).await?;
    for category in Category::ALL {
        let rate = kept.iter().find(|limit| limit.category == category).map(|limit| limit.rate);
        services.risk.rates.provision(category, rate);
    }
    Ok(())
}

/// The category with this name, if its rate can be set at AWS.
pub fn category(name: &str) -> Result<Category, Fault> {
    Category::named(name)
        .filter(|category| category.is_adjustable())
        .ok_or_else(|| Fault::not_found(format!("There is no API category {name} whose limit can be provisioned.")))
}

/// The limits of a category.
pub fn get(rates: &Rates, category: Category) -> CategoryLimit {
    CategoryLimit { category, free: rates.free(category), provisioned: rates.in_force(category) }
}

/// Sets the rate of a category: from the free one up to what the settings allow. [`UNLIMITED`], or the free rate, goes
/// back to the settings'.
pub async fn update(cx: &Context, category: Category, asked: i32) -> Result<CategoryLimit, Fault> {
    let rates = &cx.services.risk.rates;
    let free = rates.free(category);
    let rate = u32::try_from(asked).ok().filter(|rate| *rate > 0);
    let Some(rate) = rate.filter(|rate| free.is_none_or(|free| *rate >= free)) else {
        let least = free.unwrap_or(1);
        return Err(Fault::invalid(format!("RequestedLimitValue must be at least {least}.")));
    };
    let is_free = free.map_or(asked == UNLIMITED, |free| rate == free);
    let most = cx.services.config.quotas.max_provisioned_rate;
    if rate > most && !is_free {
        let text = format!("The limit of this API category can be at most {most} requests per second.");
        return Err(Fault::modelled("ServiceQuotaExceededException", text));
    }
    let kept = (!is_free).then_some(rate);
    cx.services.store.transact(async |tx| Ok(table::put(tx, category, kept)?)).await?;
    rates.provision(category, kept);
    Ok(get(rates, category))
}
