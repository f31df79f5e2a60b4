//! User pools: the operations, one file per family.

mod attributes;
mod auth;
mod clients;
mod groups;
mod password;
mod pools;
mod registration;
mod tags;
mod users;
mod view;

pub use attributes::*;
pub use auth::*;
pub use clients::*;
pub use groups::*;
pub use password::*;
pub use pools::*;
pub use registration::*;
pub use tags::*;
pub use users::*;
