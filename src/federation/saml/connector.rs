//! The connector of a SAML provider: the Web Browser SSO profile and single logout (SAML profiles 4.1, 4.4).

use super::requests::{AuthnRequest, Header, LogoutRequest};
use super::signing::{Outgoing, Parameter, posted};
use super::{Assertion, Expected, NameId, Reader, Received, Refusal, Status, TrustedKeys};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::federation::connector::{Answer, Begun, Callback, Connector, ExternalIdentity, MAX_SESSION, Start};
use crate::federation::{FederationError, ProviderClaims};
use crate::keys::cpu;
use crate::keys::signing::PoolKeys;
use crate::model::SamlProvider;
use crate::store::{Store, tokens};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use futures::future::{FutureExt as _, LocalBoxFuture};
use openssl::pkey::PKey;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use zeroize::Zeroizing;

/// What a provider's record asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Whether requests are signed.
    pub signs_requests: bool,
    /// Whether assertions are encrypted.
    pub encrypted: bool,
    /// Whether a sign-out here goes on there.
    pub signs_out: bool,
    /// Whether a sign-in may begin there.
    pub may_begin: bool,
    /// Whether signatures with SHA-1 are accepted.
    pub allow_sha1: bool,
}

/// Our own names and addresses towards a provider.
#[derive(Debug, Clone)]
pub struct ServiceAddresses {
    pub entity_id: String,
    /// Where assertions are posted.
    pub assertions_to: String,
    /// Where messages of single logout go.
    pub logout_at: String,
}

/// A SAML provider, for one call.
pub struct SamlConnector {
    /// Its name in the pool.
    pub name: String,
    pub metadata: SamlProvider,
    pub own: ServiceAddresses,
    pub settings: Settings,
    /// The pool's SAML keys: `id` signs.
    pub keys: Arc<PoolKeys>,
    /// The private keys to which the provider encrypts, in PKCS#8; of the pool, `access`, if it has none of its own.
    pub decryption: Vec<Zeroizing<Vec<u8>>>,
    /// Where used assertions are remembered.
    pub store: Store,
    pub now: Timestamp,
}

/// What [`Connector::logout`] needs of a sign-in.
#[derive(Serialize, Deserialize)]
struct ProviderSession {
    name_id: NameId,
    index: Option<String>,
}

impl Connector for SamlConnector {
    fn begin<'a>(&'a self, start: Start<'a>) -> LocalBoxFuture<'a, Result<Begun, FederationError>> {
        let id = request_id(&start.round.nonce);
        let force = start.prompt.iter().any(|word| word == "login");
        let by_redirect = !self.metadata.sso_redirect.is_empty();
        let posted_to = self.metadata.sso_post.as_deref().unwrap_or_default();
        let destination = if by_redirect { self.metadata.sso_redirect.as_str() } else { posted_to };
        let header = self.header(&id, start.round.begun, destination);
        let xml = AuthnRequest { header, answer_to: &self.own.assertions_to, force }.xml();
        let signs = self.settings.signs_requests || self.metadata.wants_signed;
        let message = Message { xml, id, state: start.state, destination, by_redirect, signs };
        self.send(message).boxed_local()
    }

    fn finish<'a>(&'a self, answer: Answer<'a>) -> LocalBoxFuture<'a, Result<ExternalIdentity, FederationError>> {
        self.receive(answer).boxed_local()
    }

    fn logout<'a>(
        &'a self,
        session: &'a str,
        state: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<Begun>, FederationError>> {
        let redirect = self.metadata.slo_redirect.as_deref();
        let destination = redirect.or(self.metadata.slo_post.as_deref()).filter(|_| self.settings.signs_out);
        let session: Option<ProviderSession> = serde_json::from_str(session).ok();
        let (Some(destination), Some(session)) = (destination, session) else {
            return futures::future::ready(Ok(None)).boxed_local();
        };
        let id = logout_id(state);
        let header = self.header(&id, self.now, destination);
        let request = LogoutRequest { header, name_id: &session.name_id, session_index: session.index.as_deref() };
        let xml = request.xml();
        let message = Message { xml, id, state, destination, by_redirect: redirect.is_some(), signs: true };
        async move { self.send(message).await.map(Some) }.boxed_local()
    }

    fn finish_logout<'a>(&'a self, callback: &'a Callback) -> LocalBoxFuture<'a, Result<(), FederationError>> {
        self.receive_logout(callback).boxed_local()
    }
}

/// A message of ours.
struct Message<'a> {
    xml: String,
    id: String,
    state: &'a str,
    destination: &'a str,
    by_redirect: bool,
    signs: bool,
}

impl SamlConnector {
    fn header<'a>(&'a self, id: &'a str, issued: Timestamp, destination: &'a str) -> Header<'a> {
        Header { id, issued, issuer: &self.own.entity_id, destination }
    }

    async fn send(&self, message: Message<'_>) -> Result<Begun, FederationError> {
        let (state, destination) = (message.state.to_owned(), message.destination.to_owned());
        let (keys, xml, id) = (self.keys.clone(), message.xml, message.id);
        let (by_redirect, signs) = (message.by_redirect, message.signs);
        let made = move || -> Result<Begun, Fault> {
            if by_redirect {
                let parameter = Parameter::Request;
                let outgoing = Outgoing { parameter, xml: &xml, relay_state: Some(&state), address: &destination };
                return outgoing.redirect(signs.then_some(&keys.id)).map(Begun::Redirect);
            }
            let encoded = if signs { posted(&xml, &id, &keys.id)? } else { STANDARD.encode(&xml) };
            let fields = vec![(Parameter::Request.name().to_owned(), encoded), ("RelayState".to_owned(), state)];
            Ok(Begun::Post { url: destination, fields })
        };
        Ok(cpu::run(made).await??)
    }

    fn reader(&self) -> Result<Reader, Fault> {
        let certificates: Vec<Vec<u8>> =
            self.metadata.certificates.iter().filter_map(|text| STANDARD.decode(text).ok()).collect();
        let mut own = self.decryption.clone();
        if self.settings.encrypted && own.is_empty() {
            own.push(self.keys.access.to_pkcs8().map_err(Fault::internal)?);
        }
        let decryption = own.iter().map(|der| PKey::private_key_from_pkcs8(der).map_err(Fault::internal));
        let decryption = decryption.collect::<Result<Vec<_>, Fault>>()?;
        Ok(Reader { keys: TrustedKeys::new(&certificates, self.settings.allow_sha1), decryption })
    }

    /// Reads a message on a thread for such work.
    async fn read<T: Send + 'static>(
        &self,
        encoded: &str,
        read: fn(&Reader, &str) -> Result<T, Refusal>,
    ) -> Result<T, FederationError> {
        let (reader, encoded) = (self.reader()?, encoded.to_owned());
        cpu::run(move || read(&reader, &encoded)).await?.map_err(told)
    }

    async fn receive(&self, answer: Answer<'_>) -> Result<ExternalIdentity, FederationError> {
        let Answer::Callback { round, callback } = answer else { return Err(FederationError::Malformed) };
        let encoded = callback.get(Parameter::Response.name()).filter(|_| callback.is_post);
        let encoded = encoded.ok_or(FederationError::Malformed)?;
        if round.is_none() && !self.settings.may_begin {
            return Err(FederationError::InvalidRelayState);
        }
        let request = round.map(|round| request_id(&round.nonce));
        let received = self.read(encoded, Reader::response).await?;
        let expected = Expected {
            provider: &self.metadata.entity_id,
            audience: &self.own.entity_id,
            address: &self.own.assertions_to,
            request: request.as_deref(),
            now: self.now,
        };
        let remembered = expected.check(&received).map_err(|why| match (why, round) {
            // Nobody here waits for it, so an old one is as good as a foreign one.
            (Refusal::Time, None) => told(Refusal::Binding),
            (why, _) => told(why),
        })?;
        self.use_once(&received, remembered).await?;
        Ok(self.identity(received.assertion))
    }

    /// Marks an assertion as used, for as long as it could be used, whoever restarts meanwhile.
    async fn use_once(&self, received: &Received, until: Timestamp) -> Result<(), FederationError> {
        let hash = digest(&SHA256, format!("{} {}", self.metadata.entity_id, received.assertion.id).as_bytes());
        let id = format!("saml:{}:{}", self.own.entity_id, URL_SAFE_NO_PAD.encode(hash));
        let fresh = self.store.transact(async |tx| {
            if tokens::is_used(tx, &id, self.now).await? {
                return Ok(false);
            }
            tokens::mark_used(tx, &id, until)?;
            Ok(true)
        });
        if fresh.await? { Ok(()) } else { Err(told(Refusal::Replayed)) }
    }

    fn identity(&self, assertion: Assertion) -> ExternalIdentity {
        let mut claims = ProviderClaims::new();
        let mut texts = Map::new();
        for (name, mut values) in assertion.attributes {
            texts.insert(name.clone(), Value::String(values.join(",")));
            let value = match values.len() {
                0 => continue,
                1 => Value::String(values.pop().unwrap_or_default()),
                _ => Value::from(values),
            };
            claims.insert(name, value);
        }
        let authn = assertion.session.unwrap_or_default();
        let subject = assertion.name_id.value.clone();
        let session = ProviderSession { name_id: assertion.name_id, index: authn.index };
        ExternalIdentity {
            provider: self.name.clone(),
            subject,
            issuer: Some(self.metadata.entity_id.clone()),
            claims,
            told: json!({ "samlResponse": texts }),
            acr: authn.context,
            amr: Vec::new(),
            session: serde_json::to_string(&session).ok().filter(|text| text.len() <= MAX_SESSION),
        }
    }

    async fn receive_logout(&self, callback: &Callback) -> Result<(), FederationError> {
        let encoded = callback.get(Parameter::Response.name()).filter(|_| callback.is_post);
        let envelope = self.read(encoded.ok_or(FederationError::Malformed)?, Reader::logout_response).await?;
        let request = callback.get("RelayState").map(logout_id);
        let expected = Expected {
            provider: &self.metadata.entity_id,
            audience: &self.own.entity_id,
            address: &self.own.logout_at,
            request: request.as_deref(),
            now: self.now,
        };
        expected.check_envelope(&envelope).map_err(told)
    }
}

/// The id of the request of a round trip.
fn request_id(nonce: &str) -> String {
    format!("_{nonce}")
}

/// The id of a request to sign out: it follows from the state that comes back with the answer.
fn logout_id(state: &str) -> String {
    format!("_{}", URL_SAFE_NO_PAD.encode(digest(&SHA256, format!("saml logout {state}").as_bytes())))
}

/// What a refusal is to the app or the browser.
fn told(why: Refusal) -> FederationError {
    match why {
        Refusal::TooLarge => FederationError::Malformed,
        Refusal::Binding => FederationError::ForeignSaml("another request, or another place"),
        Refusal::Replayed => FederationError::ForeignSaml("the assertion was used before"),
        Refusal::NoNameId => FederationError::NoSubject,
        Refusal::Status(Status::AuthnFailed | Status::RequestDenied) => {
            FederationError::Refused { error: "access_denied".into(), description: why.to_string().trim().to_owned() }
        }
        why => FederationError::BadSaml(why.to_string()),
    }
}
