//! Owns the rules of users: registration, attributes, passwords, codes, groups, search.
//! Hands off records to `store`, messages to `delivery`, hashing to `keys`. Must not know requests.

pub mod accounts;
pub mod admin;
mod admission;
pub mod attributes;
pub mod codes;
pub mod decoy;
pub mod devices;
pub mod export;
pub mod factors;
pub mod groups;
pub mod lookup;
pub mod messages;
pub mod migration;
pub mod new_password;
pub mod passkeys;
pub mod passwords;
pub mod recovery;
pub mod registration;
pub mod search;
mod standard_words;
pub mod verification;

use crate::model::{Contact, Pool};
use crate::shapes::idp::RecoveryOptionNameType as Mechanism;
use std::collections::BTreeMap;

/// Attribute values by full name, as a caller sent them; an empty value deletes.
pub type Attributes = BTreeMap<String, String>;

/// Where a message went, as `CodeDeliveryDetails` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    pub contact: Contact,
    /// The masked destination.
    pub destination: String,
}

/// The contacts that recovery of a password uses, in their order; none where only administrators reset passwords.
pub fn recovery_contacts(pool: &Pool) -> Vec<Contact> {
    let mut options =
        pool.settings.account_recovery_setting.as_ref().and_then(|s| s.recovery_mechanisms.clone()).unwrap_or_default();
    if options.is_empty() {
        return vec![Contact::Phone, Contact::Email];
    }
    options.sort_by_key(|o| o.priority);
    let contact = |name| match name {
        Mechanism::VerifiedEmail => Some(Contact::Email),
        Mechanism::VerifiedPhoneNumber => Some(Contact::Phone),
        Mechanism::AdminOnly => None,
    };
    options.into_iter().filter_map(|o| contact(o.name)).collect()
}
