//! Names of the four authentication levels (AcrConfiguration); which factors reach which level is fixed.

use crate::fault::Fault;
use crate::model::PoolSettings;
use crate::shapes::idp::AcrLevelConfigType;
use std::collections::{BTreeMap, BTreeSet};

/// Levels, from 1 up.
pub const LEVELS: u8 = 4;

/// The name that the `acr` claim has for a level: the pool's own, else `urn:cognito:loa:<level>`.
pub fn name(settings: &PoolSettings, level: u8) -> String {
    let own = settings.acr_configuration.as_ref().and_then(|own| own.get(&key(level)));
    own.map_or_else(|| format!("urn:cognito:loa:{level}"), |own| own.acr_value.clone())
}

/// All four names, as CreateUserPool and DescribeUserPool answer them.
pub fn effective(settings: &PoolSettings) -> BTreeMap<String, AcrLevelConfigType> {
    (1..=LEVELS).map(|level| (key(level), AcrLevelConfigType { acr_value: name(settings, level) })).collect()
}

/// Fails unless the four names differ; a pool's own name may not be the default of a level that it leaves alone either.
pub fn check(settings: &PoolSettings) -> Result<(), Fault> {
    let names: BTreeSet<String> = (1..=LEVELS).map(|level| name(settings, level)).collect();
    if names.len() == usize::from(LEVELS) {
        Ok(())
    } else {
        Err(Fault::invalid("AcrConfiguration values must be unique."))
    }
}

fn key(level: u8) -> String {
    format!("Level{level}")
}
