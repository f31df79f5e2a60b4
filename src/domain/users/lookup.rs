//! Which user a name means: canonical username, sub, or an active alias.

use super::Delivered;
use crate::context::Context;
use crate::fault::{Cause, Fault};
use crate::keys::seal::Purpose;
use crate::model::{Contact, Pool, User};
use crate::shapes::idp::{AliasAttributeType as Alias, UserStatusType, UsernameAttributeType as Login};
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
    if !pool.has_username_attributes() && found.is_none() && looks_like_sub(name) {
        found = users::by_sub(read, pool, name).await?;
    }
    Ok(found)
}

/// Whose tries and failures count: the user's, by whatever name; else the name's that was typed.
pub fn subject(pool: &Pool, found: Option<&User>, typed: &str) -> String {
    found.map_or_else(|| users::fold(pool, typed), |user| user.sub.clone())
}

/// The error for a name that means no user, in the words of operations that name a client.
pub fn unknown_name() -> Fault {
    Fault::modelled("UserNotFoundException", "Username/client id combination not found.").because(Cause::UserNotFound)
}

/// [`find`], or `UserNotFoundException`.
pub async fn known(read: &impl Read, pool: &Pool, name: &str) -> Result<User, Fault> {
    find(read, pool, name).await?.ok_or_else(Fault::user_not_found)
}

fn looks_like_sub(name: &str) -> bool {
    name.len() == 36 && name.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// The aliases under which this name could be known; what has the form of an address is looked up as one first.
fn aliases_for(pool: &Pool, name: &str) -> Vec<&'static str> {
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

/// Whether a user's username is what another one goes by: a sub, or a preferred username. Both in one transaction with
/// the write, so that a name means one user for ever.
pub async fn name_taken(read: &impl Read, pool: &Pool, user: &User) -> Result<bool, Fault> {
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
pub async fn nickname_taken(read: &impl Read, pool: &Pool, user: &User) -> Result<Option<&'static str>, Fault> {
    let aliases: Vec<Alias> = pool.alias_attributes.clone().unwrap_or_default();
    let nickname = user.attributes.get("preferred_username").filter(|_| aliases.contains(&Alias::PreferredUsername));
    let Some(nickname) = nickname else { return Ok(None) };
    if (aliases.contains(&Alias::Email) && is_email(nickname))
        || (aliases.contains(&Alias::PhoneNumber) && is_phone(nickname))
    {
        return Err(Fault::invalid(
            "preferred_username cannot be of email or phone number format, since these are aliases of the user pool.",
        ));
    }
    let other = |found: Option<User>| found.is_some_and(|other| other.sub != user.sub);
    let taken = other(users::by_username(read, pool, nickname).await?)
        || (looks_like_sub(nickname) && other(users::by_sub(read, pool, nickname).await?));
    Ok(taken.then_some("preferred_username"))
}

/// What a new account is called: in pools where mail address or phone number is the sign-in name, a new UUID, and the
/// attribute that the name becomes; otherwise the name itself.
pub struct NewName {
    /// The canonical username.
    pub username: String,
    /// A new UUID.
    pub sub: String,
    /// The attribute that the typed name is.
    pub attribute: Option<&'static str>,
}

/// Checks a name for a new account, and splits it.
pub fn new_name(pool: &Pool, typed: &str) -> Result<NewName, Fault> {
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
        return Ok(NewName { username: typed.to_owned(), sub, attribute: None });
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

/// A made-up user for answers about names that are not there: stable per pool and name, so that asking twice tells
/// nothing.
pub fn imagined(cx: &Context, pool: &Pool, name: &str) -> Imagined {
    let folded = users::fold(pool, name);
    let bytes = cx.services.keys.sealer.mac(Purpose::DecoyVerifier, &[pool.id.as_bytes(), b"user", folded.as_bytes()]);
    let sub = uuid::Builder::from_random_bytes(bytes.first_chunk::<16>().copied().unwrap_or_default())
        .into_uuid()
        .to_string();
    let address = !aliases_for(pool, name).is_empty() && (is_email(name) || is_phone(name));
    let username = if pool.has_username_attributes() || address { sub.clone() } else { name.to_owned() };
    let letter = |i: usize| char::from(b'a' + bytes.get(i).copied().unwrap_or(0) % 26);
    let digits = bytes.iter().skip(24).take(4).map(|b| char::from(b'0' + b % 10)).collect::<String>();
    Imagined {
        username,
        sub,
        email: format!("{}***@{}***", letter(20), letter(21)),
        phone: format!("+*******{digits}"),
    }
}

/// What is told of a user who does not exist.
pub struct Imagined {
    /// The username that challenges name.
    pub username: String,
    /// A UUID that no user has.
    pub sub: String,
    email: String,
    phone: String,
}

impl Imagined {
    /// Where a code would have gone: to the address that the name is, else to a made-up one.
    pub fn address(&self, typed: &str, contact: Contact) -> String {
        match contact {
            Contact::Email if is_email(typed) => typed.to_owned(),
            Contact::Phone if is_phone(typed) => typed.to_owned(),
            Contact::Email => self.email.clone(),
            Contact::Phone => self.phone.clone(),
        }
    }

    /// Where a message would have gone: to the address that the name is, else to a made-up one of the kind that the
    /// pool uses first.
    pub fn delivered(&self, pool: &Pool, name: &str) -> Delivered {
        let typed =
            [(is_email(name), Contact::Email), (is_phone(name), Contact::Phone)].into_iter().find(|(is, _)| *is);
        if let Some((_, contact)) = typed {
            return super::messages::delivered(contact, name);
        }
        let contact = super::recovery::order(pool).first().copied().unwrap_or(Contact::Email);
        let destination = if contact == Contact::Email { &self.email } else { &self.phone };
        Delivered { contact, destination: destination.clone() }
    }
}

/// Someone for whom codes are kept and judged as for a user, so that strangers get the same answers after the same
/// work. Their name is one that no user has.
pub fn nobody(cx: &Context, pool: &Pool, name: &str) -> User {
    let sub = imagined(cx, pool, name).sub;
    super::registration::new_user(cx, sub.clone(), sub, UserStatusType::Unknown, Default::default())
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
