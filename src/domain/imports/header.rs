//! The columns of a file of users (GetCSVHeader), and the check of its first row.

use crate::model::{Contact, Pool};
use crate::shapes::idp::{PasswordHashingAlgorithmType as Algorithm, VerifiedAttributeType};
use std::collections::BTreeSet;

const USERNAME: &str = "cognito:username";
const MFA_ENABLED: &str = "cognito:mfa_enabled";
const PASSWORD_HASH: &str = "password_hash";

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    Attribute(String),
    MfaEnabled,
    Username,
    PasswordHash,
}

/// The attributes that a file can set.
fn attributes(pool: &Pool) -> impl Iterator<Item = &str> {
    let names = pool.schema.iter().filter_map(|attribute| attribute.name.as_deref());
    names.filter(|name| !matches!(*name, "sub" | "identities"))
}

/// The first row of a file with every column (Cognito: GetCSVHeader).
pub fn template(pool: &Pool) -> Vec<String> {
    let names = attributes(pool).chain([MFA_ENABLED, USERNAME, PASSWORD_HASH]);
    names.map(str::to_owned).collect()
}

/// The contacts of which each row must name one as verified: those that the pool verifies by itself.
pub(super) fn auto_verified(pool: &Pool) -> Vec<Contact> {
    let listed = pool.settings.auto_verified_attributes.iter().flatten();
    let contact = |attribute: &VerifiedAttributeType| match attribute {
        VerifiedAttributeType::Email => Contact::Email,
        VerifiedAttributeType::PhoneNumber => Contact::Phone,
    };
    listed.map(contact).collect()
}

/// The columns that a first row names, or why the file cannot be read.
pub(super) fn columns(pool: &Pool, names: &[String], algorithm: Option<Algorithm>) -> Result<Vec<Column>, String> {
    let known: BTreeSet<&str> = attributes(pool).collect();
    let mut columns = Vec::new();
    for name in names {
        let column = match name.as_str() {
            USERNAME => Column::Username,
            MFA_ENABLED => Column::MfaEnabled,
            PASSWORD_HASH => Column::PasswordHash,
            other if known.contains(other) => Column::Attribute(other.to_owned()),
            _ => return Err("The header has a column that the user pool does not know.".to_owned()),
        };
        if columns.contains(&column) {
            return Err(format!("The header names the column {name} twice."));
        }
        columns.push(column);
    }
    if !columns.contains(&Column::Username) {
        return Err(format!("The header has no column {USERNAME}."));
    }
    if algorithm.is_some() && !columns.contains(&Column::PasswordHash) {
        return Err(format!("The header has no column {PASSWORD_HASH}, and the job names an algorithm."));
    }
    let flags = auto_verified(pool).into_iter().map(|contact| Column::Attribute(contact.verified().to_owned()));
    if !flags.into_iter().any(|flag| columns.contains(&flag)) {
        return Err("The header has no column for an auto verified attribute. (Example: email_verified)".to_owned());
    }
    Ok(columns)
}
