//! Decoys: the user that a client which hides unknown users is shown in place of an unknown one.
//!
//! # What is said of whom
//!
//! For a client with `PreventUserExistenceErrors=ENABLED`, each row is one answer at one cost (jobs, exponentiations
//! and hashes of [`crate::keys::cpu::Work`]) for users of every state: unknown, unconfirmed (with and without a living
//! code), invited, confirmed, disabled, reset required, without a contact, with a second factor, without a password,
//! of another provider; in pools with usernames and in pools with UsernameAttributes. `tests/it/unknown_users.rs` holds
//! every row to that.
//!
//! | operation | answer | jobs, exponentiations |
//! |---|---|---|
//! | InitiateAuth USER_PASSWORD_AUTH, wrong password | `NotAuthorizedException` | 1, 1 |
//! | InitiateAuth USER_SRP_AUTH | PASSWORD_VERIFIER, the decoy's salt | 1, 1 (0 where `g^b` was ready) |
//! | its answer, wrong proof | `NotAuthorizedException` | 1, 2 |
//! | InitiateAuth CUSTOM_AUTH, and its answer | what the pool's functions say | 0 |
//! | InitiateAuth CUSTOM_AUTH with SRP, and its answer | as with SRP, then what the functions say | 1, 1; 1, 2 |
//! | InitiateAuth USER_AUTH | SELECT_CHALLENGE with a set that some decoys have too | 0 |
//! | the same with PREFERRED_CHALLENGE, or the answer to SELECT_CHALLENGE | the chosen challenge | as that one |
//! | answer to PASSWORD | `NotAuthorizedException` | 1, 1 |
//! | answer to EMAIL_OTP or SMS_OTP | `CodeMismatchException` | 0 |
//! | ForgotPassword | a destination | 0 |
//! | ConfirmForgotPassword before it | `ExpiredCodeException` | 0 |
//! | ConfirmForgotPassword after it | `CodeMismatchException`; from the sixth on `LimitExceededException` | 0 |
//! | ConfirmSignUp | `CodeMismatchException`; from the sixth on `LimitExceededException` | 0 |
//! | ResendConfirmationCode | a destination | 0 |
//! | any of them while locked | as for everybody | 0 |
//!
//! One row differs, and cannot but: whoever was sent a code by AdminResetUserPassword gets `CodeMismatchException` from
//! ConfirmForgotPassword without having asked for one.
//!
//! **Under every name.** In pools with UsernameAttributes, and for addresses that are aliases, a decoy has an id in
//! place of a username, as users have; asked for that id, it is the same decoy: destination, factors, locks and counts
//! are the same (`pretended_id.rs`). Where case does not count, names come back in lower case, taken or not; usernames
//! from before that was so keep their form.
//!
//! **Where a pool changes how it keeps passwords**, users from before have the old form until they next sign in with
//! their password, which renews it. Until a pool with Argon2id hashes has none left, nobody knows, so in every pool
//! that has or had that scheme a wrong password costs one exponentiation and one Argon2id hash, for everybody. What
//! remains: a hash from before `[keys.argon2]` was changed costs what it was made with, until it is renewed.

mod pretended_id;

use super::lookup::{aliases_for, is_email, is_phone};
use super::{Delivered, accounts, codes, recovery_contacts};
use crate::context::Context;
use crate::delivery::Medium;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::{CodePurpose, Contact, Pool, User};
use crate::shapes::idp::{UserStatusType, VerifiedAttributeType};
use crate::store::users;
use pretended_id::{PretendedIds, Shown};

/// The decoy for a name. It is the same whenever the name is asked for, so that asking twice tells nothing; and it is
/// the same under the `username` that it has, which is what answers call it.
pub fn decoy(cx: &Context, pool: &Pool, name: &str) -> Decoy {
    let ids = PretendedIds { sealer: &cx.services.keys.sealer, pool_id: &pool.id };
    let folded = users::fold(pool, name);
    let (username, sub, shown) = match as_id(&folded) {
        Some(id) => (folded.clone(), folded, ids.read(id).unwrap_or(Shown::Nothing)),
        None => {
            let shown = match (is_email(&folded), is_phone(&folded)) {
                (true, _) => Shown::of(Contact::Email, &folded),
                (_, true) => Shown::of(Contact::Phone, &folded),
                _ => Shown::Nothing,
            };
            let sub = ids.make(&folded, shown);
            let alias = aliases_for(pool, &folded).into_iter().any(|attribute| attribute != "preferred_username");
            let username = if pool.has_username_attributes() || alias { sub.clone() } else { folded };
            (username, sub, shown)
        }
    };
    let made_up = cx.services.keys.sealer.mac(Purpose::DecoyVerifier, &[pool.id.as_bytes(), b"traits", sub.as_bytes()]);
    Decoy { username, sub, shown, made_up }
}

/// A name that is an id as users have them.
fn as_id(name: &str) -> Option<uuid::Uuid> {
    uuid::Uuid::parse_str(name).ok().filter(|id| id.get_version_num() == 4 && id.to_string() == name)
}

/// What answers say of a user who does not exist.
pub struct Decoy {
    pub username: String,
    pub sub: String,
    shown: Shown,
    /// What is made up of them, always the same for the same decoy.
    made_up: [u8; 32],
}

impl Decoy {
    fn byte(&self, at: usize) -> u8 {
        self.made_up.get(at).copied().unwrap_or_default()
    }

    /// Whether a die with so many sides shows its first one. Each `die` (0 to 7) falls once for a decoy, so that decoys
    /// differ from one another as users do, and none differs from itself.
    pub fn one_in(&self, sides: u8, die: usize) -> bool {
        self.byte(die).is_multiple_of(sides)
    }

    /// Whether they have a verified mail address or phone number, of which the name may be one.
    pub fn has(&self, contact: Contact) -> bool {
        self.shown.mask(contact).is_some()
            || match contact {
                Contact::Email => !self.one_in(5, 0),
                Contact::Phone => self.one_in(3, 1),
            }
    }

    /// Where a message would have gone, as a mask shows it: to the address that the name is, else to a made-up one.
    pub fn destination(&self, contact: Contact) -> String {
        self.shown.mask(contact).unwrap_or_else(|| {
            let letter = |at: usize| char::from(b'a' + self.byte(at) % 26);
            match contact {
                Contact::Email => Shown::Email(letter(20), letter(21)).mask(contact),
                Contact::Phone => {
                    let digit = |at: usize| b'0' + self.byte(at) % 10;
                    Shown::Phone(7, Some([digit(24), digit(25), digit(26), digit(27)])).mask(contact)
                }
            }
            .unwrap_or_default()
        })
    }
}

/// Whose tries and failures count: the user's, by whatever name; else the decoy's, by whatever name.
pub fn subject(cx: &Context, pool: &Pool, found: Option<&User>, typed: &str) -> String {
    found.map_or_else(|| decoy(cx, pool, typed).sub, |user| user.sub.clone())
}

/// A user record for the decoy. Codes are kept and checked for it as for a user, so that unknown users get the same
/// answers after the same work. No user has its name.
pub fn decoy_user(cx: &Context, pool: &Pool, name: &str) -> User {
    let sub = decoy(cx, pool, name).sub;
    accounts::new_user(cx, sub.clone(), sub, UserStatusType::Unknown, Default::default())
}

/// Who stands for a name where no code can be real: the user without their status, so that every name of theirs leads
/// to one record, else the decoy.
pub fn stand_in(cx: &Context, pool: &Pool, found: Option<User>, name: &str) -> User {
    match found {
        Some(user) => User { status: UserStatusType::Unknown, ..user },
        None => decoy_user(cx, pool, name),
    }
}

/// Where codes of a purpose go, the first choice first.
fn contacts(pool: &Pool, purpose: CodePurpose) -> Vec<Contact> {
    if purpose == CodePurpose::ForgotPassword {
        return recovery_contacts(pool);
    }
    let auto = pool.settings.auto_verified_attributes.as_deref().unwrap_or_default();
    [(VerifiedAttributeType::PhoneNumber, Contact::Phone), (VerifiedAttributeType::Email, Contact::Email)]
        .into_iter()
        .filter(|(kind, _)| auto.contains(kind))
        .map(|(_, contact)| contact)
        .collect()
}

/// Where a code would have gone: for a user to what they have, verified or not, else to what their decoy has.
fn pretended(cx: &Context, pool: &Pool, purpose: CodePurpose, user: &User) -> Delivered {
    let decoy = decoy(cx, pool, &user.username);
    let contacts = contacts(pool, purpose);
    let owned = contacts.iter().find(|contact| user.attributes.contains_key(contact.attribute()));
    let contact = owned.or_else(|| contacts.iter().find(|contact| decoy.has(**contact))).or(contacts.first());
    let contact = contact.copied().unwrap_or(Contact::Email);
    let medium = if contact == Contact::Email { Medium::Email } else { Medium::Sms };
    let destination = user.attributes.get(contact.attribute()).map(|address| medium.mask(address));
    Delivered { contact, destination: destination.unwrap_or_else(|| decoy.destination(contact)) }
}

/// Answers as if a code went out to someone who can have none (see [`stand_in`]), after the same work: one that is
/// never sent is kept for them, so that a wrong guess at it gets the answer of a wrong code. It is bound to a mask,
/// which is no address, so it proves nothing.
pub async fn pretend_delivery(
    cx: &Context,
    pool: &Pool,
    purpose: CodePurpose,
    user: &User,
) -> Result<Delivered, Fault> {
    let delivered = pretended(cx, pool, purpose, user);
    cx.services
        .store
        .transact(async |tx| {
            codes::issue(cx, tx, pool, user, purpose, (delivered.contact, &delivered.destination))?;
            Ok(())
        })
        .await?;
    Ok(delivered)
}

/// A user or decoy with a sign-up code that waits, as one waits for everybody who just signed up. Where none does, one
/// that is never sent is kept; it has no address, so it confirms nothing.
pub async fn with_sign_up_code(cx: &Context, pool: &Pool, user: User) -> Result<User, Fault> {
    cx.services
        .store
        .transact(async |tx| {
            if crate::store::codes::get(tx, pool, &user.username, CodePurpose::SignUp, cx.now).await?.is_none() {
                codes::issue(cx, tx, pool, &user, CodePurpose::SignUp, (Contact::Email, ""))?;
                tx.skip_sync();
            }
            Ok(())
        })
        .await?;
    Ok(user)
}
