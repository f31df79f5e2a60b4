//! Where account keys and certificates of ACME are kept. Several servers that share this also share its certificates.

use crate::certificates::private_file;
use futures::future::BoxFuture;
use ring::digest::{SHA256, digest};
use std::fmt::Debug;
use std::io::Result;
use std::path::{Path, PathBuf};

/// What is kept, for each authority (by the URL of its directory).
#[derive(Debug, Clone, Copy)]
pub enum Entry<'a> {
    /// The key of the account: PKCS#8, DER.
    Account { directory: &'a str },
    /// The key (PKCS#8) of a name's certificate and the chain, one PEM text.
    Certificate { directory: &'a str, name: &'a str },
}

/// The place.
pub trait AcmeCache: Debug + Send + Sync {
    /// What was stored last; `None` for nothing.
    fn load<'a>(&'a self, entry: Entry<'a>) -> BoxFuture<'a, Result<Option<Vec<u8>>>>;
    /// Stores it whole or not at all. It holds a private key: nobody else may read it.
    fn store<'a>(&'a self, entry: Entry<'a>, bytes: &'a [u8]) -> BoxFuture<'a, Result<()>>;
}

/// Files in a directory, a directory in it for each authority.
#[derive(Debug)]
pub(super) struct Directory(pub PathBuf);

impl Directory {
    fn path(&self, entry: Entry<'_>) -> PathBuf {
        let (directory, file) = match entry {
            Entry::Account { directory } => (directory, "account.der".to_owned()),
            Entry::Certificate { directory, name } => (directory, format!("{name}.pem")),
        };
        // A URL is no file name, and the first bytes of its hash tell a few authorities apart.
        let hash = digest(&SHA256, directory.as_bytes());
        let authority: String = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        self.0.join(authority).join(file)
    }
}

impl AcmeCache for Directory {
    fn load<'a>(&'a self, entry: Entry<'a>) -> BoxFuture<'a, Result<Option<Vec<u8>>>> {
        Box::pin(async move { private_file::read(&self.path(entry)) })
    }

    fn store<'a>(&'a self, entry: Entry<'a>, bytes: &'a [u8]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let path = self.path(entry);
            private_file::make_dir(path.parent().unwrap_or(Path::new(".")))?;
            private_file::write(&path, bytes)
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[tokio::test]
    async fn entries_are_kept_apart() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Directory(dir.path().join("acme"));
        let [one, other] = ["https://one.example/", "https://other.example/"];
        let name = "login.example.com";
        assert_eq!(cache.load(Entry::Account { directory: one }).await.unwrap(), None);
        cache.store(Entry::Account { directory: one }, b"a").await.unwrap();
        cache.store(Entry::Certificate { directory: one, name }, b"b").await.unwrap();
        cache.store(Entry::Certificate { directory: one, name }, b"c").await.unwrap();
        assert_eq!(cache.load(Entry::Account { directory: one }).await.unwrap().unwrap(), b"a");
        assert_eq!(cache.load(Entry::Certificate { directory: one, name }).await.unwrap().unwrap(), b"c");
        assert_eq!(cache.load(Entry::Certificate { directory: other, name }).await.unwrap(), None);
    }
}
