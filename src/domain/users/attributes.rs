//! What may be written into a user's attributes, by whom, and what follows from it.

use super::Attributes;
use super::lookup::{is_email, is_phone};
use crate::domain::pools::{clients, schema};
use crate::fault::Fault;
use crate::model::{Client, Contact, Pool, User};
use crate::shapes::idp as api;

/// Who writes.
#[derive(Clone, Copy)]
pub enum Writer<'a> {
    /// The user, through a client with its permissions.
    User(&'a Client),
    /// An administrator: every attribute, and the verified flags.
    Admin,
    /// An import job: as an administrator, but nothing that the schema requires may be missing.
    Import,
}

/// Turns a request's list into a map; a name that comes twice is refused.
pub fn from_list(list: Option<Vec<api::AttributeType>>) -> Result<Attributes, Fault> {
    let mut map = Attributes::new();
    for attribute in list.unwrap_or_default() {
        let name = attribute.name.clone();
        if map.insert(attribute.name, attribute.value.unwrap_or_default()).is_some() {
            return Err(Fault::invalid(format!("Attribute {name} was given more than once.")));
        }
    }
    Ok(map)
}

/// [`from_list`] for a new user, whose attributes must all have a value.
pub fn of_new_user(list: Option<Vec<api::AttributeType>>) -> Result<Attributes, Fault> {
    if let Some(attribute) = list.iter().flatten().find(|attribute| attribute.value.is_none()) {
        return Err(Fault::invalid(format!("Attribute value for {} must not be null", attribute.name)));
    }
    from_list(list)
}

/// A user's attributes as responses list them: `sub` last of the fixed ones, the rest by name.
pub fn to_list(user: &User) -> Vec<api::AttributeType> {
    let pair = |name: &str, value: &str| api::AttributeType { name: name.to_owned(), value: Some(value.to_owned()) };
    let mut list: Vec<_> = user.attributes.iter().map(|(name, value)| pair(name, value)).collect();
    list.push(pair("sub", &user.sub));
    list
}

/// A user's attributes as functions of the pool are told of them: with `sub` and `cognito:user_status`.
pub fn of_event(user: &User) -> Attributes {
    let mut map = user.attributes.clone();
    map.insert("sub".to_owned(), user.sub.clone());
    map.insert("cognito:user_status".to_owned(), user.status.as_str().to_owned());
    map
}

/// The attributes that a client may read, as responses list them.
pub fn readable(user: &User, client: &Client) -> Vec<api::AttributeType> {
    to_list(user).into_iter().filter(|a| clients::may_read(client, &a.name)).collect()
}

/// Checks the attributes of a new user.
pub fn check_new(pool: &Pool, writer: Writer<'_>, attributes: &Attributes) -> Result<(), Fault> {
    check_permission(writer, attributes.keys())?;
    check_values(pool, attributes, true)?;
    if matches!(writer, Writer::Admin) {
        // NEW_PASSWORD_REQUIRED asks the user for what an administrator left out.
        return Ok(());
    }
    let missing: Vec<String> = pool
        .schema
        .iter()
        .filter(|a| a.required == Some(true))
        .filter_map(|a| a.name.clone())
        .filter(|name| name != "sub" && attributes.get(name).is_none_or(String::is_empty))
        .map(|name| format!("{name}: The attribute is required"))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(nonconforming(&missing)) }
}

/// Checks changes to a user's attributes.
pub fn check_change(pool: &Pool, writer: Writer<'_>, user: &User, changes: &Attributes) -> Result<(), Fault> {
    check_permission(writer, changes.keys())?;
    check_values(pool, changes, false)?;
    for (name, value) in changes {
        let definition = pool.attribute(name);
        // What was never given may be given once, by an administrator or at the new-password challenge.
        let given = user.attribute(name);
        let first = given.is_none() && matches!(writer, Writer::Admin);
        if definition.is_some_and(|a| a.mutable == Some(false)) && given != Some(value.as_str()) && !first {
            return Err(Fault::invalid(format!("user.{name}: Attribute cannot be updated.\n")));
        }
        if value.is_empty() && is_login(pool, name) {
            return Err(login_needed(name));
        }
        if value.is_empty() && definition.is_some_and(|a| a.required == Some(true)) {
            return Err(nonconforming(&[format!("{name}: The attribute is required")]));
        }
    }
    Ok(())
}

/// Checks names to be deleted.
pub fn check_deletion(pool: &Pool, writer: Writer<'_>, names: &[String]) -> Result<(), Fault> {
    check_permission(writer, names.iter())?;
    for name in names {
        let Some(definition) = pool.attribute(name) else {
            return Err(nonconforming(&[format!("{name}: Attribute does not exist in the schema.")]));
        };
        if matches!(name.as_str(), "sub" | "identities") || definition.required == Some(true) {
            return Err(Fault::invalid(format!("user.{name}: A required attribute cannot be deleted.")));
        }
        if definition.mutable == Some(false) {
            return Err(Fault::invalid(format!("user.{name}: Attribute cannot be updated.\n")));
        }
        if is_login(pool, name) {
            return Err(login_needed(name));
        }
    }
    Ok(())
}

fn is_login(pool: &Pool, name: &str) -> bool {
    pool.username_attributes.iter().flatten().any(|login| login.as_str() == name)
}

fn login_needed(name: &str) -> Fault {
    Fault::invalid(format!("user.{name}: The attribute is the sign-in name and cannot be deleted."))
}

fn check_permission<'n>(writer: Writer<'_>, names: impl Iterator<Item = &'n String>) -> Result<(), Fault> {
    let Writer::User(client) = writer else { return Ok(()) };
    for name in names {
        if !clients::may_write(client, name) {
            return Err(Fault::not_authorized("A client attempted to write unauthorized attribute"));
        }
    }
    Ok(())
}

fn nonconforming(errors: &[String]) -> Fault {
    Fault::invalid(format!("Attributes did not conform to the schema: {}\n", errors.join("\n")))
}

fn check_values(pool: &Pool, attributes: &Attributes, new: bool) -> Result<(), Fault> {
    let mut errors = Vec::new();
    for (name, value) in attributes {
        if pool.alias_attributes.is_some() && name == "preferred_username" && value.chars().any(char::is_control) {
            return Err(Fault::invalid("preferred_username must not contain control characters."));
        }
        if name == "sub" {
            return Err(Fault::invalid("Cannot modify the non-mutable attribute sub"));
        }
        if name == "identities" {
            // Who else signs a user in is said by links alone.
            return Err(Fault::invalid("Cannot modify the non-mutable attribute identities"));
        }
        match pool.attribute(name) {
            None => errors.push(format!("{name}: Attribute does not exist in the schema.")),
            Some(_) if value.is_empty() && !new => {}
            Some(definition) => errors.extend(schema::check_value(definition, value).err()),
        }
    }
    if !errors.is_empty() {
        return Err(nonconforming(&errors));
    }
    if attributes.get("email").is_some_and(|v| !v.is_empty() && !is_email(v)) {
        return Err(Fault::invalid("Invalid email address format."));
    }
    if attributes.get("phone_number").is_some_and(|v| !v.is_empty() && !is_phone(v)) {
        return Err(Fault::invalid("Invalid phone number format."));
    }
    Ok(())
}

/// Writes checked changes into a user: empty values delete, and a new mail address or number is unverified unless the
/// same change says otherwise.
pub fn apply(user: &mut User, changes: &Attributes) {
    for (name, value) in changes {
        if let Some(contact) = Contact::named(name) {
            if user.attributes.get(name) != Some(value) {
                user.attributes.insert(contact.verified().to_owned(), "false".to_owned());
            }
            user.pending.remove(name);
        }
    }
    for (name, value) in changes {
        if value.is_empty() {
            user.attributes.remove(name);
            if let Some(contact) = Contact::named(name) {
                user.attributes.remove(contact.verified());
            }
        } else if Contact::Email.verified() == name || Contact::Phone.verified() == name {
            user.attributes.insert(name.clone(), value.to_ascii_lowercase());
        } else {
            user.attributes.insert(name.clone(), value.clone());
        }
    }
}

/// The error for a sign-in name that another user has.
pub fn alias_exists(attribute: &str) -> Fault {
    Fault::modelled("AliasExistsException", format!("An account with the {attribute} already exists."))
}
