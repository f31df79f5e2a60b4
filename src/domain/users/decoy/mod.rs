//! Decoys: the user that a client which hides unknown users is shown in place of an unknown one.

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
