//! Making the tokens of a user.

use super::refresh_token::RefreshToken;
use super::{Grant, SignIn, authentication_level, claims, issuer, keys_of, overrides, sessions};
use crate::context::Context;
use crate::domain::users::groups;
use crate::fault::Fault;
use crate::keys::{cpu, jwt};
use crate::model::{Client, Pool, User};
use crate::triggers::{EventContext, EventSubject, TokenSource};
use serde_json::json;

/// What tokens are asked for.
pub struct TokenRequest<'a> {
    pub pool: &'a Pool,
    pub client: &'a Client,
    /// Who signed in.
    pub user: &'a User,
    /// The sign-in that the tokens come of.
    pub sign_in: SignIn,
    /// What they are for.
    pub grant: &'a Grant,
    /// Whether a refresh token is among them.
    pub renewable: bool,
    /// `nonce` of the authorization request, for the ID token.
    pub nonce: Option<&'a str>,
    /// `triggerSource` for the pool's function.
    pub source: TokenSource,
}

/// The tokens of a sign-in or a renewal.
#[derive(Debug)]
pub struct Issued {
    pub access: String,
    /// `None` where the grant gives none.
    pub id: Option<String>,
    /// Where a new one was made.
    pub refresh: Option<String>,
    /// Seconds that the access token lives.
    pub expires_in: i64,
}

/// The tokens of a finished sign-in. Where the pool tracks sessions, the sign-in is a token session from here on, and
/// the user's least recently used one may end for it.
pub async fn issue(cx: &Context, mut request: TokenRequest<'_>) -> Result<Issued, Fault> {
    let session = sessions::new(cx, request.pool, request.client, &request.sign_in)?;
    request.sign_in.session = session.as_ref().map(|session| session.id.clone());
    let refresh = || RefreshToken::new(request.client, request.user, &request.sign_in, request.grant);
    let refresh = request.renewable.then(refresh).transpose()?;
    let issued = make(cx, &request, refresh).await?;
    // Only now, so that no session ends for a sign-in that fails.
    if let Some(session) = &session {
        sessions::begin(cx, request.pool, request.user, session).await?;
    }
    Ok(issued)
}

/// Makes ID and access token, and seals the refresh token if there is to be one.
pub(super) async fn make(
    cx: &Context,
    request: &TokenRequest<'_>,
    refresh: Option<RefreshToken>,
) -> Result<Issued, Fault> {
    let TokenRequest { pool, client, user, .. } = *request;
    let keys = keys_of(cx, &pool.id).await?;
    let mut groups = claims::group_claims(&groups::of_user(&cx.services.store, pool, user).await?);
    let event = EventContext {
        pool,
        client: Some(client),
        who: EventSubject::User(user),
        metadata: &cx.metadata,
        request_id: &cx.request_id,
    };
    let scopes = &request.grant.scopes;
    let mut changes = cx.services.triggers.pre_token_generation(event, request.source, Some(&groups), scopes).await?;
    if let Some(instead) = changes.as_mut().and_then(|changes| changes.groups.take()) {
        groups = instead;
    }
    let event_id = crate::rng::uuid_at(cx.now)?;
    let issuer = issuer(cx, &pool.id);
    let common = claims::Common {
        issuer: &issuer,
        sign_in: &request.sign_in,
        now: cx.now,
        event_id: &event_id,
        user,
        client,
        groups: &groups,
        grant: request.grant,
        level: &authentication_level::claims(pool, &request.sign_in.factors, request.grant.names_level),
    };
    let mut access = claims::access(&common, &scopes.join(" "), &crate::rng::uuid()?);
    let mut id = claims::id(&common, &crate::rng::uuid()?);
    if let Some(resource) = &request.grant.resource {
        access.insert("aud".into(), json!(resource));
    }
    if let Some(key) = &request.grant.key {
        access.insert("cnf".into(), json!({ "jkt": key }));
    }
    if let Some(nonce) = request.nonce {
        id.insert("nonce".into(), json!(nonce));
    }
    if let Some(changes) = &changes {
        overrides::write_scopes(&overrides::scopes(changes, scopes), &mut access);
        overrides::access(changes, &client.id, &mut access);
        overrides::id(changes, &mut id);
    }
    let refresh = refresh.map(|token| token.seal(cx)).transpose()?;
    let (gives_id, names_access) = (request.grant.gives_id_token(), request.grant.oauth);
    let sign = move || {
        let access = jwt::sign(&keys.access, &access)?;
        if names_access {
            id.insert("at_hash".into(), json!(jwt::half_hash(&access)));
        }
        let id = if gives_id { Some(jwt::sign(&keys.id, &id)?) } else { None };
        Ok::<_, Fault>((access, id))
    };
    let (access, id) = cpu::run(sign).await??;
    let expires_in = i64::try_from(client.access_validity().as_secs()).unwrap_or(i64::MAX);
    Ok(Issued { access, id, refresh, expires_in })
}
