//! Token exchange (RFC 8693, Cognito: GetDerivedToken): a token of a user for one that a service can use in the user's
//! place.
//!
//! What comes out is never more than what went in, unless the pool's own function says so: scopes are those asked for,
//! of the subject's, of the client's; the end is no later than the subject's; the sign-in stays the same, so that what
//! ends it ends the new token too; and who acts for whom stays in `act`.

use super::access::text;
use super::claims::{self, Common};
pub use super::party::Presented;
use super::party::{self, Party};
use super::{SELF_SERVICE, SignIn, issuer, keys_of, machine, overrides};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::pools::clients::{STANDARD_SCOPES, may_read};
use crate::domain::pools::{self, resource_servers, secrets};
use crate::domain::users::groups;
use crate::fault::Fault;
use crate::keys::jwt::Claims;
use crate::keys::{cpu, jwt};
use crate::model::{Client, Pool};
use crate::secret::Secret;
use crate::shapes::idp::{ExplicitAuthFlowsType as Flow, IssuedTokenTypeIdentifierType as Wanted};
use crate::triggers::{EventContext, EventSubject, TokenSource};
use serde_json::{Map, Value, json};

/// How many may act one for another.
const MAX_ACTORS: usize = 8;

/// What is asked for.
pub struct Exchange {
    /// The client that exchanges.
    pub client_id: String,
    /// Its secret.
    pub secret: Option<Secret>,
    /// The user's token.
    pub subject: Presented,
    /// The token of whoever acts for the user, where that is to be seen.
    pub actor: Option<Presented>,
    /// Scopes; none means the subject's.
    pub scopes: Vec<String>,
    /// Who the token is for; the client itself if nobody is named.
    pub target: Option<Target>,
    /// What to make.
    pub wanted: Wanted,
}

/// Who a token is for.
pub enum Target {
    /// A name that the service goes by.
    Audience(String),
    /// A resource server of the pool.
    Resource(String),
}

/// The token that came out.
pub struct Derived {
    /// The token.
    pub token: String,
    /// Seconds that it lives.
    pub expires_in: i64,
    /// Its scopes; an ID token has none.
    pub scopes: Vec<String>,
}

/// Exchanges a token.
pub async fn exchange(cx: &Context, asked: &Exchange) -> Result<Derived, Fault> {
    cx.check_address()?;
    let client = pools::client(&cx.services.store, &asked.client_id).await?;
    check_client(cx, &client, asked)?;
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    let subject = party::open(cx, &pool, "subject", &asked.subject).await?;
    let actor = match &asked.actor {
        Some(actor) => Some(party::open(cx, &pool, "actor", actor).await?),
        None => None,
    };
    let scopes = scopes(cx, &pool, &client, &subject, &asked.scopes).await?;
    let audience = match &asked.target {
        None => None,
        Some(Target::Audience(name)) => {
            // Whoever checks `aud` alone would take it for a token of that client.
            if *name != client.id && crate::store::pools::client(&cx.services.store, name).await?.is_some() {
                return Err(Fault::invalid("An app client cannot be the audience of another one's token."));
            }
            Some(name.clone())
        }
        Some(Target::Resource(identifier)) => {
            Some(resource_servers::get(&cx.services.store, &pool, identifier).await?.identifier)
        }
    };
    let (mut claims, scopes) = base(cx, (&pool, &client), &subject, (asked.wanted, scopes)).await?;
    if let Some(act) = acting(&subject, actor.as_ref())? {
        claims.insert("act".into(), act);
    }
    if let Some(audience) = audience {
        claims.insert("aud".into(), json!(audience));
    }
    // Nothing outlives what it came of.
    let ends = claims.get("exp").and_then(Value::as_i64).unwrap_or(0).min(subject.expires);
    claims.insert("exp".into(), json!(ends));
    let keys = keys_of(cx, &pool.id).await?;
    let is_id = asked.wanted == Wanted::IdToken;
    let token = cpu::run(move || jwt::sign(if is_id { &keys.id } else { &keys.access }, &claims)).await??;
    Ok(Derived { token, expires_in: ends - cx.now.secs(), scopes: if is_id { Vec::new() } else { scopes } })
}

/// The client proves itself by its secret, unless the call is signed; and it must be allowed this kind of exchange.
fn check_client(cx: &Context, client: &Client, asked: &Exchange) -> Result<(), Fault> {
    let secret = asked.secret.as_ref().map(Secret::reveal);
    if (secret.is_some() || cx.caller.is_none()) && !secrets::matches(cx, client, secret)? {
        cx.count_failure();
        return Err(Fault::not_authorized(format!("Client secret does not match for the client: {}", client.id)));
    }
    let flow =
        if asked.actor.is_some() { Flow::AllowTokenExchangeDelegation } else { Flow::AllowTokenExchangeImpersonation };
    if client.settings.explicit_auth_flows.iter().flatten().any(|allowed| *allowed == flow) {
        return Ok(());
    }
    Err(Fault::invalid(format!("{} flow not enabled for this client", flow.as_str())))
}

/// Scopes that are asked for (else all), that the subject has, that the client may use, and that are still there.
async fn scopes(
    cx: &Context,
    pool: &Pool,
    client: &Client,
    subject: &Party,
    asked: &[String],
) -> Result<Vec<String>, Fault> {
    let custom = machine::custom_scopes(&cx.services.store, pool, client).await?;
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
        return Err(Fault::invalid("Invalid scope requested: none of these can be granted."));
    }
    Ok(granted)
}

/// The claims without `act`, and with the client's own end and audience; and the scopes, which the pool's function may
/// have changed.
async fn base(
    cx: &Context,
    (pool, client): (&Pool, &Client),
    subject: &Party,
    (wanted, scopes): (Wanted, Vec<String>),
) -> Result<(Claims, Vec<String>), Fault> {
    let user =
        subject.user.as_ref().ok_or_else(|| Fault::not_authorized("The subject token does not speak for a user"))?;
    let mut belonging = claims::belonging(&groups::of_user(&cx.services.store, pool, user).await?);
    let about = EventContext {
        pool,
        client: Some(client),
        who: EventSubject::User(user),
        metadata: &cx.metadata,
        request_id: &cx.request_id,
    };
    let asked = cx.services.triggers.pre_token_generation(about, TokenSource::TokenExchange, Some(&belonging), &scopes);
    let mut changes = asked.await?;
    if let Some(instead) = changes.as_mut().and_then(|changes| changes.groups.take()) {
        belonging = instead;
    }
    let scopes = match &changes {
        Some(changes) => overrides::scopes(changes, &scopes),
        None => scopes,
    };
    let origin = text(&subject.claims, "origin_jti");
    let sign_in = SignIn {
        origin: origin.unwrap_or_default().to_owned(),
        at: Timestamp::from_secs(subject.claims.get("auth_time").and_then(Value::as_i64).unwrap_or(0)),
        factors: Vec::new(),
        device: None,
        session: None,
    };
    let kept = |name: &str| subject.claims.get(name).map(|value| (name.to_owned(), value.clone()));
    let strength: Map<String, Value> = ["acr", "amr"].into_iter().filter_map(kept).collect();
    let (event, issuer) = (crate::rng::uuid_at(cx.now)?, issuer(cx, &pool.id));
    let common = Common {
        issuer: &issuer,
        sign_in: &sign_in,
        now: cx.now,
        event: &event,
        user,
        client,
        belonging: &belonging,
        strength: &strength,
    };
    let jti = crate::rng::uuid()?;
    let mut claims = match wanted {
        Wanted::AccessToken => {
            let mut claims = claims::access(&common, &scopes.join(" "), &jti);
            claims.insert("version".into(), json!(2));
            overrides::write_scopes(&scopes, &mut claims);
            if let Some(changes) = &changes {
                overrides::access(changes, &client.id, &mut claims);
            }
            claims
        }
        Wanted::IdToken => {
            let mut claims = claims::id(&common, &jti);
            let shown = shown(subject)?;
            claims.retain(|name, _| !user.attributes.contains_key(name) || shown(name));
            claims.insert("azp".into(), json!(client.id));
            if let Some(changes) = &changes {
                overrides::id(changes, &mut claims);
            }
            claims
        }
    };
    // The sign-in is the subject's, whether this client's own tokens can be revoked or not.
    claims.remove("origin_jti");
    claims.extend(kept("origin_jti"));
    Ok((claims, scopes))
}

/// Which attributes an ID token for this subject may show: those that the subject's holder could see already.
fn shown(subject: &Party) -> Result<impl Fn(&str) -> bool + '_, Fault> {
    let scopes = subject.scopes();
    let has = move |scope: &str| scopes.contains(&scope);
    if !subject.is_id && !has("openid") && !has(SELF_SERVICE) {
        return Err(Fault::invalid(
            "An ID token needs a subject token that identifies the user: an ID token, or one with the scope openid.",
        ));
    }
    // `openid` alone shows everything, like the scope of self-service; with others, those say what.
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

/// `act`: who acts, and inside it who acted before. An exchange without an actor keeps those who acted before.
fn acting(subject: &Party, actor: Option<&Party>) -> Result<Option<Value>, Fault> {
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
