//! Owns the SAML 2.0 service provider: reading what identity providers send, and writing what they are sent.
//! Hands off documents to `fetch`, accounts and sessions to `domain`. Must not know pools' rules, users or requests.
//!
//! # Signatures
//!
//! What a provider sends is hostile until its signature is verified, and afterwards only the verified text is read:
//!
//! 1. [`document`] takes XML of elements, attributes and text only, bounded, every ID once.
//! 2. [`response`] holds the message to one shape: one assertion, signatures in it and around it, nowhere else.
//! 3. [`signature`] verifies with the keys of the provider's metadata. The reference must be to the element in which
//!    the signature stands, with the two transforms of SAML. The outcome is the canonical text that was signed.
//! 4. [`assertion`] parses that text, and reads from there alone. A reader that sees the document in another way than
//!    the verifier cannot exist, because there is no second document.
//! 5. [`conditions`] asks whether it is for us, now, and the answer to our question.
//!
//! # Why there is no library under this
//!
//! Three were judged. `samael` 0.0.20 verifies only with its `xmlsec` feature, thus libxml2 and xmlsec1; its types
//! without it write a `NameID` unescaped and `SessionIndex` before it, against the schema, and its build needs bindgen.
//! `bergshamra` 0.11 (10,500 lines for signatures alone, with a parser and cryptography of its own) and `xml-sec` 0.4
//! (240,000 lines, with XPath and XSLT engines) are whole toolkits: what SAML forbids is most of what they can do, and
//! would have to be walled off. What SAML needs is small: one form of signature, one canonicalisation, two kinds of
//! ciphers. Here it is about 700 lines over `roxmltree`, which has no DTDs to begin with, and OpenSSL.

mod algorithms;
mod assertion;
mod canonical;
mod conditions;
mod connector;
mod decryption;
mod document;
mod logout;
mod own_metadata;
mod refusal;
mod requests;
mod response;
mod signature;
mod signing;
mod xml_time;

pub use algorithms::TrustedKeys;
pub use assertion::{Assertion, AuthnSession, NameId};
pub use conditions::{Expected, SKEW};
pub use connector::{SamlConnector, ServiceAddresses, Settings};
pub use logout::LogoutRequested;
pub use own_metadata::ServiceProvider;
pub use refusal::{Refusal, Status};
pub use requests::{AuthnRequest, Header, LogoutRequest, LogoutResponse, new_id};
pub use response::{Envelope, Reader, Received};
pub use signing::{Outgoing, Parameter, posted};
