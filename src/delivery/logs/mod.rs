//! Exports logs of pools: one JSON line per event, to the destination that the pool's log configuration and the
//! server's `[logs]` section name.
//!
//! Callers never wait: lines go into bounded queues, and lines that find their queue full are dropped and counted. A
//! worker thread writes files and posts to servers. All files share one queue and each server has its own, so that a
//! server that hangs delays nothing else.

mod file;
mod post;
mod route;

use crate::clock::Timestamp;
use crate::config::logs::LogsConfig;
use crate::fault::Fault;
use crate::shapes::idp::{EventSourceName, LogConfigurationType};
use crate::store::{Store, log_deliveries};
use route::{Routes, Target};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Most lines per write or request.
const BATCH: usize = 500;
/// How long a stop waits for queued lines.
const LONGEST_STOP: Duration = Duration::from_secs(5);

/// The log exports of all pools.
pub struct Logs {
    store: Store,
    routes: Routes,
    /// One for files, one for each server.
    lanes: Vec<Lane>,
    writer: file::Files,
    poster: post::Poster,
    stop: watch::Sender<bool>,
    running: watch::Sender<usize>,
}

/// A line and its destination.
pub struct Line {
    target: Target,
    text: String,
}

struct Lane {
    /// The server's URL; `None` for files.
    url: Option<String>,
    most: usize,
    state: Mutex<Waiting>,
    due: Notify,
}

#[derive(Default)]
struct Waiting {
    lines: VecDeque<Line>,
    dropped: u64,
}

impl Lane {
    fn new(url: Option<String>, most: usize) -> Self {
        Self { url, most, state: Mutex::default(), due: Notify::new() }
    }

    fn leads_to(&self, target: &Target) -> bool {
        match target {
            Target::File(_) => self.url.is_none(),
            Target::Url(url) => self.url.as_ref() == Some(url),
        }
    }

    fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, line: Line) {
        let mut state = self.state();
        if state.lines.len() >= self.most {
            state.dropped += 1;
        } else {
            state.lines.push_back(line);
        }
        drop(state);
        self.due.notify_one();
    }

    /// The next lines, and how many lines were dropped since the last call.
    fn take(&self) -> (Vec<Line>, u64) {
        let mut state = self.state();
        let count = state.lines.len().min(BATCH);
        (state.lines.drain(..count).collect(), std::mem::take(&mut state.dropped))
    }
}

impl Logs {
    /// Prepares the exports; nothing is written before [`Logs::start`]. Errors are messages for the operator.
    pub fn new(config: &LogsConfig, data_dir: &Path, store: Store) -> Result<Arc<Self>, String> {
        let routes = Routes::new(config, data_dir);
        let lanes = std::iter::once(None)
            .chain(routes.urls().into_iter().map(Some))
            .map(|url| Lane::new(url, config.queue))
            .collect();
        Ok(Arc::new(Self {
            store,
            routes,
            lanes,
            writer: file::Files::new(config),
            poster: post::Poster::new(config)?,
            stop: watch::Sender::new(false),
            running: watch::Sender::new(0),
        }))
    }

    /// The destinations of a pool's events of this source.
    async fn targets(&self, pool: &str, source: EventSourceName) -> Result<Vec<Target>, Fault> {
        let configured = log_deliveries::get(&self.store, pool).await?;
        let configurations = configured.iter().flat_map(|c| &c.configurations).filter(|c| c.event_source == source);
        Ok(configurations.filter_map(destination).map(|arn| self.routes.target(arn, pool, source)).collect())
    }

    /// Whether a pool's events of this source are exported at all.
    pub async fn wants(&self, pool: &str, source: EventSourceName) -> Result<bool, Fault> {
        Ok(!self.targets(pool, source).await?.is_empty())
    }

    /// Exports an event in the format of Cognito's log exports. `message` must not contain secrets of the user.
    pub async fn send(&self, pool: &str, source: EventSourceName, message: Value, at: Timestamp) -> Result<(), Fault> {
        self.push(self.lines(pool, source, message, at).await?);
        Ok(())
    }

    /// The lines that [`Logs::send`] would send, one for each destination.
    pub async fn lines(
        &self,
        pool: &str,
        source: EventSourceName,
        message: Value,
        at: Timestamp,
    ) -> Result<Vec<Line>, Fault> {
        let targets = self.targets(pool, source).await?;
        if targets.is_empty() {
            return Ok(Vec::new());
        }
        let (name, level) = match source {
            EventSourceName::UserNotification => ("USER_NOTIFICATION", "ERROR"),
            EventSourceName::UserAuthEvents => ("USER_AUTH_EVENTS", "INFO"),
        };
        let line = json!({
            "eventTimestamp": at.millis().to_string(),
            "eventSource": name,
            "logLevel": level,
            "message": message,
            "logSourceId": {"userPoolId": pool},
        });
        Ok(targets.into_iter().map(|target| Line { target, text: line.to_string() }).collect())
    }

    /// Queues lines.
    pub fn push(&self, lines: Vec<Line>) {
        for line in lines {
            if let Some(lane) = self.lanes.iter().find(|lane| lane.leads_to(&line.target)) {
                lane.push(line);
            }
        }
    }

    /// Starts the worker thread.
    pub fn start(self: &Arc<Self>) -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        self.running.send_modify(|n| *n += 1);
        let logs = self.clone();
        let spawned = std::thread::Builder::new().name("logs".into()).spawn(move || {
            runtime.block_on(futures::future::join_all(logs.lanes.iter().map(|lane| logs.run(lane))));
            logs.running.send_modify(|n| *n -= 1);
        });
        if spawned.is_err() {
            self.running.send_modify(|n| *n -= 1);
        }
        spawned.map(|_| ())
    }

    /// Stops the worker after the queued lines, for which it gets some seconds.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let mut running = self.running.subscribe();
        if tokio::time::timeout(LONGEST_STOP, running.wait_for(|running| *running == 0)).await.is_err() {
            let lost: usize = self.lanes.iter().map(|lane| lane.state().lines.len()).sum();
            tracing::warn!(lost, "exported logs were not all written or sent in time");
        }
    }

    /// Writes and sends all queued lines. For tests, which start no worker.
    pub async fn drain(&self) {
        for lane in &self.lanes {
            while self.work(lane).await {}
        }
    }

    async fn run(&self, lane: &Lane) {
        let mut stop = self.stop.subscribe();
        loop {
            if self.work(lane).await {
                continue;
            }
            if *stop.borrow_and_update() {
                return;
            }
            tokio::select! {
                () = lane.due.notified() => {}
                // The sender lives as long as `self`, so there is no error to handle.
                _ = stop.changed() => {}
            }
        }
    }

    /// Writes or sends some lines of a lane. `false` if there were none.
    async fn work(&self, lane: &Lane) -> bool {
        let (lines, dropped) = lane.take();
        if dropped > 0 {
            tracing::warn!(dropped, "exported log lines were dropped, since too many waited ([logs] queue)");
        }
        if lines.is_empty() {
            return false;
        }
        let mut batches: Vec<(Target, Vec<String>)> = Vec::new();
        for line in lines {
            match batches.iter_mut().find(|(target, _)| *target == line.target) {
                Some((_, texts)) => texts.push(line.text),
                None => batches.push((line.target, vec![line.text])),
            }
        }
        let posts = batches.into_iter().map(async |(target, texts)| {
            let count = texts.len();
            let failure = match target {
                Target::File(path) => self.writer.append(path, texts).await,
                Target::Url(url) => self.poster.post(&url, &texts, &self.stop).await,
            };
            if let Err(reason) = failure {
                tracing::warn!(count, reason, "exported log lines were dropped");
            }
        });
        futures::future::join_all(posts).await;
        true
    }
}

/// The ARN in a log configuration.
fn destination(configuration: &LogConfigurationType) -> Option<&str> {
    let group = configuration.cloud_watch_logs_configuration.as_ref().and_then(|c| c.log_group_arn.as_deref());
    let bucket = configuration.s3_configuration.as_ref().and_then(|c| c.bucket_arn.as_deref());
    let stream = configuration.firehose_configuration.as_ref().and_then(|c| c.stream_arn.as_deref());
    group.or(bucket).or(stream)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_full_queue_drops_and_counts() {
        let lane = Lane::new(None, 3);
        for n in 0..5 {
            lane.push(Line { target: Target::File("/x".into()), text: n.to_string() });
        }
        let (lines, dropped) = lane.take();
        assert_eq!((lines.len(), dropped), (3, 2));
        assert_eq!(lines.last().unwrap().text, "2", "the oldest are kept");
        assert_eq!(lane.take().1, 0, "reported once");
    }
}
