//! The `[store]` section: how the embedded engine uses memory and disk.

use serde::{Deserialize, Serialize};

/// The `[store]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// Memory for pages of the store, in MB. What is not in it is read from the disk (or the system's cache of it),
    /// which about doubles the cost of a look-up; all of 1,000,000 users fit into about 1,200.
    pub cache_mb: u32,
    /// Whether a new store compresses its pages (zstd): a third less disk, half the writes per second, a much slower
    /// start after a crash. A store keeps what it was made with.
    pub compression: bool,
    /// Space that stays free on the disk, in MB: below it writes are refused, so that the store itself never hits the
    /// end of the disk.
    pub disk_reserve_mb: u32,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self { cache_mb: 128, compression: false, disk_reserve_mb: 128 }
    }
}

impl StoreConfig {
    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !(8..=1_048_576).contains(&self.cache_mb) {
            faults.push(format!(
                "store.cache_mb: {} is out of range; give 8 to 1048576 megabytes of memory (128 suits a small box)",
                self.cache_mb
            ));
        }
        if !(4..=1_048_576).contains(&self.disk_reserve_mb) {
            faults.push(format!(
                "store.disk_reserve_mb: {} is out of range; give 4 to 1048576 megabytes to stay free on the data directory's disk (128 is the default)",
                self.disk_reserve_mb
            ));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid_and_faults_say_what_to_do() {
        assert!(StoreConfig::default().validate().is_empty());
        let faults = StoreConfig { cache_mb: 1, disk_reserve_mb: 0, ..StoreConfig::default() }.validate();
        assert_eq!(faults.len(), 2);
        assert!(faults.iter().all(|fault| fault.contains("; give ")));
    }
}
