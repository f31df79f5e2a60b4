//! Which user a name means: canonical username, sub, or an active alias.

use crate::fault::{Cause, Fault};
use crate::model::{Pool, User};
use crate::shapes::idp::{AliasAttributeType as Alias, UsernameAttributeType as Login};
use crate::store::{Read, users};

/// Whether text looks like a mail address: something, one `@`, a domain, no spaces.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && !domain.is_empty()
        && text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && !local.contains('@')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !domain.contains("..")
}

/// Whether text is a phone number in E.164 form: `+` and 1 to 15 digits.
pub fn is_phone(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|digits| (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The user a name means in a pool.
///
/// The steps are the same for names that lead nowhere, so that time does not tell known names from unknown ones.
pub async fn find(read: &impl Read, pool: &Pool, name: &str) -> Result<Option<User>, Fault> {
    let mut found = users::by_username(read, pool, name).await?;
    for attribute in aliases_for(pool, name) {
        let by_alias = users::by_alias(read, pool, attribute, name).await?;
        found = found.or(by_alias);
    }
    if found.is_none() && looks_like_sub(name) {
        found = users::by_sub(read, pool, name).await?;
    }
    Ok(found)
}

/// The error for a name that means no user, in the words of operations that name a client.
pub fn unknown_name() -> Fault {
    Fault::modelled("UserNotFoundException", "Username/client id combination not found.").because(Cause::UserNotFound)
}

/// [`find`], or `UserNotFoundException`.
pub async fn known(read: &impl Read, pool: &Pool, name: &str) -> Result<User, Fault> {
    find(read, pool, name).await?.ok_or_else(Fault::user_not_found)
}

pub(super) fn looks_like_sub(name: &str) -> bool {
    name.len() == 36 && name.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// The aliases under which this name could be known; what has the form of an address is looked up as one first.
pub(super) fn aliases_for(pool: &Pool, name: &str) -> Vec<&'static str> {
    let logins: Vec<Login> = pool.username_attributes.clone().unwrap_or_default();
    let aliases: Vec<Alias> = pool.alias_attributes.clone().unwrap_or_default();
    let mut kinds = Vec::new();
    if is_email(name) && (logins.contains(&Login::Email) || aliases.contains(&Alias::Email)) {
        kinds.push("email");
    }
    if is_phone(name) && (logins.contains(&Login::PhoneNumber) || aliases.contains(&Alias::PhoneNumber)) {
        kinds.push("phone_number");
    }
    if aliases.contains(&Alias::PreferredUsername) {
        kinds.push("preferred_username");
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses_and_numbers_are_told_apart() {
        assert!(
            is_email("a@example.com")
                && !is_email("a b@example.com")
                && !is_email("@x")
                && !is_email("a@")
                && !is_email("a@@b")
        );
        assert!(is_phone("+15550100") && !is_phone("15550100") && !is_phone("+") && !is_phone("+1234567890123456"));
    }
}
