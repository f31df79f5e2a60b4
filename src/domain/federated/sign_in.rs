//! From a verified identity to a finished sign-in: the pool's functions, the profile, links, events. No factor of the
//! pool is asked for; that is the provider's matter. A disabled account stays closed.

use super::profile::Arrival;
use super::{factors, mapping};
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::events::{self, Event, Kind, Response};
use crate::domain::protection;
use crate::domain::scope::Scope;
use crate::domain::tokens::SignIn;
use crate::domain::users::Attributes;
use crate::domain::users::accounts::{self, TakenAlias, UserChange};
use crate::fault::{Cause, Fault};
use crate::federation::{ExternalIdentity, FederationError, MAX_SESSION, ProviderClaims};
use crate::model::{Contact, IdentityProvider, Pool, User};
use crate::store::{self, users};
use crate::triggers::{Confirmation, EventSubject, ProviderAttributes, SignUpOrigin};
use serde_json::Value;
use std::cell::RefCell;

/// A sign-in at a provider in which everything is done. It is not yet tokens.
#[derive(Debug)]
pub struct FederatedSignIn {
    pub user: User,
    pub sign_in: SignIn,
    /// What a sign-out at the provider needs.
    pub session: Option<String>,
}

/// Signs in whom a provider vouches for.
pub async fn sign_in(
    scope: Scope<'_>,
    client: &AuthenticatedClient,
    provider: &IdentityProvider,
    identity: ExternalIdentity,
) -> Result<FederatedSignIn, FederationError> {
    let Scope { cx, pool, .. } = scope;
    protection::admit(cx, pool, client).await?;
    let subject = mapping::subject(provider, &identity.subject, &identity.claims)?;
    let username = format!("{}_{subject}", provider.name);
    let told = (username.as_str(), provider, identity.told);
    let claims = inbound(scope, told).await?.unwrap_or(identity.claims);
    let mapped = mapping::mapped((pool, client), provider, &claims)?;
    let issuer = identity.issuer.as_deref();
    let mut arrival = Arrival { provider, subject: &subject, issuer, mapped: &mapped, joins: false };
    let user = match arrival.find(scope.store(), pool).await? {
        Some(user) => again(scope, &arrival, user).await?,
        None => match arrival.by_verified_address(scope.store(), pool).await? {
            Some(user) => {
                arrival.joins = true;
                again(scope, &arrival, user).await?
            }
            None => first(scope, &arrival).await?,
        },
    };
    events::record(scope, &user, Event::new(Kind::SignIn, Response::Pass)).await;
    let factors = factors::of(provider, identity.acr.as_deref(), &identity.amr);
    let sign_in = SignIn::now(cx, factors, None)?;
    Ok(FederatedSignIn { user, sign_in, session: identity.session.filter(|text| text.len() <= MAX_SESSION) })
}

/// Runs InboundFederation; `None` keeps the claims as they are.
async fn inbound(
    scope: Scope<'_>,
    (username, provider, told): (&str, &IdentityProvider, Value),
) -> Result<Option<ProviderClaims>, Fault> {
    let attributes =
        ProviderAttributes { provider_name: &provider.name, provider_type: provider.kind.as_str(), attributes: told };
    let event = scope.event_context(EventSubject::Unknown(username));
    let changed = scope.triggers().inbound_federation(event, attributes).await?;
    Ok(changed.map(|texts| texts.into_iter().map(|(name, text)| (name, Value::String(text))).collect()))
}

/// A user who was here before, or was linked: PreAuthentication, the profile brought up to date, PostAuthentication.
async fn again(scope: Scope<'_>, arrival: &Arrival<'_>, user: User) -> Result<User, FederationError> {
    let pool = scope.pool;
    if let Err(error) = enter(scope, arrival, &user).await {
        if let FederationError::Account(_) = &error {
            let event = Event::new(Kind::SignIn, Response::Fail);
            events::record(scope, &user, event).await;
        }
        return Err(error);
    }
    // Whoever holds the account when it is written must still be the one that the functions were told of.
    let user = transact(scope, async |tx| {
        let before = users::by_username(tx, pool, &user.username).await.map_err(Fault::from)?;
        let before = before.filter(|before| before.sub == user.sub).ok_or_else(Fault::user_not_found)?;
        write(scope, tx, arrival, before).await
    })
    .await?;
    scope.triggers().post_authentication(scope.event_context(EventSubject::User(&user)), false).await?;
    Ok(user)
}

async fn enter(scope: Scope<'_>, arrival: &Arrival<'_>, user: &User) -> Result<(), FederationError> {
    check_enabled(user)?;
    scope.triggers().pre_authentication(scope.event_context(EventSubject::User(user)), None).await?;
    // Said before anything is written, in the words for attributes.
    arrival.refreshed(scope.cx, scope.pool, user).map(drop)
}

fn check_enabled(user: &User) -> Result<(), FederationError> {
    if user.enabled { Ok(()) } else { Err(FederationError::Account("User is disabled. ")) }
}

async fn write(scope: Scope<'_>, tx: &store::Tx, arrival: &Arrival<'_>, before: User) -> Result<User, FederationError> {
    check_enabled(&before)?;
    let after = arrival.refreshed(scope.cx, scope.pool, &before)?;
    if after.attributes != before.attributes || after.identities != before.identities {
        let change = UserChange { before: &before, after: &after };
        accounts::update(scope, tx, change, TakenAlias::Refuse).await?;
    }
    Ok(after)
}

/// A user who is here for the first time: PreSignUp, the new profile, PostConfirmation. PreSignUp may link the identity
/// to another user, who is then signed in instead.
async fn first(scope: Scope<'_>, arrival: &Arrival<'_>) -> Result<User, FederationError> {
    let Scope { cx, pool, .. } = scope;
    let mut new = arrival.new_user(cx, scope.store(), pool).await?;
    let told: Attributes =
        new.attributes.iter().filter(|(name, _)| *name != "identities").map(|(n, v)| (n.clone(), v.clone())).collect();
    let event = scope.event_context(EventSubject::New(&new.username, &told));
    let verdict = scope.triggers().pre_sign_up(event, SignUpOrigin::ExternalProvider, None).await?;
    for contact in [Contact::Email, Contact::Phone] {
        if verdict.verifies(contact) && new.attributes.contains_key(contact.attribute()) {
            new.attributes.insert(contact.verified().to_owned(), "true".to_owned());
        }
    }
    let (user, is_new) = transact(scope, async |tx| {
        if let Some(linked) = arrival.find(tx, pool).await? {
            return Ok((write(scope, tx, arrival, linked).await?, false));
        }
        insert(scope, tx, pool, &new).await?;
        Ok((new.clone(), true))
    })
    .await?;
    if is_new {
        let event = scope.event_context(EventSubject::User(&user));
        scope.triggers().post_confirmation(event, Confirmation::SignUp).await?;
    }
    Ok(user)
}

async fn insert(scope: Scope<'_>, tx: &store::Tx, pool: &Pool, new: &User) -> Result<(), FederationError> {
    // The profile of an identity that was taken from it stays, and nobody signs in by it any more.
    if users::by_username(tx, pool, &new.username).await.map_err(Fault::from)?.is_some() {
        return Err(FederationError::UsernameTaken(new.username.clone()));
    }
    match accounts::insert(scope, tx, new, TakenAlias::Refuse).await {
        Err(fault) if fault.cause() == Cause::UsernameExists => {
            Err(FederationError::UsernameTaken(new.username.clone()))
        }
        done => Ok(done?),
    }
}

/// Runs a transaction whose work may refuse with more than a fault.
async fn transact<T>(
    scope: Scope<'_>,
    work: impl AsyncFn(&store::Tx) -> Result<T, FederationError>,
) -> Result<T, FederationError> {
    let refused = RefCell::new(None);
    let done = scope.store().transact(async |tx| {
        work(tx).await.map_err(|error| match error {
            FederationError::Fault(fault) => fault,
            error => {
                let fault = Fault::invalid(error.to_string());
                refused.replace(Some(error));
                fault
            }
        })
    });
    let done = done.await;
    match refused.take() {
        Some(error) => Err(error),
        None => Ok(done?),
    }
}
