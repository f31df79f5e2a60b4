//! Tokens that a client gets for itself (client_credentials, Cognito: GetClientToken).

use super::{issuer, keys_of, overrides};
use crate::context::Context;
use crate::domain::pools::clients::STANDARD_SCOPES;
use crate::domain::pools::{self, resource_servers, secrets};
use crate::fault::Fault;
use crate::keys::jwt::Claims;
use crate::keys::{cpu, jwt};
use crate::model::{Client, Pool};
use crate::shapes::idp::ExplicitAuthFlowsType as Flow;
use crate::store::Read;
use crate::triggers::{EventContext, EventSubject, TokenOverrides, TokenSource};
use serde_json::{Value, json};

/// A client's access token.
pub struct MachineToken {
    /// The token.
    pub access: String,
    /// Seconds that it lives.
    pub expires_in: i64,
}

/// A token for the client whose secret this is, by the API's own flow. No scopes asked for means all that the client
/// has.
pub async fn get(cx: &Context, client_id: &str, secret: &str, asked: &[String]) -> Result<MachineToken, Fault> {
    cx.check_address()?;
    let client = pools::client(&cx.services.store, client_id).await?;
    if client.secrets.is_empty() || !secrets::matches(cx, &client, Some(secret))? {
        cx.count_failure();
        return Err(Fault::not_authorized(format!("Client secret does not match for the client: {}", client.id)));
    }
    if !client.settings.explicit_auth_flows.iter().flatten().any(|flow| *flow == Flow::AllowClientTokenAuth) {
        return Err(Fault::invalid("ALLOW_CLIENT_TOKEN_AUTH flow not enabled for this client"));
    }
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    issue(cx, &pool, &client, asked).await
}

/// Makes the token of a client that has proven itself.
async fn issue(cx: &Context, pool: &Pool, client: &Client, asked: &[String]) -> Result<MachineToken, Fault> {
    let mut scopes = custom_scopes(&cx.services.store, pool, client).await?;
    if !asked.is_empty() {
        scopes.retain(|scope| asked.contains(scope));
    }
    if scopes.is_empty() {
        return Err(Fault::invalid("Invalid scope requested: the client has none of these custom scopes."));
    }
    let changes = before_tokens(cx, (pool, client), &scopes).await?;
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
    Ok(MachineToken { access, expires_in: i64::try_from(client.access_validity().as_secs()).unwrap_or(i64::MAX) })
}

/// The custom scopes that a client may use and that are still there.
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

/// What the pool's function changes of a client's own token.
async fn before_tokens(
    cx: &Context,
    (pool, client): (&Pool, &Client),
    scopes: &[String],
) -> Result<Option<TokenOverrides>, Fault> {
    let about = EventContext {
        pool,
        client: Some(client),
        who: EventSubject::Unknown("ClientCredentials"),
        metadata: &cx.metadata,
        request_id: &cx.request_id,
    };
    let asked = cx.services.triggers.pre_token_generation(about, TokenSource::ClientCredentials, None, scopes).await;
    // GetClientToken has no error of its own for functions.
    asked.map_err(Fault::into_not_authorized)
}
