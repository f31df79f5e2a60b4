//! The `[logs]` section: where the logs that pools export go, in place of CloudWatch, S3 and Firehose.

use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The `[logs]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogsConfig {
    /// Where the log group, bucket or stream that SetLogDeliveryConfiguration names leads: its ARN, in which `*` stands
    /// for anything, to an http or https URL that takes JSON lines by POST, or to the full path of a file. The longest
    /// pattern that fits counts. What fits none goes to a file in `directory`, one for each pool and event source. A
    /// sink is open to every pool whose administrators name its ARN; with a pool's id and a space in front
    /// (`eu-west-1_AbCdEfGhI arn:aws:logs:*`, `*` stands for anything there too) it is that pool's alone and goes
    /// before those of all. Each line tells its pool under `logSourceId`, which no caller can change.
    pub sinks: BTreeMap<String, Secret>,
    /// The directory of files that no sink names; `logs` in the data directory if it is not set.
    pub directory: Option<PathBuf>,
    /// A file that has grown to this size, in MB, is put aside under its name and `.1`, the one before it under `.2`,
    /// and so on.
    pub file_mb: u32,
    /// How many files are put aside; older ones are deleted.
    pub old_files: u32,
    /// How many lines may wait to be written, and for each URL to be sent; beyond it new ones are dropped, counted and
    /// told in the server's log.
    pub queue: usize,
    /// Headers of each POST, e.g. `Authorization`.
    pub headers: BTreeMap<String, Secret>,
    /// A PEM file of certificate authorities that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How long a POST may take, connecting included, in seconds.
    pub timeout_seconds: u32,
    /// How often lines are posted before they are dropped; the wait between two tries doubles from one second on.
    pub tries: u32,
}

impl Default for LogsConfig {
    fn default() -> Self {
        Self {
            sinks: BTreeMap::new(),
            directory: None,
            file_mb: 64,
            old_files: 4,
            queue: 10_000,
            headers: BTreeMap::new(),
            ca_file: None,
            timeout_seconds: 10,
            tries: 5,
        }
    }
}

impl LogsConfig {
    /// The two parts of a sink's pattern: which pools, if it says so, and which ARNs.
    pub fn pools_and_arns(pattern: &str) -> (Option<&str>, &str) {
        pattern.split_once(' ').map_or((None, pattern), |(pools, arns)| (Some(pools), arns))
    }

    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (pattern, sink) in &self.sinks {
            let (pools, arns) = Self::pools_and_arns(pattern);
            if (!arns.starts_with("arn:") && arns != "*") || arns.contains(' ') {
                faults.push(format!(
                    "logs.sinks: {pattern} is not an ARN; name a log group, bucket or stream, or * for all"
                ));
            }
            if pools.is_some_and(|pools| !pools.contains(['_', '*'])) {
                faults.push(format!("logs.sinks: what stands before the space in {pattern} is not a pool's id"));
            }
            // The value may hold a token, so it is not told.
            let sink = sink.reveal();
            let url =
                reqwest::Url::parse(sink).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if !url && !Path::new(sink).is_absolute() {
                faults.push(format!(
                    "logs.sinks: what {pattern} leads to must be an http or https URL, or the full path of a file"
                ));
            }
        }
        if self.directory.as_ref().is_some_and(|directory| !directory.is_absolute()) {
            faults.push("logs.directory must be a full path".to_owned());
        }
        for (name, value) in &self.headers {
            let good = reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_ok()
                && reqwest::header::HeaderValue::from_str(value.reveal()).is_ok();
            if !good {
                faults.push(format!("logs.headers.{name} is not a valid HTTP header"));
            }
        }
        let bounds = [
            ("file_mb", u64::from(self.file_mb), 1, 1_048_576),
            ("old_files", u64::from(self.old_files), 0, 1000),
            ("queue", self.queue as u64, 100, 1_000_000),
            ("timeout_seconds", u64::from(self.timeout_seconds), 1, 300),
            ("tries", u64::from(self.tries), 1, 20),
        ];
        for (name, value, least, most) in bounds {
            if !(least..=most).contains(&value) {
                faults.push(format!("logs.{name} must be {least} to {most}"));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sinks_are_urls_or_full_paths_and_faults_keep_secrets() {
        let sinks = [
            ("arn:aws:s3:::a", "https://x.example/in?token=hush"),
            ("*", "/var/log/pools.jsonl"),
            ("eu-west-1_A arn:aws:s3:::b", "/b"),
        ];
        let good =
            LogsConfig { sinks: sinks.map(|(a, b)| (a.to_owned(), Secret::new(b))).into(), ..LogsConfig::default() };
        assert!(good.validate().is_empty());
        let bad = [
            ("bucket", "/x"),
            ("arn:aws:s3:::a", "logs/hush"),
            ("arn:aws:s3:::b", "ftp://hush"),
            ("pool arn:aws:s3:::c", "/x"),
        ];
        let bad = LogsConfig {
            sinks: bad.map(|(a, b)| (a.to_owned(), Secret::new(b))).into(),
            queue: 0,
            ..LogsConfig::default()
        };
        let faults = bad.validate();
        assert_eq!(faults.len(), 5, "{faults:?}");
        assert!(!format!("{faults:?} {bad:?}").contains("hush"));
    }
}
