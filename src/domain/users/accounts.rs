//! Accounts: what a new one is called, how it begins, and which sign-in names it may have.

use super::lookup::{is_email, is_phone, looks_like_sub};
use super::{Attributes, attributes};
use crate::context::Context;
use crate::domain::pools::{self, quotas};
use crate::domain::scope::Scope;
use crate::fault::{Cause, Fault};
use crate::model::{Contact, Pool, SaferChoice, User};
use crate::shapes::idp::{AliasAttributeType as Alias, UserStatusType as Status, UsernameAttributeType as Login};
use crate::store::{Read, Tx, users};

/// What a new account is called. In pools where a mail address or phone number is the sign-in name, the username is a
/// new UUID and the typed name becomes an attribute.
pub struct NewName {
    pub username: String,
    pub sub: String,
    /// The attribute that the typed name is.
    pub attribute: Option<&'static str>,
}

impl NewName {
    /// The attributes of the new account: those given, with the typed name as the attribute that is the sign-in name.
    /// Contradictory and empty values are judged before empty ones are dropped, as at AWS.
    pub fn complete(&self, typed: &str, mut given: Attributes) -> Result<Attributes, Fault> {
        if let Some(login) = self.attribute {
            if given.get(login).is_some_and(|value| !value.is_empty() && value != typed) {
                return Err(Fault::invalid(format!(
                    "User {login} should be empty or same as username, since username attribute is {login}"
                )));
            }
            given.insert(login.to_owned(), typed.to_owned());
        }
        for (contact, text) in
            [(Contact::Phone, "Invalid phone number format."), (Contact::Email, "Invalid email address format.")]
        {
            if given.get(contact.attribute()).is_some_and(String::is_empty) {
                return Err(Fault::invalid(text));
            }
        }
        given.retain(|_, value| !value.is_empty());
        Ok(given)
    }
}

/// Checks the name of a new account.
pub fn new_name(pool: &Pool, typed: &str) -> Result<NewName, Fault> {
    if typed.chars().any(char::is_control) {
        return Err(Fault::invalid("Username must not contain control characters."));
    }
    let sub = crate::rng::uuid()?;
    let logins: Vec<Login> = pool.username_attributes.clone().unwrap_or_default();
    if logins.is_empty() {
        for alias in pool.alias_attributes.iter().flatten() {
            let confusing = match alias {
                Alias::Email => is_email(typed).then_some("email"),
                Alias::PhoneNumber => is_phone(typed).then_some("phone_number"),
                Alias::PreferredUsername => None,
            };
            if let Some(kind) = confusing {
                let text = if kind == "email" { "email" } else { "phone number" };
                return Err(Fault::invalid(format!(
                    "Username cannot be of {text} format, since user pool is configured for {text} alias."
                )));
            }
        }
        // Where case does not count, every answer has the name in one form, whoever asks and however they write it.
        return Ok(NewName { username: users::fold(pool, typed), sub, attribute: None });
    }
    let (email, phone) = (logins.contains(&Login::Email), logins.contains(&Login::PhoneNumber));
    let attribute = match (email && is_email(typed), phone && is_phone(typed)) {
        (true, _) => "email",
        (_, true) => "phone_number",
        _ if email && phone => return Err(Fault::invalid("Username should be either an email or a phone number.")),
        _ if email => return Err(Fault::invalid("Username should be an email.")),
        _ => return Err(Fault::invalid("Username should be a phone number.")),
    };
    Ok(NewName { username: sub.clone(), sub, attribute: Some(attribute) })
}

/// Refuses password and factors of the pool's own to a user who has none: the identity provider has them. An
/// administrator who sets a password changes that.
pub fn require_own_sign_in(user: &User) -> Result<(), Fault> {
    if user.status != Status::ExternalProvider {
        return Ok(());
    }
    Err(Fault::not_authorized("The user signs in through an identity provider, which has their password and factors."))
}

/// A new user record, enabled, without a credential.
pub fn new_user(cx: &Context, sub: String, username: String, status: Status, attributes: Attributes) -> User {
    User {
        sub,
        username,
        status,
        enabled: true,
        created: cx.now,
        modified: cx.now,
        attributes,
        pending: Attributes::new(),
        credential: None,
        password_set: None,
        temporary_until: None,
        signed_out: None,
        groups: Default::default(),
        identities: Vec::new(),
        mfa_options: Vec::new(),
        factors: Default::default(),
    }
}

/// What happens to an alias that another user has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TakenAlias {
    /// The operation fails.
    Refuse,
    /// A mail address or phone number moves, and the other user's is no longer verified. A `preferred_username` proves
    /// nothing and never moves.
    Move,
}

impl TakenAlias {
    /// Fails where the alias may not move.
    fn check(self, pool: &Pool, taken: users::Taken) -> Result<(), Fault> {
        let moves = self == Self::Move && !pool.chose(SaferChoice::AliasesStay);
        if moves && Contact::named(taken.attribute).is_some() {
            Ok(())
        } else {
            Err(attributes::alias_exists(taken.attribute))
        }
    }
}

/// Writes a new user, if its username and sign-in names are free.
pub async fn insert(scope: Scope<'_>, tx: &Tx, user: &User, taken_alias: TakenAlias) -> Result<(), Fault> {
    let Scope { cx, pool, .. } = scope;
    pools::pool(tx, &pool.id).await?;
    check_quota(scope).await?;
    if users::by_username(tx, pool, &user.username).await?.is_some() || is_name_of_another(tx, pool, user).await? {
        return Err(already_exists(scope));
    }
    if let Some(attribute) = taken_preferred_username(tx, pool, user).await? {
        return Err(attributes::alias_exists(attribute));
    }
    while let Some(taken) = users::taken_alias(tx, pool, user).await? {
        if pool.has_username_attributes() {
            return Err(already_exists(scope));
        }
        taken_alias.check(pool, taken)?;
        release_alias(cx, tx, pool, taken.attribute, user).await?;
    }
    users::insert(tx, pool, user)?;
    Ok(())
}

/// Fails where the pool is full; administrators' operations list another error for it than sign-up.
async fn check_quota(scope: Scope<'_>) -> Result<(), Fault> {
    let Scope { cx, pool, client } = scope;
    quotas::check_users(cx, pool).await.map_err(|fault| match fault {
        Fault::Modelled { message, .. } if client.is_none() => Fault::modelled("PreconditionNotMetException", message),
        other => other,
    })
}

/// The error for a username that exists, in AWS's words for users and for administrators.
pub fn already_exists(scope: Scope<'_>) -> Fault {
    let text = if scope.client.is_some() { "User already exists" } else { "User account already exists" };
    Fault::modelled("UsernameExistsException", text).because(Cause::UsernameExists)
}

/// A user before and after a change.
#[derive(Clone, Copy)]
pub struct UserChange<'a> {
    pub before: &'a User,
    pub after: &'a User,
}

/// Writes a changed user, if no other user has the sign-in names that the change brings.
pub async fn update(scope: Scope<'_>, tx: &Tx, user: UserChange<'_>, taken_alias: TakenAlias) -> Result<(), Fault> {
    let Scope { cx, pool, .. } = scope;
    let UserChange { before, after } = user;
    while let Some(taken) = users::taken_alias(tx, pool, after).await? {
        taken_alias.check(pool, taken)?;
        release_alias(cx, tx, pool, taken.attribute, after).await?;
    }
    if let Some(attribute) = taken_preferred_username(tx, pool, after).await? {
        return Err(attributes::alias_exists(attribute));
    }
    users::update(tx, pool, before, after)?;
    Ok(())
}

/// Frees an alias for its new owner. The user who had it keeps the attribute, no longer verified.
async fn release_alias(cx: &Context, tx: &Tx, pool: &Pool, attribute: &str, new_owner: &User) -> Result<(), Fault> {
    let Some(value) = new_owner.attributes.get(attribute) else { return Ok(()) };
    let Some(previous) = users::by_alias(tx, pool, attribute, value).await? else { return Ok(()) };
    let mut after = previous.clone();
    if let Some(contact) = Contact::named(attribute) {
        after.attributes.insert(contact.verified().to_owned(), "false".to_owned());
    }
    after.modified = cx.now;
    users::update(tx, pool, &previous, &after)?;
    Ok(())
}

/// Whether a username is the sub or the preferred username of another user. Read in the transaction that writes the
/// user, so that a name means one user for ever.
async fn is_name_of_another(read: &impl Read, pool: &Pool, user: &User) -> Result<bool, Fault> {
    if pool.has_username_attributes() {
        return Ok(false);
    }
    let other = |found: Option<User>| found.is_some_and(|other| other.sub != user.sub);
    if looks_like_sub(&user.username) && other(users::by_sub(read, pool, &user.username).await?) {
        return Ok(true);
    }
    Ok(other(users::by_alias(read, pool, "preferred_username", &user.username).await?))
}

/// `preferred_username`, if it is a sign-in name and means someone else already, as username or sub, or has the form of
/// another alias.
async fn taken_preferred_username(read: &impl Read, pool: &Pool, user: &User) -> Result<Option<&'static str>, Fault> {
    let aliases: Vec<Alias> = pool.alias_attributes.clone().unwrap_or_default();
    let preferred = user.attributes.get("preferred_username").filter(|_| aliases.contains(&Alias::PreferredUsername));
    let Some(preferred) = preferred else { return Ok(None) };
    if (aliases.contains(&Alias::Email) && is_email(preferred))
        || (aliases.contains(&Alias::PhoneNumber) && is_phone(preferred))
    {
        return Err(Fault::invalid(
            "preferred_username cannot be of email or phone number format, since these are aliases of the user pool.",
        ));
    }
    let other = |found: Option<User>| found.is_some_and(|other| other.sub != user.sub);
    let taken = other(users::by_username(read, pool, preferred).await?)
        || (looks_like_sub(preferred) && other(users::by_sub(read, pool, preferred).await?));
    Ok(taken.then_some("preferred_username"))
}
