//! Runs one call of a guest in a fresh instance.

use super::engine::Ticker;
use super::guest::{Guest, Ready};
use super::http::{Clients, MAX_HEADERS, OutgoingRequests};
use super::kv::{KeyValues, MAX_KV_USES, MemoryKeyValues};
use super::limits::{CallMonitor, Limiter, MemoryBudget};
use super::lines::{Answer, Level, Line, Lines, Stream};
use super::state::{CommandState, State, wasi};
use crate::triggers::answer::{MAX_ANSWER, response_in};
use crate::triggers::failure::Failure;
use serde_json::Value;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{AcquireError, Semaphore};
use tokio::time::timeout_at;
use wasmtime::component::{ResourceTable, ResourceTableError};
use wasmtime::{Engine, PoolConcurrencyLimitError, Store, Trap, UpdateDeadline};
use wasmtime_wasi::{I32Exit, WasiView as _};
use wasmtime_wasi_http::WasiHttpCtx;

/// Most host resources that a guest may hold (streams, timers, requests).
const MAX_RESOURCES: usize = 256;
/// Longest refusal message, in characters.
const MAX_REFUSAL_CHARS: usize = 2000;
/// Most bytes that the host copies from a guest at once, including the answer.
const MAX_COPIED_BYTES: usize = MAX_ANSWER + (1 << 20);

/// The input of one call of a guest.
#[derive(Debug, Clone)]
pub struct GuestCall {
    /// The trigger source.
    pub source: String,
    /// The event as JSON.
    pub event: String,
    /// Time limit, including the wait for a free slot.
    pub timeout: Duration,
    /// A trial has no lasting effects: values are kept in memory only, and no HTTP request is sent.
    pub trial: bool,
}

/// What all calls share.
pub(super) struct Engines {
    pub engine: Engine,
    pub ticker: Ticker,
    pub permits: Arc<Semaphore>,
    pub budget: Arc<MemoryBudget>,
    pub clients: Clients,
}

/// The outcome of a call.
#[derive(Debug)]
pub struct RunReport {
    /// The `response` object of the answer.
    pub answer: Result<Value, Failure>,
    pub took: Duration,
    /// Peak memory in bytes.
    pub memory: usize,
    /// What the guest was denied, whether or not the call failed because of it.
    pub denied: Option<String>,
    /// Its log lines.
    pub lines: Vec<Line>,
}

/// Stops the guest when its caller no longer waits.
struct StopOnDrop<'a> {
    monitor: &'a CallMonitor,
    task: tokio::task::AbortHandle,
}

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.monitor.stop.store(true, Relaxed);
        self.task.abort();
    }
}

/// Calls a guest. The timeout includes the wait for a free slot.
pub(super) async fn run(inner: &Arc<Engines>, threads: &Handle, guest: &Arc<Guest>, call: GuestCall) -> RunReport {
    let begun = Instant::now();
    let deadline = tokio::time::Instant::from_std(begun + call.timeout);
    let monitor = Arc::new(CallMonitor::default());
    let lines = Lines::new(guest.secrets.clone());
    let slot = async {
        let own = guest.permits.clone().acquire_owned().await?;
        Ok::<_, AcquireError>((own, inner.permits.clone().acquire_owned().await?))
    };
    let answer = match timeout_at(deadline, slot).await {
        Err(_) => Err(Failure::Busy),
        Ok(Err(_)) => Err(Failure::Unavailable),
        Ok(Ok(permit)) => {
            let (inner, guest) = (inner.clone(), guest.clone());
            let observed = Observed { monitor: monitor.clone(), lines: lines.clone() };
            let was_quick = guest.estimate.is_quick();
            let called = guest.clone();
            let mut work = Box::pin(async move {
                // The permit belongs to the guest, not to its caller: the slot is occupied until the guest has ended.
                let _permit = permit;
                let _ticking = inner.ticker.run();
                let begun = Instant::now();
                let answer = run_instance(&inner, called.clone(), call, observed).await;
                called.estimate.record(begun.elapsed());
                answer
            });
            match if was_quick { run_inline(threads, &monitor, work.as_mut()) } else { None } {
                Some(answer) => answer,
                None => {
                    if was_quick {
                        guest.estimate.record_overrun();
                    }
                    run_on_guest_threads(threads, work, &monitor, deadline).await
                }
            }
        }
    };
    let denied = monitor.denied.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let denied = denied.map(|what| lines.clean(&what, MAX_REFUSAL_CHARS));
    RunReport { answer, took: begun.elapsed(), memory: monitor.peak.load(Relaxed), denied, lines: lines.take() }
}

/// Runs a guest on the caller's thread until it first yields, which is after two to four milliseconds at most. Anything
/// that it starts belongs to the guests' runtime. A guest with much memory yields at once ([`Limiter`]).
fn run_inline(
    threads: &Handle,
    monitor: &CallMonitor,
    work: Pin<&mut impl Future<Output = Result<Value, Failure>>>,
) -> Option<Result<Value, Failure>> {
    let _here = threads.enter();
    monitor.inline.store(true, Relaxed);
    // A panic would only end one task on the guests' threads, so it must not spread here either.
    let polled = std::panic::catch_unwind(AssertUnwindSafe(|| work.poll(&mut Context::from_waker(Waker::noop()))));
    monitor.inline.store(false, Relaxed);
    match polled {
        Ok(Poll::Ready(answer)) => Some(answer),
        Ok(Poll::Pending) => None,
        Err(_) => Some(Err(Failure::Trapped("the host panicked".into()))),
    }
}

/// Continues a guest on the guests' own threads.
async fn run_on_guest_threads(
    threads: &Handle,
    work: Pin<Box<impl Future<Output = Result<Value, Failure>> + Send + 'static>>,
    monitor: &CallMonitor,
    deadline: tokio::time::Instant,
) -> Result<Value, Failure> {
    let task = threads.spawn(work);
    let _stop = StopOnDrop { monitor, task: task.abort_handle() };
    match timeout_at(deadline, task).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(Failure::Trapped(error.to_string())),
        Err(_) => Err(Failure::TimedOut),
    }
}

/// Where a running call reports to.
#[derive(Clone)]
struct Observed {
    monitor: Arc<CallMonitor>,
    lines: Lines,
}

async fn run_instance(
    inner: &Engines,
    guest: Arc<Guest>,
    call: GuestCall,
    observed: Observed,
) -> Result<Value, Failure> {
    let monitor = observed.monitor.clone();
    let answer = match &guest.ready {
        Ready::Component { .. } => component(inner, guest, call, observed).await,
        Ready::Command { .. } => command(inner, &guest, call, observed).await,
    };
    match answer {
        // Guests report a lack of memory in various ways, so the limiter's record decides.
        Err(Failure::Refused(_) | Failure::Trapped(_)) if monitor.memory_denied.load(Relaxed) => {
            Err(Failure::OutOfMemory)
        }
        answer => answer,
    }
}

fn limit_time<T: 'static>(store: &mut Store<T>, monitor: &Arc<CallMonitor>) {
    let monitor = monitor.clone();
    // The current epoch may end at any moment; the next one lasts its full time.
    store.set_epoch_deadline(2);
    store.epoch_deadline_callback(move |_| {
        Ok(if monitor.stop.load(Relaxed) { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
    });
}

fn limiter(inner: &Engines, guest: &Guest, monitor: &Arc<CallMonitor>) -> Limiter {
    Limiter::new([inner.budget.clone(), guest.budget.clone()], monitor.clone(), guest.memory)
}

async fn component(inner: &Engines, guest: Arc<Guest>, call: GuestCall, observed: Observed) -> Result<Value, Failure> {
    let Ready::Component { pre, handle } = &guest.ready else { return Err(Failure::Unavailable) };
    let Observed { monitor, lines } = observed;
    let limiter = limiter(inner, &guest, &monitor);
    let mut table = ResourceTable::new();
    table.set_max_capacity(MAX_RESOURCES);
    let kv: Arc<dyn KeyValues> = if call.trial { Arc::new(MemoryKeyValues::default()) } else { guest.kv.clone() };
    let requests = OutgoingRequests {
        clients: inner.clients.clone(),
        origins: guest.origins.clone(),
        trial: call.trial,
        monitor: monitor.clone(),
        made: 0,
        body_bytes: Arc::default(),
    };
    let mut http = WasiHttpCtx::new();
    http.set_field_size_limit(MAX_HEADERS);
    let state = State {
        wasi: None,
        guest: guest.clone(),
        kv,
        lines,
        limiter,
        table,
        http,
        requests,
        kv_uses_left: MAX_KV_USES,
    };
    let mut store = Store::new(&inner.engine, state);
    store.limiter_async(|state| &mut state.limiter);
    store.set_hostcall_fuel(MAX_COPIED_BYTES);
    limit_time(&mut store, &monitor);
    let instance = pre.instantiate_async(&mut store).await.map_err(failure_of)?;
    let handle =
        instance.get_typed_func::<(&str,), (Result<String, String>,)>(&mut store, handle).map_err(failure_of)?;
    let (answer,) = handle.call_async(&mut store, (&call.event,)).await.map_err(|error| {
        if error.is::<Trap>() || error.is::<I32Exit>() || error.is::<ResourceTableError>() {
            return failure_of(error);
        }
        // The guest returned normally, but its answer is not text, or too long to copy.
        store.data().lines.add(Level::Warn, &format!("{error:#}"));
        Failure::NotJson
    })?;
    match answer {
        Ok(text) => response_in(text.as_bytes()),
        Err(words) => Err(Failure::Refused(store.data().lines.clean(&words, MAX_REFUSAL_CHARS))),
    }
}

async fn command(inner: &Engines, guest: &Guest, call: GuestCall, observed: Observed) -> Result<Value, Failure> {
    let Ready::Command { pre } = &guest.ready else { return Err(Failure::Unavailable) };
    let Observed { monitor, lines } = observed;
    let limiter = limiter(inner, guest, &monitor);
    let answer = Answer::new(MAX_ANSWER);
    let wasi = wasi(guest)
        .args(&[guest.name.as_str(), call.source.as_str()])
        .stdin(wasmtime_wasi::p2::pipe::MemoryInputPipe::new(call.event))
        .stdout(Stream(answer.clone()))
        .stderr(Stream(lines.clone()))
        .build_p1();
    let mut store = Store::new(&inner.engine, CommandState { wasi, limiter });
    store.limiter_async(|state| &mut state.limiter);
    store.set_hostcall_fuel(MAX_COPIED_BYTES);
    store.data_mut().wasi.ctx().table.set_max_capacity(MAX_RESOURCES);
    limit_time(&mut store, &monitor);
    let instance = pre.instantiate_async(&mut store).await.map_err(failure_of)?;
    let start = instance.get_typed_func::<(), ()>(&mut store, "_start").map_err(failure_of)?;
    let ended = start.call_async(&mut store, ()).await;
    let answer = answer.take();
    if answer.len() > MAX_ANSWER {
        return Err(Failure::NotJson);
    }
    match ended.map_err(|error| (error.downcast_ref::<I32Exit>().map(|exit| exit.0), error)) {
        Ok(()) | Err((Some(0), _)) => response_in(&answer),
        Err((Some(status), _)) => Err(Failure::Refused(match lines.last() {
            words if words.is_empty() => format!("exit status {status}"),
            words => words,
        })),
        Err((None, error)) => Err(failure_of(error)),
    }
}

fn failure_of(error: wasmtime::Error) -> Failure {
    if error.is::<PoolConcurrencyLimitError>() {
        return Failure::Busy;
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => Failure::TimedOut,
        Some(trap) => Failure::Trapped(trap.to_string()),
        None if error.is::<I32Exit>() => Failure::Trapped("it exited".into()),
        None => Failure::Trapped(format!("{error:#}")),
    }
}
