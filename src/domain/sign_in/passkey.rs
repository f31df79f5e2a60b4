//! WEB_AUTHN: a passkey as first factor, or as both where it verified its user and the pool lets that be enough.

use super::Name;
use super::available_factors::available;
use super::scope::SignInScope;
use super::session::invalid_session;
use super::state::{Decider, SignInState, Step};
use super::subject::Subject;
use super::turn::{Ask, Proved, Turn};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::users::passkeys;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::model::{Client, Factor, Pool};
use crate::store::tokens;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a page's offer is good: people leave sign-in pages open.
const OFFER_VALIDITY: Duration = Duration::from_secs(30 * 60);

/// Makes WEB_AUTHN.
pub async fn ask(scope: SignInScope<'_>, subject: &Subject, state: &SignInState) -> Result<Ask, Fault> {
    let asked = passkeys::ask(scope.cx, scope.pool, subject.user.as_ref(), &subject.username).await?;
    let next = state.at_step(scope, Step::Passkey(asked.state))?;
    Ok(Ask::new(Name::WebAuthn, next, [("CREDENTIAL_REQUEST_OPTIONS", asked.options_json)]))
}

/// Judges the answer to WEB_AUTHN.
pub async fn answer(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    credential: &str,
) -> Result<Turn, Fault> {
    let Step::Passkey(asked) = &state.step else { return Err(invalid_session()) };
    let checked = passkeys::check(scope.cx, scope.pool, subject.user.as_ref(), asked, credential).await;
    let verified = checked.inspect_err(|_| scope.cx.count_failure())?;
    if subject.user.is_none() {
        return Err(invalid_session());
    }
    state.spend_alone(scope.cx).await?;
    Ok(Proved::turn(state.proving(factor(verified)), Name::WebAuthn))
}

fn factor(verified: passkeys::Verified) -> Factor {
    if verified.user_verified { Factor::VerifiedPasskey } else { Factor::Passkey }
}

/// What a page offers before anybody has said who they are.
pub struct PasskeyOffer {
    /// `PublicKeyCredentialRequestOptions` (JSON) that name no credential: the passkey tells whose it is.
    pub options_json: String,
    /// Sealed; to be sent back with the credential.
    pub session: String,
}

/// A passkey that answers an offer.
pub struct OfferedPasskey {
    pub session: String,
    /// `AuthenticationResponseJSON`.
    pub credential: String,
}

impl OfferedPasskey {
    /// The name of the user that the passkey says it is of (its user handle is their sub). It is only a claim until the
    /// sign-in has checked it.
    pub fn username(&self) -> Option<String> {
        let credential: serde_json::Value = serde_json::from_str(&self.credential).ok()?;
        let handle = credential.pointer("/response/userHandle")?.as_str()?;
        String::from_utf8(URL_SAFE_NO_PAD.decode(handle).ok()?).ok()
    }
}

/// An offer as it travels.
#[derive(Serialize, Deserialize)]
struct Offer {
    /// Used once.
    id: String,
    until: Timestamp,
    asked: passkeys::State,
}

fn offer_of(pool: &Pool, client: &Client) -> Vec<u8> {
    bound(&["passkey-offer", &pool.id, &client.id])
}

/// Offers to sign in by a passkey; `None` where the pool does not use them.
pub async fn offer_passkey(cx: &Context, pool: &Pool, client: &Client) -> Result<Option<PasskeyOffer>, Fault> {
    if !passkeys::enabled(pool) || passkeys::relying_party(cx, pool).is_none() {
        return Ok(None);
    }
    let asked = passkeys::ask(cx, pool, None, "").await?;
    let mut options: serde_json::Value = serde_json::from_str(&asked.options_json).map_err(Fault::internal)?;
    if let Some(members) = options.as_object_mut() {
        members.insert("allowCredentials".into(), serde_json::Value::Array(Vec::new()));
    }
    let offer = Offer { id: crate::rng::uuid()?, until: cx.now.plus(OFFER_VALIDITY), asked: asked.state };
    let session = cx.services.keys.sealer.seal_text(Purpose::Session, &offer_of(pool, client), &offer)?;
    Ok(Some(PasskeyOffer { options_json: options.to_string(), session }))
}

/// Begins with a passkey that answers an offer.
pub async fn begin(scope: SignInScope<'_>, subject: &Subject, given: OfferedPasskey) -> Result<Turn, Fault> {
    let cx = scope.cx;
    let bound_to = offer_of(scope.pool, scope.client);
    let offer: Offer = cx
        .services
        .keys
        .sealer
        .open_text(Purpose::Session, &bound_to, &given.session)
        .map_err(|_| invalid_session())?;
    if cx.now >= offer.until {
        return Err(invalid_session());
    }
    subject.pre_authenticate(scope).await?;
    let known = subject.user.as_ref();
    let checked = passkeys::check(cx, scope.pool, known, &offer.asked, &given.credential).await;
    let verified = checked.inspect_err(|_| cx.count_failure())?;
    // A user whose second factor is asked for cannot begin with a passkey, by whatever way.
    if known.is_none() || !available(scope, subject).await?.contains(&Name::WebAuthn) {
        return Err(Fault::wrong_credentials());
    }
    cx.services
        .store
        .transact(async |tx| {
            if tokens::is_used(tx, &offer.id, cx.now).await? {
                return Err(invalid_session());
            }
            tokens::mark_used(tx, &offer.id, offer.until)?;
            Ok(())
        })
        .await?;
    let state = SignInState::new(scope, subject, Decider::Settings, None)?;
    Ok(Proved::turn(state.proving(factor(verified)), Name::WebAuthn))
}
