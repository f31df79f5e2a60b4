//! The `[acme]` section: certificates from an authority that checks names by itself (RFC 8555), such as Let's Encrypt.

use super::certificates::missing;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How the authority sees that a name is this server's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AcmeChallenge {
    /// By a TLS connection to port 443 of the name (RFC 8737).
    #[default]
    #[serde(rename = "tls-alpn-01")]
    TlsAlpn01,
    /// By plain HTTP at port 80 of the name (RFC 8555, section 8.3).
    #[serde(rename = "http-01")]
    Http01,
}

/// The `[acme]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AcmeConfig {
    /// Whether certificates are ordered for the custom domains of pools, as they are made. Names with a certificate in
    /// `[[server.certificates]]` are left out.
    pub enabled: bool,
    /// That you accept the terms of service of the authority.
    pub accept_terms: bool,
    /// Mail addresses that the authority may write to.
    pub contact: Vec<String>,
    /// The directory of the authority: Let's Encrypt's unless set. Its test environment, with certificates that nobody
    /// trusts, is at `https://acme-staging-v02.api.letsencrypt.org/directory`.
    pub directory_url: String,
    /// The authority that signed the certificate of `directory_url`, PEM, where the system does not trust it. Empty:
    /// those that the system trusts.
    pub ca_file: PathBuf,
    /// Whether the host of `server.public_url` gets a certificate too.
    pub public_host: bool,
    /// How the authority checks a name: "tls-alpn-01" at port 443, or "http-01" at port 80. Port 443 must lead to a
    /// listener with TLS of this server, or port 80 to a plain one (`server.redirect_http` will do).
    pub challenge: AcmeChallenge,
    /// Whether the server calls each name itself before it orders, so that a name whose DNS entry is not there yet
    /// costs no failed order: authorities allow few. Turn it off where the server cannot reach its own public address.
    pub check_names: bool,
    /// Whether these calls may go to private addresses.
    pub allow_private: bool,
    /// The port at which these calls find the server's plain listener. Authorities use 80.
    pub http_port: u16,
    /// The port at which these calls find the server's listener with TLS. Authorities use 443.
    pub tls_port: u16,
}

impl Default for AcmeConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            accept_terms: false,
            contact: Vec::new(),
            directory_url: "https://acme-v02.api.letsencrypt.org/directory".into(),
            ca_file: PathBuf::new(),
            public_host: false,
            challenge: AcmeChallenge::TlsAlpn01,
            check_names: true,
            allow_private: false,
            http_port: 80,
            tls_port: 443,
        }
    }
}

impl AcmeConfig {
    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        if !self.enabled {
            return Vec::new();
        }
        let mut faults = Vec::new();
        if !self.accept_terms {
            faults.push(
                "acme.accept_terms: certificates are issued to those who accept the authority's terms of service; read them and set it to true"
                    .into(),
            );
        }
        if !self.directory_url.starts_with("https://") {
            faults.push("acme.directory_url: must be an https:// URL".into());
        }
        for address in &self.contact {
            if !address.contains('@') || address.contains(':') || !address.bytes().all(|b| b.is_ascii_graphic()) {
                faults.push(format!("acme.contact: \"{address}\" is no mail address, such as admin@example.com"));
            }
        }
        if !self.ca_file.as_os_str().is_empty() {
            faults.extend(missing("acme.ca_file", &self.ca_file));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn challenges_have_the_names_of_the_protocol() {
        for (text, challenge) in [("tls-alpn-01", AcmeChallenge::TlsAlpn01), ("http-01", AcmeChallenge::Http01)] {
            let config: AcmeConfig = toml::from_str(&format!("challenge = \"{text}\"")).unwrap();
            assert_eq!(config.challenge, challenge);
        }
    }

    #[test]
    fn certificates_are_ordered_by_those_who_accept_the_terms() {
        assert!(AcmeConfig::default().validate().is_empty());
        let mut config = AcmeConfig { enabled: true, contact: vec!["admin@example.com".into()], ..Default::default() };
        assert_eq!(config.validate().len(), 1);
        config.accept_terms = true;
        assert!(config.validate().is_empty());
        config.contact.push("mailto:admin@example.com".into());
        config.directory_url = "http://authority.example/".into();
        assert_eq!(config.validate().len(), 2);
    }
}
