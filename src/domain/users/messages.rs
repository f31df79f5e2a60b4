//! Which words go to which contact: the pool's templates and senders, joined to `delivery`.

use super::Delivered;
use super::codes::Issued;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::delivery::templates::{self, Values, Wording};
use crate::delivery::{Kind, Medium, Message};
use crate::fault::Fault;
use crate::model::{Client, Contact, Pool, User};
use crate::risk::UserAction;
use crate::secret::Secret;
use crate::shapes::idp::DefaultEmailOptionType;
use crate::store::Tx;
use crate::triggers::{self, Trigger};

fn medium(contact: Contact) -> Medium {
    match contact {
        Contact::Email => Medium::Email,
        Contact::Phone => Medium::Sms,
    }
}

/// Where a message to this contact is said to go.
pub fn delivered(contact: Contact, value: &str) -> Delivered {
    Delivered { contact, destination: medium(contact).mask(value) }
}

fn message(pool: &Pool, user: &User, kind: Kind, to: (Contact, &str)) -> Message {
    let email = pool.settings.email_configuration.clone().unwrap_or_default();
    Message {
        pool_id: pool.id.clone(),
        username: user.username.clone(),
        kind,
        medium: medium(to.0),
        to: to.1.to_owned(),
        content: crate::delivery::Content { subject: String::new(), text: String::new(), html: None },
        code: String::new(),
        from: if to.0 == Contact::Email { email.from } else { None },
        reply_to: if to.0 == Contact::Email { email.reply_to_email_address } else { None },
        expires: None,
    }
}

/// Takes one of the messages that the caller's address and the user may cause.
pub fn allowed(cx: &Context, pool: &Pool, subject: &str, action: UserAction) -> Result<(), Fault> {
    cx.take_message()?;
    cx.services.risk.rates.user(action, &pool.id, subject, cx.now)
}

/// Messages that a pool hands to functions of its own are theirs.
fn run_triggers(pool: &Pool, contact: Contact) -> Result<(), Fault> {
    triggers::run(pool, Trigger::CustomMessage)?;
    triggers::run(pool, if contact == Contact::Email { Trigger::CustomEmailSender } else { Trigger::CustomSmsSender })
}

/// Queues a code for a contact in the transaction.
///
/// A sign-up or verification mail has a link instead of the digits where the pool says so.
pub fn send_code(
    cx: &Context,
    tx: &Tx,
    (pool, user): (&Pool, &User),
    (kind, client): (Kind, Option<&Client>),
    (to, code): ((Contact, &str), &Issued),
) -> Result<Delivered, Fault> {
    run_triggers(pool, to.0)?;
    let template = pool.settings.verification_message_template.clone().unwrap_or_default();
    let digits = code.digits.reveal();
    let link = client
        .filter(|_| to.0 == Contact::Email && matches!(kind, Kind::SignUp | Kind::ResendCode))
        .filter(|_| template.default_email_option == Some(DefaultEmailOptionType::ConfirmWithLink))
        .map(|client| confirm_link(cx, client, user, digits));
    let values = Values { username: &user.username, code: digits, link: link.as_deref() };
    let content = match (to.0, &link) {
        (Contact::Phone, _) => templates::sms(Wording::Code, template.sms_message.as_deref(), &values),
        (Contact::Email, Some(_)) => {
            templates::email(Wording::Link, template.email_subject_by_link.as_deref(), template.email_message_by_link.as_deref(), &values)
        }
        (Contact::Email, None) => {
            templates::email(Wording::Code, template.email_subject.as_deref(), template.email_message.as_deref(), &values)
        }
    };
    let message = Message { content, code: digits.to_owned(), expires: Some(code.until), ..message(pool, user, kind, to) };
    cx.services.delivery.enqueue(tx, &message, cx.now)?;
    Ok(delivered(to.0, to.1))
}

/// The address that confirms a sign-up when it is followed.
fn confirm_link(cx: &Context, client: &Client, user: &User, digits: &str) -> String {
    let encode = |text: &str| {
        text.bytes().fold(String::new(), |mut out, b| {
            if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
                out.push(char::from(b));
            } else {
                out.push_str(&format!("%{b:02X}"));
            }
            out
        })
    };
    format!(
        "{}/confirmUser?client_id={}&user_name={}&confirmation_code={}",
        cx.services.config.server.public_url.trim_end_matches('/'),
        encode(&client.id),
        encode(&user.username),
        encode(digits)
    )
}

/// Queues the invitation of a new user with the temporary password.
pub fn send_invitation(
    cx: &Context,
    tx: &Tx,
    (pool, user): (&Pool, &User),
    login: &str,
    (to, password): ((Contact, &str), &str),
) -> Result<(), Fault> {
    run_triggers(pool, to.0)?;
    let template = pool.settings.admin_create_user_config.clone().and_then(|c| c.invite_message_template).unwrap_or_default();
    let values = Values { username: login, code: password, link: None };
    let content = match to.0 {
        Contact::Phone => templates::sms(Wording::Invitation, template.sms_message.as_deref(), &values),
        Contact::Email => {
            templates::email(Wording::Invitation, template.email_subject.as_deref(), template.email_message.as_deref(), &values)
        }
    };
    let message =
        Message { content, code: password.to_owned(), expires: user.temporary_until, ..message(pool, user, Kind::Invitation, to) };
    cx.services.delivery.enqueue(tx, &message, cx.now)
}

/// Queues a code for signing in, first or second factor.
pub fn send_sign_in_code(
    cx: &Context,
    tx: &Tx,
    (pool, user): (&Pool, &User),
    to: (Contact, &str),
    (digits, until): (&Secret, Timestamp),
) -> Result<(), Fault> {
    run_triggers(pool, to.0)?;
    let values = Values { username: &user.username, code: digits.reveal(), link: None };
    let content = match to.0 {
        Contact::Phone => templates::sms(Wording::Authentication, pool.settings.sms_authentication_message.as_deref(), &values),
        Contact::Email => {
            let words = pool.mfa.email.clone().unwrap_or_default();
            templates::email(Wording::Authentication, words.subject.as_deref(), words.message.as_deref(), &values)
        }
    };
    let message =
        Message { content, code: digits.reveal().to_owned(), expires: Some(until), ..message(pool, user, Kind::Authentication, to) };
    cx.services.delivery.enqueue(tx, &message, cx.now)
}
