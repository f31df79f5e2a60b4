//! The last lines of each plugin, for `poolhouse plugin logs`. All of them go to the server's log, too.

use crate::clock::Timestamp;
use crate::triggers::sandbox::{Level, Line, plain};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// How many lines of a plugin are kept.
const KEPT: usize = 500;
/// Most characters of a line.
const LONGEST: usize = 3000;
/// How many plugins are kept lines of; who has been silent the longest goes first.
const PLUGINS: usize = 1000;

/// A line that is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Counts up over all plugins.
    pub number: u64,
    /// When it was written, in milliseconds of the epoch.
    pub at: Timestamp,
    /// How much it matters.
    pub level: Level,
    /// The request that the call belonged to.
    pub request_id: String,
    /// The event.
    pub source: String,
    /// The words.
    pub text: String,
}

/// What the lines of one call have in common.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The plugin.
    pub plugin: &'a str,
    /// The request.
    pub request_id: &'a str,
    /// The event.
    pub source: &'a str,
    /// Now.
    pub at: Timestamp,
}

#[derive(Default)]
struct All {
    last: u64,
    lines: BTreeMap<String, VecDeque<Kept>>,
}

/// The lines of all plugins.
#[derive(Default)]
pub struct Logs(Mutex<All>);

impl Logs {
    /// Writes lines to the server's log and keeps them.
    pub fn write(&self, origin: Origin<'_>, lines: Vec<Line>) {
        if lines.is_empty() {
            return;
        }
        // Whatever a function, or who calls it, put into it: it is one line.
        let lines = lines.into_iter().map(|Line { level, text }| Line { level, text: plain(&text, LONGEST) });
        let lines: Vec<_> = lines.inspect(|line| log(origin, line.level, &line.text)).collect();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for Line { level, text } in lines {
            all.last += 1;
            let number = all.last;
            if !all.lines.contains_key(origin.plugin) && all.lines.len() >= PLUGINS {
                let silent = all
                    .lines
                    .iter()
                    .min_by_key(|(_, kept)| kept.back().map_or(0, |line| line.number))
                    .map(|(name, _)| name.clone());
                silent.and_then(|name| all.lines.remove(&name));
            }
            let kept = all.lines.entry(origin.plugin.to_owned()).or_default();
            if kept.len() >= KEPT {
                kept.pop_front();
            }
            let (request_id, source) = (origin.request_id.to_owned(), origin.source.to_owned());
            kept.push_back(Kept { number, at: origin.at, level, request_id, source, text });
        }
    }

    /// The kept lines of a plugin after the one with this number.
    pub fn after(&self, plugin: &str, number: u64) -> Vec<Kept> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.lines.get(plugin).into_iter().flatten().filter(|line| line.number > number).cloned().collect()
    }
}

fn log(Origin { plugin, request_id, source, .. }: Origin<'_>, level: Level, text: &str) {
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
        let origin = Origin { plugin: "p", request_id: "r", source: "s", at: Timestamp(0) };
        let line = |text: String| Line { level: Level::Info, text };
        logs.write(origin, (0..KEPT + 3).map(|n| line(n.to_string())).collect());
        let kept = logs.after("p", 0);
        assert_eq!((kept.len(), kept.first().map(|line| line.text.as_str())), (KEPT, Some("3")));
        let last = kept.last().map_or(0, |line| line.number);
        logs.write(Origin { plugin: "other", ..origin }, vec![line("x".into())]);
        logs.write(origin, vec![line("new".into())]);
        let texts: Vec<_> = logs.after("p", last).into_iter().map(|line| line.text).collect();
        assert_eq!(texts, ["new"]);
        logs.write(origin, vec![line("one\r\nERROR forged\u{1b}[31m".into())]);
        assert!(logs.after("p", last).iter().all(|line| !line.text.contains(char::is_control)));
    }
}
