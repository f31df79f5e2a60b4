//! What clients say of themselves to people (RFC 7591, section 2). It is shown beside the host that says it, and must
//! not be able to pass for other words of a page.

use crate::model::ClientProfile;
use serde_json::{Map, Value};

/// The longest name, in characters; as for app clients.
const LONGEST_NAME: usize = 128;
/// The longest address.
const LONGEST_ADDRESS: usize = 1024;

/// A name that can be shown. Characters that turn the direction of writing could make other text out of it.
pub(super) fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.is_empty() || text.chars().count() > LONGEST_NAME || text.chars().any(|c| c.is_control() || turns(c)) {
        return Err(format!("its client_name is empty, longer than {LONGEST_NAME} characters, or has hidden ones"));
    }
    Ok(text.to_owned())
}

/// The links that can be shown: encrypted ones. All others are left out.
pub(super) fn profile(metadata: &Map<String, Value>) -> ClientProfile {
    let link = |name: &str| {
        let text = metadata.get(name).and_then(Value::as_str)?;
        let parsed = reqwest::Url::parse(text).ok().filter(|_| text.len() <= LONGEST_ADDRESS)?;
        let is_plain = parsed.scheme() == "https" && parsed.username().is_empty() && parsed.password().is_none();
        is_plain.then(|| parsed.to_string())
    };
    ClientProfile {
        client_uri: link("client_uri"),
        logo_uri: link("logo_uri"),
        tos_uri: link("tos_uri"),
        policy_uri: link("policy_uri"),
    }
}
