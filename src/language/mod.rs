//! Owns what people read on pages and in messages: the languages, their catalogues, and which of them somebody gets.
//! Hands off nothing. Must not know pages, mails or requests.

mod built_in;
mod catalogue;
mod choice;

pub use catalogue::{Argument, Catalogue, CatalogueError, Scope, Words};

/// The language of texts that no catalogue has in another one.
pub const ENGLISH: &str = "en";
