//! Forgotten and changed passwords.

use super::{Delivered, codes, lookup, messages, passwords, registration};
use crate::context::Context;
use crate::delivery::Kind;
use crate::domain::pools;
use crate::domain::tokens::Session;
use crate::fault::Fault;
use crate::model::{Client, CodePurpose, Contact, Pool, User};
use crate::risk::UserAction;
use crate::shapes::idp::{RecoveryOptionNameType as Mechanism, UserStatusType as Status};
use crate::store::users;
use crate::triggers::{self, Trigger};

/// The verified contact that recovery uses, by the pool's order.
pub fn contact(pool: &Pool, user: &User) -> Result<(Contact, String), Fault> {
    let mut options = pool.settings.account_recovery_setting.as_ref().and_then(|s| s.recovery_mechanisms.clone()).unwrap_or_default();
    options.sort_by_key(|o| o.priority);
    let order: Vec<Contact> = if options.is_empty() {
        vec![Contact::Phone, Contact::Email]
    } else if options.iter().any(|o| o.name == Mechanism::AdminOnly) {
        return Err(Fault::not_authorized("Contact administrator to reset password."));
    } else {
        options.iter().map(|o| if o.name == Mechanism::VerifiedEmail { Contact::Email } else { Contact::Phone }).collect()
    };
    order
        .into_iter()
        .filter(|c| user.verified(*c))
        .find_map(|c| user.attributes.get(c.attribute()).map(|value| (c, value.clone())))
        .ok_or_else(|| Fault::invalid("Cannot reset password for the user as there is no registered/verified email or phone_number"))
}

fn unknown_name() -> Fault {
    Fault::modelled("UserNotFoundException", "Username/client id combination not found.")
}

/// Sends a code for a new password (Cognito: ForgotPassword).
pub async fn forgot(cx: &Context, client: &Client, name: &str) -> Result<Delivered, Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    let found = lookup::find(&cx.services.store, &pool, name).await?;
    let subject = found.as_ref().map_or(name, |u| u.sub.as_str());
    messages::allowed(cx, &pool, subject, UserAction::ForgotPassword)?;
    let Some(user) = found else {
        triggers::run(&pool, Trigger::UserMigration)?;
        return if client.hides_users() { pretend(cx, &pool, name).await } else { Err(unknown_name()) };
    };
    match send(cx, &pool, &user).await {
        // A user who cannot recover would be told from an unknown one.
        Err(Fault::Modelled { .. }) if client.hides_users() => pretend(cx, &pool, name).await,
        other => other,
    }
}

/// Answers as if a code went out, after the same work: a code is kept for a user who does not exist.
pub(super) async fn pretend(cx: &Context, pool: &Pool, name: &str) -> Result<Delivered, Fault> {
    let imagined = lookup::imagined(cx, pool, name);
    let nobody = registration::new_user(cx, imagined.username.clone(), imagined.username, Status::Unknown, Default::default());
    cx.services
        .store
        .transact(async |tx| {
            codes::issue(cx, tx, pool, &nobody, CodePurpose::ForgotPassword, (Contact::Email, &imagined.email))?;
            Ok(())
        })
        .await?;
    Ok(Delivered { contact: Contact::Email, destination: imagined.email })
}

async fn send(cx: &Context, pool: &Pool, user: &User) -> Result<Delivered, Fault> {
    if !user.enabled {
        return Err(Fault::not_authorized("User is disabled."));
    }
    if matches!(user.status, Status::ForceChangePassword | Status::ExternalProvider) {
        return Err(Fault::not_authorized("User password cannot be reset in the current state."));
    }
    let (contact, value) = contact(pool, user)?;
    let delivered = cx
        .services
        .store
        .transact(async |tx| {
            let code = codes::issue(cx, tx, pool, user, CodePurpose::ForgotPassword, (contact, &value))?;
            messages::send_code(cx, tx, (pool, user), (Kind::ForgotPassword, None), ((contact, &value), &code))
        })
        .await?;
    cx.services.delivery.wake();
    Ok(delivered)
}

/// An administrator makes a user choose a new password (Cognito: AdminResetUserPassword).
pub async fn reset_by_admin(cx: &Context, pool: &Pool, name: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let before = lookup::known(tx, pool, name).await?;
            if matches!(before.status, Status::ForceChangePassword | Status::Unconfirmed | Status::ExternalProvider) {
                return Err(Fault::not_authorized("User password cannot be reset in the current state."));
            }
            let (contact, value) = contact(pool, &before)?;
            let after = User { status: Status::ResetRequired, modified: cx.now, ..before.clone() };
            users::update(tx, pool, &before, &after)?;
            let code = codes::issue(cx, tx, pool, &after, CodePurpose::ForgotPassword, (contact, &value))?;
            messages::send_code(cx, tx, (pool, &after), (Kind::ForgotPassword, None), ((contact, &value), &code))
        })
        .await?;
    cx.services.delivery.wake();
    Ok(())
}

/// Sets a new password by a code (Cognito: ConfirmForgotPassword).
pub async fn confirm(cx: &Context, client: &Client, name: &str, code: &str, password: &str) -> Result<(), Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    cx.services.risk.rates.address(cx.source_ip, cx.now)?;
    passwords::check_policy(&pool, password)?;
    let Some(user) = lookup::find(&cx.services.store, &pool, name).await? else {
        cx.services.risk.rates.failed(cx.source_ip, cx.now);
        return Err(if client.hides_users() { codes::mismatch() } else { unknown_name() });
    };
    let use_ = (CodePurpose::ForgotPassword, UserAction::ConfirmForgotPassword);
    let judged = codes::answer(cx, &pool, &user, use_, code).await?;
    let credential = passwords::make(cx, &pool, &user.username, password).await?;
    cx.services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, &pool, &user.username).await?.ok_or_else(Fault::user_not_found)?;
            codes::spend(cx, tx, &pool, &before, CodePurpose::ForgotPassword, &judged).await?;
            let mut after = before.clone();
            after.credential = Some(credential.clone());
            after.temporary_until = None;
            // The code reached the contact, so an account that was waiting for confirmation has it now.
            after.status = Status::Confirmed;
            after.modified = cx.now;
            users::update(tx, &pool, &before, &after)?;
            Ok(())
        })
        .await?;
    cx.services.risk.lockout.clear(&cx.services.store, &pool.id, &user.sub).await?;
    triggers::run(&pool, Trigger::PostConfirmation)
}

/// A signed-in user changes the password (Cognito: ChangePassword).
pub async fn change(cx: &Context, session: &Session, previous: Option<&str>, proposed: &str) -> Result<(), Fault> {
    let (pool, user) = (&session.pool, &session.user);
    passwords::check_policy(pool, proposed)?;
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
    rates.forgive(UserAction::ChangePassword, &pool.id, &user.sub);
    let credential = passwords::make(cx, pool, &user.username, proposed).await?;
    cx.services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, pool, &user.username).await?.ok_or_else(Fault::user_not_found)?;
            if before.credential != user.credential {
                // Changed by someone else between the check and now: the proof no longer holds.
                return Err(Fault::wrong_credentials());
            }
            let after = User { credential: Some(credential.clone()), temporary_until: None, modified: cx.now, ..before.clone() };
            users::update(tx, pool, &before, &after)?;
            Ok(())
        })
        .await
}
