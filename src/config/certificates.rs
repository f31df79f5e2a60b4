//! `[[server.certificates]]`: certificates from files for names of their own.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// One pair of files and the names that it serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateConfig {
    /// Host names in lower case, each `auth.example.com` or `*.auth.example.com` (one label in place of the star).
    pub names: Vec<String>,
    /// The certificate chain, PEM.
    pub tls_cert: PathBuf,
    /// The private key of `tls_cert`, PEM.
    pub tls_key: PathBuf,
}

impl CertificateConfig {
    /// Whether the pair serves this name, given in lower case.
    pub fn covers(&self, name: &str) -> bool {
        self.names.iter().any(|own| match own.strip_prefix("*.") {
            Some(base) => name.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == base),
            None => own == name,
        })
    }

    pub(super) fn validate(&self, section: &str) -> Vec<String> {
        let mut faults = Vec::new();
        if self.names.is_empty() {
            faults.push(format!("{section}.names: is empty; list the host names that this certificate is for"));
        }
        for name in &self.names {
            if !is_host(name.strip_prefix("*.").unwrap_or(name)) {
                faults.push(format!(
                    "{section}.names: \"{name}\" is no host name in lower case, such as auth.example.com or *.auth.example.com"
                ));
            }
        }
        for (key, path) in [("tls_cert", &self.tls_cert), ("tls_key", &self.tls_key)] {
            faults.extend(missing(&format!("{section}.{key}"), path));
        }
        faults
    }
}

/// The fault of a path where no file is.
pub(super) fn missing(key: &str, path: &Path) -> Option<String> {
    (!path.is_file()).then(|| format!("{key}: there is no file {}; give the path of a PEM file", path.display()))
}

/// Whether the text is a host name in lower case.
pub(super) fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_one_label() {
        let pair = CertificateConfig {
            names: vec!["login.example.org".into(), "*.auth.example.com".into()],
            tls_cert: PathBuf::new(),
            tls_key: PathBuf::new(),
        };
        for covered in ["login.example.org", "shop.auth.example.com"] {
            assert!(pair.covers(covered), "{covered}");
        }
        for other in ["x.login.example.org", "auth.example.com", ".auth.example.com", "a.b.auth.example.com", ""] {
            assert!(!pair.covers(other), "{other}");
        }
        // Two files that are not there.
        assert_eq!(pair.validate("server.certificates[0]").len(), 2);
        assert_eq!(CertificateConfig { names: vec!["UPPER.example".into()], ..pair }.validate("x").len(), 3);
    }
}
