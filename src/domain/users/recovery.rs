//! Forgotten and changed passwords.

use super::admission::{NamedUser, admit};
use super::messages::Draft;
use super::new_password::NewPassword;
use super::{Delivered, codes, decoy, factors, lookup, messages, migration, passwords, recovery_contacts};
use crate::context::Context;
use crate::delivery::Kind;
use crate::domain::access_token::VerifiedAccessToken;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::events::{self, Event, Kind as Done, Response};
use crate::domain::pools;
use crate::domain::protection::PasswordRisk;
use crate::domain::scope::Scope;
use crate::domain::users::accounts::require_own_sign_in;
use crate::fault::Fault;
use crate::model::{Client, CodePurpose, Contact, Pool, User};
use crate::risk::UserAction;
use crate::shapes::idp::UserStatusType as Status;
use crate::store::users;
use crate::triggers::{Confirmation, EventSubject};

fn check_recoverable(pool: &Pool) -> Result<(), Fault> {
    if recovery_contacts(pool).is_empty() {
        Err(Fault::not_authorized("Contact administrator to reset password."))
    } else {
        Ok(())
    }
}

/// Whether codes of the user's second factor go to a contact: whoever has it would have both factors by it alone.
fn is_second_factor(pool: &Pool, user: &User, contact: Contact) -> bool {
    factors::is_on(pool) && factors::usable(pool, user).into_iter().any(|mfa| factors::contact(mfa) == Some(contact))
}

/// The verified contact that a code for a user's new password goes to.
pub fn contact(pool: &Pool, user: &User) -> Result<(Contact, String), Fault> {
    check_recoverable(pool)?;
    recovery_contacts(pool)
        .into_iter()
        .filter(|c| user.verified(*c) && !is_second_factor(pool, user, *c))
        .find_map(|c| user.attributes.get(c.attribute()).map(|value| (c, value.clone())))
        .ok_or_else(|| {
            Fault::invalid(
                "Cannot reset password for the user as there is no registered/verified email or phone_number",
            )
        })
}

/// Sends a code for a new password (Cognito: ForgotPassword).
pub async fn forgot(cx: &Context, client: &AuthenticatedClient, name: &str) -> Result<Delivered, Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    check_recoverable(&pool)?;
    let found = lookup::find(&cx.services.store, &pool, name).await?;
    admit(cx, &pool, client, NamedUser { user: found.as_ref(), name }, Done::ForgotPassword).await?;
    let subject = decoy::subject(cx, &pool, found.as_ref(), name);
    messages::allowed(cx, &pool, &subject, UserAction::ForgotPassword)?;
    let found = match found {
        Some(user) => Some(user),
        None => migration::migrate(cx, &pool, client, name, migration::Given::default()).await?,
    };
    let Some(user) = found else {
        if client.hides_users() {
            let nobody = decoy::decoy_user(cx, &pool, name);
            let pretended = decoy::pretend_delivery(cx, &pool, CodePurpose::ForgotPassword, &nobody).await;
            let event = Event::new(Done::ForgotPassword, Response::InProgress);
            events::record(Scope::of_client(cx, &pool, client), &nobody, event).await;
            return pretended;
        }
        return Err(lookup::unknown_name());
    };
    let sent = send(cx, (&pool, client), &user).await;
    let event = match &sent {
        Ok(_) => Some(Event::new(Done::ForgotPassword, Response::InProgress)),
        Err(fault) => Event::failed(Done::ForgotPassword, fault),
    };
    if let Some(event) = event {
        events::record(Scope::of_client(cx, &pool, client), &user, event).await;
    }
    match sent {
        // A user who cannot recover would be told from an unknown one.
        Err(fault) if fault.is_modelled() && client.hides_users() => {
            decoy::pretend_delivery(cx, &pool, CodePurpose::ForgotPassword, &user).await
        }
        other => other,
    }
}

async fn send(cx: &Context, (pool, client): (&Pool, &Client), user: &User) -> Result<Delivered, Fault> {
    if !user.enabled {
        return Err(Fault::not_authorized("User is disabled."));
    }
    if matches!(user.status, Status::ForceChangePassword | Status::ExternalProvider) {
        return Err(Fault::not_authorized("User password cannot be reset in the current state."));
    }
    let (contact, value) = contact(pool, user)?;
    let draft = Draft::make(Scope::of_client(cx, pool, client), user, Kind::ForgotPassword, (contact, &value)).await?;
    let delivered = cx
        .services
        .store
        .transact(async |tx| {
            let code = codes::issue(cx, tx, pool, user, CodePurpose::ForgotPassword, (contact, &value))?;
            draft.send_code(cx, tx, (user, &value), &code)
        })
        .await?;
    draft.go(cx);
    Ok(delivered)
}

/// An administrator makes a user choose a new password (Cognito: AdminResetUserPassword).
pub async fn reset_by_admin(cx: &Context, pool: &Pool, name: &str) -> Result<(), Fault> {
    let known = lookup::known(&cx.services.store, pool, name).await?;
    let (kind, value) = resettable(pool, &known)?;
    let told = User { status: Status::ResetRequired, ..known.clone() };
    let draft = Draft::make(Scope::of_admin(cx, pool), &told, Kind::ForgotPassword, (kind, &value)).await?;
    cx.services
        .store
        .transact(async |tx| {
            let before = lookup::known(tx, pool, name).await?;
            let (contact, value) = resettable(pool, &before)?;
            if contact != draft.contact {
                return Err(Fault::too_many_requests());
            }
            // Whoever knew the old password must not come back with tokens from before, once there is a new one.
            let after = User {
                status: Status::ResetRequired,
                signed_out: Some(cx.services.clock.now()),
                modified: cx.now,
                ..before.clone()
            };
            users::update(tx, pool, &before, &after)?;
            let code = codes::issue(cx, tx, pool, &after, CodePurpose::ForgotPassword, (contact, &value))?;
            draft.send_code(cx, tx, (&after, &value), &code)
        })
        .await?;
    draft.go(cx);
    codes::unlock(cx, pool, &known, CodePurpose::ForgotPassword).await
}

/// Where the code goes that lets a user choose a new password, if an administrator may ask for one.
fn resettable(pool: &Pool, user: &User) -> Result<(Contact, String), Fault> {
    if !user.enabled {
        return Err(Fault::not_authorized("User is disabled"));
    }
    if matches!(user.status, Status::ForceChangePassword | Status::Unconfirmed | Status::ExternalProvider) {
        return Err(Fault::not_authorized("User password cannot be reset in the current state."));
    }
    contact(pool, user)
}

/// Sets a new password by a code (Cognito: ConfirmForgotPassword).
pub async fn confirm(
    cx: &Context,
    client: &AuthenticatedClient,
    name: &str,
    code: &str,
    password: &str,
) -> Result<(), Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    cx.check_address()?;
    let found = lookup::find(&cx.services.store, &pool, name).await?;
    admit(cx, &pool, client, NamedUser { user: found.as_ref(), name }, Done::ForgotPassword).await?;
    passwords::check_policy(&pool, password)?;
    let user = match found {
        Some(user) => user,
        None if client.hides_users() => decoy::decoy_user(cx, &pool, name),
        None => {
            cx.count_failure();
            return Err(lookup::unknown_name());
        }
    };
    let set = set_by_code(Scope::of_client(cx, &pool, client), &user, code, password).await;
    let (set, user) = match set {
        Ok((risk, user)) => (Ok(risk), user),
        Err(fault) => (Err(fault), user),
    };
    events::password_set(Scope::of_client(cx, &pool, client), &user, Done::ForgotPassword, &set).await;
    set?;
    cx.services.risk.lockout.clear(&cx.services.store, &pool.id, &user.sub).await?;
    let scope = Scope::of_client(cx, &pool, client);
    scope
        .triggers()
        .post_confirmation(scope.event_context(EventSubject::User(&user)), Confirmation::ForgotPassword)
        .await
}

async fn set_by_code(scope: Scope<'_>, user: &User, code: &str, password: &str) -> Result<(PasswordRisk, User), Fault> {
    let Scope { cx, pool, .. } = scope;
    let judged = codes::answer(cx, pool, user, CodePurpose::ForgotPassword, code).await?;
    if user.status == Status::Unknown {
        return Err(codes::mismatch());
    }
    let password = NewPassword::prepare(scope, user, password).await?;
    let user = cx
        .services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, pool, &user.username).await?.ok_or_else(Fault::user_not_found)?;
            codes::spend(cx, tx, pool, &before, CodePurpose::ForgotPassword, &judged).await?;
            // The code proves the contact that it was sent to; if that is the user's no longer, it proves nothing.
            let contact = judged.contact;
            let still = before.verified(contact) && before.attributes.get(contact.attribute()) == Some(&judged.value);
            if !still || matches!(before.status, Status::ForceChangePassword | Status::ExternalProvider) {
                return Err(codes::expired());
            }
            let mut after = before.clone();
            password.reset(cx, tx, pool, &mut after).await?;
            // The code reached the contact, so an account that was waiting for confirmation has it now.
            after.status = Status::Confirmed;
            users::update(tx, pool, &before, &after)?;
            Ok(after)
        })
        .await?;
    Ok((password.risk, user))
}

/// A signed-in user changes the password (Cognito: ChangePassword).
pub async fn change(
    cx: &Context,
    session: &VerifiedAccessToken,
    previous: Option<&str>,
    proposed: &str,
) -> Result<(), Fault> {
    require_own_sign_in(&session.user)?;
    passwords::check_policy(&session.pool, proposed)?;
    let set = set_by_owner(cx, session, previous, proposed).await;
    events::password_set(session.scope(cx), &session.user, Done::PasswordChange, &set).await;
    set.map(|_| ())
}

async fn set_by_owner(
    cx: &Context,
    session: &VerifiedAccessToken,
    previous: Option<&str>,
    proposed: &str,
) -> Result<PasswordRisk, Fault> {
    let (pool, user) = (&session.pool, &session.user);
    let rates = &cx.services.risk.rates;
    rates.user(UserAction::ChangePassword, &pool.id, &user.sub, cx.now)?;
    if let Some(previous) = previous {
        let attempt = cx.services.risk.lockout.begin(&cx.services.store, &pool.id, &user.sub, cx.now).await?;
        if !passwords::is_right(cx, pool, &user.username, Some(user), previous).await? {
            attempt.failed().await?;
            return Err(Fault::wrong_credentials());
        }
        attempt.succeeded().await?;
    } else if user.credential.is_some() {
        return Err(Fault::invalid("PreviousPassword is required"));
    }
    let password = NewPassword::prepare(session.scope(cx), user, proposed).await?;
    cx.services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, pool, &user.username).await?.ok_or_else(Fault::user_not_found)?;
            if before.credential != user.credential {
                // Changed by someone else between the check and now: the proof no longer holds.
                return Err(Fault::wrong_credentials());
            }
            let mut after = before.clone();
            password.set(cx, tx, pool, &mut after).await?;
            users::update(tx, pool, &before, &after)?;
            crate::store::codes::delete(tx, pool, &user.username, CodePurpose::ForgotPassword);
            Ok(())
        })
        .await?;
    if !password.is_costly() {
        rates.forgive(UserAction::ChangePassword, &pool.id, &user.sub);
    }
    Ok(password.risk)
}
