//! The `[quotas]` section: how much of everything there may be, as a named profile with exceptions.

use super::limits::Category;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The `[quotas]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuotasConfig {
    /// "unlimited": what the server itself can bear. "aws": Cognito's quotas of today, calls per second included.
    /// "classic": Cognito's quotas of earlier years, which some programs were written for.
    pub profile: QuotaProfile,
    /// Quotas that differ from the profile's, e.g. `limits = { groups = 500 }`. The names: pools, users, groups,
    /// groups_per_user, clients, providers, providers_per_type, resource_servers, custom_attributes, branding_styles,
    /// terms, import_jobs. Calls per second are set in `limits.categories`.
    pub limits: BTreeMap<Quota, u32>,
    /// The highest rate of a category, in calls per second, that UpdateProvisionedLimit may set.
    pub max_provisioned_rate: u32,
}

impl Default for QuotasConfig {
    fn default() -> Self {
        Self { profile: QuotaProfile::default(), limits: BTreeMap::new(), max_provisioned_rate: 10_000 }
    }
}

/// A set of quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuotaProfile {
    #[default]
    Unlimited,
    Aws,
    Classic,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    /// Pools of a region.
    Pools,
    /// Users of a pool.
    Users,
    /// Groups of a pool.
    Groups,
    /// Groups that one user is in.
    GroupsPerUser,
    /// App clients of a pool.
    Clients,
    /// Identity providers of a pool.
    Providers,
    /// Identity providers of one type in a pool.
    ProvidersPerType,
    /// Resource servers of a pool.
    ResourceServers,
    /// Custom attributes of a pool.
    CustomAttributes,
    /// Managed login branding styles of a pool.
    BrandingStyles,
    /// Terms of a pool.
    Terms,
    /// Import jobs of a pool.
    ImportJobs,
}

impl Quota {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Pools,
        Self::Users,
        Self::Groups,
        Self::GroupsPerUser,
        Self::Clients,
        Self::Providers,
        Self::ProvidersPerType,
        Self::ResourceServers,
        Self::CustomAttributes,
        Self::BrandingStyles,
        Self::Terms,
        Self::ImportJobs,
    ];

    /// The name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pools => "pools",
            Self::Users => "users",
            Self::Groups => "groups",
            Self::GroupsPerUser => "groups_per_user",
            Self::Clients => "clients",
            Self::Providers => "providers",
            Self::ProvidersPerType => "providers_per_type",
            Self::ResourceServers => "resource_servers",
            Self::CustomAttributes => "custom_attributes",
            Self::BrandingStyles => "branding_styles",
            Self::Terms => "terms",
            Self::ImportJobs => "import_jobs",
        }
    }

    /// What errors call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Pools => "user pools",
            Self::Users => "users",
            Self::Groups | Self::GroupsPerUser => "groups",
            Self::Clients => "app clients",
            Self::Providers => "identity providers",
            Self::ProvidersPerType => "identity providers of one type",
            Self::ResourceServers => "resource servers",
            Self::CustomAttributes => "custom attributes",
            Self::BrandingStyles => "managed login branding styles",
            Self::Terms => "terms",
            Self::ImportJobs => "user import jobs",
        }
    }

    /// What the server can bear: what is listed as a whole, or is part of a record that each call reads, stays small.
    fn bearable(self) -> Option<u32> {
        match self {
            Self::Pools | Self::Users | Self::Groups | Self::ProvidersPerType => None,
            Self::GroupsPerUser => Some(100),
            Self::Clients | Self::ImportJobs => Some(1000),
            Self::Providers => Some(300),
            Self::ResourceServers => Some(25),
            Self::CustomAttributes => Some(50),
            Self::BrandingStyles => Some(20),
            Self::Terms => Some(40),
        }
    }

    /// The most that a setting may name.
    fn most(self) -> u32 {
        match self {
            Self::Pools | Self::Users | Self::Groups => u32::MAX,
            Self::GroupsPerUser | Self::CustomAttributes | Self::BrandingStyles | Self::Terms => 500,
            Self::Clients | Self::ImportJobs => 10_000,
            Self::Providers | Self::ProvidersPerType | Self::ResourceServers => 1000,
        }
    }
}

impl QuotaProfile {
    fn limit(self, quota: Quota) -> Option<u32> {
        match (self, quota) {
            (Self::Unlimited, quota) => quota.bearable(),
            (_, Quota::Pools) => Some(1000),
            (Self::Aws, Quota::Users) => Some(40_000_000),
            (Self::Aws, Quota::Groups) => Some(10_000),
            (Self::Classic, Quota::Users) => Some(50_000_000),
            (Self::Classic, Quota::Groups) => Some(25_000),
            (Self::Classic, Quota::Clients) => Some(25),
            (Self::Classic, Quota::ProvidersPerType) => Some(20),
            (_, quota) => quota.bearable(),
        }
    }

    /// The free rate of a category, in calls per second; `None` without a limit.
    pub fn rate(self, category: Category) -> Option<u32> {
        (self != Self::Unlimited).then(|| category.free_rate())
    }
}

impl QuotasConfig {
    /// The most that there may be; `None` without a limit.
    pub fn limit(&self, quota: Quota) -> Option<u32> {
        self.limits.get(&quota).copied().or_else(|| self.profile.limit(quota))
    }

    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let over = self.limits.iter().filter(|(quota, limit)| **limit > quota.most());
        let mut faults: Vec<String> = over
            .map(|(quota, _)| format!("quotas.limits.{}: at most {} can be borne", quota.name(), quota.most()))
            .collect();
        if !(1..=1_000_000).contains(&self.max_provisioned_rate) {
            faults.push("quotas.max_provisioned_rate: must be from 1 to 1,000,000".into());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn read(text: &str) -> QuotasConfig {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_limit_can_be_set_alone() {
        let aws = read("profile = 'aws'\nlimits = { groups = 7 }");
        assert_eq!((aws.limit(Quota::Groups), aws.limit(Quota::Users)), (Some(7), Some(40_000_000)));
        let classic = read("profile = 'classic'");
        assert_eq!((classic.limit(Quota::Clients), classic.limit(Quota::ProvidersPerType)), (Some(25), Some(20)));
        let default = read("");
        assert_eq!((default.limit(Quota::Users), default.limit(Quota::Terms)), (None, Some(40)));
        assert_eq!(default.profile.rate(Category::UserRead), None);
        assert_eq!(aws.profile.rate(Category::UserRead), Some(120));
        assert!(toml::from_str::<QuotasConfig>("limits = { grups = 1 }").is_err());
        assert_eq!(read("limits = { terms = 501 }").validate().len(), 1);
    }

    #[test]
    fn names_are_those_of_the_settings() {
        for quota in Quota::ALL {
            assert_eq!(toml::Value::try_from(quota).unwrap().as_str(), Some(quota.name()));
        }
    }
}
