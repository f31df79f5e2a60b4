//! The API models as tables: what decoding, checking, signing and rendering need to know of shapes and operations.

use regex::Regex;
use std::sync::OnceLock;

/// The services: Cognito's four, what app clients need of Secrets Manager, and the administration of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// User pools (`cognito-idp`), AWS JSON 1.1.
    Idp,
    /// Identity pools (`cognito-identity`), AWS JSON 1.1.
    Identity,
    /// `cognito-sync`, REST-JSON.
    Sync,
    /// STS, Query/XML.
    Sts,
    /// Secrets Manager (`secretsmanager`), AWS JSON 1.1.
    SecretsManager,
    /// Administration of this server under `/_poolhouse`, REST-JSON.
    Admin,
}

/// How a service's requests and responses are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// AWS JSON 1.1: the operation in `X-Amz-Target`, everything else in the body.
    Json,
    /// REST-JSON: the operation by method and path.
    Rest,
    /// Query/XML: a form in, XML out.
    Query,
}

impl Service {
    pub const ALL: [Self; 6] = [Self::Idp, Self::Identity, Self::Sync, Self::Sts, Self::SecretsManager, Self::Admin];

    pub fn protocol(self) -> Protocol {
        match self {
            Self::Idp | Self::Identity | Self::SecretsManager => Protocol::Json,
            Self::Sync | Self::Admin => Protocol::Rest,
            Self::Sts => Protocol::Query,
        }
    }

    pub fn model(self) -> &'static Model {
        match self {
            Self::Idp => &super::tables::idp::MODEL,
            Self::Identity => &super::tables::identity::MODEL,
            Self::Sync => &super::tables::sync::MODEL,
            Self::Sts => &super::tables::sts::MODEL,
            Self::SecretsManager => &super::tables::secrets_manager::MODEL,
            Self::Admin => &super::tables::admin::MODEL,
        }
    }
}

#[derive(Debug)]
pub struct Model {
    pub service: Service,
    /// The service's name in signing scopes, actions and ARNs.
    pub signing_name: &'static str,
    /// What stands before the dot in `X-Amz-Target`; empty for services without.
    pub target_prefix: &'static str,
    /// Operations, sorted by name.
    pub operations: &'static [Operation],
    /// Exceptions: shape name, code on the wire, HTTP status (AWS JSON uses 400 for all but faults).
    pub exceptions: &'static [(&'static str, &'static str, u16)],
}

impl Model {
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations.binary_search_by(|operation| operation.name.cmp(name)).ok().and_then(|i| self.operations.get(i))
    }

    /// The wire code and HTTP status of an exception of the model.
    pub fn exception(&self, name: &str) -> Option<(&'static str, u16)> {
        self.exceptions.iter().find(|(shape, ..)| *shape == name).map(|(_, code, status)| (*code, *status))
    }
}

#[derive(Debug)]
pub struct Operation {
    pub name: &'static str,
    /// The function's name under `ops`.
    pub function: &'static str,
    /// What policies call it, without the service: the operation's name but where several calls are one action.
    pub action: &'static str,
    /// Whether callers must sign.
    pub signed: bool,
    pub method: &'static str,
    /// HTTP path with `{Label}`s.
    pub uri: &'static str,
    pub input: Option<&'static Shape>,
    /// The response's shape; `None` answers an empty body.
    pub output: Option<&'static Shape>,
    /// The element around the result in XML; empty for JSON services.
    pub wrapper: &'static str,
    pub errors: &'static [&'static str],
}

/// One shape with its constraints.
#[derive(Debug)]
pub struct Shape {
    pub name: &'static str,
    pub kind: Kind,
    /// Least length, count or value.
    pub min: Option<i64>,
    /// Greatest length, count or value.
    pub max: Option<i64>,
    /// What text must match.
    pub pattern: Option<&'static Pattern>,
    /// Whether its values (or parts of them) must not be shown.
    pub sensitive: bool,
}

impl Shape {
    /// The member called `name`, if this is a structure that has it.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        match self.kind {
            Kind::Structure(members) => members.iter().find(|member| member.name == name),
            _ => None,
        }
    }
}

/// What a shape is made of.
#[derive(Debug)]
pub enum Kind {
    /// Named members.
    Structure(&'static [Member]),
    /// Entries of one shape.
    List(&'static Shape),
    /// Entries of one shape by text keys (key shape, value shape).
    Map(&'static Shape, &'static Shape),
    /// One of these texts.
    Enum(&'static [&'static str]),
    Text,
    /// 32 bits.
    Integer,
    /// 64 bits.
    Long,
    Boolean,
    Timestamp,
    Blob,
    /// Any JSON.
    Document,
}

#[derive(Debug)]
pub struct Member {
    pub name: &'static str,
    pub required: bool,
    pub place: Place,
    pub shape: &'static Shape,
}

/// Where REST-JSON puts a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Body,
    /// In the path, under this label.
    Label(&'static str),
    /// In the query, under this name.
    Query(&'static str),
    Header(&'static str),
    /// It is the body, as bytes.
    Payload,
}

/// A regular expression of the model, compiled at its first use.
#[derive(Debug)]
pub struct Pattern {
    /// As the model has it; shown in messages.
    pub source: &'static str,
    rust: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern in the model's dialect and in the `regex` crate's.
    pub(super) const fn new(source: &'static str, rust: &'static str) -> Self {
        Self { source, rust, compiled: OnceLock::new() }
    }

    /// Whether the whole text matches. A pattern that does not compile lets everything pass; a test compiles them all.
    pub fn matches(&self, text: &str) -> bool {
        self.regex().is_none_or(|regex| regex.is_match(text))
    }

    /// Whether the `regex` crate takes it.
    #[cfg(test)]
    pub(super) fn compiles(&self) -> bool {
        self.regex().is_some()
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.rust).ok()).as_ref()
    }
}
