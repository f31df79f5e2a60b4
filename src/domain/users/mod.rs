//! Owns the rules of users: registration, attributes, passwords, codes, groups, search.
//! Hands off records to `store`, messages to `delivery`, hashing to `keys`. Must not know requests.

pub mod admin;
pub mod attributes;
pub mod codes;
pub mod devices;
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
pub mod verification;

use std::collections::BTreeMap;

/// Attribute values by full name, as a caller sent them; an empty value deletes.
pub type Attributes = BTreeMap<String, String>;

/// Where a message went, as `CodeDeliveryDetails` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The contact.
    pub contact: crate::model::Contact,
    /// The masked destination.
    pub destination: String,
}
