//! Limits the number of verifications that run at the same time for one subject, so that a hundred parallel guesses do
//! not all read "no failures yet". Kept in memory only while a verification runs.

use crate::fault::Fault;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// The verifications that are running, by subject.
#[derive(Default)]
pub(super) struct AttemptLimiter {
    by_subject: Mutex<HashMap<[u8; 32], Arc<Subject>>>,
}

#[derive(Default)]
struct Subject {
    /// Callers are admitted one by one, and each reads the failure record again.
    admission: tokio::sync::Mutex<()>,
    running: AtomicUsize,
    ended: Notify,
}

/// A running verification. It ends when this is dropped.
pub(super) struct Permit<'a> {
    limiter: &'a AttemptLimiter,
    subject: [u8; 32],
    state: Arc<Subject>,
    running: bool,
}

impl AttemptLimiter {
    /// Waits until fewer verifications run than `allowed` answers; it reads the failure record each time. A failure
    /// must be recorded before the permit is dropped. The number of running verifications is read before the record, so
    /// no failure in between is missed.
    pub async fn acquire<'a>(
        &'a self,
        subject: [u8; 32],
        allowed: impl AsyncFn() -> Result<usize, Fault>,
    ) -> Result<Permit<'a>, Fault> {
        let state = self.by_subject.lock().unwrap_or_else(PoisonError::into_inner).entry(subject).or_default().clone();
        let mut permit = Permit { limiter: self, subject, state, running: false };
        let state = permit.state.clone();
        let admission = state.admission.lock().await;
        loop {
            let running = state.running.load(Ordering::SeqCst);
            if running < allowed().await? {
                break;
            }
            state.ended.notified().await;
        }
        state.running.fetch_add(1, Ordering::SeqCst);
        permit.running = true;
        drop(admission);
        Ok(permit)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.by_subject.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.running {
            self.state.running.fetch_sub(1, Ordering::SeqCst);
            self.state.ended.notify_one();
        }
        let mut limiter = self.limiter.by_subject.lock().unwrap_or_else(PoisonError::into_inner);
        // New clones are only made under this lock, so two means: the map and this permit.
        if Arc::strong_count(&self.state) == 2 {
            limiter.remove(&self.subject);
        }
    }
}
