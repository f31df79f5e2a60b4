//! Decoys: the user that a client which hides unknown users is shown in place of an unknown one.

use super::lookup::{aliases_for, is_email, is_phone};
use super::{Delivered, accounts, codes, messages, recovery_contacts};
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::{CodePurpose, Contact, Pool, User};
use crate::shapes::idp::UserStatusType;
use crate::store::users;

/// The decoy for a name. It is the same whenever the name is asked for, so that asking twice tells nothing.
pub fn decoy(cx: &Context, pool: &Pool, name: &str) -> Decoy {
    let folded = users::fold(pool, name);
    let bytes = cx.services.keys.sealer.mac(Purpose::DecoyVerifier, &[pool.id.as_bytes(), b"user", folded.as_bytes()]);
    let sub = uuid::Builder::from_random_bytes(bytes.first_chunk::<16>().copied().unwrap_or_default())
        .into_uuid()
        .to_string();
    let address = !aliases_for(pool, name).is_empty() && (is_email(name) || is_phone(name));
    let username = if pool.has_username_attributes() || address { sub.clone() } else { name.to_owned() };
    let letter = |i: usize| char::from(b'a' + bytes.get(i).copied().unwrap_or(0) % 26);
    let digits = bytes.iter().skip(24).take(4).map(|b| char::from(b'0' + b % 10)).collect::<String>();
    Decoy { username, sub, email: format!("{}***@{}***", letter(20), letter(21)), phone: format!("+*******{digits}") }
}

/// What answers say of a user who does not exist.
pub struct Decoy {
    pub username: String,
    pub sub: String,
    email: String,
    phone: String,
}

impl Decoy {
    /// Where a code would have gone: to the address that the name is, else to a made-up one.
    pub fn address(&self, typed: &str, contact: Contact) -> String {
        match contact {
            Contact::Email if is_email(typed) => typed.to_owned(),
            Contact::Phone if is_phone(typed) => typed.to_owned(),
            Contact::Email => self.email.clone(),
            Contact::Phone => self.phone.clone(),
        }
    }

    /// Where a message would have gone: to the address that the name is, else to a made-up one of the kind that the
    /// pool uses first.
    pub fn delivered(&self, pool: &Pool, name: &str) -> Delivered {
        let typed =
            [(is_email(name), Contact::Email), (is_phone(name), Contact::Phone)].into_iter().find(|(is, _)| *is);
        if let Some((_, contact)) = typed {
            return messages::delivered(contact, name);
        }
        let contact = recovery_contacts(pool).first().copied().unwrap_or(Contact::Email);
        let destination = if contact == Contact::Email { &self.email } else { &self.phone };
        Delivered { contact, destination: destination.clone() }
    }
}

/// A user record for the decoy. Codes are kept and checked for it as for a user, so that unknown users get the same
/// answers after the same work. No user has its name.
pub fn decoy_user(cx: &Context, pool: &Pool, name: &str) -> User {
    let sub = decoy(cx, pool, name).sub;
    accounts::new_user(cx, sub.clone(), sub, UserStatusType::Unknown, Default::default())
}

/// Answers as if a code went out to an unknown username, after the same work: a code is kept for the decoy.
pub async fn pretend_delivery(cx: &Context, pool: &Pool, name: &str, purpose: CodePurpose) -> Result<Delivered, Fault> {
    pretend_delivery_to(cx, pool, name, purpose, &decoy_user(cx, pool, name)).await
}

/// [`pretend_delivery`] to a user who cannot have a code: one that is never sent is kept for them, so that a wrong
/// guess at it gets the answer of a wrong code. It is bound to an address that is not the user's, so it proves nothing.
pub async fn pretend_delivery_to(
    cx: &Context,
    pool: &Pool,
    name: &str,
    purpose: CodePurpose,
    user: &User,
) -> Result<Delivered, Fault> {
    let delivered = decoy(cx, pool, name).delivered(pool, name);
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
