//! Sign-in with a passkey: the challenge (`CREDENTIAL_REQUEST_OPTIONS`) and the check of its answer (`CREDENTIAL`).

use super::relying_party::{RelyingParty, relying_party};
use super::{id_text, list, quietly};
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::cpu;
use crate::keys::seal::Purpose;
use crate::model::{Passkey, Pool, User};
use crate::store::passkeys;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use webauthn_rs_core::proto::{AuthenticationResult, AuthenticationState, Credential, PublicKeyCredential};

/// What the browser is told to wait.
const TIMEOUT: Duration = Duration::from_secs(180);
/// The longest answer that is read.
const MAX_CREDENTIAL: usize = 16 * 1024;

/// What must be known again when the answer comes; some 250 bytes. It goes sealed into the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    rp_id: String,
    /// The verifying library's state (JSON), without credentials: those are read when the answer comes.
    asked: String,
}

/// A challenge.
pub struct Asked {
    /// `CREDENTIAL_REQUEST_OPTIONS`.
    pub options_json: String,
    /// For [`check`].
    pub state: State,
}

/// What a right answer has proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whether the authenticator verified its user (PIN, body), not presence alone.
    pub user_verified: bool,
}

/// Asks for a passkey of the user that `name` means. A name that means nobody, or somebody without passkeys, gets
/// made-up ones that are always the same for it. A pool without a relying party is
/// `InvalidUserPoolConfigurationException`: ask only where [`super::has_any`], or pretend.
pub async fn ask(cx: &Context, pool: &Pool, user: Option<&User>, name: &str) -> Result<Asked, Fault> {
    let store = &cx.services.store;
    let party = relying_party(cx, pool).ok_or_else(|| {
        Fault::modelled(
            "InvalidUserPoolConfigurationException",
            "The user pool has neither a relying party id nor a domain.",
        )
    })?;
    let has = match user {
        Some(user) => list(store, pool, user).await?,
        None => Vec::new(),
    };
    let mut allowed: Vec<Value> = has.iter().filter(|passkey| passkey.rp_id == party.id).map(allow).collect();
    if allowed.is_empty() {
        allowed.push(imagined(cx, pool, user.map_or(name, |user| &user.username)));
    }
    let verifier = party.verifier(TIMEOUT)?;
    let builder =
        verifier.new_challenge_authenticate_builder(Vec::new(), Some(party.policy())).map_err(Fault::internal)?;
    let builder = builder.allow_backup_eligible_upgrade(true);
    let (options, state) = verifier.generate_challenge_authenticate(builder).map_err(Fault::internal)?;
    let mut options = serde_json::to_value(options.public_key).map_err(Fault::internal)?;
    if let Some(options) = options.as_object_mut() {
        options.insert("allowCredentials".to_owned(), Value::Array(allowed));
    }
    let asked = serde_json::to_string(&state).map_err(Fault::internal)?;
    Ok(Asked { options_json: options.to_string(), state: State { rp_id: party.id, asked } })
}

fn allow(passkey: &Passkey) -> Value {
    json!({"type": "public-key", "id": id_text(&passkey.id), "transports": passkey.transports})
}

/// A passkey that nobody has, of the look of those that phones and computers make.
fn imagined(cx: &Context, pool: &Pool, name: &str) -> Value {
    let name = crate::store::users::fold(pool, name);
    let id = cx.services.keys.sealer.mac(Purpose::DecoyPasskey, &[pool.id.as_bytes(), name.as_bytes()]);
    let (length, transports) = if id.last().is_some_and(|b| b % 2 == 0) {
        (20, ["internal", "hybrid"].as_slice())
    } else {
        (32, ["internal"].as_slice())
    };
    json!({"type": "public-key", "id": id_text(id.get(..length).unwrap_or_default()), "transports": transports})
}

/// Checks the answer to [`ask`], and notes the passkey's counter. Whatever is wrong is `NotAuthorizedException` in the
/// words for a wrong password. The caller makes sure that a state is answered rightly once only.
pub async fn check(
    cx: &Context,
    pool: &Pool,
    user: Option<&User>,
    state: &State,
    credential: &str,
) -> Result<Verified, Fault> {
    let refused = |why: &str| {
        tracing::debug!(why, "a passkey was refused");
        Fault::wrong_credentials()
    };
    if credential.len() > MAX_CREDENTIAL {
        return Err(refused("too long"));
    }
    let given: PublicKeyCredential = serde_json::from_str(credential).map_err(|_| refused("malformed"))?;
    let party = relying_party(cx, pool).filter(|party| party.id == state.rp_id);
    let (Some(party), Some(user)) = (party, user) else { return Err(refused("nobody to check it for")) };
    let handle = given.get_user_unique_id();
    if given.type_ != "public-key"
        || given.id != id_text(&given.raw_id)
        || handle.is_some_and(|handle| handle != user.sub.as_bytes())
    {
        return Err(refused("another credential's names"));
    }
    let passkey = passkeys::get(&cx.services.store, &pool.id, &user.sub, &given.raw_id).await?;
    let passkey =
        passkey.filter(|passkey| passkey.rp_id == party.id).ok_or_else(|| refused("not a passkey of the user"))?;
    let result = verify(&party, state, &passkey, given).await?.map_err(|error| refused(&error.to_string()))?;
    let verified = Verified { user_verified: result.user_verified() };
    if result.needs_update() {
        note(cx, pool, user, &result).await?;
    }
    Ok(verified)
}

type Checked = Result<AuthenticationResult, webauthn_rs_core::error::WebauthnError>;

async fn verify(
    party: &RelyingParty,
    state: &State,
    passkey: &Passkey,
    given: PublicKeyCredential,
) -> Result<Checked, Fault> {
    let asked: AuthenticationState = serde_json::from_str(&state.asked).map_err(Fault::internal)?;
    let known: Credential = serde_json::from_str(&passkey.credential).map_err(Fault::internal)?;
    let verifier = party.verifier(TIMEOUT)?;
    cpu::run(move || quietly(|| verifier.authenticate_single_credential(&given, &asked, &known))).await
}

/// Keeps the new counter and flags, if they are still new: of two answers with one counter, one is a clone's.
async fn note(cx: &Context, pool: &Pool, user: &User, result: &AuthenticationResult) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let found = passkeys::get(tx, &pool.id, &user.sub, result.cred_id()).await?;
            let mut passkey = found.ok_or_else(Fault::wrong_credentials)?;
            let mut credential: Credential = serde_json::from_str(&passkey.credential).map_err(Fault::internal)?;
            let counts = result.counter() > 0 || credential.counter > 0;
            if counts && result.counter() <= credential.counter {
                return Err(Fault::wrong_credentials());
            }
            credential.counter = result.counter();
            credential.backup_state = result.backup_state();
            credential.backup_eligible = result.backup_eligible();
            passkey.credential = serde_json::to_string(&credential).map_err(Fault::internal)?;
            passkey.used = Some(cx.now);
            passkeys::update(tx, &pool.id, &user.sub, &passkey)?;
            Ok(())
        })
        .await
}
