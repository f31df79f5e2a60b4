//! Sign-in by SRP-6a (PASSWORD_VERIFIER): the password never leaves the client.

use super::person::Person;
use super::session::{Course, Progress, Step};
use super::{At, Challenge, Name, Outcome, Proof, Whose, advance, custom};
use crate::domain::users::lookup;
use crate::fault::Fault;
use crate::keys::cpu;
use crate::keys::password::Owner;
use crate::keys::seal::Purpose;
use crate::keys::srp::{self, Claim, Exchange};
use crate::model::{Credential, Factor, PasswordScheme, User};
use crate::store::users::{by_username, fold};
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
    progress: Progress,
    exchange: Exchange,
}

/// Answers `A` with `B`, the salt and the block.
pub async fn begin(at: At<'_>, person: &Person, a: &str, device: Option<String>) -> Result<Outcome, Fault> {
    check_scheme(at)?;
    person.told(at)?;
    let services = &at.cx.services;
    services.risk.lockout.check(&services.store, &at.pool.id, &person.subject(at), at.cx.now).await?;
    person.pre_authenticate(at).await?;
    let progress = Progress::new(at, person, Course::Plain, device)?;
    let mut outcome = ask(at, person, progress, a).await?;
    if let Outcome::Challenge(challenge) = &mut outcome {
        // USER_SRP_AUTH has its state in the block alone.
        challenge.session = None;
    }
    Ok(outcome)
}

/// Fails where the pool keeps passwords in a form that SRP cannot use.
fn check_scheme(at: At<'_>) -> Result<(), Fault> {
    if at.pool.password_scheme() != PasswordScheme::Argon2id {
        return Ok(());
    }
    Err(Fault::invalid(
        "This user pool keeps passwords as Argon2id hashes, which SRP cannot use: sign in with USER_PASSWORD_AUTH.",
    ))
}

/// Asks for SRP's proof. An unknown name gets a made-up salt that is always the same for it.
pub async fn ask(at: At<'_>, person: &Person, progress: Progress, a: &str) -> Result<Outcome, Fault> {
    check_scheme(at)?;
    let verifier = verifier(at, person.user.as_ref(), &person.username)?;
    let progress = progress.at_step(at, Step::Verifier)?;
    let Exchanged { mut parameters, session } = exchange(at, &verifier, progress, a).await?;
    parameters.insert("USERNAME".to_owned(), person.username.clone());
    parameters.insert("USER_ID_FOR_SRP".to_owned(), person.username.clone());
    Ok(Outcome::Challenge(Box::new(Challenge {
        name: Name::PasswordVerifier,
        parameters,
        session: Some(session),
        available: None,
    })))
}

/// An exchange that has begun.
pub struct Exchanged {
    /// `SRP_B`, `SALT`, `SECRET_BLOCK`.
    pub parameters: BTreeMap<String, String>,
    /// `Session`. The block holds all that is needed; clients expect the other one too.
    pub session: String,
}

/// Answers `A` with `B`, and seals the state into a block.
pub async fn exchange(at: At<'_>, verifier: &srp::Verifier, progress: Progress, a: &str) -> Result<Exchanged, Fault> {
    let services = &at.cx.services;
    let salt = verifier.salt_hex();
    let ephemeral = services.keys.ephemeral().await?;
    let (exchange, b) = Exchange::begin(verifier, &ephemeral, a)?;
    let session = progress.seal(at)?;
    let block = Block { id: crate::rng::bytes()?, run: services.risk.replay_guard.run(), progress, exchange };
    let sealed = services.keys.sealer.seal_value(Purpose::SecretBlock, at.client.id.as_bytes(), &block)?;
    let parameters = [("SRP_B", b), ("SALT", salt), ("SECRET_BLOCK", STANDARD.encode(sealed))];
    Ok(Exchanged { parameters: parameters.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(), session })
}

/// A block that came back in time.
pub struct Opened {
    bytes: Vec<u8>,
    block: Block,
}

/// Opens the block of a proof.
pub fn open(at: At<'_>, proof: &Proof) -> Result<Opened, Fault> {
    let bytes = (proof.secret_block.len() <= MAX_BLOCK).then(|| STANDARD.decode(&proof.secret_block).ok()).flatten();
    let made_up = || {
        at.cx.count_failure();
        Fault::wrong_credentials()
    };
    let bytes = bytes.ok_or_else(made_up)?;
    let opened = at.cx.services.keys.sealer.open_value(Purpose::SecretBlock, at.client.id.as_bytes(), &bytes);
    let block: Block = opened.map_err(|_| made_up())?;
    if at.cx.now >= block.progress.until || !in_time(at, &proof.timestamp) {
        return Err(Fault::wrong_credentials());
    }
    Ok(Opened { bytes, block })
}

impl Opened {
    /// The sign-in that the block belongs to.
    pub fn progress(&self) -> &Progress {
        &self.block.progress
    }

    /// Checks the proof; both exponentiations are spent whatever was sent. `names` are the group and the user that SRP
    /// hashes.
    pub async fn verify(self, verifier: srp::Verifier, names: (String, String), proof: Proof) -> Result<bool, Fault> {
        let Self { bytes, block } = self;
        let right = cpu::run(move || {
            let claim = Claim { group: &names.0, user: &names.1, secret_block: &bytes, timestamp: &proof.timestamp };
            block.exchange.verify(&verifier, &claim, &proof.signature)
        })
        .await??;
        Ok(right)
    }
}

/// The user's verifier. Who has none, or an Argon2id hash from before the pool changed its scheme, gets a made-up one
/// that never fits.
fn verifier(at: At<'_>, user: Option<&User>, user_id: &str) -> Result<srp::Verifier, Fault> {
    let passwords = &at.cx.services.keys.passwords;
    let credential = user.and_then(|user| user.credential.as_ref()).filter(|c| matches!(c, Credential::Srp { .. }));
    let folded = fold(at.pool, user_id);
    let user = if credential.is_some() { user_id } else { &folded };
    passwords.verifier(credential, &Owner { pool_id: &at.pool.id, user })?.ok_or_else(|| Fault::internal("no verifier"))
}

/// Whether a client's time, as it was signed, is near ours.
fn in_time(at: At<'_>, timestamp: &str) -> bool {
    let now = at.cx.now;
    srp::parse_timestamp(timestamp).is_some_and(|then| then.since(now) <= CLOCK_SKEW && now.since(then) <= CLOCK_SKEW)
}

/// PASSWORD_VERIFIER was answered.
pub async fn prove(
    at: At<'_>,
    (username, device): (&str, Option<String>),
    proof: Proof,
    whose: &Whose,
) -> Result<Outcome, Fault> {
    let services = &at.cx.services;
    let opened = open(at, &proof)?;
    let (id, run) = (opened.block.id, opened.block.run);
    let mut progress = opened.progress().clone();
    if progress.step != Step::Verifier {
        return Err(Fault::wrong_credentials());
    }
    let user = by_username(&services.store, at.pool, &progress.username).await?.filter(|user| user.sub == progress.sub);
    if !progress.is_meant(at, username).await? {
        return Err(Fault::wrong_credentials());
    }
    whose.replace(Some((user.clone(), progress.typed.clone())));
    let subject = lookup::subject(at.pool, user.as_ref(), &progress.typed);
    let attempt = services.risk.lockout.begin(&services.store, &at.pool.id, &subject, at.cx.now).await?;
    let verifier = verifier(at, user.as_ref(), &progress.username)?;
    let names = (srp::pool_name(&at.pool.id).to_owned(), progress.username.clone());
    let right = opened.verify(verifier, names, proof).await?;
    progress.device = progress.device.or(device);
    match user {
        // A proof is good once.
        Some(user)
            if right
                && matches!(user.credential, Some(Credential::Srp { .. }))
                && services.risk.replay_guard.take(&run, &id, at.cx.now).await? =>
        {
            attempt.succeeded().await?;
            // What was proven before stands or falls with what the user was then.
            let progress =
                if progress.proven.is_empty() { progress.renewed(&user) } else { progress }.proving(Factor::Password);
            advance(at, &user, progress, Name::PasswordVerifier).await
        }
        user => {
            // A right proof that came twice (a client that lost the answer) is no wrong password.
            if !right || user.is_none() {
                attempt.failed().await?;
                at.cx.count_failure();
            }
            match user {
                // The pool's functions are told of a wrong password, and decide.
                Some(user)
                    if !right
                        && progress.course == Course::Custom
                        && services.risk.replay_guard.take(&run, &id, at.cx.now).await? =>
                {
                    custom::resume(at, &user, progress, (Name::PasswordVerifier, false)).await
                }
                _ => Err(Fault::wrong_credentials()),
            }
        }
    }
}
