//! Token exchange (RFC 8693; Cognito: GetDerivedToken): for a user's token, one that a service can use in the user's
//! place.
//!
//! The new token allows no more than the old one, unless the pool's own function says so. Its scopes are those asked
//! for that both the subject token and the client have. It ends no later than the subject token. It belongs to the same
//! sign-in, so that what ends the sign-in ends it too. `act` keeps who acts for whom.

use super::access::text_claim;
use super::claims::{self, Common};
pub use super::presented_token::PresentedToken;
use super::presented_token::{self, VerifiedToken};
use super::{Grant, SELF_SERVICE, SignIn, client_credentials, issuer, keys_of, overrides};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::pools::clients::{STANDARD_SCOPES, may_read};
use crate::domain::pools::{self, resource_servers};
use crate::domain::users::groups;
use crate::fault::{Cause, Fault};
use crate::keys::jwt::Claims;
use crate::keys::{cpu, jwt};
use crate::model::{Client, Pool};
use crate::shapes::idp::{ExplicitAuthFlowsType as Flow, IssuedTokenTypeIdentifierType as IssuedType};
use crate::triggers::{EventContext, EventSubject, TokenSource};
use serde_json::{Map, Value, json};

/// Longest chain of `act` claims.
const MAX_ACTORS: usize = 8;

/// What is asked for.
pub struct Exchange {
    /// The user's token.
    pub subject: PresentedToken,
    /// The token of whoever acts for the user, for delegation; without one it is impersonation.
    pub actor: Option<PresentedToken>,
    /// Empty for all scopes of the subject token.
    pub scopes: Vec<String>,
    /// Who the token is for; without one the client itself.
    pub target: Option<Target>,
    pub wanted: IssuedType,
}

/// Who a token is for.
pub enum Target {
    /// A service by any name.
    Audience(String),
    /// A resource server of the pool.
    Resource(String),
}

/// The new token.
pub struct DerivedToken {
    pub token: String,
    /// Seconds that it lives.
    pub expires_in: i64,
    /// Its scopes; an ID token has none.
    pub scopes: Vec<String>,
}

/// Exchanges a token.
pub async fn exchange(cx: &Context, client: &AuthenticatedClient, asked: &Exchange) -> Result<DerivedToken, Fault> {
    check_flow(client, asked)?;
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    let subject = presented_token::verify(cx, &pool, "subject", &asked.subject).await?;
    let actor = match &asked.actor {
        Some(actor) => Some(presented_token::verify(cx, &pool, "actor", actor).await?),
        None => None,
    };
    let scopes = granted_scopes(cx, &pool, client, &subject, &asked.scopes).await?;
    let audience = match &asked.target {
        None => None,
        Some(Target::Audience(name)) => {
            // A service that checks `aud` alone would take it for a token of that other client.
            if *name != client.id && crate::store::pools::client(&cx.services.store, name).await?.is_some() {
                return Err(Fault::invalid("An app client cannot be the audience of another one's token."));
            }
            Some(name.clone())
        }
        Some(Target::Resource(identifier)) => {
            Some(resource_servers::get(&cx.services.store, &pool, identifier).await?.identifier)
        }
    };
    let derivation = Derivation { cx, pool: &pool, client, subject: &subject, wanted: asked.wanted };
    let (mut claims, scopes) = derivation.claims(scopes).await?;
    if let Some(act) = act_claim(&subject, actor.as_ref())? {
        claims.insert("act".into(), act);
    }
    if let Some(audience) = audience {
        claims.insert("aud".into(), json!(audience));
    }
    let ends = claims.get("exp").and_then(Value::as_i64).unwrap_or(0).min(subject.expires);
    claims.insert("exp".into(), json!(ends));
    let keys = keys_of(cx, &pool.id).await?;
    let is_id = asked.wanted == IssuedType::IdToken;
    let token = cpu::run(move || jwt::sign(if is_id { &keys.id } else { &keys.access }, &claims)).await??;
    Ok(DerivedToken { token, expires_in: ends - cx.now.secs(), scopes: if is_id { Vec::new() } else { scopes } })
}

/// Whether the client may exchange tokens in this way.
fn check_flow(client: &Client, asked: &Exchange) -> Result<(), Fault> {
    let flow =
        if asked.actor.is_some() { Flow::AllowTokenExchangeDelegation } else { Flow::AllowTokenExchangeImpersonation };
    if client.settings.explicit_auth_flows.iter().flatten().any(|allowed| *allowed == flow) {
        return Ok(());
    }
    Err(Fault::invalid(format!("{} flow not enabled for this client", flow.as_str())).because(Cause::FlowNotEnabled))
}

/// The scopes asked for (or all) that the subject token has, that the client may use, and that still exist.
async fn granted_scopes(
    cx: &Context,
    pool: &Pool,
    client: &Client,
    subject: &VerifiedToken,
    asked: &[String],
) -> Result<Vec<String>, Fault> {
    let custom = client_credentials::custom_scopes(&cx.services.store, pool, client).await?;
    let allowed = client.settings.allowed_o_auth_scopes.as_deref().unwrap_or_default();
    let may_use = |scope: &str| {
        let standard = STANDARD_SCOPES.contains(&scope) && allowed.iter().any(|allowed| allowed == scope);
        standard || custom.iter().any(|allowed| allowed == scope)
    };
    let mut granted: Vec<String> = Vec::new();
    for scope in subject.scopes() {
        let wanted = asked.is_empty() || asked.iter().any(|asked| asked == scope);
        if wanted && may_use(scope) && !granted.iter().any(|granted| granted == scope) {
            granted.push(scope.to_owned());
        }
    }
    if granted.is_empty() && !asked.is_empty() {
        let refused = Fault::invalid("Invalid scope requested: none of these can be granted.");
        return Err(refused.because(Cause::InvalidScope));
    }
    Ok(granted)
}

/// One exchange whose tokens are checked.
struct Derivation<'a> {
    cx: &'a Context,
    pool: &'a Pool,
    client: &'a Client,
    subject: &'a VerifiedToken,
    wanted: IssuedType,
}

impl Derivation<'_> {
    /// The claims without `act`, with the client's own end and audience; and the scopes, which the pool's function may
    /// have changed.
    async fn claims(&self, scopes: Vec<String>) -> Result<(Claims, Vec<String>), Fault> {
        let Self { cx, pool, client, subject, wanted } = *self;
        let user = subject
            .user
            .as_ref()
            .ok_or_else(|| Fault::not_authorized("The subject token does not speak for a user"))?;
        let mut groups = claims::group_claims(&groups::of_user(&cx.services.store, pool, user).await?);
        let event = EventContext {
            pool,
            client: Some(client),
            who: EventSubject::User(user),
            metadata: &cx.metadata,
            request_id: &cx.request_id,
        };
        let answer =
            cx.services.triggers.pre_token_generation(event, TokenSource::TokenExchange, Some(&groups), &scopes);
        let mut changes = answer.await?;
        if let Some(instead) = changes.as_mut().and_then(|changes| changes.groups.take()) {
            groups = instead;
        }
        let scopes = match &changes {
            Some(changes) => overrides::scopes(changes, &scopes),
            None => scopes,
        };
        let origin = text_claim(&subject.claims, "origin_jti");
        let sign_in = SignIn {
            origin: origin.unwrap_or_default().to_owned(),
            at: Timestamp::from_secs(subject.claims.get("auth_time").and_then(Value::as_i64).unwrap_or(0)),
            factors: Vec::new(),
            device: None,
            session: None,
            sso_session: None,
        };
        let kept = |name: &str| subject.claims.get(name).map(|value| (name.to_owned(), value.clone()));
        let level: Map<String, Value> = ["acr", "amr"].into_iter().filter_map(kept).collect();
        let (event_id, issuer) = (crate::rng::uuid_at(cx.now)?, issuer(cx, &pool.id));
        let common = Common {
            issuer: &issuer,
            sign_in: &sign_in,
            now: cx.now,
            event_id: &event_id,
            user,
            client,
            groups: &groups,
            grant: &Grant::self_service(),
            level: &level,
        };
        let jti = crate::rng::uuid()?;
        let mut claims = match wanted {
            IssuedType::AccessToken => {
                let mut claims = claims::access(&common, &scopes.join(" "), &jti);
                claims.insert("version".into(), json!(2));
                overrides::write_scopes(&scopes, &mut claims);
                if let Some(changes) = &changes {
                    overrides::access(changes, &client.id, &mut claims);
                }
                claims
            }
            IssuedType::IdToken => {
                let mut claims = claims::id(&common, &jti);
                let is_visible = attribute_filter(subject)?;
                claims.retain(|name, _| !user.attributes.contains_key(name) || is_visible(name));
                claims.insert("azp".into(), json!(client.id));
                if let Some(changes) = &changes {
                    overrides::id(changes, &mut claims);
                }
                claims
            }
        };
        // The sign-in is that of the subject token, whether this client's own tokens can be revoked or not.
        claims.remove("origin_jti");
        claims.extend(kept("origin_jti"));
        Ok((claims, scopes))
    }
}

/// Which attributes an ID token may show: those that the holder of the subject token could see already.
fn attribute_filter(subject: &VerifiedToken) -> Result<impl Fn(&str) -> bool + '_, Fault> {
    let scopes = subject.scopes();
    let has = move |scope: &str| scopes.contains(&scope);
    if !subject.is_id && !has("openid") && !has(SELF_SERVICE) {
        return Err(Fault::invalid(
            "An ID token needs a subject token that identifies the user: an ID token, or one with the scope openid.",
        ));
    }
    // `openid` alone shows everything, as the scope of self-service does. Next to narrower scopes, those decide.
    let everything = has(SELF_SERVICE) || !["email", "phone", "profile"].into_iter().any(&has);
    Ok(move |attribute: &str| {
        if !may_read(&subject.client, attribute) {
            return false;
        }
        if subject.is_id {
            return subject.claims.contains_key(attribute);
        }
        everything
            || match attribute {
                "email" | "email_verified" => has("email"),
                "phone_number" | "phone_number_verified" => has("phone"),
                _ => has("profile"),
            }
    })
}

/// `act` (RFC 8693, 4.1): who acts, and inside it who acted before. An exchange without an actor keeps the old claim.
fn act_claim(subject: &VerifiedToken, actor: Option<&VerifiedToken>) -> Result<Option<Value>, Fault> {
    let before = subject.claims.get("act");
    let Some(actor) = actor else { return Ok(before.cloned()) };
    let mut depth = 1;
    let mut inner = before;
    while let Some(act) = inner {
        depth += 1;
        inner = act.get("act");
    }
    if depth > MAX_ACTORS {
        return Err(Fault::invalid(format!("At most {MAX_ACTORS} may act one for another.")));
    }
    let mut act = json!({"sub": actor.sub()});
    if let (Some(act), Some(before)) = (act.as_object_mut(), before) {
        act.insert("act".into(), before.clone());
    }
    Ok(Some(act))
}
