//! App clients come, change and go.

use super::{published_secrets, quotas, resource_servers, schema, secrets};
use crate::config::quotas::Quota;
use crate::context::Context;
use crate::domain::branding;
use crate::fault::Fault;
use crate::model::{Client, ClientOAuthSettings, ClientOrigin, ClientProfile, ClientSettings, Pool};
use crate::shapes::idp as api;
use crate::store::{Read, pools, providers, secret_rotations, tags};
use std::sync::Arc;

/// Clients that are read at once: as many as `quotas.limits` can allow.
const MOST_LISTED: usize = 10_000;

/// Scopes that every pool has.
pub const STANDARD_SCOPES: [&str; 5] = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

/// Whether every pool has this scope.
pub fn is_standard_scope(scope: &str) -> bool {
    STANDARD_SCOPES.contains(&scope)
}

/// Whether a new client gets a secret, and which.
pub enum InitialSecret {
    /// A public client.
    None,
    /// A generated secret.
    Generated,
    /// This one.
    Given(String),
}

/// A client to be made.
pub struct NewClient {
    pub secret: InitialSecret,
    pub settings: ClientSettings,
    /// Whether the secret is published in the secrets manager.
    pub publish: bool,
    pub origin: ClientOrigin,
    pub profile: ClientProfile,
}

/// Makes a client; answers it with its secret in the clear.
pub async fn create(cx: &Context, pool_id: &str, new: NewClient) -> Result<(Client, Option<String>), Fault> {
    let pool = super::pool(&cx.services.store, pool_id).await?;
    let is_given = matches!(new.secret, InitialSecret::Given(_));
    let secret = match new.secret {
        InitialSecret::None => None,
        InitialSecret::Generated => Some(secrets::generate()?),
        InitialSecret::Given(text) => Some(text),
    };
    check(&pool, &new.settings, secret.is_some(), "creating")?;
    let id = crate::rng::text(b"abcdefghijklmnopqrstuvwxyz0123456789", 26)?;
    let mut client = Client {
        pool_id: pool.id.clone(),
        created: cx.now,
        modified: cx.now,
        settings: with_defaults(new.settings),
        secrets: Vec::new(),
        sso_minutes: None,
        origin: new.origin,
        profile: new.profile,
        published: None,
        oauth: ClientOAuthSettings::default(),
        id,
    };
    if let Some(secret) = &secret {
        let sealed = secrets::seal(cx, &client.id, secret)?;
        secrets::push(&mut client, sealed);
    }
    if new.publish {
        // A secret that was just generated is known to nobody, so it is as good as a rotated one.
        let fresh = if is_given { Some(secrets::seal(cx, &client.id, &secrets::generate()?)?) } else { None };
        published_secrets::publish(&mut client, crate::rng::text(published_secrets::SUFFIX, 6)?, fresh, cx.now)?;
    }
    cx.services
        .store
        .transact(async |tx| {
            let pool = super::pool(tx, pool_id).await?;
            check_names(tx, &pool, &client.settings).await?;
            pools::insert_serialised(tx, &pool.id, tags::CLIENT_OF_POOL).await?;
            let most = quotas::most(cx, Quota::Clients);
            if pools::client_ids(tx, pool_id, None, most).await?.0.len() >= most {
                return Err(quotas::exceeded(cx, Quota::Clients));
            }
            pools::put_client(tx, &client)?;
            secret_rotations::enter(tx, &client);
            Ok(())
        })
        .await?;
    Ok((client, secret))
}

/// Replaces a client's settings: what is left out goes back to its default. `publish` moves its secret into the secrets
/// manager or out of it; `None` leaves it where it is.
pub async fn update(
    cx: &Context,
    pool_id: &str,
    id: &str,
    asked: ClientSettings,
    publish: Option<bool>,
) -> Result<Client, Fault> {
    let suffix = crate::rng::text(published_secrets::SUFFIX, 6)?;
    let fresh = secrets::seal(cx, id, &secrets::generate()?)?;
    cx.services
        .store
        .transact(async |tx| {
            let pool = super::pool(tx, pool_id).await?;
            let mut client = Client::clone(&*super::client_of(tx, &pool, id).await?);
            check(&pool, &asked, !client.secrets.is_empty(), "updating")?;
            check_names(tx, &pool, &asked).await?;
            let name = client.settings.client_name.take();
            client.settings = with_defaults(asked.clone());
            client.settings.client_name = client.settings.client_name.take().or(name);
            client.modified = cx.now;
            match publish {
                Some(true) if client.published.is_none() => {
                    published_secrets::publish(&mut client, suffix.clone(), Some(fresh.clone()), cx.now)?;
                    secret_rotations::enter(tx, &client);
                }
                Some(false) => {
                    secret_rotations::forget(tx, &client);
                    client.published = None;
                }
                _ => {}
            }
            pools::put_client(tx, &client)?;
            Ok(client)
        })
        .await
}

/// Changes a client by a pure closure.
pub async fn change(
    cx: &Context,
    pool_id: &str,
    id: &str,
    work: impl AsyncFn(&Pool, &mut Client) -> Result<(), Fault>,
) -> Result<Client, Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = super::pool(tx, pool_id).await?;
            let mut client = Client::clone(&*super::client_of(tx, &pool, id).await?);
            work(&pool, &mut client).await?;
            client.modified = cx.now;
            pools::put_client(tx, &client)?;
            Ok(client)
        })
        .await
}

/// Removes a client. Its tokens stop working with Cognito's own operations.
pub async fn delete(cx: &Context, pool_id: &str, id: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = super::pool(tx, pool_id).await?;
            let client = super::client_of(tx, &pool, id).await?;
            branding::forget_client(tx, &pool, &client).await?;
            pools::delete_client(tx, &client);
            Ok(())
        })
        .await
}

/// Clients of a pool by id, of one origin if one is asked for, and where the next page starts.
pub async fn list(
    cx: &Context,
    pool_id: &str,
    origin: Option<&ClientOrigin>,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Arc<Client>>, Option<String>), Fault> {
    let store = &cx.services.store;
    super::pool(store, pool_id).await?;
    // A pool has a bounded number of clients, so those of one origin are looked for among all of them.
    let (ids, more) = pools::client_ids(store, pool_id, after, origin.map_or(limit, |_| MOST_LISTED)).await?;
    let mut found: Vec<Arc<Client>> = Vec::new();
    for id in &ids {
        let client = pools::client(store, id).await?;
        found.extend(client.filter(|client| origin.is_none_or(|origin| client.origin == *origin)));
        if found.len() > limit {
            found.truncate(limit);
            let last = found.last().map(|client| client.id.clone());
            return Ok((found, last));
        }
    }
    Ok((found, ids.last().filter(|_| more).cloned()))
}

/// Fills in what AWS answers for settings that were left out.
fn with_defaults(mut settings: ClientSettings) -> ClientSettings {
    if settings.refresh_token_validity.unwrap_or(0) == 0 {
        settings.refresh_token_validity = Some(30);
        if let Some(units) = settings.token_validity_units.as_mut() {
            units.refresh_token = Some(api::TimeUnitsType::Days);
        }
    }
    settings.token_validity_units =
        settings.token_validity_units.or_else(|| Some(api::TokenValidityUnitsType::default()));
    settings.allowed_o_auth_flows_user_pool_client = settings.allowed_o_auth_flows_user_pool_client.or(Some(false));
    settings.enable_token_revocation = settings.enable_token_revocation.or(Some(true));
    settings.enable_propagate_additional_user_context_data =
        settings.enable_propagate_additional_user_context_data.or(Some(false));
    settings.auth_session_validity = settings.auth_session_validity.or(Some(3));
    settings
}

fn check(pool: &Pool, settings: &ClientSettings, has_secret: bool, doing: &str) -> Result<(), Fault> {
    check_flows(settings, has_secret)?;
    check_validity(settings)?;
    check_attributes(pool, settings, doing)?;
    check_oauth(settings, has_secret)?;
    check_analytics(settings)?;
    for url in settings.callback_urls.iter().chain(&settings.logout_urls).flatten() {
        check_url(url)?;
    }
    if let Some(default) = &settings.default_redirect_uri
        && !settings.callback_urls.iter().flatten().any(|url| url == default)
    {
        return Err(Fault::invalid("DefaultRedirectURI must be one of the CallbackURLs."));
    }
    Ok(())
}

/// Checks that what the settings name is there: providers and custom scopes.
async fn check_names(read: &impl Read, pool: &Pool, settings: &ClientSettings) -> Result<(), Fault> {
    for provider in settings.supported_identity_providers.iter().flatten() {
        if provider != "COGNITO" && providers::get(read, &pool.id, provider).await?.is_none() {
            return Err(Fault::invalid(format!("The provider {provider} does not exist for User Pool {}.", pool.id)));
        }
    }
    for scope in settings.allowed_o_auth_scopes.iter().flatten() {
        if !is_standard_scope(scope) && !resource_servers::has_scope(read, pool, scope).await? {
            return Err(Fault::modelled("ScopeDoesNotExistException", format!("Invalid scope requested: {scope}")));
        }
    }
    Ok(())
}

fn check_analytics(settings: &ClientSettings) -> Result<(), Fault> {
    let Some(analytics) = &settings.analytics_configuration else { return Ok(()) };
    match (&analytics.application_arn, &analytics.application_id) {
        (Some(_), None) => Ok(()),
        (None, Some(_)) if analytics.role_arn.is_some() && analytics.external_id.is_some() => Ok(()),
        (None, Some(_)) => {
            Err(Fault::invalid("AnalyticsConfiguration with ApplicationId needs RoleArn and ExternalId."))
        }
        _ => Err(Fault::invalid("AnalyticsConfiguration must have exactly one of ApplicationArn and ApplicationId.")),
    }
}

fn check_flows(settings: &ClientSettings, has_secret: bool) -> Result<(), Fault> {
    let flows = settings.explicit_auth_flows.clone().unwrap_or_default();
    let newer = flows.iter().filter(|flow| flow.as_str().starts_with("ALLOW_")).count();
    if newer != 0 && newer != flows.len() {
        return Err(Fault::invalid("Cannot mix ALLOW_ flows with the older names in ExplicitAuthFlows."));
    }
    if flows.contains(&api::ExplicitAuthFlowsType::AllowClientTokenAuth) {
        if flows.len() > 1 {
            return Err(Fault::invalid("ALLOW_CLIENT_TOKEN_AUTH must be the only flow in ExplicitAuthFlows."));
        }
        if !has_secret {
            return Err(Fault::invalid("ALLOW_CLIENT_TOKEN_AUTH cannot be used by a client without a secret."));
        }
    }
    let rotates = settings.refresh_token_rotation.as_ref().is_some_and(|r| r.feature == api::FeatureType::Enabled);
    if rotates && flows.contains(&api::ExplicitAuthFlowsType::AllowRefreshTokenAuth) {
        return Err(Fault::invalid("ALLOW_REFRESH_TOKEN_AUTH cannot be used with refresh token rotation."));
    }
    Ok(())
}

fn check_validity(settings: &ClientSettings) -> Result<(), Fault> {
    let client = Client {
        id: String::new(),
        pool_id: String::new(),
        created: Default::default(),
        modified: Default::default(),
        settings: settings.clone(),
        secrets: Vec::new(),
        sso_minutes: None,
        origin: ClientOrigin::default(),
        profile: ClientProfile::default(),
        published: None,
        oauth: ClientOAuthSettings::default(),
    };
    let day = 86_400;
    let refresh = client.refresh_validity().as_secs();
    let short = [client.access_validity().as_secs(), client.id_validity().as_secs()];
    let in_range = short.iter().all(|secs| (300..=day).contains(secs)) && (3600..=3650 * day).contains(&refresh);
    if !in_range {
        return Err(Fault::invalid("Invalid range for token validity."));
    }
    if short.iter().any(|secs| *secs > refresh) {
        return Err(Fault::invalid("Access and ID token validity must not exceed refresh token validity."));
    }
    Ok(())
}

fn check_attributes(pool: &Pool, settings: &ClientSettings, doing: &str) -> Result<(), Fault> {
    for (names, verb) in [(&settings.read_attributes, "read"), (&settings.write_attributes, "write")] {
        for name in names.iter().flatten() {
            let known = pool.attribute(name).is_some_and(|a| a.developer_only_attribute != Some(true));
            if !known || (verb == "write" && NEVER_WRITABLE.contains(&name.as_str())) {
                return Err(Fault::invalid(format!("Invalid {verb} attributes specified while {doing} a client")));
            }
        }
    }
    if let Some(writable) = &settings.write_attributes {
        let missing = pool.schema.iter().any(|a| {
            a.required == Some(true)
                && a.name.as_deref() != Some("sub")
                && !writable.iter().any(|w| Some(w.as_str()) == a.name.as_deref())
        });
        if missing {
            return Err(Fault::invalid(format!("Invalid write attributes specified while {doing} a client")));
        }
    }
    Ok(())
}

fn check_oauth(settings: &ClientSettings, has_secret: bool) -> Result<(), Fault> {
    let bad_flow = |message: &'static str| Err(Fault::modelled("InvalidOAuthFlowException", message));
    let flows = settings.allowed_o_auth_flows.clone().unwrap_or_default();
    let scopes = settings.allowed_o_auth_scopes.clone().unwrap_or_default();
    if settings.allowed_o_auth_flows_user_pool_client == Some(true) && (flows.is_empty() || scopes.is_empty()) {
        return Err(Fault::invalid(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        ));
    }
    if flows.contains(&api::OAuthFlowType::ClientCredentials) {
        if flows.len() > 1 {
            return bad_flow("client_credentials flow can not be selected along with code flow or implicit flow.");
        }
        if !has_secret {
            return bad_flow("client_credentials flow can not be selected if client does not have a client secret.");
        }
    } else if !flows.is_empty() && settings.callback_urls.as_ref().is_none_or(Vec::is_empty) {
        return bad_flow("CallbackURLs are required for the code and implicit flows.");
    }
    let narrower = scopes.iter().any(|s| matches!(s.as_str(), "email" | "phone" | "profile"));
    if narrower && !scopes.iter().any(|s| s == "openid") {
        return bad_flow("The scopes email, phone and profile require openid.");
    }
    Ok(())
}

fn check_url(url: &str) -> Result<(), Fault> {
    check_redirect_uri(url).map_err(|why| Fault::invalid(format!("Invalid redirect URL {url}: {why}")))
}

/// Checks an address to which codes and tokens may be sent: it is absolute, without fragment, and encrypted unless it
/// stays on the machine or is an app's own scheme. The error says why not.
pub(super) fn check_redirect_uri(url: &str) -> Result<(), &'static str> {
    let refuse = Err;
    let Some((scheme, rest)) = url.split_once(':') else { return refuse("it must be absolute.") };
    let scheme_ok = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !scheme_ok || rest.is_empty() {
        return refuse("it must be absolute.");
    }
    if url.contains('#') {
        return refuse("it must not have a fragment.");
    }
    match scheme.to_ascii_lowercase().as_str() {
        "javascript" | "data" | "vbscript" | "file" => refuse("this scheme is not allowed."),
        "https" => Ok(()),
        "http" => {
            if rest.contains(['@', '\\']) {
                return refuse("an http address must not have user information or backslashes.");
            }
            let authority = rest.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
            let host = if authority.starts_with('[') {
                authority.split_inclusive(']').next().unwrap_or_default()
            } else {
                authority.split(':').next().unwrap_or_default()
            };
            if matches!(host, "localhost" | "127.0.0.1" | "[::1]") {
                Ok(())
            } else {
                refuse("http is for localhost only; use https.")
            }
        }
        _ => Ok(()),
    }
}

/// Attributes that no client may write, whatever it lists: the server sets them.
const NEVER_WRITABLE: [&str; 4] = ["sub", "email_verified", "phone_number_verified", "identities"];

/// The attributes a client may read: those it lists, else all but developer-only ones.
pub fn may_read(client: &Client, attribute: &str) -> bool {
    match &client.settings.read_attributes {
        Some(names) => attribute == "sub" || names.iter().any(|name| name == attribute),
        None => !schema::is_developer_only(attribute),
    }
}

/// The attributes a client may write: those it lists, else all but the verified flags and developer-only ones.
pub fn may_write(client: &Client, attribute: &str) -> bool {
    if NEVER_WRITABLE.contains(&attribute) {
        return false;
    }
    match &client.settings.write_attributes {
        Some(names) => names.iter().any(|name| name == attribute),
        None => !schema::is_developer_only(attribute),
    }
}
