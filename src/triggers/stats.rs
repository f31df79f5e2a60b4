//! Metrics of functions in Prometheus' text format: number of calls by outcome, durations, shadow comparisons.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the histogram's buckets, in seconds.
const BUCKETS: [f64; 10] = [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];
/// Most functions with metrics of their own. Administrators choose the names, so this only guards against mistakes.
const MOST: usize = 2000;

#[derive(Debug, Default, Clone)]
struct Function {
    /// Calls by outcome: `ok`, or the cause of a failure.
    outcomes: BTreeMap<&'static str, u64>,
    buckets: [u64; BUCKETS.len()],
    seconds: f64,
    count: u64,
    /// As a shadow: number of equal and of different answers.
    compared: [u64; 2],
}

#[derive(Debug, Default)]
pub struct Stats(Mutex<BTreeMap<String, Function>>);

impl Stats {
    fn with(&self, name: &str, change: impl FnOnce(&mut Function)) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(function) = all.get_mut(name) {
            change(function);
        } else if all.len() < MOST {
            change(all.entry(name.to_owned()).or_default());
        }
    }

    /// Counts a call; `cause` is the cause of its failure, if it failed.
    pub(super) fn count(&self, name: &str, cause: Option<&'static str>, took: Duration) {
        self.with(name, |function| {
            *function.outcomes.entry(cause.unwrap_or("ok")).or_default() += 1;
            function.count += 1;
            function.seconds += took.as_secs_f64();
            for (count, most) in function.buckets.iter_mut().zip(BUCKETS) {
                *count += u64::from(took.as_secs_f64() <= most);
            }
        });
    }

    pub(super) fn compare(&self, name: &str, same: bool) {
        self.with(name, |function| {
            let [alike, different] = &mut function.compared;
            *(if same { alike } else { different }) += 1;
        });
    }

    /// The number of calls of one function, by outcome.
    pub fn of(&self, name: &str) -> BTreeMap<&'static str, u64> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(name).map(|function| function.outcomes.clone()).unwrap_or_default()
    }

    pub fn render(&self) -> String {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut out = String::new();
        let mut line = |text: std::fmt::Arguments<'_>| {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{text}");
        };
        line(format_args!(
            "# HELP poolhouse_function_calls_total Calls of functions by outcome: ok, or why there was no answer."
        ));
        line(format_args!("# TYPE poolhouse_function_calls_total counter"));
        for (name, function) in &all {
            for (outcome, count) in &function.outcomes {
                line(format_args!(
                    "poolhouse_function_calls_total{{function=\"{name}\",outcome=\"{outcome}\"}} {count}"
                ));
            }
        }
        line(format_args!("# HELP poolhouse_function_seconds How long functions took."));
        line(format_args!("# TYPE poolhouse_function_seconds histogram"));
        for (name, function) in &all {
            for (count, most) in function.buckets.iter().zip(BUCKETS) {
                line(format_args!("poolhouse_function_seconds_bucket{{function=\"{name}\",le=\"{most}\"}} {count}"));
            }
            line(format_args!(
                "poolhouse_function_seconds_bucket{{function=\"{name}\",le=\"+Inf\"}} {}",
                function.count
            ));
            line(format_args!("poolhouse_function_seconds_sum{{function=\"{name}\"}} {}", function.seconds));
            line(format_args!("poolhouse_function_seconds_count{{function=\"{name}\"}} {}", function.count));
        }
        line(format_args!(
            "# HELP poolhouse_shadow_answers_total Answers of shadows, the same as or different from those that counted."
        ));
        line(format_args!("# TYPE poolhouse_shadow_answers_total counter"));
        for (name, function) in all.iter().filter(|(_, function)| function.compared != [0, 0]) {
            for (same, count) in ["same", "different"].iter().zip(function.compared) {
                line(format_args!("poolhouse_shadow_answers_total{{function=\"{name}\",answer=\"{same}\"}} {count}"));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_as_prometheus_reads_them() {
        let stats = Stats::default();
        stats.count("a", None, Duration::from_millis(2));
        stats.count("a", Some("timeout"), Duration::from_secs(9));
        stats.compare("b", false);
        let text = stats.render();
        for expected in [
            "poolhouse_function_calls_total{function=\"a\",outcome=\"ok\"} 1",
            "poolhouse_function_calls_total{function=\"a\",outcome=\"timeout\"} 1",
            "poolhouse_function_seconds_bucket{function=\"a\",le=\"0.005\"} 1",
            "poolhouse_function_seconds_bucket{function=\"a\",le=\"+Inf\"} 2",
            "poolhouse_shadow_answers_total{function=\"b\",answer=\"different\"} 1",
        ] {
            assert!(text.lines().any(|line| line == expected), "{expected}\n{text}");
        }
        assert_eq!(stats.of("a"), BTreeMap::from([("ok", 1), ("timeout", 1)]));
    }
}
