//! Keeps the last log lines of each plugin for `poolhouse plugin logs`. All lines also go to the server's log.

use crate::clock::Timestamp;
use crate::triggers::sandbox::{Level, Line, plain};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// How many lines are kept for each plugin.
const MAX_LINES_PER_PLUGIN: usize = 500;
/// Longest line, in characters.
const MAX_LINE_CHARS: usize = 3000;
/// How many plugins have their lines kept. The one that has been silent longest is dropped first.
const MAX_PLUGINS: usize = 1000;

#[derive(Debug, Clone)]
pub struct LogEntry {
    /// Increases over the lines of all plugins.
    pub number: u64,
    pub at: Timestamp,
    pub level: Level,
    /// The id of the API request.
    pub request_id: String,
    /// The trigger source.
    pub source: String,
    pub text: String,
}

/// What the lines of one call have in common.
#[derive(Debug, Clone, Copy)]
pub struct LogOrigin<'a> {
    /// The plugin's name.
    pub plugin: &'a str,
    /// The id of the API request.
    pub request_id: &'a str,
    /// The trigger source.
    pub source: &'a str,
    /// The time of the call.
    pub at: Timestamp,
}

#[derive(Default)]
struct All {
    last: u64,
    lines: BTreeMap<String, VecDeque<LogEntry>>,
}

#[derive(Default)]
pub struct Logs(Mutex<All>);

impl Logs {
    /// Writes lines to the server's log and keeps them.
    pub fn write(&self, origin: LogOrigin<'_>, lines: Vec<Line>) {
        if lines.is_empty() {
            return;
        }
        // Line breaks are removed, so that neither a function nor its caller can forge other log lines.
        let lines = lines.into_iter().map(|Line { level, text }| Line { level, text: plain(&text, MAX_LINE_CHARS) });
        let lines: Vec<_> = lines.inspect(|line| log(origin, line.level, &line.text)).collect();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for Line { level, text } in lines {
            all.last += 1;
            let number = all.last;
            if !all.lines.contains_key(origin.plugin) && all.lines.len() >= MAX_PLUGINS {
                let silent = all
                    .lines
                    .iter()
                    .min_by_key(|(_, kept)| kept.back().map_or(0, |line| line.number))
                    .map(|(name, _)| name.clone());
                silent.and_then(|name| all.lines.remove(&name));
            }
            let kept = all.lines.entry(origin.plugin.to_owned()).or_default();
            if kept.len() >= MAX_LINES_PER_PLUGIN {
                kept.pop_front();
            }
            let (request_id, source) = (origin.request_id.to_owned(), origin.source.to_owned());
            kept.push_back(LogEntry { number, at: origin.at, level, request_id, source, text });
        }
    }

    /// The kept lines of a plugin whose number is higher than this.
    pub fn after(&self, plugin: &str, number: u64) -> Vec<LogEntry> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.lines.get(plugin).into_iter().flatten().filter(|line| line.number > number).cloned().collect()
    }
}

fn log(LogOrigin { plugin, request_id, source, .. }: LogOrigin<'_>, level: Level, text: &str) {
    match level {
        Level::Debug => tracing::debug!(target: "poolhouse::plugin", plugin, request_id, source, "{text}"),
        Level::Info => tracing::info!(target: "poolhouse::plugin", plugin, request_id, source, "{text}"),
        Level::Warn => tracing::warn!(target: "poolhouse::plugin", plugin, request_id, source, "{text}"),
        Level::Error => tracing::error!(target: "poolhouse::plugin", plugin, request_id, source, "{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept() {
        let logs = Logs::default();
        let origin = LogOrigin { plugin: "p", request_id: "r", source: "s", at: Timestamp(0) };
        let line = |text: String| Line { level: Level::Info, text };
        logs.write(origin, (0..MAX_LINES_PER_PLUGIN + 3).map(|n| line(n.to_string())).collect());
        let kept = logs.after("p", 0);
        assert_eq!((kept.len(), kept.first().map(|line| line.text.as_str())), (MAX_LINES_PER_PLUGIN, Some("3")));
        let last = kept.last().map_or(0, |line| line.number);
        logs.write(LogOrigin { plugin: "other", ..origin }, vec![line("x".into())]);
        logs.write(origin, vec![line("new".into())]);
        let texts: Vec<_> = logs.after("p", last).into_iter().map(|line| line.text).collect();
        assert_eq!(texts, ["new"]);
        logs.write(origin, vec![line("one\r\nERROR forged\u{1b}[31m".into())]);
        assert!(logs.after("p", last).iter().all(|line| !line.text.contains(char::is_control)));
    }
}
