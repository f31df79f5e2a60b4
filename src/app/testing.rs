//! The whole server in a test: its own data directory, a clock that stands still, messages caught in memory.

use super::{App, AppOptions, StartError};
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::delivery::Destination;
use crate::domain::access::GivenRoot;
use crate::secret::Secret;
use crate::triggers::FunctionHost;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

/// A server for tests. Its data directory goes when it is dropped.
pub struct TestApp {
    pub app: App,
    pub root: GivenRoot,
    dir: TestDir,
}

struct TestDir(PathBuf);

impl Drop for TestDir {
    fn drop(&mut self) {
        // Nothing to do if it fails: the directory is in the system's temporary directory.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Deref for TestApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl App {
    /// A server for tests: its own temporary data directory, a clock that stands at 2026-01-01T00:00:00Z until it is
    /// moved, messages caught in memory.
    pub async fn for_tests() -> Result<TestApp, StartError> {
        TestApp::with(Clock::fake(Timestamp::from_secs(START)), |_| {}).await
    }
}

impl TestApp {
    /// A server for tests with this clock and changed settings.
    pub async fn with(clock: Clock, change: impl FnOnce(&mut Config)) -> Result<Self, StartError> {
        Self::build(clock, None, change).await
    }

    /// [`TestApp::with`], with a host that receives all events of pools' functions.
    pub async fn with_function_host(
        clock: Clock,
        host: Arc<dyn FunctionHost>,
        change: impl FnOnce(&mut Config),
    ) -> Result<Self, StartError> {
        Self::build(clock, Some(host), change).await
    }

    async fn build(
        clock: Clock,
        function_host: Option<Arc<dyn FunctionHost>>,
        change: impl FnOnce(&mut Config),
    ) -> Result<Self, StartError> {
        let name = crate::rng::uuid().map_err(|e| StartError::Fault(e.into()))?;
        let dir = TestDir(std::env::temp_dir().join(format!("poolhouse-test-{name}")));
        let mut config = Config::default();
        config.server.data_dir.clone_from(&dir.0);
        config.store.cache_mb = 8;
        // Most tests need no keys made ahead, which would keep the cores busy.
        config.keys.signing_pool = 0;
        config.keys.srp_ready = 0;
        change(&mut config);
        config.settle(config.server.listen);
        let root =
            GivenRoot { id: "AKIATESTROOT".into(), secret: Secret::new("a-secret-for-tests-that-nobody-uses-else") };
        let app = App::build(
            config,
            AppOptions { clock, root: Some(root.clone()), destination: Destination::Inbox, function_host },
        )
        .await?;
        Ok(Self { app, root, dir })
    }

    pub fn data_dir(&self) -> &Path {
        &self.dir.0
    }

    /// Moves the clock forward, if it is one that stands still.
    pub fn advance(&self, by: Duration) {
        self.app.services.clock.advance(by);
    }
}
