//! The `[triggers]` section: where the functions are that pools name in LambdaConfig.

use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Fewest characters of the key that signs events.
const LEAST_SECRET: usize = 16;

/// The `[triggers]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TriggersConfig {
    /// Functions behind web addresses: the NAME of `arn:aws:lambda:...:function:NAME`, to an https URL (http on this
    /// machine alone) that takes the event by POST and answers it with `response` filled in. Whoever refuses answers
    /// `{"errorMessage": "..."}` with a status of 400.
    pub webhooks: BTreeMap<String, Secret>,
    /// The key that signs events to webhooks: `X-Poolhouse-Signature: t=<epoch seconds>,v1=<hex>`, where v1 is
    /// HMAC-SHA256 of `<epoch seconds>.<body>`.
    pub webhook_secret: Option<Secret>,
    /// Functions at endpoints that speak Lambda's Invoke API (Lambda's own runtime emulator, say): the NAME, or `*` for
    /// all that have no webhook, to the endpoint's https URL (http on this machine alone). Calls to them are not
    /// signed.
    pub lambda: BTreeMap<String, Secret>,
    /// The pools that may use a function of `webhooks` or `lambda`: the NAME, or `*` for all that are not listed, to
    /// patterns of pool ids such as `us-east-1_Ab12Cd34E` or `eu-*`. A function that is not listed is open to all
    /// pools.
    pub pools: BTreeMap<String, Vec<String>>,
    /// A PEM file of certificate authorities that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How long a function may take, connecting included, in seconds.
    pub timeout_seconds: u32,
    /// How often a function that takes too long is called before the call fails.
    pub tries: u32,
}

impl Default for TriggersConfig {
    fn default() -> Self {
        Self {
            webhooks: BTreeMap::new(),
            webhook_secret: None,
            lambda: BTreeMap::new(),
            pools: BTreeMap::new(),
            ca_file: None,
            timeout_seconds: 5,
            tries: 3,
        }
    }
}

impl TriggersConfig {
    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (section, functions) in [("webhooks", &self.webhooks), ("lambda", &self.lambda)] {
            for (name, url) in functions {
                // Events hold what users are and, on migration, their passwords. The value may hold a token, so it is
                // not told.
                if !is_private(url.reveal()) {
                    faults.push(format!(
                        "triggers.{section}.{name} must be an https URL, or an http URL of this machine"
                    ));
                }
            }
        }
        for (name, pools) in &self.pools {
            if pools.iter().any(String::is_empty) || pools.is_empty() {
                faults.push(format!("triggers.pools.{name} must list patterns of pool ids"));
            }
        }
        let secret = self.webhook_secret.as_ref().map_or(0, |secret| secret.reveal().chars().count());
        if !self.webhooks.is_empty() && secret < LEAST_SECRET {
            faults.push(format!(
                "triggers.webhook_secret must have at least {LEAST_SECRET} characters: it signs what webhooks get"
            ));
        }
        for (name, value, most) in [("timeout_seconds", self.timeout_seconds, 60), ("tries", self.tries, 10)] {
            if !(1..=most).contains(&value) {
                faults.push(format!("triggers.{name} must be 1 to {most}"));
            }
        }
        faults
    }
}

/// Whether nobody between can read what is sent there.
fn is_private(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match url.scheme() {
        "https" => !host.is_empty(),
        "http" => here,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_encrypted_or_near_and_signed() {
        let to = |url: &str| BTreeMap::from([("a".to_owned(), Secret::new(url))]);
        let config = |url: &str| TriggersConfig {
            webhooks: to(url),
            webhook_secret: Some(Secret::new("0123456789abcdef")),
            ..Default::default()
        };
        for good in [
            "https://hooks.example.com/a?token=x",
            "http://127.0.0.1:8080/",
            "http://[::1]:8080/a",
            "http://localhost/a",
        ] {
            assert_eq!(config(good).validate(), Vec::<String>::new(), "{good}");
        }
        for bad in
            ["http://hooks.example.com/hush", "ftp://localhost/hush", "hush", "http://127.0.0.1.example.com/hush"]
        {
            let faults = config(bad).validate();
            assert!(faults.len() == 1 && !faults.join("").contains("hush"), "{bad}: {faults:?}");
        }
        let unsigned = TriggersConfig { webhook_secret: None, ..config("https://x.example") };
        assert_eq!(unsigned.validate().len(), 1);
        let lambda = TriggersConfig { lambda: to("http://10.0.0.1:9001"), tries: 0, ..Default::default() };
        assert_eq!(lambda.validate().len(), 2);
    }
}
