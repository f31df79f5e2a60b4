//! Which ARN leads where.

use crate::config::logs::LogsConfig;
use std::path::{Path, PathBuf};

/// Where lines go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To the end of a file.
    File(PathBuf),
    /// By POST to a server.
    Url(String),
}

/// The sinks of the settings.
pub struct Routes {
    /// Patterns with their sinks, the longest first.
    sinks: Vec<(String, Target)>,
    directory: PathBuf,
}

impl Routes {
    /// From settings that were validated.
    pub fn new(config: &LogsConfig, data_dir: &Path) -> Self {
        let target = |sink: &str| if Path::new(sink).is_absolute() { Target::File(sink.into()) } else { Target::Url(sink.to_owned()) };
        let mut sinks: Vec<_> = config.sinks.iter().map(|(pattern, sink)| (pattern.clone(), target(sink.reveal()))).collect();
        sinks.sort_by_key(|(pattern, _)| std::cmp::Reverse(pattern.len()));
        Self { sinks, directory: config.directory.clone().unwrap_or_else(|| data_dir.join("logs")) }
    }

    /// Where an ARN leads: the longest pattern that fits it, else a file of its own.
    pub fn target(&self, arn: &str) -> Target {
        let sink = self.sinks.iter().find(|(pattern, _)| fits(pattern, arn));
        sink.map_or_else(|| Target::File(self.directory.join(file_name(arn))), |(_, target)| target.clone())
    }
}

/// Whether a text is what a pattern means, in which `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// A file name for an ARN: readable, without anything that has a meaning in paths, and with a hash, so that no two ARNs share one.
fn file_name(arn: &str) -> String {
    let tail: String = arn.rsplit(':').next().unwrap_or(arn).chars().rev().take(80).collect();
    let plain: String = tail.chars().rev().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let digest = ring::digest::digest(&ring::digest::SHA256, arn.as_bytes());
    let hash: String = digest.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{plain}-{hash}.jsonl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_pattern_that_fits_counts_and_the_rest_have_files_of_their_own() {
        let sinks =
            [("arn:aws:logs:*:log-group:/aws/*", "/aws"), ("*", "/all"), ("arn:aws:logs:*:log-group:/aws/pools", "https://pools.example/")];
        let config =
            LogsConfig { sinks: sinks.map(|(a, b)| (a.to_owned(), crate::secret::Secret::new(b))).into(), ..LogsConfig::default() };
        let routes = Routes::new(&config, Path::new("/data"));
        let group = |name: &str| format!("arn:aws:logs:eu-west-1:123456789012:log-group:{name}");
        assert_eq!(routes.target(&group("/aws/pools")), Target::Url("https://pools.example/".into()));
        assert_eq!(routes.target(&group("/aws/other")), Target::File("/aws".into()));
        assert_eq!(routes.target("arn:aws:s3:::bucket"), Target::File("/all".into()));
        let routes = Routes::new(&LogsConfig::default(), Path::new("/data"));
        let Target::File(path) = routes.target(&group("/a/../../../etc/passwd")) else { unreachable!() };
        assert_eq!(path.parent(), Some(Path::new("/data/logs")), "{path:?}");
        assert_ne!(routes.target(&group("/a/b")), routes.target(&group("/a_b")));
    }

    #[test]
    fn stars_stand_for_anything() {
        assert!(fits("*", "") && fits("a*", "a") && fits("a*c*e", "abcde") && fits("abc", "abc"));
        assert!(!fits("a*c", "ab") && !fits("abc", "abcd") && !fits("a*bc*c", "abc") && !fits("", "a"));
    }
}
