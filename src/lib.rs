//! Poolhouse: Amazon Cognito's API as one self-hosted server, in one binary with one data directory.
//!
//! # How one call runs
//!
//! `POST /` with `X-Amz-Target: AWSCognitoIdentityProviderService.SignUp`:
//!
//! 1. [`http`] bounds the body, makes the request id, reads the clock once and builds the [`context::Context`].
//! 2. [`wire`] finds the operation in the generated table, verifies SigV4 and the key's policy where the model says the
//!    operation is signed, and checks every constraint of the model.
//! 3. [`ops`] maps the request's shape to the rules and the result back: `ops::idp::sign_up`.
//! 4. [`domain`] does the work: checks, hashes off the event loop ([`keys::cpu`]), one transaction.
//! 5. [`store`] commits once, durably: the user, every index key, the code's hash and the message in the outbox
//!    together.
//! 6. [`wire`] renders the response, or the [`fault::Fault`], in the protocol's form.
//!
//! # Direction of use
//!
//! Left may use right, never back; the seams in the middle do not know each other (`tests/it/architecture.rs` reads the
//! sources and holds them to it):
//!
//! `http -> wire -> ops | oauth -> domain -> federation | triggers | delivery | risk | keys | store -> model | shapes |
//! config | outgoing | fault | clock | rng | secret`
//!
//! [`context`] and [`app`] compose: a context carries the services to every rule.
//!
//! # Where the code departs from its first plan, and why
//!
//! - **Shapes are a lowest layer of their own** ([`shapes`]), not a part of [`wire`]. Operations, rules and records all
//!   speak of the API's nested settings (password policies, templates, schema attributes); generated types below all of
//!   them spare a second set of the same thirty types.
//! - **Transactions remember what they read** ([`store::Tx`]): every point read is a precondition of the commit, so a
//!   rule cannot forget one. Index keys that must be unique (aliases) are read before they are written.
//! - **An ordinary user has two or three keys in the store.** Every key costs memory for as long as it exists, so
//!   states that nearly all users share have no index entry, and the key that keeps an alias unique also answers
//!   ListUsers.
//! - **Group membership lives in the user's record**, with the moment the group was made. A token needs no scan, and
//!   deleting a group is one write: memberships of a group that is gone mean nothing, even if another of its name is
//!   made.
//! - **A password scheme is chosen by a tag** (`poolhouse:password-scheme`), since tags are what every SDK and
//!   Terraform can set.
//! - **Triggers fail closed.** A pool that names a function which no host can run gets Cognito's error for a function
//!   that cannot be invoked, never a silent pass. Functions run before the transaction of what they decide, since a
//!   transaction may run again.
//! - **A function's name leads to one place** ([`triggers::Functions`]): a plugin, a chain, a webhook or an endpoint of
//!   Lambda's API. What follows a failure (tries, skip, allow, deny) and shadows stand there, so they are the same for
//!   all of them.
//! - **Guests run on threads of their own**, behind those that answer requests ([`triggers::sandbox`]): a guest that
//!   computes without end takes what nobody else needs. Only one that is usually quick begins where its caller is, for
//!   some milliseconds at the most. The caller's clock ends it on time, whatever the guest's thread is doing; an epoch
//!   ends the guest itself.
//! - **A module comes in pieces** that pass any proxy's limit, each a signed call under the usual bound of a body; no
//!   request holds a whole module.
//! - **A sign-in is one machine over sealed state** ([`domain::sign_in`]). What waits between two steps travels with
//!   the client, bound to client, user and password; a step says what it proved, and one function decides what is asked
//!   next. What a pool's functions keep of a custom challenge is too much for that and stands in the store.
//! - **Nothing is kept of a device before it is confirmed**: the access token names it, and only that token can confirm
//!   it.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
pub mod delivery;
pub mod domain;
pub mod fault;
pub mod federation;
pub mod http;
pub mod keys;
pub mod model;
pub mod oauth;
pub mod ops;
pub mod outgoing;
pub mod risk;
pub mod rng;
pub mod secret;
pub mod shapes;
pub mod store;
pub mod telemetry;
pub mod triggers;
pub mod wire;
