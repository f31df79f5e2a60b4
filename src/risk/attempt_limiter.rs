//! Who is being verified right now: a bounded number per subject, so that a hundred guesses at once do not all read "no
//! failures yet". Kept in memory for as long as somebody is inside; a clean success leaves no trace anywhere.

use crate::fault::Fault;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// The limiter in use, by subject.
#[derive(Default)]
pub(super) struct AttemptLimiter {
    by_subject: Mutex<HashMap<[u8; 32], Arc<Gate>>>,
}

#[derive(Default)]
struct Gate {
    /// Those who wait are let in one by one, each by a fresh reading of the record.
    admission: tokio::sync::Mutex<()>,
    inside: AtomicUsize,
    left: Notify,
}

/// A place inside. Dropping it leaves.
pub(super) struct Permit<'a> {
    limiter: &'a AttemptLimiter,
    subject: [u8; 32],
    gate: Arc<Gate>,
    inside: bool,
}

impl AttemptLimiter {
    /// Waits until fewer are inside than `allowed` says, which reads the record anew each time. Whoever records a
    /// failure must do so before leaving; the number inside is read before the record, so no failure is missed in
    /// between.
    pub async fn enter<'a>(
        &'a self,
        subject: [u8; 32],
        allowed: impl AsyncFn() -> Result<usize, Fault>,
    ) -> Result<Permit<'a>, Fault> {
        let gate = self.by_subject.lock().unwrap_or_else(PoisonError::into_inner).entry(subject).or_default().clone();
        let mut permit = Permit { limiter: self, subject, gate, inside: false };
        let gate = permit.gate.clone();
        let admission = gate.admission.lock().await;
        loop {
            let inside = gate.inside.load(Ordering::SeqCst);
            if inside < allowed().await? {
                break;
            }
            gate.left.notified().await;
        }
        gate.inside.fetch_add(1, Ordering::SeqCst);
        permit.inside = true;
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
        if self.inside {
            self.gate.inside.fetch_sub(1, Ordering::SeqCst);
            self.gate.left.notify_one();
        }
        let mut limiter = self.limiter.by_subject.lock().unwrap_or_else(PoisonError::into_inner);
        // New holders are only made under this lock, so two means: the map and this permit.
        if Arc::strong_count(&self.gate) == 2 {
            limiter.remove(&self.subject);
        }
    }
}
