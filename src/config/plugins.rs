//! The `[plugins]` section: how much all plugins together may take.

use serde::{Deserialize, Serialize};

/// The `[plugins]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PluginsConfig {
    /// Threads that run plugins; 0 for one per core. Plugins never run on the threads that answer requests.
    pub threads: u32,
    /// Most calls of plugins at one time; others wait for their turn, within their own time limit.
    pub concurrency: u32,
    /// The most memory of all running calls together, in MiB. A call that wants more than is left fails as if it had
    /// reached its own limit.
    pub memory_mb: u32,
    /// The largest module, in MiB.
    pub module_mb: u32,
    /// The most that one plugin keeps in its key-value space, in KiB.
    pub space_kb: u32,
}

impl Default for PluginsConfig {
    fn default() -> Self {
        Self { threads: 0, concurrency: 64, memory_mb: 1024, module_mb: 50, space_kb: 1024 }
    }
}

impl PluginsConfig {
    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let ranges = [
            ("threads", self.threads, 0, 256),
            ("concurrency", self.concurrency, 1, 1000),
            ("memory_mb", self.memory_mb, 16, 1_048_576),
            ("module_mb", self.module_mb, 1, 256),
            ("space_kb", self.space_kb, 1, 1_048_576),
        ];
        let wrong = ranges.iter().filter(|(_, value, least, most)| !(least..=most).contains(&value));
        wrong
            .map(|(name, value, least, most)| {
                format!("plugins.{name}: {value} is out of range; give {least} to {most}")
            })
            .collect()
    }

    /// How many threads run plugins.
    pub fn thread_count(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => usize::try_from(threads).unwrap_or(1),
        }
    }
}
