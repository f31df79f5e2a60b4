//! What a request claims about its signature: read from the `Authorization` header or, presigned, from the query.

use super::{ALGORITHM, TERMINATOR};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::wire::fault::{incomplete, invalid_signature, missing_token};
use crate::wire::limits::MAX_PARAMETERS;
use crate::wire::message::Request;
use crate::wire::{date, uri};
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest a presigned request may live.
const MAX_PRESIGNED_SECONDS: u64 = 7 * 24 * 3600;

/// A claim. Nothing in it is proven yet.
#[derive(Debug)]
pub(in crate::wire) struct Claim {
    /// The access key id.
    pub key: String,
    /// The scope's day, `yyyymmdd`.
    pub day: String,
    /// The scope's region.
    pub region: String,
    /// The scope's service.
    pub service: String,
    /// When it was signed, as written.
    pub at: String,
    /// When it was signed.
    pub time: Timestamp,
    /// How long a presigned request lives.
    pub lives: Option<Duration>,
    /// Names of the signed headers.
    pub signed: Vec<String>,
    /// The signature, hexadecimal.
    pub signature: String,
    /// The session token.
    pub token: Option<String>,
}

impl Claim {
    /// The claim of a request.
    pub fn read(request: &Request) -> Result<Self, Fault> {
        if let Some(header) = request.headers.get("authorization") {
            return Self::from_header(request, header);
        }
        let query: BTreeMap<String, String> = uri::pairs(&request.query, false)
            .take(MAX_PARAMETERS)
            .filter_map(|(name, value)| Some((String::from_utf8(name).ok()?, String::from_utf8(value).ok()?)))
            .collect();
        if query.contains_key("X-Amz-Signature") || query.contains_key("X-Amz-Credential") {
            Self::from_query(&query)
        } else {
            Err(missing_token())
        }
    }

    fn from_header(request: &Request, header: &str) -> Result<Self, Fault> {
        let (algorithm, rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        if algorithm != ALGORITHM {
            // What follows may be somebody's token: it is not repeated.
            return Err(incomplete(format!(
                "Unsupported AWS 'algorithm' in the Authorization header; it must be '{ALGORITHM}'."
            )));
        }
        let mut parts: BTreeMap<&str, &str> = BTreeMap::new();
        for part in rest.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| incomplete("Invalid key=value pair (missing equal-sign) in Authorization header."))?;
            parts.insert(name, value);
        }
        let time = request.headers.get("x-amz-date").or_else(|| request.headers.get("date"));
        let missing: Vec<String> = ["Credential", "Signature", "SignedHeaders"]
            .into_iter()
            .filter(|name| parts.get(name).is_none_or(|value| value.is_empty()))
            .map(|name| format!("Authorization header requires '{name}' parameter."))
            .chain(time.is_none().then(|| {
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.".to_owned()
            }))
            .collect();
        let part = |name: &str| parts.get(name).copied().unwrap_or_default().to_owned();
        match time {
            Some(time) if missing.is_empty() => Self {
                signature: part("Signature"),
                token: request.headers.get("x-amz-security-token").map(str::to_owned),
                ..Self::new(&part("Credential"), time, &part("SignedHeaders"))?
            }
            .checked(),
            _ => Err(incomplete(missing.join(" "))),
        }
    }

    fn from_query(query: &BTreeMap<String, String>) -> Result<Self, Fault> {
        let part = |name: &str| {
            query
                .get(name)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| incomplete(format!("AWS query-string parameters must include '{name}'.")))
        };
        if part("X-Amz-Algorithm")? != ALGORITHM {
            return Err(incomplete(format!("Unsupported AWS 'algorithm' in the query; it must be '{ALGORITHM}'.")));
        }
        let lives = match query.get("X-Amz-Expires") {
            None => 300,
            Some(text) => text
                .parse()
                .ok()
                .filter(|seconds| (1..=MAX_PRESIGNED_SECONDS).contains(seconds))
                .ok_or_else(|| incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800."))?,
        };
        Self {
            signature: part("X-Amz-Signature")?.clone(),
            token: query.get("X-Amz-Security-Token").cloned(),
            lives: Some(Duration::from_secs(lives)),
            ..Self::new(part("X-Amz-Credential")?, part("X-Amz-Date")?, part("X-Amz-SignedHeaders")?)?
        }
        .checked()
    }

    /// A claim of these three parts, in the form that they have in both places.
    fn new(credential: &str, time: &str, signed: &str) -> Result<Self, Fault> {
        // Ids hold no slash, so the scope is the last four parts.
        let [key, day, region, service, end] =
            credential.split('/').collect::<Vec<_>>().try_into().map_err(|_: Vec<&str>| {
                incomplete(
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.",
                )
            })?;
        if end != TERMINATOR {
            return Err(invalid_signature(format!(
                "Credential should be scoped with a valid terminator: '{TERMINATOR}'."
            )));
        }
        let Some(moment) = date::parse_basic(time).or_else(|| date::parse_http(time)) else {
            return Err(incomplete("Date must be in ISO-8601 'basic format', e.g. 20260101T000000Z."));
        };
        Ok(Self {
            key: key.to_owned(),
            day: day.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            at: date::basic(moment),
            time: moment,
            lives: None,
            signed: signed.split(';').map(str::to_ascii_lowercase).collect(),
            signature: String::new(),
            token: None,
        })
    }

    fn checked(self) -> Result<Self, Fault> {
        let plausible = |text: &str| {
            !text.is_empty()
                && text.len() <= 128
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        if !plausible(&self.key) || !plausible(&self.region) || !plausible(&self.service) {
            return Err(incomplete("Credential must name an access key, a day, a region and a service."));
        }
        if !self.at.starts_with(&self.day) || self.day.len() != 8 {
            return Err(invalid_signature(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from '{}'.",
                self.day.chars().take(16).collect::<String>(),
                self.at.get(..8).unwrap_or_default(),
                self.at
            )));
        }
        Ok(self)
    }
}
