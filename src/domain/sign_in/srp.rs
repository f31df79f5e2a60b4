//! Sign-in by SRP-6a (PASSWORD_VERIFIER): the password never leaves the client.

use super::scope::SignInScope;
use super::state::{Decider, SignInState, Step};
use super::subject::Subject;
use super::turn::{Ask, Proved, Question, Turn};
use super::{Name, Opened, SrpProof};
use crate::fault::Fault;
use crate::keys::cpu;
use crate::keys::password::Owner;
use crate::keys::seal::Purpose;
use crate::keys::srp::{self, Claim, Exchange};
use crate::model::{Credential, Factor, PasswordScheme, User};
use crate::store::users::fold;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How far a client's clock may be off.
const CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);
/// Longest `SECRET_BLOCK` that is looked at.
const MAX_BLOCK: usize = 4096;

/// What the `SECRET_BLOCK` holds, sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    /// Used once, in one run of the server.
    #[serde(with = "serde_bytes")]
    id: [u8; 16],
    #[serde(with = "serde_bytes")]
    run: [u8; 16],
    progress: SignInState,
    exchange: Exchange,
}

/// Begins USER_SRP_AUTH.
pub async fn begin(
    scope: SignInScope<'_>,
    subject: &Subject,
    a: String,
    device: Option<String>,
) -> Result<Turn, Fault> {
    check_scheme(scope)?;
    subject.require_known(scope)?;
    check_lock(scope, subject).await?;
    subject.pre_authenticate(scope).await?;
    let state = SignInState::new(scope, subject, Decider::Settings, device)?;
    Ok(Turn::ask(state, Question::PasswordVerifier(a)))
}

/// Fails while the subject is locked after too many wrong passwords.
pub async fn check_lock(scope: SignInScope<'_>, subject: &Subject) -> Result<(), Fault> {
    let services = &scope.cx.services;
    services.risk.lockout.check(&services.store, &scope.pool.id, subject.attempt_key(), scope.cx.now).await
}

/// Fails where the pool keeps passwords in a form that SRP cannot use.
fn check_scheme(scope: SignInScope<'_>) -> Result<(), Fault> {
    if scope.pool.password_scheme() != PasswordScheme::Argon2id {
        return Ok(());
    }
    let message =
        "This user pool keeps passwords as Argon2id hashes, which SRP cannot use: sign in with USER_PASSWORD_AUTH.";
    Err(Fault::invalid(message))
}

/// Makes PASSWORD_VERIFIER. An unknown username gets a decoy's salt that is always the same for it.
pub async fn ask(scope: SignInScope<'_>, subject: &Subject, state: &SignInState, a: &str) -> Result<Ask, Fault> {
    check_scheme(scope)?;
    let verifier = verifier(scope, subject.user.as_ref(), &subject.username)?;
    let next = state.at_step(scope, Step::Verifier)?;
    let mut ask = exchange(scope, &verifier, next, Begun { name: Name::PasswordVerifier, a }).await?;
    ask.parameters.insert("USERNAME".to_owned(), subject.username.clone());
    ask.parameters.insert("USER_ID_FOR_SRP".to_owned(), subject.username.clone());
    Ok(ask)
}

/// The client's half of an exchange.
pub struct Begun<'a> {
    /// The challenge that will ask for the proof.
    pub name: Name,
    /// SRP's `A` (hex).
    pub a: &'a str,
}

/// Answers `A` with `SRP_B`, `SALT` and `SECRET_BLOCK`, which holds the state. Clients expect `Session`, too.
pub async fn exchange(
    scope: SignInScope<'_>,
    verifier: &srp::Verifier,
    state: SignInState,
    begun: Begun<'_>,
) -> Result<Ask, Fault> {
    let services = &scope.cx.services;
    let salt = verifier.salt_hex();
    let ephemeral = services.keys.ephemeral().await?;
    let (exchange, b) = Exchange::begin(verifier, &ephemeral, begun.a)?;
    let run = services.risk.replay_guard.run();
    let block = Sealed { id: crate::rng::bytes()?, run, progress: state.clone(), exchange };
    let sealed = services.keys.sealer.seal_value(Purpose::SecretBlock, scope.client.id.as_bytes(), &block)?;
    let parameters = [("SRP_B", b), ("SALT", salt), ("SECRET_BLOCK", STANDARD.encode(sealed))];
    Ok(Ask::new(begun.name, state, parameters))
}

/// A block that came back in time.
pub struct Block {
    /// As the client sent it: SRP's proof is over these bytes.
    bytes: Vec<u8>,
    sealed: Sealed,
}

/// Opens the block of a proof.
pub fn unseal(scope: SignInScope<'_>, proof: &SrpProof) -> Result<Block, Fault> {
    let bytes = (proof.secret_block.len() <= MAX_BLOCK).then(|| STANDARD.decode(&proof.secret_block).ok()).flatten();
    let forged = || {
        scope.cx.count_failure();
        Fault::wrong_credentials()
    };
    let bytes = bytes.ok_or_else(forged)?;
    let opened = scope.cx.services.keys.sealer.open_value(Purpose::SecretBlock, scope.client.id.as_bytes(), &bytes);
    let sealed: Sealed = opened.map_err(|_| forged())?;
    if scope.cx.now >= sealed.progress.until || !in_time(scope, &proof.timestamp) {
        return Err(Fault::wrong_credentials());
    }
    Ok(Block { bytes, sealed })
}

/// Opens the block that comes back with PASSWORD_VERIFIER.
pub async fn open(scope: SignInScope<'_>, username: &str, proof: &SrpProof) -> Result<Opened, Fault> {
    let block = unseal(scope, proof)?;
    let state = block.state().clone();
    if state.step != Step::Verifier {
        return Err(Fault::wrong_credentials());
    }
    let user = state.stored_user(scope).await?;
    if !state.is_meant(scope, username).await? {
        return Err(Fault::wrong_credentials());
    }
    let subject = state.subject_as_stored(user);
    Ok(Opened { state, subject, block: Some(block) })
}

/// The names that SRP hashes beside the password.
pub struct HashedNames {
    pub group: String,
    pub user: String,
}

impl Block {
    /// The sign-in that the block belongs to.
    pub fn state(&self) -> &SignInState {
        &self.sealed.progress
    }

    /// Checks the proof; both exponentiations are spent whatever was sent.
    pub async fn verify(self, verifier: srp::Verifier, names: HashedNames, proof: SrpProof) -> Result<bool, Fault> {
        let Self { bytes, sealed } = self;
        let right = cpu::run(move || {
            let claim =
                Claim { group: &names.group, user: &names.user, secret_block: &bytes, timestamp: &proof.timestamp };
            sealed.exchange.verify(&verifier, &claim, &proof.signature)
        })
        .await??;
        Ok(right)
    }
}

/// The user's verifier. Who has none, or an Argon2id hash from before the pool changed its scheme, gets a decoy that
/// never fits.
fn verifier(scope: SignInScope<'_>, user: Option<&User>, user_id: &str) -> Result<srp::Verifier, Fault> {
    let passwords = &scope.cx.services.keys.passwords;
    let credential = user.and_then(|user| user.credential.as_ref()).filter(|c| matches!(c, Credential::Srp { .. }));
    let folded = fold(scope.pool, user_id);
    let user = if credential.is_some() { user_id } else { &folded };
    passwords
        .verifier(credential, &Owner { pool_id: &scope.pool.id, user })?
        .ok_or_else(|| Fault::internal("no verifier"))
}

/// Whether a client's time, as it was signed, is near ours.
fn in_time(scope: SignInScope<'_>, timestamp: &str) -> bool {
    let now = scope.cx.now;
    srp::parse_timestamp(timestamp).is_some_and(|then| then.since(now) <= CLOCK_SKEW && now.since(then) <= CLOCK_SKEW)
}

/// Judges the answer to PASSWORD_VERIFIER.
pub async fn answer(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    answered: Answered,
) -> Result<Turn, Fault> {
    let Answered { block, proof } = answered;
    let services = &scope.cx.services;
    let (id, run) = (block.sealed.id, block.sealed.run);
    let user = subject.user.as_ref();
    let key = subject.attempt_key();
    let attempt = services.risk.lockout.begin(&services.store, &scope.pool.id, key, scope.cx.now).await?;
    let verifier = verifier(scope, user, &state.username)?;
    let names = HashedNames { group: srp::pool_name(&scope.pool.id).to_owned(), user: state.username.clone() };
    let right = block.verify(verifier, names, proof).await?;
    let has_verifier = user.is_some_and(|user| matches!(user.credential, Some(Credential::Srp { .. })));
    match user {
        // A proof is good once.
        Some(user) if right && has_verifier && services.risk.replay_guard.take(&run, &id, scope.cx.now).await? => {
            attempt.succeeded().await?;
            // What was proven before stands or falls with what the user was then.
            let state = if state.proven.is_empty() { state.renewed(user) } else { state };
            return Ok(Proved::turn(state.proving(Factor::Password), Name::PasswordVerifier));
        }
        // A right proof that came twice (a client that lost the answer) is no wrong password.
        Some(_) if right => {}
        _ => {
            attempt.failed().await?;
            scope.cx.count_failure();
        }
    }
    // The functions are told of an unknown user's wrong password as of a known one's.
    let by_functions = (user.is_none() || !right) && state.decider == Decider::Functions;
    if by_functions && services.risk.replay_guard.take(&run, &id, scope.cx.now).await? {
        return Ok(Turn::Disproved { state, challenge: Name::PasswordVerifier });
    }
    Err(Fault::wrong_credentials())
}

/// An answered exchange.
pub struct Answered {
    pub block: Block,
    pub proof: SrpProof,
}
