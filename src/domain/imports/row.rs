//! The check of one row: against the header, the pool's schema, its MFA, and the limits on password hashes. Reasons
//! name attributes, never values: they go into a report that holds no personal data.

use super::header::{Column, auto_verified};
use crate::context::Context;
use crate::domain::users::accounts::{self, NewName};
use crate::domain::users::attributes::{self, Writer};
use crate::domain::users::{Attributes, factors};
use crate::fault::Fault;
use crate::keys::ImportedHash;
use crate::keys::password::Owner;
use crate::model::{Contact, Mfa, Pool, User};
use crate::shapes::idp::{
    AuthFactorType as FirstFactor, PasswordHashingAlgorithmType as Algorithm, UserStatusType as Status,
};

/// Longest username (the model's).
const MAX_NAME: usize = 128;

/// What rows are checked against.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub cx: &'a Context,
    pub pool: &'a Pool,
    pub columns: &'a [Column],
    pub algorithm: Option<Algorithm>,
}

/// A row that is a user.
pub(super) struct NewUser {
    pub user: User,
    /// What a check of its password hash costs.
    pub decoy: Option<ImportedHash>,
}

#[derive(Default)]
struct Sorted {
    username: String,
    mfa: String,
    hash: String,
    attributes: Attributes,
}

/// The user that a row describes, or why it is none. Faults are those of the server itself.
pub(super) fn check(rules: Rules<'_>, values: Vec<String>) -> Result<Result<NewUser, String>, Fault> {
    match read(rules, values) {
        Ok(user) => Ok(Ok(user)),
        Err(fault) if fault.is_modelled() => Ok(Err(fault.message().trim().replace('\n', " "))),
        Err(fault) => Err(fault),
    }
}

fn read(rules: Rules<'_>, values: Vec<String>) -> Result<NewUser, Fault> {
    let Rules { cx, pool, columns, algorithm } = rules;
    if values.len() != columns.len() {
        return Err(Fault::invalid(format!("The row has {} values, and the header {}.", values.len(), columns.len())));
    }
    let row = sorted(columns, values)?;
    let name = new_name(pool, &row.username)?;
    let given = name.complete(&row.username, row.attributes)?;
    check_verified(pool, &given)?;
    attributes::check_new(pool, Writer::Import, &given)?;
    let hash = hash(rules, &row.hash)?;
    let status =
        if hash.is_some() || signs_in_by_code(pool, &given) { Status::Confirmed } else { Status::ResetRequired };
    let mut user = accounts::new_user(cx, name.sub, name.username, status, given);
    if let Some(hash) = &hash {
        let owner = Owner { pool_id: &pool.id, user: &user.username };
        user.credential = Some(cx.services.keys.passwords.import(&owner, hash)?);
        user.password_set = Some(cx.now);
    }
    if let Some(mfa) = second_factor(pool, &user, &row.mfa)? {
        user.factors.switch(mfa, true);
    }
    debug_assert!(hash.is_none() || algorithm.is_some());
    Ok(NewUser { user, decoy: hash.map(|hash| hash.decoy()) })
}

fn sorted(columns: &[Column], values: Vec<String>) -> Result<Sorted, Fault> {
    let mut row = Sorted::default();
    for (column, value) in columns.iter().zip(values) {
        match column {
            Column::Username => row.username = value,
            Column::MfaEnabled => row.mfa = value.to_ascii_lowercase(),
            Column::PasswordHash => row.hash = value,
            Column::Attribute(_) if value.is_empty() => {}
            Column::Attribute(name) => {
                let value = match name.as_str() {
                    "email_verified" | "phone_number_verified" => value.to_ascii_lowercase(),
                    "birthdate" => birthdate(&value)?,
                    _ => value,
                };
                row.attributes.insert(name.clone(), value);
            }
        }
    }
    Ok(row)
}

/// `mm/dd/yyyy`, kept as `yyyy-mm-dd`, which is read as well.
fn birthdate(value: &str) -> Result<String, Fault> {
    use time::macros::format_description;
    let american = time::Date::parse(value, format_description!("[month]/[day]/[year]"));
    let date = american.or_else(|_| time::Date::parse(value, format_description!("[year]-[month]-[day]")));
    let date = date.map_err(|_| Fault::invalid("birthdate must have the form mm/dd/yyyy."))?;
    Ok(format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day()))
}

fn new_name(pool: &Pool, typed: &str) -> Result<NewName, Fault> {
    if typed.is_empty() {
        return Err(Fault::invalid("cognito:username must have a value."));
    }
    if typed.chars().count() > MAX_NAME || typed.contains(char::is_whitespace) {
        return Err(Fault::invalid("cognito:username must have at most 128 characters, and no spaces or tabs."));
    }
    accounts::new_name(pool, typed)
}

/// Each row proves that the user can be reached by an attribute that the pool would have verified.
fn check_verified(pool: &Pool, given: &Attributes) -> Result<(), Fault> {
    let is_true = |contact: Contact| given.get(contact.verified()).is_some_and(|flag| flag == "true");
    for contact in [Contact::Email, Contact::Phone] {
        if is_true(contact) && !given.contains_key(contact.attribute()) {
            let (attribute, flag) = (contact.attribute(), contact.verified());
            return Err(Fault::invalid(format!("{attribute} must have a value where {flag} is true.")));
        }
    }
    if auto_verified(pool).into_iter().any(is_true) {
        return Ok(());
    }
    Err(Fault::invalid(
        "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).",
    ))
}

fn hash(rules: Rules<'_>, text: &str) -> Result<Option<ImportedHash>, Fault> {
    match rules.algorithm {
        _ if text.is_empty() => Ok(None),
        None => Err(Fault::invalid("password_hash has a value, and the job names no algorithm.")),
        Some(algorithm) => {
            let limits = &rules.cx.services.config.imports.hashes;
            ImportedHash::parse(algorithm, text, limits).map(Some).map_err(|error| Fault::invalid(error.to_string()))
        }
    }
}

/// Whether the user can sign in without a password, by a code to an attribute of the row.
fn signs_in_by_code(pool: &Pool, given: &Attributes) -> bool {
    pool.first_factors().into_iter().any(|factor| match factor {
        FirstFactor::EmailOtp => given.contains_key("email"),
        FirstFactor::SmsOtp => given.contains_key("phone_number"),
        FirstFactor::Password | FirstFactor::WebAuthn | FirstFactor::SoftwareToken => false,
    })
}

/// The second factor that `cognito:mfa_enabled` switches on: one that works with what the row has.
fn second_factor(pool: &Pool, user: &User, enabled: &str) -> Result<Option<Mfa>, Fault> {
    let wanted = match enabled {
        "" => return Ok(None),
        "true" => true,
        "false" => false,
        _ => return Err(Fault::invalid("cognito:mfa_enabled must be true, false or empty.")),
    };
    if wanted && !factors::is_on(pool) {
        return Err(Fault::invalid("cognito:mfa_enabled is true, and MFA is off in the user pool."));
    }
    if !wanted && factors::is_required(pool) {
        return Err(Fault::invalid("cognito:mfa_enabled is false, and the user pool requires MFA."));
    }
    if !wanted || factors::is_required(pool) {
        // Where MFA is a must, sign-in finds the factors that work, or has the user set one up.
        return Ok(None);
    }
    let usable = [(Mfa::Sms, "phone_number"), (Mfa::Email, "email")]
        .into_iter()
        .find(|(mfa, attribute)| factors::offered(pool, *mfa) && user.attributes.contains_key(*attribute));
    match usable {
        Some((mfa, _)) => Ok(Some(mfa)),
        // Taking the user without it would switch a protection off that the file asks for.
        None => {
            Err(Fault::invalid("cognito:mfa_enabled is true, and the row has nothing to which a code can be sent."))
        }
    }
}
