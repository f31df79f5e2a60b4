//! Sign-in by SRP-6a (USER_SRP_AUTH): the password never leaves the client.

use super::{Challenge, Name, Outcome, after_password, unknown_user};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::users::lookup;
use crate::fault::Fault;
use crate::keys::cpu;
use crate::keys::password::Owner;
use crate::keys::seal::Purpose;
use crate::keys::srp::{self, Claim, Exchange};
use crate::model::{Client, Credential, PasswordScheme, Pool, User};
use crate::store::users::{by_username, fold};
use crate::triggers::{self, Trigger};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// How far a client's clock may be off.
const CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);
/// Longest `SECRET_BLOCK` that is looked at.
const MAX_BLOCK: usize = 4096;

/// What the `SECRET_BLOCK` holds, sealed.
#[derive(Serialize, Deserialize)]
struct Block {
    /// Used once, in one run of the server.
    #[serde(with = "serde_bytes")]
    id: [u8; 16],
    #[serde(with = "serde_bytes")]
    run: [u8; 16],
    /// The name that SRP hashes.
    user_id: String,
    /// The name as the client typed it.
    typed: String,
    until: Timestamp,
    exchange: Exchange,
}

/// The client's answer.
pub struct Proof {
    /// The block as it was sent, base64.
    pub secret_block: String,
    /// The signature, base64.
    pub signature: String,
    /// The client's time, as signed.
    pub timestamp: String,
}

/// Answers `A` with `B`, the salt and the block. An unknown name gets a made-up salt that is always the same for it.
pub async fn begin(cx: &Context, pool: &Pool, client: &Client, username: &str, a: String) -> Result<Outcome, Fault> {
    if pool.password_scheme() == PasswordScheme::Argon2id {
        return Err(Fault::invalid(
            "This user pool keeps passwords as Argon2id hashes, which SRP cannot use: sign in with USER_PASSWORD_AUTH.",
        ));
    }
    let found = lookup::find(&cx.services.store, pool, username).await?;
    if found.is_none() && !client.hides_users() {
        cx.count_failure();
        return Err(unknown_user(client));
    }
    let user_id = found.as_ref().map_or_else(|| lookup::imagined(cx, pool, username).username, |user| user.username.clone());
    cx.services.risk.lockout.check(&cx.services.store, &pool.id, &lookup::subject(pool, found.as_ref(), username), cx.now).await?;
    triggers::run(pool, Trigger::PreAuthentication)?;
    let verifier = verifier(cx, pool, found.as_ref(), &user_id)?;
    let salt = verifier.salt_hex();
    let ephemeral = cx.services.keys.ephemeral().await?;
    let (exchange, b) = Exchange::begin(&verifier, &ephemeral, &a)?;
    let block = Block {
        id: crate::rng::bytes()?,
        run: cx.services.risk.once.run(),
        user_id: user_id.clone(),
        typed: username.to_owned(),
        until: cx.now.plus(client.session_validity()),
        exchange,
    };
    let sealed = cx.services.keys.sealer.seal_value(Purpose::SecretBlock, client.id.as_bytes(), &block)?;
    let parameters = BTreeMap::from([
        ("USERNAME".to_owned(), user_id.clone()),
        ("USER_ID_FOR_SRP".to_owned(), user_id),
        ("SRP_B".to_owned(), b),
        ("SALT".to_owned(), salt),
        ("SECRET_BLOCK".to_owned(), STANDARD.encode(sealed)),
    ]);
    Ok(Outcome::Challenge(Challenge { name: Name::PasswordVerifier, parameters, session: None }))
}

/// The user's verifier. Who has none, or an Argon2id hash from before the pool changed its scheme, gets a made-up one that never fits.
fn verifier(cx: &Context, pool: &Pool, user: Option<&User>, user_id: &str) -> Result<srp::Verifier, Fault> {
    let passwords = &cx.services.keys.passwords;
    let credential = user.and_then(|user| user.credential.as_ref()).filter(|c| matches!(c, Credential::Srp { .. }));
    let folded = fold(pool, user_id);
    let user = if credential.is_some() { user_id } else { &folded };
    passwords.verifier(credential, &Owner { pool_id: &pool.id, user })?.ok_or_else(|| Fault::internal("no verifier"))
}

/// Checks the proof; both exponentiations are spent whatever was sent.
pub async fn prove(cx: &Context, (pool, client, username): (&Pool, &Client, &str), proof: Proof) -> Result<Outcome, Fault> {
    let bytes = (proof.secret_block.len() <= MAX_BLOCK).then(|| STANDARD.decode(&proof.secret_block).ok()).flatten();
    let bytes = bytes.ok_or_else(Fault::wrong_credentials)?;
    let block: Block =
        cx.services.keys.sealer.open_value(Purpose::SecretBlock, client.id.as_bytes(), &bytes).map_err(|_| Fault::wrong_credentials())?;
    let in_time = srp::parse_timestamp(&proof.timestamp).is_some_and(|at| at.since(cx.now) <= CLOCK_SKEW && cx.now.since(at) <= CLOCK_SKEW);
    if cx.now >= block.until || !in_time {
        return Err(Fault::wrong_credentials());
    }
    let user = by_username(&cx.services.store, pool, &block.user_id).await?;
    if !means(cx, pool, user.as_ref(), &block, username).await? {
        return Err(Fault::wrong_credentials());
    }
    let attempt =
        cx.services.risk.lockout.begin(&cx.services.store, &pool.id, &lookup::subject(pool, user.as_ref(), &block.typed), cx.now).await?;
    let verifier = verifier(cx, pool, user.as_ref(), &block.user_id)?;
    let (run, id) = (block.run, block.id);
    let group = srp::pool_name(&pool.id).to_owned();
    let right = cpu::run(move || {
        let claim = Claim { group: &group, user: &block.user_id, secret_block: &bytes, timestamp: &proof.timestamp };
        block.exchange.verify(&verifier, &claim, &proof.signature)
    })
    .await??;
    match user {
        // A proof is good once.
        Some(user) if right && matches!(user.credential, Some(Credential::Srp { .. })) && cx.services.risk.once.take(&run, &id) => {
            attempt.succeeded().await?;
            after_password(cx, pool, client, &user).await
        }
        _ => {
            attempt.failed().await?;
            cx.count_failure();
            Err(Fault::wrong_credentials())
        }
    }
}

/// Whether the name sent with the proof means the block's user: the canonical name, the name typed at the start, or another alias.
async fn means(cx: &Context, pool: &Pool, user: Option<&User>, block: &Block, name: &str) -> Result<bool, Fault> {
    let same = |other: &str| fold(pool, name) == fold(pool, other);
    if same(&block.user_id) || same(&block.typed) {
        return Ok(true);
    }
    let other = lookup::find(&cx.services.store, pool, name).await?;
    Ok(matches!((user, other), (Some(user), Some(other)) if user.sub == other.sub))
}
