//! A reserve of file descriptors, so that the store keeps working when connections have used up all others.

use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};

/// How many descriptors are reserved. Reopening the database needs about ten.
const RESERVED: usize = 24;

/// Open descriptors that can be released when the system refuses new ones.
pub struct Reserve(Mutex<Vec<File>>);

impl Reserve {
    /// Takes the reserve, as far as the system allows.
    pub fn new() -> Self {
        let reserve = Self(Mutex::default());
        reserve.fill();
        reserve
    }

    /// Runs `work` once more with the reserve released if it failed for lack of descriptors.
    pub fn with<T>(&self, work: impl Fn() -> io::Result<T>) -> io::Result<T> {
        match work() {
            Err(error) if is_exhaustion(&error) => {
                self.release();
                let result = work();
                self.fill();
                result
            }
            result => result,
        }
    }

    /// Frees the descriptors for work that opens several files.
    pub fn release(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Takes back what was released. It may not get all of them now; the next call tries again.
    pub fn fill(&self) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while files.len() < RESERVED {
            match File::open("/dev/null") {
                Ok(file) => files.push(file),
                Err(_) => return,
            }
        }
    }
}

/// Whether an error means that the process or the system has no free descriptor.
pub fn is_exhaustion(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(rustix::io::Errno::from_raw_os_error);
    matches!(code, Some(rustix::io::Errno::MFILE | rustix::io::Errno::NFILE))
}
