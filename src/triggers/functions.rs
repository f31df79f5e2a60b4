//! Resolves a function's name to a plugin, a chain, a webhook or a Lambda endpoint, invokes it, and applies the failure
//! policy (retries, skip, deny).

use super::failure::Failure;
use super::host::{Availability, Call, FunctionHost};
use super::plugins::{Callable, LogOrigin, Plugins};
use super::remote::{Endpoint, RemoteFunctions};
use super::sandbox::{Guest, GuestCall, Level, Line};
use super::shadow;
use super::stats::Stats;
use crate::clock::Clock;
use crate::model::{Chain, Manifest, OnFailure, Step, wildcard};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Most shadow calls that run at the same time. When all slots are taken, a call gets no shadow.
const SHADOWS: usize = 16;

/// All functions of a server. Cheap to clone.
#[derive(Clone)]
pub struct Functions {
    plugins: Arc<Plugins>,
    web: Arc<Option<RemoteFunctions>>,
    clock: Arc<Clock>,
    stats: Arc<Stats>,
    shadows: Arc<Semaphore>,
}

/// The function name in `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, which a version or alias may follow. Other text
/// is taken as a name itself.
pub fn function_name(arn: &str) -> &str {
    arn.split(':').nth(6).filter(|_| arn.starts_with("arn:")).unwrap_or(arn)
}

/// What a function's name resolves to.
enum Target<'a> {
    /// A plugin. There is no guest while it is being compiled.
    Plugin(Arc<Manifest>, Option<Arc<Guest>>),
    Remote(&'a RemoteFunctions, Endpoint<'a>),
}

/// How a function is called, and what happens when it fails: the chain's step decides first, then the manifest.
struct CallPolicy {
    timeout: Duration,
    retries: u32,
    on_error: OnFailure,
    on_refusal: OnFailure,
    shadow: Option<String>,
}

impl CallPolicy {
    fn of(step: &Step, target: &Target<'_>) -> Self {
        let (manifest, timeout, retries) = match target {
            Target::Plugin(manifest, _) => {
                (Some(manifest), Duration::from_millis(manifest.timeout_ms.into()), manifest.retries)
            }
            Target::Remote(web, _) => (None, web.timeout, web.retries),
        };
        Self {
            timeout: step.timeout_ms.map_or(timeout, |ms| Duration::from_millis(ms.into())),
            retries: step.retries.unwrap_or(retries),
            on_error: step.on_error.or(manifest.map(|manifest| manifest.on_error)).unwrap_or_default(),
            on_refusal: step.on_refusal.or(manifest.map(|manifest| manifest.on_refusal)).unwrap_or_default(),
            shadow: step.shadow.clone().or_else(|| manifest.and_then(|manifest| manifest.shadow.clone())),
        }
    }
}

enum StepOutcome {
    /// The step answered this `response`.
    Answered(Value),
    /// The step failed, and the chain goes on without it.
    Skipped,
    /// The step failed, and the chain ends successfully.
    ChainEnded,
}

impl Functions {
    pub fn new(plugins: Arc<Plugins>, web: Option<RemoteFunctions>, clock: Arc<Clock>) -> Self {
        let (web, stats, shadows) = (Arc::new(web), Arc::new(Stats::default()), Arc::new(Semaphore::new(SHADOWS)));
        Self { plugins, web, clock, stats, shadows }
    }

    pub fn plugins(&self) -> &Arc<Plugins> {
        &self.plugins
    }

    /// Counts and durations of calls, by function.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// What a name resolves to for a pool. Steps of chains and shadows are checked, too.
    fn find(&self, name: &str, pool_id: &str) -> Result<Target<'_>, Failure> {
        if self.pools_of(name).is_some_and(|pools| !may_use(&pools, pool_id)) {
            tracing::warn!(function = name, pool = pool_id, "the function is reserved for other pools");
            return Err(Failure::Unavailable);
        }
        match self.plugins.get(name) {
            Some(Callable::Module(manifest, guest)) => return Ok(Target::Plugin(manifest, guest)),
            Some(Callable::Chain(_)) => {
                tracing::warn!(function = name, "a chain names a chain, and there are no chains of chains");
                return Err(Failure::Unavailable);
            }
            None => {}
        }
        if let Some(web) = self.web.as_ref()
            && let Some(endpoint) = web.endpoint(name)
        {
            return Ok(Target::Remote(web, endpoint));
        }
        tracing::warn!(
            function = name,
            "the function does not exist; create it with `poolhouse plugin put`, or configure it in [triggers]"
        );
        Err(Failure::Unavailable)
    }

    /// The patterns of pools that may use a function; `None` where there is no function of this name.
    fn pools_of(&self, name: &str) -> Option<Vec<String>> {
        match self.plugins.get(name) {
            Some(Callable::Module(manifest, _)) => return Some(manifest.pools.clone()),
            Some(Callable::Chain(chain)) => return Some(chain.pools.clone()),
            None => {}
        }
        let remote = self.web.as_ref().as_ref().filter(|remote| remote.endpoint(name).is_some())?;
        Some(remote.pools(name).to_vec())
    }

    /// Invokes a function, or all functions of a chain.
    async fn run(&self, call: Call) -> Result<Value, Failure> {
        let name = function_name(&call.function).to_owned();
        let chain = match self.plugins.get(&name) {
            Some(Callable::Chain(chain)) => chain,
            _ => Arc::new(Chain { steps: vec![Step { function: name, ..Step::default() }], ..Chain::default() }),
        };
        let mut call = call;
        for step in &chain.steps {
            match self.step(step, &call).await? {
                // The next step sees the response so far, and nothing else that a function may have changed.
                StepOutcome::Answered(response) => {
                    if let Some(slot) = call.event.get_mut("response") {
                        *slot = response;
                    }
                }
                StepOutcome::Skipped => {}
                StepOutcome::ChainEnded => break,
            }
        }
        Ok(call.event)
    }

    async fn step(&self, step: &Step, call: &Call) -> Result<StepOutcome, Failure> {
        let name = &step.function;
        let (answer, policy) = match self.find(name, call.pool_id()) {
            Ok(target) => {
                let policy = CallPolicy::of(step, &target);
                let mut answer = self.attempt(name, &target, call, policy.timeout).await;
                for _ in 0..policy.retries {
                    if !matches!(answer, Err(Failure::TimedOut)) {
                        break;
                    }
                    answer = self.attempt(name, &target, call, policy.timeout).await;
                }
                (answer, Some(policy))
            }
            Err(failure) => (Err(failure), None),
        };
        if let Some(shadow) = policy.as_ref().and_then(|policy| policy.shadow.clone()) {
            self.shadow(name, shadow, call, &answer);
        }
        let failure = match answer {
            Ok(answer) => return Ok(StepOutcome::Answered(answer)),
            Err(failure) => failure,
        };
        let then = match (&failure, &policy) {
            (Failure::Refused(_), Some(policy)) => policy.on_refusal,
            (_, Some(policy)) => policy.on_error,
            // A function that does not exist has no manifest; only the chain can say what to do.
            (_, None) => step.on_error.unwrap_or_default(),
        };
        match then {
            OnFailure::Deny => Err(failure),
            OnFailure::Skip => Ok(StepOutcome::Skipped),
            OnFailure::Allow => Ok(StepOutcome::ChainEnded),
        }
    }

    /// Invokes a function once, counts the call and logs a failure. Returns the `response` of the answer.
    async fn attempt(&self, name: &str, target: &Target<'_>, call: &Call, timeout: Duration) -> Result<Value, Failure> {
        let begun = Instant::now();
        let (answer, denied) = match target {
            Target::Plugin(_, Some(guest)) => self.guest(name, guest, call, timeout).await,
            Target::Plugin(_, None) => (Err(Failure::Pending), None),
            Target::Remote(web, endpoint) => {
                (web.attempt(endpoint, name, &call.event.to_string(), timeout).await, None)
            }
        };
        let cause = answer.as_ref().err().map(|failure| if denied.is_some() { "denied" } else { failure.cause() });
        self.stats.count(name, cause, begun.elapsed());
        if let (Err(failure), Some(cause)) = (&answer, cause) {
            let why = denied.map_or_else(|| failure.description(), |denied| format!("it was denied {denied}"));
            let text = format!("{cause}: {why}, after {} ms", begun.elapsed().as_millis());
            self.plugins.logs.write(self.origin(name, call), vec![Line { level: Level::Warn, text }]);
        }
        answer
    }

    fn origin<'a>(&self, plugin: &'a str, call: &'a Call) -> LogOrigin<'a> {
        LogOrigin { plugin, request_id: &call.request_id, source: call.source(), at: self.clock.now() }
    }

    async fn guest(
        &self,
        name: &str,
        guest: &Arc<Guest>,
        call: &Call,
        timeout: Duration,
    ) -> (Result<Value, Failure>, Option<String>) {
        let Some(sandbox) = self.plugins.running() else { return (Err(Failure::Unavailable), None) };
        let ask = GuestCall { source: call.source().to_owned(), event: call.event.to_string(), timeout, trial: false };
        let ran = sandbox.run(guest, ask).await;
        let mut lines = ran.lines;
        if let (Some(denied), Ok(_)) = (&ran.denied, &ran.answer) {
            lines.push(Line { level: Level::Warn, text: format!("denied: {denied}") });
        }
        self.plugins.logs.write(self.origin(name, call), lines);
        (ran.answer, ran.denied)
    }

    /// Sends the same event to another function in the background and logs where the answers differ.
    fn shadow(&self, name: &str, shadow: String, call: &Call, answer: &Result<Value, Failure>) {
        let Ok(permit) = self.shadows.clone().try_acquire_owned() else { return };
        let (own, name, call, answer) = (self.clone(), name.to_owned(), call.clone(), answer.clone());
        tokio::spawn(async move {
            let _permit = permit;
            let other = match own.find(&shadow, call.pool_id()) {
                Ok(target) => {
                    let timeout = CallPolicy::of(&Step::default(), &target).timeout;
                    own.attempt(&shadow, &target, &call, timeout).await
                }
                Err(failure) => Err(failure),
            };
            let differs = shadow::differences(&answer, &other);
            own.stats.compare(&shadow, differs.is_empty());
            if differs.is_empty() {
                return;
            }
            // The log names the members that differ, not their values, because answers contain personal data.
            let text = format!("as a shadow it differs from {name} in {}", differs.join(", "));
            own.plugins.logs.write(own.origin(&shadow, &call), vec![Line { level: Level::Warn, text }]);
        });
    }
}

/// Whether a pool's id matches one of the patterns; without patterns every pool does.
fn may_use(patterns: &[String], pool_id: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| wildcard::matches(pattern, pool_id))
}

impl FunctionHost for Functions {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Value, Failure>> {
        self.run(call).boxed()
    }

    fn availability(&self, function: &str, pool_id: &str) -> Availability {
        let name = function_name(function);
        match self.pools_of(name) {
            None => Availability::Unknown,
            Some(pools) if may_use(&pools, pool_id) => Availability::Available,
            Some(_) => Availability::OtherPools,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_known_by_name() {
        assert_eq!(function_name("arn:aws:lambda:eu-west-1:123456789012:function:sign-up"), "sign-up");
        assert_eq!(function_name("arn:aws:lambda:eu-west-1:123456789012:function:sign-up:live"), "sign-up");
        assert_eq!(function_name("sign-up"), "sign-up");
    }
}
