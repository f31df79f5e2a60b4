//! The answers to challenges of orders under way. They are in the memory of the server that ordered: several servers
//! behind one name would have to share them too, as they can share the cache.

use rustls::sign::CertifiedKey;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Answers by what they are asked with.
#[derive(Debug, Clone, Default)]
pub(super) struct Challenges(Arc<Mutex<Answers>>);

#[derive(Debug, Default)]
struct Answers {
    /// Key authorizations by token.
    http: HashMap<String, String>,
    /// Certificates for the handshake by name.
    tls: HashMap<String, Arc<CertifiedKey>>,
}

/// Takes an answer back when it is dropped.
#[must_use]
pub(super) struct Answer {
    challenges: Challenges,
    key: String,
}

impl Challenges {
    pub fn answer_http(&self, token: String, key_authorization: String) -> Answer {
        self.with(|answers| answers.http.insert(token.clone(), key_authorization));
        Answer { challenges: self.clone(), key: token }
    }

    pub fn answer_tls(&self, name: String, pair: Arc<CertifiedKey>) -> Answer {
        self.with(|answers| answers.tls.insert(name.clone(), pair));
        Answer { challenges: self.clone(), key: name }
    }

    pub fn http(&self, token: &str) -> Option<String> {
        self.with(|answers| answers.http.get(token).cloned())
    }

    pub fn tls(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        self.with(|answers| answers.tls.get(name).cloned())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Answers) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // A token is never a host name: it has no dot.
        self.challenges.with(|answers| {
            answers.http.remove(&self.key);
            answers.tls.remove(&self.key);
        });
    }
}
