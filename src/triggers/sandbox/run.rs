//! One call of a guest, from a fresh instance to what came of it.

use super::guest::{Guest, Ready};
use super::http::{Calls, MOST_HEADERS};
use super::limits::{Limiter, Watch};
use super::lines::{Answer, Level, Line, Lines, Stream};
use super::space::{MOST_TURNS, Scratch, Space};
use super::state::{CommandState, State, wasi};
use super::{Ask, Inner};
use crate::triggers::call::{Failure, MAX_ANSWER, response_in};
use serde_json::Value;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::AcquireError;
use tokio::time::timeout_at;
use wasmtime::component::{ResourceTable, ResourceTableError};
use wasmtime::{PoolConcurrencyLimitError, Store, Trap, UpdateDeadline};
use wasmtime_wasi::{I32Exit, WasiView as _};
use wasmtime_wasi_http::WasiHttpCtx;

/// Most things of the host's that a guest holds at once (streams, timers, requests).
const MOST_RESOURCES: usize = 256;
/// Most characters of a refusal.
const MOST_WORDS: usize = 2000;
/// Most bytes that the host takes from a guest at once, the answer included.
const TAKEN: usize = MAX_ANSWER + (1 << 20);

/// What came of a call.
#[derive(Debug)]
pub struct Ran {
    /// `response` of the answer, an object.
    pub answer: Result<Value, Failure>,
    /// How long it took.
    pub took: Duration,
    /// The most memory that it had, in bytes.
    pub memory: usize,
    /// What it was refused, whether or not that made it fail.
    pub denied: Option<String>,
    /// What it said.
    pub lines: Vec<Line>,
}

/// Ends a guest that nobody waits for any more.
struct Leash<'a> {
    watch: &'a Watch,
    task: tokio::task::AbortHandle,
}

impl Drop for Leash<'_> {
    fn drop(&mut self) {
        self.watch.stop.store(true, Relaxed);
        self.task.abort();
    }
}

/// Calls a guest within the time that is given, waiting for its turn included.
pub(super) async fn run(inner: &Arc<Inner>, threads: &Handle, guest: &Arc<Guest>, ask: Ask) -> Ran {
    let begun = Instant::now();
    let deadline = tokio::time::Instant::from_std(begun + ask.timeout);
    let watch = Arc::new(Watch::default());
    let lines = Lines::new(guest.secrets.clone());
    let turn = async {
        let own = guest.turns.clone().acquire_owned().await?;
        Ok::<_, AcquireError>((own, inner.permits.clone().acquire_owned().await?))
    };
    let answer = match timeout_at(deadline, turn).await {
        Err(_) => Err(Failure::Busy),
        Ok(Err(_)) => Err(Failure::Unavailable),
        Ok(Ok(permit)) => {
            let (inner, called, seen, said) = (inner.clone(), guest.clone(), watch.clone(), lines.clone());
            let mut work = Box::pin(async move {
                // With the guest, not with its caller: until it has ended it takes up its place.
                let _permit = permit;
                let _ticking = inner.ticker.run();
                let begun = Instant::now();
                let answer = within(&inner, called.clone(), ask, seen, said).await;
                called.pace.took(begun.elapsed());
                answer
            });
            let begun_here = guest.pace.is_quick();
            match if begun_here { at_once(threads, work.as_mut()) } else { None } {
                Some(answer) => answer,
                None => {
                    if begun_here {
                        guest.pace.gave_way();
                    }
                    on_threads(threads, work, &watch, deadline).await
                }
            }
        }
    };
    let denied = watch.denied.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let denied = denied.map(|what| lines.clean(&what, MOST_WORDS));
    Ran { answer, took: begun.elapsed(), memory: watch.peak.load(Relaxed), denied, lines: lines.take() }
}

/// Lets a guest that is usually done before a switch of threads would be run where its caller is, until it gives way
/// for the first time: two to four milliseconds at the most. What it begins meanwhile belongs to the guests' own
/// threads.
fn at_once(
    threads: &Handle,
    work: Pin<&mut impl Future<Output = Result<Value, Failure>>>,
) -> Option<Result<Value, Failure>> {
    let _here = threads.enter();
    // What breaks on a thread of the guests' breaks nothing else, and so it is here.
    match std::panic::catch_unwind(AssertUnwindSafe(|| work.poll(&mut Context::from_waker(Waker::noop())))) {
        Ok(Poll::Ready(answer)) => Some(answer),
        Ok(Poll::Pending) => None,
        Err(_) => Some(Err(Failure::Trapped("the host broke".into()))),
    }
}

/// Runs a guest, from where it is, on threads of its own.
async fn on_threads(
    threads: &Handle,
    work: Pin<Box<impl Future<Output = Result<Value, Failure>> + Send + 'static>>,
    watch: &Watch,
    deadline: tokio::time::Instant,
) -> Result<Value, Failure> {
    let task = threads.spawn(work);
    let _leash = Leash { watch, task: task.abort_handle() };
    match timeout_at(deadline, task).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(Failure::Trapped(error.to_string())),
        Err(_) => Err(Failure::TimedOut),
    }
}

async fn within(inner: &Inner, guest: Arc<Guest>, ask: Ask, watch: Arc<Watch>, lines: Lines) -> Result<Value, Failure> {
    let budgets = [inner.budget.clone(), guest.budget.clone()];
    let limiter = Limiter::new(budgets, watch.clone(), guest.memory);
    let answer = match &guest.ready {
        Ready::Component { .. } => component(inner, guest.clone(), ask, (&watch, limiter), lines).await,
        Ready::Command { .. } => command(inner, &guest, ask, (&watch, limiter), lines).await,
    };
    match answer {
        // A guest that ran out of memory says so in whatever words it has, or breaks.
        Err(Failure::Refused(_) | Failure::Trapped(_)) if watch.starved.load(Relaxed) => Err(Failure::OutOfMemory),
        answer => answer,
    }
}

fn arm<T: 'static>(store: &mut Store<T>, watch: &Arc<Watch>) {
    let watch = watch.clone();
    // The first epoch may end at any moment; the second lasts whole.
    store.set_epoch_deadline(2);
    store.epoch_deadline_callback(move |_| {
        Ok(if watch.stop.load(Relaxed) { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
    });
}

async fn component(
    inner: &Inner,
    guest: Arc<Guest>,
    ask: Ask,
    (watch, limiter): (&Arc<Watch>, Limiter),
    lines: Lines,
) -> Result<Value, Failure> {
    let Ready::Component { pre, handle } = &guest.ready else { return Err(Failure::Unavailable) };
    let mut table = ResourceTable::new();
    table.set_max_capacity(MOST_RESOURCES);
    let space: Arc<dyn Space> = if ask.trial { Arc::new(Scratch::default()) } else { guest.space.clone() };
    let calls = Calls {
        clients: inner.clients.clone(),
        places: guest.places.clone(),
        trial: ask.trial,
        watch: watch.clone(),
        made: 0,
        moved: Arc::default(),
    };
    let mut http = WasiHttpCtx::new();
    http.set_field_size_limit(MOST_HEADERS);
    let state =
        State { wasi: None, guest: guest.clone(), space, lines, limiter, table, http, calls, turns: MOST_TURNS };
    let mut store = Store::new(&inner.engine, state);
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(TAKEN);
    arm(&mut store, watch);
    let instance = pre.instantiate_async(&mut store).await.map_err(failed)?;
    let handle = instance.get_typed_func::<(&str,), (Result<String, String>,)>(&mut store, handle).map_err(failed)?;
    let (answer,) = handle.call_async(&mut store, (&ask.event,)).await.map_err(|error| {
        if error.is::<Trap>() || error.is::<I32Exit>() || error.is::<ResourceTableError>() {
            return failed(error);
        }
        // The guest ended well, but what it gave is no text, or longer than the host takes.
        store.data().lines.add(Level::Warn, &format!("{error:#}"));
        Failure::NotJson
    })?;
    match answer {
        Ok(text) => response_in(text.as_bytes()),
        Err(words) => Err(Failure::Refused(store.data().lines.clean(&words, MOST_WORDS))),
    }
}

async fn command(
    inner: &Inner,
    guest: &Guest,
    ask: Ask,
    (watch, limiter): (&Arc<Watch>, Limiter),
    lines: Lines,
) -> Result<Value, Failure> {
    let Ready::Command { pre } = &guest.ready else { return Err(Failure::Unavailable) };
    let answer = Answer::new(MAX_ANSWER);
    let wasi = wasi(guest)
        .args(&[guest.name.as_str(), ask.source.as_str()])
        .stdin(wasmtime_wasi::p2::pipe::MemoryInputPipe::new(ask.event))
        .stdout(Stream(answer.clone()))
        .stderr(Stream(lines.clone()))
        .build_p1();
    let mut store = Store::new(&inner.engine, CommandState { wasi, limiter });
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(TAKEN);
    store.data_mut().wasi.ctx().table.set_max_capacity(MOST_RESOURCES);
    arm(&mut store, watch);
    let instance = pre.instantiate_async(&mut store).await.map_err(failed)?;
    let start = instance.get_typed_func::<(), ()>(&mut store, "_start").map_err(failed)?;
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
        Err((None, error)) => Err(failed(error)),
    }
}

fn failed(error: wasmtime::Error) -> Failure {
    if error.is::<PoolConcurrencyLimitError>() {
        return Failure::Busy;
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => Failure::TimedOut,
        Some(trap) => Failure::Trapped(trap.to_string()),
        None if error.is::<I32Exit>() => Failure::Trapped("it ended itself".into()),
        None => Failure::Trapped(format!("{error:#}")),
    }
}
