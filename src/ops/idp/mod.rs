//! User pools: the operations, one file per family.

mod attributes;
mod auth;
mod clients;
mod devices;
mod domains;
mod factors;
mod groups;
mod links;
mod passkeys;
mod password;
mod pools;
mod providers;
mod registration;
mod resource_servers;
mod risk;
mod tags;
mod users;
mod view;

pub use attributes::*;
pub use auth::*;
pub use clients::*;
pub use devices::*;
pub use domains::*;
pub use factors::*;
pub use groups::*;
pub use links::*;
pub use passkeys::*;
pub use password::*;
pub use pools::*;
pub use providers::*;
pub use registration::*;
pub use resource_servers::*;
pub use risk::*;
pub use tags::*;
pub use users::*;
