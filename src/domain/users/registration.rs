//! Self-registration: sign up, confirm, send the code again.

use super::accounts::{self, TakenAlias, UserChange};
use super::admission::{NamedUser, admit};
use super::attributes::{self, Writer};
use super::messages::Draft;
use super::{Attributes, Delivered, codes, decoy, lookup, messages, passwords};
use crate::context::Context;
use crate::delivery::Kind;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::events::{self, Event, Kind as Done, Response};
use crate::domain::pools;
use crate::domain::protection::{self, PasswordRisk};
use crate::domain::scope::Scope;
use crate::fault::{Cause, Fault};
use crate::model::{Client, CodePurpose, Contact, Pool, User};
use crate::risk::UserAction;
use crate::secret::Secret;
use crate::shapes::idp::{AliasAttributeType, EventFilterType, UserStatusType as Status, VerifiedAttributeType};
use crate::store::{Tx, users};
use crate::triggers::{Confirmation, EventSubject, SignUpOrigin};
use std::sync::Arc;

/// What a person signs up with.
pub struct SignUp {
    /// The name as typed.
    pub username: String,
    /// The password.
    pub password: Option<Secret>,
    /// Attribute values.
    pub attributes: Attributes,
    /// `ValidationData`, for the pool's function.
    pub validation: Option<Attributes>,
}

/// A new account.
pub struct Registered {
    /// Its pool.
    pub pool: Arc<Pool>,
    /// The user.
    pub user: User,
    /// Where the code went, if one was sent.
    pub delivered: Option<Delivered>,
}

/// An account that was just confirmed, and by what.
pub struct Confirmed {
    /// Its pool.
    pub pool: Arc<Pool>,
    /// The user.
    pub user: User,
    /// The contact whose code came back.
    pub contact: Contact,
}

/// Registers a user in the client's pool and queues the first code (Cognito: SignUp).
pub async fn sign_up(cx: &Context, client: &AuthenticatedClient, input: SignUp) -> Result<Registered, Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    if pool.settings.admin_create_user_config.as_ref().and_then(|c| c.allow_admin_create_user_only) == Some(true) {
        return Err(Fault::not_authorized("SignUp is not permitted for this user pool"));
    }
    let scope = Scope::of_client(cx, &pool, client);
    protection::admit(cx, &pool, client).await?;
    let password = input.password;
    match &password {
        Some(password) => passwords::check_policy(&pool, password.reveal())?,
        None if pool.is_passwordless() => {}
        None => return Err(Fault::invalid("Password is required")),
    }
    let name = accounts::new_name(&pool, &input.username)?;
    let mut attributes = name.complete(&input.username, input.attributes)?;
    attributes::check_new(&pool, Writer::User(client), &attributes)?;
    let nicknames = pool.alias_attributes.iter().flatten().any(|alias| *alias == AliasAttributeType::PreferredUsername);
    if nicknames && attributes.contains_key("preferred_username") {
        // Otherwise accounts that nobody confirms could take every name.
        return Err(Fault::invalid(
            "preferred_username can not be set before the user is confirmed, since it is an alias of the user pool.",
        ));
    }
    match contact_to_verify(&pool, &attributes) {
        Some(_) => cx.take_message()?,
        None => cx.take_sign_up()?,
    }
    let risk = match &password {
        Some(password) => protection::judge_password(scope, EventFilterType::SignUp, password.reveal()).await?,
        None => PasswordRisk::None,
    };
    if risk == PasswordRisk::Blocked {
        return Err(protection::known_password());
    }
    check_name_is_free(scope, &input.username, &attributes).await?;
    let event = scope.event_context(EventSubject::New(&name.username, &attributes));
    let verdict = scope.triggers().pre_sign_up(event, SignUpOrigin::SignUp, input.validation.as_ref()).await?;
    for contact in [Contact::Email, Contact::Phone] {
        if attributes.contains_key(contact.attribute()) {
            attributes.insert(contact.verified().to_owned(), verdict.verifies(contact).to_string());
        }
    }
    let status = if verdict.confirm { Status::Confirmed } else { Status::Unconfirmed };
    let credential = match &password {
        Some(password) => Some(passwords::make(cx, &pool, &name.username, password.reveal()).await?),
        None => None,
    };
    let user = User {
        password_set: credential.is_some().then_some(cx.now),
        credential,
        ..accounts::new_user(cx, name.sub, name.username, status, attributes)
    };
    let draft = if verdict.confirm { None } else { sign_up_code(scope, &user, Kind::SignUp).await? };
    let delivered = cx
        .services
        .store
        .transact(async |tx| {
            // An alias that the pool's function verifies moves to the new user, as at AWS.
            accounts::insert(scope, tx, &user, TakenAlias::Move).await?;
            draft.as_ref().map(|draft| send_sign_up_code(scope, tx, draft, &user)).transpose()
        })
        .await?;
    draft.iter().for_each(|draft| draft.go(cx));
    events::record(scope, &user, Event::new(Done::SignUp, Response::Pass).password(risk)).await;
    if verdict.confirm {
        let event = scope.event_context(EventSubject::User(&user));
        scope.triggers().post_confirmation(event, Confirmation::SignUp).await?;
    }
    Ok(Registered { pool, user, delivered })
}

/// Refuses a username, or an attribute that is the sign-in name, that a user has already.
async fn check_name_is_free(scope: Scope<'_>, typed: &str, attributes: &Attributes) -> Result<(), Fault> {
    let (store, pool) = (scope.store(), scope.pool);
    if !pool.has_username_attributes() && users::by_username(store, pool, typed).await?.is_some() {
        return Err(accounts::already_exists(scope));
    }
    for login in pool.username_attributes.iter().flatten() {
        if let Some(value) = attributes.get(login.as_str())
            && users::by_alias(store, pool, login.as_str(), value).await?.is_some()
        {
            let text = format!("An account with the given {login} already exists.");
            return Err(Fault::modelled("UsernameExistsException", text).because(Cause::UsernameExists));
        }
    }
    Ok(())
}

/// The contact that sign-up verifies: the phone number if there is one to verify, else the mail address.
fn contact_to_verify(pool: &Pool, attributes: &Attributes) -> Option<(Contact, String)> {
    let auto = pool.settings.auto_verified_attributes.clone().unwrap_or_default();
    let usable = |kind: VerifiedAttributeType, contact: Contact| {
        auto.contains(&kind)
            .then(|| attributes.get(contact.attribute()).cloned())
            .flatten()
            .map(|value| (contact, value))
    };
    usable(VerifiedAttributeType::PhoneNumber, Contact::Phone)
        .or_else(|| usable(VerifiedAttributeType::Email, Contact::Email))
}

/// The message with the code of a sign-up; nothing where the pool verifies nothing that the user has.
async fn sign_up_code<'a>(scope: Scope<'a>, user: &User, kind: Kind) -> Result<Option<Draft<'a>>, Fault> {
    let Some((contact, value)) = contact_to_verify(scope.pool, &user.attributes) else { return Ok(None) };
    Draft::make(scope, user, kind, (contact, &value)).await.map(Some)
}

fn send_sign_up_code(scope: Scope<'_>, tx: &Tx, draft: &Draft<'_>, user: &User) -> Result<Delivered, Fault> {
    let Scope { cx, pool, .. } = scope;
    let value = user.attributes.get(draft.contact.attribute()).ok_or_else(Fault::too_many_requests)?;
    let code = codes::issue(cx, tx, pool, user, CodePurpose::SignUp, (draft.contact, value))?;
    draft.send_code(cx, tx, (user, value), &code)
}

/// Confirms a sign-up by its code (Cognito: ConfirmSignUp). `force_alias` takes a verified alias from another user.
pub async fn confirm(
    cx: &Context,
    client: &Client,
    name: &str,
    code: &str,
    force_alias: bool,
) -> Result<Confirmed, Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    cx.check_address()?;
    let found = lookup::find(&cx.services.store, &pool, name).await?;
    let user = match found {
        Some(user) if user.status == Status::Unconfirmed && client.hides_users() => {
            decoy::with_sign_up_code(cx, &pool, user).await?
        }
        Some(user) if user.status == Status::Unconfirmed => user,
        // Unknown and confirmed users get the answer of an unconfirmed user with another code.
        found if client.hides_users() => {
            decoy::with_sign_up_code(cx, &pool, decoy::stand_in(cx, &pool, found, name)).await?
        }
        Some(user) => return Err(not_confirmable(&user)),
        None => {
            cx.count_failure();
            return Err(lookup::unknown_name());
        }
    };
    let judged = codes::answer(cx, &pool, &user, CodePurpose::SignUp, code).await?;
    if user.status == Status::Unknown || judged.value.is_empty() {
        return Err(codes::mismatch());
    }
    let scope = Scope::of_client(cx, &pool, client);
    let taken_alias = if force_alias { TakenAlias::Move } else { TakenAlias::Refuse };
    let user = cx
        .services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, &pool, &user.username).await?.ok_or_else(Fault::user_not_found)?;
            if before.status != Status::Unconfirmed {
                return Err(not_confirmable(&before));
            }
            codes::spend(cx, tx, &pool, &before, CodePurpose::SignUp, &judged).await?;
            let mut after = before.clone();
            after.status = Status::Confirmed;
            after.modified = cx.now;
            if after.attributes.get(judged.contact.attribute()) == Some(&judged.value) {
                after.attributes.insert(judged.contact.verified().to_owned(), "true".to_owned());
            }
            accounts::update(scope, tx, UserChange { before: &before, after: &after }, taken_alias).await?;
            Ok(after)
        })
        .await?;
    let event = scope.event_context(EventSubject::User(&user));
    scope.triggers().post_confirmation(event, Confirmation::SignUp).await?;
    Ok(Confirmed { pool, user, contact: judged.contact })
}

fn nothing_to_verify() -> Fault {
    Fault::invalid("Cannot resend codes. Auto verification not turned on.")
}

fn not_confirmable(user: &User) -> Fault {
    Fault::not_authorized(format!("User cannot be confirmed. Current status is {}", user.status.as_str()))
}

/// Confirms a sign-up without a code (Cognito: AdminConfirmSignUp).
pub async fn confirm_by_admin(cx: &Context, pool: &Pool, name: &str) -> Result<(), Fault> {
    let user = cx
        .services
        .store
        .transact(async |tx| {
            let before = lookup::known(tx, pool, name).await?;
            if before.status != Status::Unconfirmed {
                return Err(not_confirmable(&before));
            }
            let after = User { status: Status::Confirmed, modified: cx.now, ..before.clone() };
            users::update(tx, pool, &before, &after)?;
            Ok(after)
        })
        .await?;
    let scope = Scope::of_admin(cx, pool);
    scope.triggers().post_confirmation(scope.event_context(EventSubject::User(&user)), Confirmation::SignUp).await
}

/// Sends the sign-up code again (Cognito: ResendConfirmationCode).
pub async fn resend(cx: &Context, client: &AuthenticatedClient, name: &str) -> Result<Delivered, Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    if pool.settings.auto_verified_attributes.as_ref().is_none_or(Vec::is_empty) {
        return Err(nothing_to_verify());
    }
    let scope = Scope::of_client(cx, &pool, client);
    let found = lookup::find(&cx.services.store, &pool, name).await?;
    admit(cx, &pool, client, NamedUser { user: found.as_ref(), name }, Done::ResendCode).await?;
    let subject = decoy::subject(cx, &pool, found.as_ref(), name);
    messages::allowed(cx, &pool, &subject, UserAction::ResendCode)?;
    let user = match found {
        Some(user) if user.status == Status::Unconfirmed => user,
        found if client.hides_users() => {
            let pretended = decoy::stand_in(cx, &pool, found, name);
            let event = Event::new(Done::ResendCode, Response::Pass);
            events::record(scope, &pretended, event).await;
            return decoy::pretend_delivery(cx, &pool, CodePurpose::SignUp, &pretended).await;
        }
        Some(_) => return Err(Fault::invalid("User is already confirmed.")),
        None => return Err(lookup::unknown_name()),
    };
    let draft = sign_up_code(scope, &user, Kind::ResendCode).await?;
    let delivered = cx
        .services
        .store
        .transact(async |tx| {
            let user = users::by_username(tx, &pool, &user.username).await?.ok_or_else(Fault::user_not_found)?;
            draft.as_ref().map(|draft| send_sign_up_code(scope, tx, draft, &user)).transpose()
        })
        .await?;
    draft.iter().for_each(|draft| draft.go(cx));
    if delivered.is_some() {
        events::record(scope, &user, Event::new(Done::ResendCode, Response::Pass)).await;
    }
    match delivered {
        Some(delivered) => Ok(delivered),
        None if client.hides_users() => decoy::pretend_delivery(cx, &pool, CodePurpose::SignUp, &user).await,
        None => Err(nothing_to_verify()),
    }
}
