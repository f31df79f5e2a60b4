//! Why the server did not start or run, for the person who started it.

use crate::fault::Fault;
use crate::keys::KeysError;
use crate::language::CatalogueError;
use crate::risk::BreachedPasswordsError;
use crate::store::StoreError;
use crate::web::TemplateError;
use std::path::PathBuf;

/// Why the server did not start, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory cannot be used.
    #[error("cannot use the data directory {}: {source}; make it writable for this user, or choose another with --data-dir", dir.display())]
    DataDir { dir: PathBuf, source: std::io::Error },
    /// The store cannot be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store is there and its master key is not.
    #[error(
        "the data directory {} has a store but not its master key: without it nothing secret in the store can be read. Put master.key back from \
         its backup, or give the key by POOLHOUSE_MASTER_KEY or keys.master_key_file", dir.display()
    )]
    NoMasterKey { dir: PathBuf },
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Delivery cannot be prepared.
    #[error("the settings of delivery cannot be used: {0}")]
    Delivery(String),
    /// The templates of the sign-in pages cannot be used.
    #[error("pages.templates: {0}")]
    Templates(#[from] TemplateError),
    /// The messages of the sign-in pages cannot be used.
    #[error("pages.templates: {0}")]
    Catalogue(#[from] CatalogueError),
    /// A certificate, or its key, cannot be read.
    #[error("the certificates cannot be used: {0}")]
    Certificates(std::io::Error),
    /// What fetches other servers' documents cannot be prepared.
    #[error("the settings of federation cannot be used: {0}")]
    Federation(String),
    /// The lists of leaked passwords cannot be used.
    #[error(transparent)]
    BreachedPasswords(#[from] BreachedPasswordsError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a running server ended without being told to, or could not end well.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Threads, sockets or the certificate failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The store could not be made durable.
    #[error(transparent)]
    Store(#[from] StoreError),
}
