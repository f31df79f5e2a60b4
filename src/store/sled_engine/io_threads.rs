//! Fewer threads to wake for each write.
//!
//! sled 0.34 keeps seven threads for input and output and wakes all of them for every write to its log, though one
//! does the work. At a thousand durable commits a second that was a fifth of the server's processor time. There is no
//! setting for their number, so all but two are kept busy with waiting: sled calls the waker of a finished flush on
//! such a thread, and this waker never returns. Two are left, so that one that waits for another is still served; sled
//! starts more by itself when its queue grows.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Once, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// Threads that sled keeps, less the two that go on working.
const SURPLUS: usize = 5;
/// How often it is tried to catch one: a flush that ends before it is looked at calls no waker.
const TRIES: usize = 100;
/// How long a thread may take to come to its waker.
const PATIENCE: Duration = Duration::from_millis(200);

/// Retires the surplus threads, which all databases of the process share; the first call does it, later ones nothing.
/// Call it after the first database is open, when nothing is written yet.
pub fn retire_surplus(db: &sled::Db) {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        let retired = (0..TRIES).filter(|_| retire_one(db)).take(SURPLUS).count();
        if retired < SURPLUS {
            tracing::debug!(retired, "some of the engine's threads stay, and are woken with each write");
        }
    });
}

/// Whether a thread was caught.
fn retire_one(db: &sled::Db) -> bool {
    let (caught, is_caught) = mpsc::channel();
    let waker = Waker::from(Arc::new(NeverReturns(caught)));
    let mut flush = pin!(db.flush_async());
    match flush.as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(_) => false,
        Poll::Pending => is_caught.recv_timeout(PATIENCE).is_ok(),
    }
}

/// A waker on which the calling thread stays.
struct NeverReturns(mpsc::Sender<()>);

impl Wake for NeverReturns {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(());
        loop {
            std::thread::park();
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn writes_go_on_with_the_threads_that_are_left() {
        let dir = tempfile::tempdir().unwrap();
        let db = sled::open(dir.path()).unwrap();
        retire_surplus(&db);
        for i in 0..2000_u32 {
            db.insert(i.to_be_bytes(), vec![7; 500]).unwrap();
            if i.is_multiple_of(100) {
                db.flush().unwrap();
            }
        }
        drop(db);
        assert_eq!(sled::open(dir.path()).unwrap().len(), 2000);
    }
}
