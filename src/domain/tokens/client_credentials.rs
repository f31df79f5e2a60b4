//! Access tokens that a client gets for itself (`client_credentials` of RFC 6749; Cognito: GetClientToken).

use super::{issuer, keys_of, overrides};
use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::pools::clients::STANDARD_SCOPES;
use crate::domain::pools::{self, resource_servers};
use crate::fault::{Cause, Fault};
use crate::keys::jwt::Claims;
use crate::keys::{cpu, jwt};
use crate::model::{Client, Pool};
use crate::shapes::idp::{ExplicitAuthFlowsType as Flow, OAuthFlowType};
use crate::store::Read;
use crate::triggers::{EventContext, EventSubject, TokenOverrides, TokenSource};
use serde_json::{Value, json};

/// A client's own access token.
pub struct ClientToken {
    pub access: String,
    /// Seconds that it lives.
    pub expires_in: i64,
}

/// By which way a client gets a token for itself; each has a setting of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// GetClientToken.
    Api,
    /// The token endpoint.
    TokenEndpoint,
}

impl Way {
    fn require(self, client: &Client) -> Result<(), Fault> {
        let settings = &client.settings;
        let allowed = match self {
            Self::Api => settings.explicit_auth_flows.iter().flatten().any(|flow| *flow == Flow::AllowClientTokenAuth),
            Self::TokenEndpoint => {
                let mut flows = settings.allowed_o_auth_flows.iter().flatten();
                settings.allowed_o_auth_flows_user_pool_client == Some(true)
                    && flows.any(|flow| *flow == OAuthFlowType::ClientCredentials)
                    && (!client.secrets.is_empty() || client.oauth.keys.is_some())
            }
        };
        let refused = "ALLOW_CLIENT_TOKEN_AUTH flow not enabled for this client";
        if allowed { Ok(()) } else { Err(Fault::invalid(refused).because(Cause::FlowNotEnabled)) }
    }
}

/// A token with the custom scopes `asked` for, or with all that the client has if none are.
pub async fn issue(
    cx: &Context,
    client: &AuthenticatedClient,
    way: Way,
    asked: &[String],
) -> Result<ClientToken, Fault> {
    way.require(client)?;
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    let mut scopes = custom_scopes(&cx.services.store, &pool, client).await?;
    if !asked.is_empty() {
        scopes.retain(|scope| asked.contains(scope));
    }
    if scopes.is_empty() {
        let refused = Fault::invalid("Invalid scope requested: the client has none of these custom scopes.");
        return Err(refused.because(Cause::InvalidScope));
    }
    let changes = token_overrides(cx, &pool, client, &scopes).await?;
    let mut claims = Claims::new();
    let own = json!({
        "sub": client.id,
        "client_id": client.id,
        "token_use": "access",
        "scope": scopes.join(" "),
        "version": 2,
        "auth_time": cx.now.secs(),
        "iss": issuer(cx, &pool.id),
        "exp": cx.now.plus(client.access_validity()).secs(),
        "iat": cx.now.secs(),
        "jti": crate::rng::uuid()?,
    });
    if let Value::Object(own) = own {
        claims.extend(own);
    }
    if let Some(changes) = &changes {
        overrides::write_scopes(&overrides::scopes(changes, &scopes), &mut claims);
        overrides::access(changes, &client.id, &mut claims);
    }
    let keys = keys_of(cx, &pool.id).await?;
    let access = cpu::run(move || jwt::sign(&keys.access, &claims)).await??;
    Ok(ClientToken { access, expires_in: i64::try_from(client.access_validity().as_secs()).unwrap_or(i64::MAX) })
}

/// The custom scopes that a client may use and that still exist.
pub(super) async fn custom_scopes(read: &impl Read, pool: &Pool, client: &Client) -> Result<Vec<String>, Fault> {
    let mut found: Vec<String> = Vec::new();
    for scope in client.settings.allowed_o_auth_scopes.iter().flatten() {
        let standard = STANDARD_SCOPES.contains(&scope.as_str());
        if !standard && !found.contains(scope) && resource_servers::has_scope(read, pool, scope).await? {
            found.push(scope.clone());
        }
    }
    Ok(found)
}

/// What the pool's function changes of the token.
async fn token_overrides(
    cx: &Context,
    pool: &Pool,
    client: &Client,
    scopes: &[String],
) -> Result<Option<TokenOverrides>, Fault> {
    let event = EventContext {
        pool,
        client: Some(client),
        who: EventSubject::Unknown("ClientCredentials"),
        metadata: &cx.metadata,
        request_id: &cx.request_id,
    };
    let answer = cx.services.triggers.pre_token_generation(event, TokenSource::ClientCredentials, None, scopes).await;
    // GetClientToken has no error of its own for functions.
    answer.map_err(Fault::into_not_authorized)
}
