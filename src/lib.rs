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
//! The API is data: `build.rs` makes shapes, tables and dispatch from `src/wire/models/*.json`, for Cognito's services
//! and for the administration of this server ([`ops::admin`]) alike.
//!
//! # Direction of use
//!
//! Left may use right, never back; the seams in the middle do not know each other, but that `federation` and
//! `certificates` use `keys`.
//! `tests/it/architecture.rs` reads the sources and holds them to it:
//!
//! `http -> wire -> ops | hosted -> oauth -> domain -> context -> federation | triggers | delivery
//! | certificates | risk | keys | store | web -> language | model | shapes -> config | outgoing | fault | clock | rng
//! | secret`
//!
//! and inside `domain`:
//!
//! `sign_in | federated | identities -> tokens -> providers | imports -> users | sync -> protection | events
//! -> branding -> pools -> access`
//!
//! [`context`] carries the services to every rule; [`app`] builds them. `http` reaches records, keys and limits through
//! what stands below it, never by itself.
//!
//! # Decisions
//!
//! - **Shapes are a lowest layer of their own** ([`shapes`]). Operations, rules and records all speak of the API's
//!   nested settings (password policies, templates, schema attributes); with the generated types below all of them
//!   there is one set of these types, not two.
//! - **Transactions remember what they read** ([`store::Tx`]): every point read is a precondition of the commit, so a
//!   rule cannot forget one. Index keys that must be unique (aliases) are read before they are written.
//! - **An ordinary user has two or three keys in the store.** Every key costs memory for as long as it exists, so
//!   states that nearly all users share have no index entry, and the key that keeps an alias unique also answers
//!   ListUsers.
//! - **Group membership is in the user's record**, with the moment the group was made. A token needs no scan, and
//!   deleting a group is one write: memberships of a deleted group mean nothing, even if another of its name is made.
//! - **A pool's password scheme is a tag** (`poolhouse:password-scheme`), since tags are what every SDK and Terraform
//!   can set.
//! - **Triggers fail closed.** A pool that names a function which cannot be called gets Cognito's error for that; it
//!   is never passed over. Functions run before the transaction of what they decide, since a transaction may run
//!   again.
//! - **A function's name leads to one place** ([`triggers::Functions`]): a plugin, a chain, a webhook or an endpoint of
//!   Lambda's API. Retries, error policy and shadows are applied there, so they are the same for all of them.
//! - **Plugins run on threads of their own**, not on those that answer requests ([`triggers::sandbox`]), so a plugin
//!   that computes without end delays only other plugins. The caller's clock ends a call on time, whatever the plugin's
//!   thread is doing; an epoch ends the plugin itself.
//! - **A module is uploaded in pieces**, each a signed call under the usual bound of a body: they pass any proxy's
//!   limit, and no request holds a whole module.
//! - **A sign-in is one machine over sealed state** ([`domain::sign_in`]). The state between two steps travels with the
//!   client, bound to client, user and credential. Only what a pool's functions keep of a custom challenge is in the
//!   store, since it is too large for that.
//! - **Pages keep their state in the browser** ([`hosted`]): a journey's step travels in a sealed cookie, bound to the
//!   app's request and to the browser. A form is answered by a redirect, and the templates of both looks are filled
//!   with the same values.
//! - **One source of words** ([`language`]): pages, mails and text messages say things by the key of a message, and the
//!   catalogue has it in the reader's language. An operator's catalogues stand in front of the built-in ones.
//! - **A branding is variables** (`hosted::look_css`): a style's settings set the custom properties that the style
//!   sheet of the pages is written with, so no page has two sheets or a style of its own.
//! - **An unconfirmed device has no record**: the access token names it, and only that token can confirm it.
//! - **A pool has up to three addresses** ([`domain::pools::hosts`]): its custom domain, its prefix domain under
//!   `identity.domain_base`, and a path on this server. One resolver leads from a request to the pool and back.
//! - **A connection's certificate is chosen by name** ([`certificates`]): listed files, ordered ones, those of
//!   development mode, the listener's own pair. The layer knows names and TLS floors; `domain` tells it of the custom
//!   domains of pools, at once for its own changes and every minute for those of other servers.
//! - **A TLS floor is held three times**: in the handshake where the client shows that it knows no better, after it by
//!   the version that was negotiated, and for each request whose host is not the name of its connection.
//! - **A name proves that it leads here before a certificate is ordered**: it must answer with what only a server with
//!   this master key can know. Authorities allow few orders that fail.
//! - **A client may be the URL of its metadata document** ([`domain::pools::client_metadata`]). Only the endpoints
//!   where such clients appear fetch it; a token that names one is held against the pool's policies alone.
//! - **A device code is sealed state, and a user code is known by its MAC**
//!   ([`domain::authorization::device_grants`]): the store holds one record for both, and a wrong code of either kind
//!   finds nothing. The user is asked after the sign-in, so that no link leads past the question.
//! - **Logout tokens are written with the end of the session** ([`domain::tokens::logout_notices`]) and sent from the
//!   store, as mails are. Which clients hear is known from tracked sessions, so pools that track none send none.
//! - **A SAML message is read from what was signed** ([`federation::saml`]): the verifier hands on the canonical text
//!   that the signature covers, and everything is parsed from that text. Why no library does it is at the module's
//!   head.
//! - **A published client secret rotates in the sweeper**, by an index of due times. Its ARN names pool and client, so
//!   reading it needs no index.
//! - **A role's session has no record** ([`domain::access::sessions`]): its token seals the secret, the role and whose
//!   token it was made of. What it may do is read from the role at each call, so a change of a role holds at once.
//! - **A login leads to one identity** ([`domain::identities`]): the key of the login is read in the transaction that
//!   writes it, so two calls that link it at once cannot make two. The identity's record holds its logins.
//! - **A batch of imported rows is one transaction with the job's place in the file** ([`domain::imports`]): what is
//!   counted is what is there, and no row is done twice, whenever the server stops.
//! - **An imported password hash costs everybody**: the pool keeps a decoy of each algorithm that came in, and a wrong
//!   password is checked against it, so that nobody can tell whose password was not renewed yet.
//! - **A connector ends in one verified identity** ([`federation::Connector`]). What a provider speaks stands before
//!   it; mapping, users, links, functions and tokens come after it and are the same for all ([`domain::federated`]).
//!   What an app asked for stays here while its browser is away, under a short handle, and is checked anew when it is
//!   back.
//! - **Claims of other issuers are read as they come** once their signature is verified, not by the types of a library:
//!   large providers send an object for `locale`, text for flags, and their users must be able to sign in.
//! - **Every log line of a request carries its id**, by a tracing span that [`http`] opens around the request.

// Helpers that unit tests share with integration tests name the library as those do.
#[cfg(test)]
extern crate self as poolhouse;

pub mod app;
pub mod certificates;
pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
pub mod delivery;
pub mod domain;
pub mod fault;
pub mod federation;
pub mod hosted;
pub mod http;
pub mod keys;
pub mod language;
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
pub mod web;
pub mod wire;
