//! Where a function's name leads: a plugin, a chain, a webhook or an endpoint of Lambda's API; and what follows when
//! one fails.

use super::call::{Call, Failure, Host};
use super::plugins::{Callable, Origin, Plugins};
use super::sandbox::{Ask, Guest, Level, Line};
use super::shadow;
use super::stats::Stats;
use super::web::{Place, Web};
use crate::clock::Clock;
use crate::model::{Chain, Manifest, OnFailure, Step};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Most shadows that run at one time; calls beyond that have none.
const SHADOWS: usize = 16;

/// All functions of a server. Cheap to clone.
#[derive(Clone)]
pub struct Functions {
    plugins: Arc<Plugins>,
    web: Arc<Option<Web>>,
    clock: Arc<Clock>,
    stats: Arc<Stats>,
    shadows: Arc<Semaphore>,
}

/// The NAME of `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, which a version or alias may follow.
pub fn name(function: &str) -> &str {
    function.split(':').nth(6).filter(|_| function.starts_with("arn:")).unwrap_or(function)
}

/// One function, found.
enum Found<'a> {
    /// A plugin; without its guest as long as it is being compiled.
    Plugin(Arc<Manifest>, Option<Arc<Guest>>),
    Web(&'a Web, Place<'a>),
}

/// What is done with a function and what it answers.
struct Policy {
    timeout: Duration,
    retries: u32,
    on_error: OnFailure,
    on_refusal: OnFailure,
    shadow: Option<String>,
}

impl Policy {
    fn of(step: &Step, found: &Found<'_>) -> Self {
        let (manifest, timeout, retries) = match found {
            Found::Plugin(manifest, _) => {
                (Some(manifest), Duration::from_millis(manifest.timeout_ms.into()), manifest.retries)
            }
            Found::Web(web, _) => (None, web.timeout, web.retries),
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

/// What a step came to.
enum Passed {
    /// It answered this `response`.
    Answered(Value),
    /// It failed, and is passed over.
    Skipped,
    /// It failed, and that ends the chain well.
    Ended,
}

impl Functions {
    /// Functions of these plugins and web addresses.
    pub fn new(plugins: Arc<Plugins>, web: Option<Web>, clock: Arc<Clock>) -> Self {
        let (web, stats, shadows) = (Arc::new(web), Arc::new(Stats::default()), Arc::new(Semaphore::new(SHADOWS)));
        Self { plugins, web, clock, stats, shadows }
    }

    /// How often each function was called, and what came of it.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    fn find(&self, name: &str) -> Result<Found<'_>, Failure> {
        match self.plugins.get(name) {
            Some(Callable::Module(manifest, guest)) => return Ok(Found::Plugin(manifest, guest)),
            Some(Callable::Chain(_)) => {
                tracing::warn!(function = name, "a chain names a chain, and there are no chains of chains");
                return Err(Failure::Unavailable);
            }
            None => {}
        }
        if let Some(web) = self.web.as_ref()
            && let Some(place) = web.place(name)
        {
            return Ok(Found::Web(web, place));
        }
        tracing::warn!(
            function = name,
            "a pool names a function that is nowhere: poolhouse plugin put makes one, [triggers] leads to others"
        );
        Err(Failure::Unavailable)
    }

    /// Calls a function or a chain of them.
    async fn run(&self, call: Call) -> Result<Value, Failure> {
        let name = name(&call.function).to_owned();
        let chain = match self.plugins.get(&name) {
            Some(Callable::Chain(chain)) => chain,
            _ => Arc::new(Chain { steps: vec![Step { function: name, ..Step::default() }], ..Chain::default() }),
        };
        let mut call = call;
        for step in &chain.steps {
            match self.step(step, &call).await? {
                // The next one sees what was answered, and nothing else that a function may have changed.
                Passed::Answered(response) => {
                    if let Some(slot) = call.event.get_mut("response") {
                        *slot = response;
                    }
                }
                Passed::Skipped => {}
                Passed::Ended => break,
            }
        }
        Ok(call.event)
    }

    async fn step(&self, step: &Step, call: &Call) -> Result<Passed, Failure> {
        let name = &step.function;
        let (answer, policy) = match self.find(name) {
            Ok(found) => {
                let policy = Policy::of(step, &found);
                let mut answer = self.attempt(name, &found, call, policy.timeout).await;
                for _ in 0..policy.retries {
                    if !matches!(answer, Err(Failure::TimedOut)) {
                        break;
                    }
                    answer = self.attempt(name, &found, call, policy.timeout).await;
                }
                (answer, Some(policy))
            }
            Err(failure) => (Err(failure), None),
        };
        if let Some(shadow) = policy.as_ref().and_then(|policy| policy.shadow.clone()) {
            self.shadow(name, shadow, call, &answer);
        }
        let failure = match answer {
            Ok(answer) => return Ok(Passed::Answered(answer)),
            Err(failure) => failure,
        };
        let then = match (&failure, &policy) {
            (Failure::Refused(_), Some(policy)) => policy.on_refusal,
            (_, Some(policy)) => policy.on_error,
            // What cannot be found has no manifest to say what follows; the chain may.
            (_, None) => step.on_error.unwrap_or_default(),
        };
        match then {
            OnFailure::Deny => Err(failure),
            OnFailure::Skip => Ok(Passed::Skipped),
            OnFailure::Allow => Ok(Passed::Ended),
        }
    }

    /// One try, with all that is told of it. Gives `response` of the answer.
    async fn attempt(&self, name: &str, found: &Found<'_>, call: &Call, timeout: Duration) -> Result<Value, Failure> {
        let begun = Instant::now();
        let (answer, denied) = match found {
            Found::Plugin(_, Some(guest)) => self.guest(name, guest, call, timeout).await,
            Found::Plugin(_, None) => (Err(Failure::Pending), None),
            Found::Web(web, place) => (web.attempt(place, name, &call.event.to_string(), timeout).await, None),
        };
        let cause = answer.as_ref().err().map(|failure| if denied.is_some() { "denied" } else { failure.cause() });
        self.stats.count(name, cause, begun.elapsed());
        if let (Err(failure), Some(cause)) = (&answer, cause) {
            let why = denied.map_or_else(|| failure.in_words(), |denied| format!("it was denied {denied}"));
            let text = format!("{cause}: {why}, after {} ms", begun.elapsed().as_millis());
            self.plugins.logs.write(self.origin(name, call), vec![Line { level: Level::Warn, text }]);
        }
        answer
    }

    fn origin<'a>(&self, plugin: &'a str, call: &'a Call) -> Origin<'a> {
        Origin { plugin, request_id: &call.request_id, source: call.source(), at: self.clock.now() }
    }

    async fn guest(
        &self,
        name: &str,
        guest: &Arc<Guest>,
        call: &Call,
        timeout: Duration,
    ) -> (Result<Value, Failure>, Option<String>) {
        let Some(sandbox) = self.plugins.running() else { return (Err(Failure::Unavailable), None) };
        let ask = Ask { source: call.source().to_owned(), event: call.event.to_string(), timeout, trial: false };
        let ran = sandbox.run(guest, ask).await;
        let mut lines = ran.lines;
        if let (Some(denied), Ok(_)) = (&ran.denied, &ran.answer) {
            lines.push(Line { level: Level::Warn, text: format!("denied: {denied}") });
        }
        self.plugins.logs.write(self.origin(name, call), lines);
        (ran.answer, ran.denied)
    }

    /// Asks another function the same, without letting anybody wait for it, and tells where its answer differs.
    fn shadow(&self, name: &str, shadow: String, call: &Call, answer: &Result<Value, Failure>) {
        let Ok(permit) = self.shadows.clone().try_acquire_owned() else { return };
        let (own, name, call, answer) = (self.clone(), name.to_owned(), call.clone(), answer.clone());
        tokio::spawn(async move {
            let _permit = permit;
            let other = match own.find(&shadow) {
                Ok(found) => {
                    let timeout = Policy::of(&Step::default(), &found).timeout;
                    own.attempt(&shadow, &found, &call, timeout).await
                }
                Err(failure) => Err(failure),
            };
            let differs = shadow::differences(&answer, &other);
            own.stats.compare(&shadow, differs.is_empty());
            if differs.is_empty() {
                return;
            }
            // Where, not what: answers hold what users are.
            let text = format!("as a shadow it differs from {name} in {}", differs.join(", "));
            own.plugins.logs.write(own.origin(&shadow, &call), vec![Line { level: Level::Warn, text }]);
        });
    }
}

impl Host for Functions {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Value, Failure>> {
        self.run(call).boxed()
    }

    fn knows(&self, function: &str) -> bool {
        let name = name(function);
        self.plugins.knows(name) || self.web.as_ref().as_ref().is_some_and(|web| web.place(name).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_known_by_name() {
        assert_eq!(name("arn:aws:lambda:eu-west-1:123456789012:function:sign-up"), "sign-up");
        assert_eq!(name("arn:aws:lambda:eu-west-1:123456789012:function:sign-up:live"), "sign-up");
        assert_eq!(name("sign-up"), "sign-up");
    }
}
