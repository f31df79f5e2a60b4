//! Maps the ARN in a log configuration to a file or a server.

use crate::config::logs::LogsConfig;
use crate::model::wildcard;
use crate::shapes::idp::EventSourceName;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The destination of log lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Append to this file.
    File(PathBuf),
    /// POST to this URL.
    Url(String),
}

/// The `[logs.sinks]` of the configuration.
pub struct Routes {
    /// Sinks for certain pools come first, then those with the longest pattern.
    sinks: Vec<Sink>,
    directory: PathBuf,
}

struct Sink {
    /// A pattern for the ids of pools that may use the sink; `None` for all pools.
    pools: Option<String>,
    arns: String,
    target: Target,
}

impl Routes {
    /// The settings must have been validated.
    pub fn new(config: &LogsConfig, data_dir: &Path) -> Self {
        let target = |sink: &str| {
            if Path::new(sink).is_absolute() { Target::File(sink.into()) } else { Target::Url(sink.to_owned()) }
        };
        let sink = |(pattern, sink): (&String, &crate::secret::Secret)| {
            let (pools, arns) = LogsConfig::pools_and_arns(pattern);
            Sink { pools: pools.map(str::to_owned), arns: arns.to_owned(), target: target(sink.reveal()) }
        };
        let mut sinks: Vec<Sink> = config.sinks.iter().map(sink).collect();
        sinks.sort_by_key(|sink| std::cmp::Reverse((sink.pools.is_some(), sink.arns.len())));
        Self { sinks, directory: config.directory.clone().unwrap_or_else(|| data_dir.join("logs")) }
    }

    /// The URLs of all sinks.
    pub fn urls(&self) -> BTreeSet<String> {
        let url = |sink: &Sink| if let Target::Url(url) = &sink.target { Some(url.clone()) } else { None };
        self.sinks.iter().filter_map(url).collect()
    }

    /// The destination for an ARN: the first sink that matches, otherwise the pool's own file for this source. ARNs
    /// without a sink share this file, so that a pool cannot create any number of files.
    pub fn target(&self, arn: &str, pool: &str, source: EventSourceName) -> Target {
        let may = |sink: &&Sink| {
            sink.pools.as_ref().is_none_or(|pools| wildcard::matches(pools, pool)) && wildcard::matches(&sink.arns, arn)
        };
        let own = || Target::File(self.directory.join(format!("{pool}.{}.jsonl", source.as_str())));
        self.sinks.iter().find(may).map_or_else(own, |sink| sink.target.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "arn:aws:logs:eu-west-1:123456789012:log-group:";

    fn routes(sinks: &[(&str, &str)]) -> Routes {
        let sinks = sinks.iter().map(|(a, b)| ((*a).to_owned(), crate::secret::Secret::new(*b))).collect();
        Routes::new(&LogsConfig { sinks, ..LogsConfig::default() }, Path::new("/data"))
    }

    fn led(routes: &Routes, pool: &str, group: &str) -> Target {
        routes.target(&format!("{GROUP}{group}"), pool, EventSourceName::UserAuthEvents)
    }

    #[test]
    fn the_longest_pattern_that_fits_counts() {
        let all = [
            ("arn:aws:logs:*:log-group:/aws/*", "/aws"),
            ("*", "/all"),
            ("arn:aws:logs:*:log-group:/aws/pools", "https://pools.example/"),
        ];
        let routes = routes(&all);
        assert_eq!(led(&routes, "eu-west-1_A", "/aws/pools"), Target::Url("https://pools.example/".into()));
        assert_eq!(led(&routes, "eu-west-1_A", "/aws/other"), Target::File("/aws".into()));
        assert_eq!(led(&routes, "eu-west-1_A", "/x"), Target::File("/all".into()));
    }

    #[test]
    fn sinks_that_name_pools_take_only_theirs() {
        let routes = routes(&[
            ("eu-west-1_B arn:aws:logs:*", "/b"),
            ("eu-west-1_C* *", "/c"),
            ("arn:aws:logs:*:log-group:/shared", "/shared"),
        ]);
        assert_eq!(led(&routes, "eu-west-1_B", "/b"), Target::File("/b".into()));
        assert_eq!(led(&routes, "eu-west-1_B", "/shared"), Target::File("/b".into()), "who is named has the say");
        assert_eq!(led(&routes, "eu-west-1_C9", "/b"), Target::File("/c".into()));
        assert_eq!(
            led(&routes, "eu-west-1_A", "/b"),
            Target::File("/data/logs/eu-west-1_A.userAuthEvents.jsonl".into())
        );
        assert_eq!(led(&routes, "eu-west-1_A", "/shared"), Target::File("/shared".into()));
    }

    #[test]
    fn whatever_a_pool_names_it_has_one_file_for_a_source() {
        let routes = routes(&[]);
        let one = led(&routes, "eu-west-1_A", "/a");
        assert_eq!(one, led(&routes, "eu-west-1_A", "/a/../../../etc/passwd"));
        assert_ne!(one, led(&routes, "eu-west-1_B", "/a"));
        assert_ne!(one, routes.target(&format!("{GROUP}/a"), "eu-west-1_A", EventSourceName::UserNotification));
    }
}
