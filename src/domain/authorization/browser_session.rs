//! The session of a browser that signed in on a pool's pages: what lets it go on to any client of the pool without
//! asking again. It travels sealed in a cookie. It ends by time, by sign-out in this browser, by what ends its user's
//! sign-ins, and where the pool tracks sessions, with its SSO session.

use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::pools::sessions::SSO_MINUTES;
use crate::domain::tokens::{self, SignIn};
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::{Client, Factor, Pool, User};
use crate::shapes::idp::UserStatusType as Status;
use crate::store::{self, users};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The longest cookie value that is opened.
const MAX_LENGTH: usize = 4096;

/// A browser that is signed in to a pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BrowserSession {
    /// What sign-out ends.
    id: String,
    pub username: String,
    /// Tells the user from a later one of the same name.
    sub: String,
    /// The identity provider that signed the user in; `None` for the pool itself.
    pub provider: Option<String>,
    /// When the user proved who they are.
    pub at: Timestamp,
    /// What proved it.
    pub factors: Vec<Factor>,
    /// The SSO session, where the pool tracks sessions.
    sso_session: Option<String>,
    until: Timestamp,
    /// What a sign-out at the provider needs.
    #[serde(default)]
    pub provider_session: Option<String>,
}

/// The identity provider that a sign-in came from.
#[derive(Clone, Copy)]
pub struct FromProvider<'a> {
    pub name: &'a str,
    /// What a sign-out there needs.
    pub session: Option<&'a str>,
}

/// How long after a sign-in a client takes a browser for signed in. Zero for a client that always asks again.
pub fn validity(pool: &Pool, client: &Client) -> Duration {
    let minutes = client.sso_minutes.filter(|_| pool.max_sessions().is_some()).unwrap_or(SSO_MINUTES);
    Duration::from_secs(60 * u64::try_from(minutes).unwrap_or(0))
}

impl BrowserSession {
    /// The session of a sign-in that a browser has just finished, and its cookie's value. `None` where the client wants
    /// none.
    pub async fn begin(
        cx: &Context,
        (pool, client): (&Pool, &Client),
        user: &User,
        sign_in: &SignIn,
        provider: Option<FromProvider<'_>>,
    ) -> Result<Option<(Self, String)>, Fault> {
        let until = sign_in.at.plus(validity(pool, client));
        if until <= cx.now {
            return Ok(None);
        }
        let session = Self {
            id: crate::rng::uuid_at(cx.now)?,
            username: user.username.clone(),
            sub: user.sub.clone(),
            provider: provider.map(|provider| provider.name.to_owned()),
            provider_session: provider.and_then(|provider| provider.session).map(str::to_owned),
            at: sign_in.at,
            factors: sign_in.factors.clone(),
            sso_session: tokens::sessions::begin_sso(cx, pool, client, user, until).await?,
            until,
        };
        let sealed = cx.services.keys.sealer.seal_text(Purpose::Cookie, pool.id.as_bytes(), &session)?;
        Ok(Some((session, sealed)))
    }

    /// The session in a cookie of this pool, with its user, while it lasts.
    pub async fn open(cx: &Context, pool: &Pool, cookie: &str) -> Result<Option<(Self, User)>, Fault> {
        if cookie.len() > MAX_LENGTH {
            return Ok(None);
        }
        let opened = cx.services.keys.sealer.open_text(Purpose::Cookie, pool.id.as_bytes(), cookie);
        let Some(session) = opened.ok().filter(|session: &Self| cx.now < session.until) else { return Ok(None) };
        let records = &cx.services.store;
        if store::tokens::is_revoked(records, &pool.id, &session.id, cx.now).await? {
            return Ok(None);
        }
        let user = users::by_username(records, pool, &session.username).await?;
        let Some(user) = user.filter(|user| user.sub == session.sub && session.is_of(user)) else { return Ok(None) };
        if let Some(sso) = session.sso_session.as_deref().filter(|_| pool.max_sessions().is_some())
            && !tokens::sessions::is_there(cx, pool, &user, sso).await?
        {
            return Ok(None);
        }
        Ok(Some((session, user)))
    }

    /// Whether nothing happened to the account since that ends its sign-ins. Cognito's own pages go on after a global
    /// sign-out until the hour is over; here it ends them, as people expect.
    fn is_of(&self, user: &User) -> bool {
        let began = crate::rng::moment_of(&self.id);
        let signed_out = user.signed_out.is_some_and(|at| began.is_none_or(|began| began < at));
        // Who came by another provider needs no password here, and so no confirmation of the sign-up.
        let waits = matches!(user.status, Status::ResetRequired | Status::Unconfirmed);
        user.enabled && !signed_out && (self.provider.is_some() || !waits)
    }

    /// Whether a client takes this session, `max_age` seconds after the sign-in at most.
    pub fn serves(&self, cx: &Context, (pool, client): (&Pool, &Client), max_age: Option<u64>) -> bool {
        let age = cx.now.since(self.at);
        age < validity(pool, client) && max_age.is_none_or(|seconds| age.as_secs() <= seconds)
    }

    /// The sign-in of the tokens that come through this session now: they can be ended by themselves.
    pub fn sign_in(&self, cx: &Context) -> Result<SignIn, Fault> {
        Ok(SignIn {
            origin: crate::rng::uuid_at(cx.now)?,
            at: self.at,
            factors: self.factors.clone(),
            device: None,
            session: None,
            sso_session: self.sso_session.clone(),
        })
    }

    /// Ends it (sign-out), with its SSO session.
    pub async fn end(&self, cx: &Context, pool: &Pool) -> Result<(), Fault> {
        cx.services
            .store
            .transact(async |tx| {
                store::tokens::revoke(tx, &pool.id, &self.id, self.until)?;
                Ok(())
            })
            .await?;
        if let Some(sso) = &self.sso_session {
            tokens::sessions::end_sso(cx, pool, &self.sub, sso).await?;
        }
        Ok(())
    }
}
