//! The event before tokens are made, in its three versions: 1 changes the ID token, 2 the access token and its scopes
//! too, 3 also the tokens that clients get for themselves.

use super::call::{Event, unusable};
use super::{EventContext, Trigger, Triggers, unrecognizable};
use crate::fault::Fault;
use crate::model::Pool;
use crate::shapes::idp::PreTokenGenerationLambdaVersionType as Version;
use serde_json::{Map, Value, json};

/// Most claims and scopes of one answer.
const MAX_CHANGES: usize = 5000;

/// What the tokens are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSource {
    /// A sign-in.
    Authentication,
    /// A sign-in on the hosted pages.
    HostedAuth,
    /// A sign-in that ended with a new password.
    NewPasswordChallenge,
    /// A sign-in that ended with a remembered device.
    AuthenticateDevice,
    /// A renewal.
    RefreshTokens,
    /// A client's own token.
    ClientCredentials,
    /// A token for a token (GetDerivedToken). AWS does not say what it calls this.
    TokenExchange,
}

impl TokenSource {
    fn name(self) -> &'static str {
        match self {
            Self::Authentication => "TokenGeneration_Authentication",
            Self::HostedAuth => "TokenGeneration_HostedAuth",
            Self::NewPasswordChallenge => "TokenGeneration_NewPasswordChallenge",
            Self::AuthenticateDevice => "TokenGeneration_AuthenticateDevice",
            Self::RefreshTokens => "TokenGeneration_RefreshTokens",
            Self::ClientCredentials => "TokenGeneration_ClientCredentials",
            Self::TokenExchange => "TokenGeneration_TokenExchange",
        }
    }
}

/// The groups that tokens tell of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupOverride {
    /// `cognito:groups`.
    pub groups: Vec<String>,
    /// `cognito:roles`.
    pub roles: Vec<String>,
    /// `cognito:preferred_role`.
    pub preferred_role: Option<String>,
}

/// Where the answer's changes stand: in version 1, and since.
pub(super) const FIRST: &str = "claimsOverrideDetails";
pub(super) const LATER: &str = "claimsAndScopeOverrideDetails";

/// Changes to one token's claims.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimChanges {
    /// Claims that are added or replaced.
    pub add: Map<String, Value>,
    /// Claims that are left out; this counts for more than adding.
    pub suppress: Vec<String>,
}

/// What a function changes of tokens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// The ID token.
    pub id: ClaimChanges,
    /// The access token.
    pub access: ClaimChanges,
    /// Scopes that the access token gets besides.
    pub scopes_to_add: Vec<String>,
    /// Scopes that it does not get.
    pub scopes_to_suppress: Vec<String>,
    /// The groups instead of the user's own; nothing leaves them.
    pub belonging: Option<GroupOverride>,
}

/// The version of the event that the pool's function wants.
fn version(pool: &Pool) -> Version {
    let lambda = pool.settings.lambda_config.as_ref();
    lambda
        .and_then(|lambda| lambda.pre_token_generation_config.as_ref())
        .map_or(Version::V1_0, |config| config.lambda_version)
}

impl Triggers {
    /// Whether a function is to be asked about these tokens.
    pub fn has_say(pool: &Pool, source: TokenSource) -> bool {
        Trigger::PreTokenGeneration.is_configured(pool)
            && (source != TokenSource::ClientCredentials || version(pool) == Version::V3_0)
    }

    /// Before tokens are made, with the groups that they tell of (none for a client's own) and the access token's
    /// scopes; nothing where nobody is to be asked or nothing is to be changed.
    pub async fn pre_token_generation(
        &self,
        about: EventContext<'_>,
        source: TokenSource,
        (belonging, scopes): (Option<&GroupOverride>, &[String]),
    ) -> Result<Option<Overrides>, Fault> {
        if !Self::has_say(about.pool, source) {
            return Ok(None);
        }
        let version = version(about.pool);
        let groups = belonging
            .map(|own| json!({ "groupsToOverride": own.groups, "iamRolesToOverride": own.roles, "preferredRole": own.preferred_role }));
        let (number, name, own) = match version {
            Version::V1_0 => ("1", FIRST, json!({ "groupConfiguration": groups })),
            Version::V2_0 => ("2", LATER, json!({ "groupConfiguration": groups, "scopes": scopes })),
            Version::V3_0 => ("3", LATER, json!({ "groupConfiguration": groups, "scopes": scopes })),
        };
        let event = Event::new(Trigger::PreTokenGeneration, source.name(), about.request(own), json!({ name: null }));
        let Some(response) = self.call(&about, Event { version: number, ..event }).await? else { return Ok(None) };
        Overrides::read(&response, name)
    }
}

/// An answer of version 1.
fn first(details: &Map<String, Value>) -> Result<Overrides, Fault> {
    let id = claims(details)?;
    if id.add.values().any(|value| !value.is_string()) {
        return Err(unrecognizable());
    }
    Ok(Overrides { id, belonging: belonging(details)?, ..Overrides::default() })
}

/// An answer of version 2 or 3.
fn later(details: &Map<String, Value>) -> Result<Overrides, Fault> {
    let empty = Map::new();
    let id = object(details, "idTokenGeneration")?.unwrap_or(&empty);
    let access = object(details, "accessTokenGeneration")?.unwrap_or(&empty);
    Ok(Overrides {
        id: claims(id)?,
        access: claims(access)?,
        scopes_to_add: list(access, "scopesToAdd")?,
        scopes_to_suppress: list(access, "scopesToSuppress")?,
        belonging: belonging(details)?,
    })
}

impl Overrides {
    /// From the member of the answer's `response` that this version of the event has; nothing where nothing is to be
    /// changed.
    pub(super) fn read(response: &Map<String, Value>, name: &str) -> Result<Option<Self>, Fault> {
        let Some(details) = object(response, name)? else { return Ok(None) };
        let overrides = if name == FIRST { first(details)? } else { later(details)? };
        overrides.check()?;
        Ok(Some(overrides))
    }

    fn check(&self) -> Result<(), Fault> {
        let claims = |changes: &ClaimChanges| changes.add.len() + changes.suppress.len();
        let all = claims(&self.id) + claims(&self.access) + self.scopes_to_add.len() + self.scopes_to_suppress.len();
        if all > MAX_CHANGES {
            return Err(unusable(format!("PreTokenGeneration answered more than {MAX_CHANGES} claims and scopes.")));
        }
        match self.scopes_to_add.iter().find(|scope| !is_scope(scope)) {
            Some(scope) => Err(unusable(format!("PreTokenGeneration answered a scope that is none: {scope:.100}"))),
            None => Ok(()),
        }
    }
}

/// Whether this is one scope (RFC 6749 section 3.3).
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

fn claims(details: &Map<String, Value>) -> Result<ClaimChanges, Fault> {
    let add = object(details, "claimsToAddOrOverride")?.cloned().unwrap_or_default();
    Ok(ClaimChanges { add, suppress: list(details, "claimsToSuppress")? })
}

/// Absent leaves the groups; present and empty, or null, drops them.
fn belonging(details: &Map<String, Value>) -> Result<Option<GroupOverride>, Fault> {
    if !details.contains_key("groupOverrideDetails") {
        return Ok(None);
    }
    let Some(given) = object(details, "groupOverrideDetails")? else { return Ok(Some(GroupOverride::default())) };
    Ok(Some(GroupOverride {
        groups: list(given, "groupsToOverride")?,
        roles: list(given, "iamRolesToOverride")?,
        preferred_role: super::call::text(given, "preferredRole")?,
    }))
}

/// An object of an answer; nothing where it is absent or null.
fn object<'v>(response: &'v Map<String, Value>, name: &str) -> Result<Option<&'v Map<String, Value>>, Fault> {
    match response.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map)),
        Some(_) => Err(unrecognizable()),
    }
}

/// A list of texts of an answer; empty where it is absent or null.
fn list(response: &Map<String, Value>, name: &str) -> Result<Vec<String>, Fault> {
    match response.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => {
            list.iter().map(|value| value.as_str().map(str::to_owned).ok_or_else(unrecognizable)).collect()
        }
        Some(_) => Err(unrecognizable()),
    }
}
