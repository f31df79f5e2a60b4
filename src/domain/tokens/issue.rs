//! Making the tokens of a sign-in.

use super::refresh::RefreshState;
use super::{SELF_SERVICE, SignIn, claims, issuer, keys_of, levels, overrides, sessions};
use crate::context::Context;
use crate::domain::users::groups;
use crate::fault::Fault;
use crate::keys::{cpu, jwt};
use crate::model::{Client, Pool, User};
use crate::triggers::{EventContext, EventSubject, TokenSource};

/// The tokens of a sign-in or a renewal.
#[derive(Debug)]
pub struct Issued {
    /// The access token.
    pub access: String,
    /// The ID token.
    pub id: String,
    /// The refresh token, where a new one was made.
    pub refresh: Option<String>,
    /// Seconds that the access token lives.
    pub expires_in: i64,
}

/// The tokens of a new sign-in. Where the pool tracks sessions, this is one from here on, and the user's least recently
/// used one may end.
pub async fn begin(
    cx: &Context,
    (pool, client, user): (&Pool, &Client, &User),
    (sign_in, source): (SignIn, TokenSource),
) -> Result<Issued, Fault> {
    let mut sign_in = sign_in;
    let session = sessions::new(cx, pool, client, &sign_in)?;
    sign_in.session = session.as_ref().map(|session| session.id.clone());
    let refresh = RefreshState::new(client, user, &sign_in)?;
    let issued = issue(cx, (pool, client, user), (&sign_in, source), Some(refresh)).await?;
    // Only now: nobody is to lose a session to a sign-in that fails.
    if let Some(session) = &session {
        sessions::begin(cx, pool, user, session).await?;
    }
    Ok(issued)
}

/// Makes ID and access token, and a refresh token if `refresh` says what it holds.
pub async fn issue(
    cx: &Context,
    (pool, client, user): (&Pool, &Client, &User),
    (sign_in, source): (&SignIn, TokenSource),
    refresh: Option<RefreshState>,
) -> Result<Issued, Fault> {
    let keys = keys_of(cx, &pool.id).await?;
    let mut belonging = claims::belonging(&groups::of_user(&cx.services.store, pool, user).await?);
    let about = EventContext {
        pool,
        client: Some(client),
        who: EventSubject::User(user),
        metadata: &cx.metadata,
        request_id: &cx.request_id,
    };
    let scopes = [SELF_SERVICE.to_owned()];
    let mut changes = cx.services.triggers.pre_token_generation(about, source, Some(&belonging), &scopes).await?;
    if let Some(instead) = changes.as_mut().and_then(|changes| changes.groups.take()) {
        belonging = instead;
    }
    let event = crate::rng::uuid_at(cx.now)?;
    let issuer = issuer(cx, &pool.id);
    let common = claims::Common {
        issuer: &issuer,
        sign_in,
        now: cx.now,
        event: &event,
        user,
        client,
        belonging: &belonging,
        strength: &levels::claims(pool, &sign_in.factors),
    };
    let mut access = claims::access(&common, SELF_SERVICE, &crate::rng::uuid()?);
    let mut id = claims::id(&common, &crate::rng::uuid()?);
    if let Some(changes) = &changes {
        overrides::write_scopes(&overrides::scopes(changes, &scopes), &mut access);
        overrides::access(changes, &client.id, &mut access);
        overrides::id(changes, &mut id);
    }
    let refresh = refresh.map(|state| state.seal(cx)).transpose()?;
    let (access, id) =
        cpu::run(move || Ok::<_, Fault>((jwt::sign(&keys.access, &access)?, jwt::sign(&keys.id, &id)?))).await??;
    let expires_in = i64::try_from(client.access_validity().as_secs()).unwrap_or(i64::MAX);
    Ok(Issued { access, id, refresh, expires_in })
}
