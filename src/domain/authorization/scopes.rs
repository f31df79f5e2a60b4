//! The scopes that are granted (RFC 6749 section 3.3).

use crate::domain::pools::clients::{is_standard_scope, may_read};
use crate::domain::pools::resource_servers;
use crate::fault::Fault;
use crate::model::{Client, Pool};
use crate::store::Read;

/// Scopes that say more of a user than `openid` does, and need it.
const OF_OPENID: [&str; 3] = ["email", "phone", "profile"];

/// Why scopes are not granted.
#[derive(Debug)]
pub enum ScopeError {
    /// One is unknown, not the client's, or needs another that was not asked for.
    Invalid,
    Fault(Fault),
}

impl From<Fault> for ScopeError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The scopes that a user's sign-in grants: those asked for, or all of the client's if none were. Scopes that are gone
/// from their resource server are left out without a word, as Cognito does.
pub async fn granted(
    read: &impl Read,
    pool: &Pool,
    client: &Client,
    asked: Option<&str>,
) -> Result<Vec<String>, ScopeError> {
    let allowed = client.settings.allowed_o_auth_scopes.as_deref().unwrap_or_default();
    let asked: Vec<&str> = match asked {
        Some(asked) => asked.split(' ').filter(|scope| !scope.is_empty()).collect(),
        None => allowed.iter().map(String::as_str).collect(),
    };
    if asked.iter().any(|scope| !allowed.iter().any(|allowed| allowed == scope)) {
        return Err(ScopeError::Invalid);
    }
    if asked.iter().any(|scope| OF_OPENID.contains(scope)) && !asked.contains(&"openid") {
        return Err(ScopeError::Invalid);
    }
    let mut granted: Vec<String> = Vec::new();
    for scope in asked {
        let exists = is_standard_scope(scope) || resource_servers::has_scope(read, pool, scope).await?;
        if exists && !granted.iter().any(|other| other == scope) {
            granted.push(scope.to_owned());
        }
    }
    Ok(granted)
}

/// Whether the client may read every attribute that the scopes promise. Cognito refuses the token request otherwise.
pub fn are_readable(client: &Client, scopes: &[String]) -> bool {
    let promised = |scope: &str| -> &[&str] {
        match scope {
            "email" => &["email", "email_verified"],
            "phone" => &["phone_number", "phone_number_verified"],
            _ => &[],
        }
    };
    scopes.iter().flat_map(|scope| promised(scope)).all(|attribute| may_read(client, attribute))
}
