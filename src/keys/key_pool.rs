//! Prepares expensive values in advance, on one background thread that works only while a core is idle: RSA key pairs
//! for new pools, and the server's ephemeral values of SRP. When none is ready, the caller computes one itself.

use super::cpu;
use super::error::KeysError;
use super::signing::SigningKey;
use super::srp::Ephemeral;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long the thread waits while all cores are busy.
const PAUSE: Duration = Duration::from_millis(20);

/// How many of each are kept ready.
#[derive(Debug, Clone, Copy)]
pub(super) struct Targets {
    pub signing_keys: usize,
    pub ephemerals: usize,
}

/// The prepared values. The thread ends when the last clone is dropped.
#[derive(Clone)]
pub struct KeyPool(Arc<Handle>);

struct Handle(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    targets: Targets,
}

#[derive(Default)]
struct State {
    signing_keys: VecDeque<SigningKey>,
    ephemerals: VecDeque<Ephemeral>,
    stop: bool,
}

enum Next {
    SigningKey,
    Ephemeral,
}

impl KeyPool {
    /// Starts the thread and returns at once. With targets of zero there is no thread.
    pub(super) fn start(targets: Targets) -> Result<Self, KeysError> {
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new(), targets });
        if targets.signing_keys + targets.ephemerals > 0 {
            let worker = shared.clone();
            std::thread::Builder::new()
                .name("keys-ahead".into())
                .spawn(move || worker.work())
                .map_err(KeysError::Thread)?;
        }
        Ok(Self(Arc::new(Handle(shared))))
    }

    /// A prepared key pair, if there is one.
    pub fn signing_key(&self) -> Option<SigningKey> {
        self.0.0.take(|state| state.signing_keys.pop_front())
    }

    /// A prepared SRP ephemeral value, if there is one.
    pub fn ephemeral(&self) -> Option<Ephemeral> {
        self.0.0.take(|state| state.ephemerals.pop_front())
    }

    /// Waits until all targets are reached.
    #[cfg(test)]
    pub(super) async fn full(&self) {
        let handle = self.0.clone();
        let wait = tokio::task::spawn_blocking(move || {
            let shared = &handle.0;
            let mut state = shared.lock();
            while shared.next(&state).is_some() {
                state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        });
        assert!(wait.await.is_ok());
    }

    /// The number of key pairs and SRP values that are ready.
    pub fn ready(&self) -> (usize, usize) {
        let state = self.0.0.lock();
        (state.signing_keys.len(), state.ephemerals.len())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.lock().stop = true;
        self.0.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take<T>(&self, from: impl FnOnce(&mut State) -> Option<T>) -> Option<T> {
        let mut state = self.lock();
        let was_full = self.next(&state).is_none();
        let taken = from(&mut state);
        drop(state);
        // If it was not full, the thread is working already, or waits for an idle core and should not be woken by each
        // sign-in.
        if was_full {
            self.changed.notify_all();
        }
        taken
    }

    fn next(&self, state: &State) -> Option<Next> {
        // Ephemeral values come first: they are cheap, and every sign-in needs one.
        if state.ephemerals.len() < self.targets.ephemerals {
            return Some(Next::Ephemeral);
        }
        (state.signing_keys.len() < self.targets.signing_keys).then_some(Next::SigningKey)
    }

    fn work(&self) {
        loop {
            let mut state = self.lock();
            let next = loop {
                if state.stop {
                    return;
                }
                match self.next(&state) {
                    Some(next) if cpu::idle() => break next,
                    Some(_) => {
                        state = self.changed.wait_timeout(state, PAUSE).unwrap_or_else(PoisonError::into_inner).0
                    }
                    None => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                }
            };
            drop(state);
            // Computed without the lock, so that takers never wait for it.
            let made = match next {
                Next::Ephemeral => {
                    Ephemeral::make().map(|e| self.lock().ephemerals.push_back(e)).map_err(|e| e.to_string())
                }
                Next::SigningKey => {
                    SigningKey::generate().map(|k| self.lock().signing_keys.push_back(k)).map_err(|e| e.to_string())
                }
            };
            if let Err(error) = made {
                tracing::error!(error, "keys cannot be made ahead; they are made on demand from now on");
                return;
            }
            self.changed.notify_all();
        }
    }
}
