//! PreTokenGeneration in its three versions: version 1 changes the ID token, version 2 also the access token and its
//! scopes, version 3 also the tokens of client credentials.

use super::answer::{object, strings, text};
use super::dispatch::{Event, Triggers};
use super::event_context::EventContext;
use super::failure::{invalid_lambda_response, unrecognizable_output};
use super::trigger::Trigger;
use crate::fault::Fault;
use crate::model::Pool;
use crate::shapes::idp::PreTokenGenerationLambdaVersionType as Version;
use serde_json::{Map, Value, json};

/// Most changes of claims and scopes in one answer.
const MAX_CHANGES: usize = 5000;

/// Why tokens are issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSource {
    Authentication,
    /// A sign-in on the hosted pages.
    HostedAuth,
    /// A sign-in that ended with NEW_PASSWORD_REQUIRED.
    NewPasswordChallenge,
    /// A sign-in that ended with a remembered device.
    AuthenticateDevice,
    RefreshTokens,
    ClientCredentials,
    /// RFC 8693 token exchange. AWS documents no name for it.
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

/// The group claims of a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupOverride {
    /// The `cognito:groups` claim.
    pub groups: Vec<String>,
    /// The `cognito:roles` claim.
    pub roles: Vec<String>,
    /// The `cognito:preferred_role` claim.
    pub preferred_role: Option<String>,
}

/// The response member with the changes, in version 1 and in later versions.
pub(super) const V1_MEMBER: &str = "claimsOverrideDetails";
pub(super) const V2_MEMBER: &str = "claimsAndScopeOverrideDetails";

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimChanges {
    pub add: Map<String, Value>,
    /// Claims to leave out. A claim that is both added and suppressed is left out.
    pub suppress: Vec<String>,
}

/// What a function changes in the tokens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TokenOverrides {
    pub id: ClaimChanges,
    pub access: ClaimChanges,
    pub scopes_to_add: Vec<String>,
    pub scopes_to_suppress: Vec<String>,
    /// Replaces the user's groups in the tokens; `Some` without groups removes the group claims.
    pub groups: Option<GroupOverride>,
}

/// The version of the event that LambdaConfig asks for.
fn version(pool: &Pool) -> Version {
    let lambda = pool.settings.lambda_config.as_ref();
    lambda
        .and_then(|lambda| lambda.pre_token_generation_config.as_ref())
        .map_or(Version::V1_0, |config| config.lambda_version)
}

impl Triggers {
    /// Whether the pool's function is invoked for these tokens.
    pub fn is_consulted(pool: &Pool, source: TokenSource) -> bool {
        Trigger::PreTokenGeneration.is_configured(pool)
            && (source != TokenSource::ClientCredentials || version(pool) == Version::V3_0)
    }

    /// Runs before tokens are issued. `None` where the pool has no function for them or the function changes nothing.
    pub async fn pre_token_generation(
        &self,
        context: EventContext<'_>,
        source: TokenSource,
        groups: Option<&GroupOverride>,
        scopes: &[String],
    ) -> Result<Option<TokenOverrides>, Fault> {
        if !Self::is_consulted(context.pool, source) {
            return Ok(None);
        }
        let version = version(context.pool);
        let groups = groups
            .map(|own| json!({ "groupsToOverride": own.groups, "iamRolesToOverride": own.roles, "preferredRole": own.preferred_role }));
        let (number, name, own) = match version {
            Version::V1_0 => ("1", V1_MEMBER, json!({ "groupConfiguration": groups })),
            Version::V2_0 => ("2", V2_MEMBER, json!({ "groupConfiguration": groups, "scopes": scopes })),
            Version::V3_0 => ("3", V2_MEMBER, json!({ "groupConfiguration": groups, "scopes": scopes })),
        };
        let event = Event::new(Trigger::PreTokenGeneration, source.name(), context.request(own), json!({ name: null }));
        let Some(response) = self.call(&context, Event { version: number, ..event }).await? else { return Ok(None) };
        TokenOverrides::read(&response, name)
    }
}

/// Reads an answer to version 1.
fn first(details: &Map<String, Value>) -> Result<TokenOverrides, Fault> {
    let id = claims(details)?;
    if id.add.values().any(|value| !value.is_string()) {
        return Err(unrecognizable_output());
    }
    Ok(TokenOverrides { id, groups: groups(details)?, ..TokenOverrides::default() })
}

/// Reads an answer to version 2 or 3.
fn later(details: &Map<String, Value>) -> Result<TokenOverrides, Fault> {
    let empty = Map::new();
    let id = object(details, "idTokenGeneration")?.unwrap_or(&empty);
    let access = object(details, "accessTokenGeneration")?.unwrap_or(&empty);
    Ok(TokenOverrides {
        id: claims(id)?,
        access: claims(access)?,
        scopes_to_add: strings(access, "scopesToAdd")?,
        scopes_to_suppress: strings(access, "scopesToSuppress")?,
        groups: groups(details)?,
    })
}

impl TokenOverrides {
    /// Reads the changes from `name`, the member of `response` that this version uses; `None` where it is absent.
    pub(super) fn read(response: &Map<String, Value>, name: &str) -> Result<Option<Self>, Fault> {
        let Some(details) = object(response, name)? else { return Ok(None) };
        let overrides = if name == V1_MEMBER { first(details)? } else { later(details)? };
        overrides.check()?;
        Ok(Some(overrides))
    }

    fn check(&self) -> Result<(), Fault> {
        let claims = |changes: &ClaimChanges| changes.add.len() + changes.suppress.len();
        let all = claims(&self.id) + claims(&self.access) + self.scopes_to_add.len() + self.scopes_to_suppress.len();
        if all > MAX_CHANGES {
            return Err(invalid_lambda_response(format!(
                "PreTokenGeneration answered more than {MAX_CHANGES} claims and scopes."
            )));
        }
        match self.scopes_to_add.iter().find(|scope| !is_scope(scope)) {
            Some(scope) => {
                Err(invalid_lambda_response(format!("PreTokenGeneration answered a scope that is none: {scope:.100}")))
            }
            None => Ok(()),
        }
    }
}

/// Whether the text is a scope-token (RFC 6749 section 3.3).
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

fn claims(details: &Map<String, Value>) -> Result<ClaimChanges, Fault> {
    let add = object(details, "claimsToAddOrOverride")?.cloned().unwrap_or_default();
    Ok(ClaimChanges { add, suppress: strings(details, "claimsToSuppress")? })
}

/// An absent member keeps the groups; an empty object or null removes them.
fn groups(details: &Map<String, Value>) -> Result<Option<GroupOverride>, Fault> {
    if !details.contains_key("groupOverrideDetails") {
        return Ok(None);
    }
    let Some(given) = object(details, "groupOverrideDetails")? else { return Ok(Some(GroupOverride::default())) };
    Ok(Some(GroupOverride {
        groups: strings(given, "groupsToOverride")?,
        roles: strings(given, "iamRolesToOverride")?,
        preferred_role: text(given, "preferredRole")?,
    }))
}
