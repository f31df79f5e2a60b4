//! Which words go to which contact: the pool's templates and senders, joined to `delivery`.

use super::Delivered;
use super::codes::Issued;
use super::standard_words::{self, Head, Letter};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::delivery::templates::{self, Template, TemplateKind, Values, Wording};
use crate::delivery::{Kind, Medium, Message};
use crate::domain::pools::hosts;
use crate::domain::scope::Scope;
use crate::fault::Fault;
use crate::model::{Client, Contact, Pool, User, percent};
use crate::risk::{Exhausted, Recipient, UserAction};
use crate::secret::Secret;
use crate::shapes::idp::{DefaultEmailOptionType, EventSourceName};
use crate::store::Tx;
use crate::triggers::{CustomizedMessage, EventSubject, MessageSource, SenderCall, Trigger};
use serde_json::json;
use std::cell::RefCell;

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

/// How a message goes out.
enum Way {
    /// In the words of the pool's template.
    Template,
    /// In words of the pool's function.
    Own(CustomizedMessage),
    /// Not at all, although the caller is told otherwise: a quota is exhausted, and an error would tell whose
    /// destination it is.
    Withheld,
    /// By a function of the pool, which gets this once the message is promised.
    Function(RefCell<Option<SenderCall>>),
}

/// A message to one contact before it has its code. The pool's functions are asked for it here, since they are slow and
/// have effects, and a transaction may run more than once.
pub struct Draft<'a> {
    pool: &'a Pool,
    client: Option<&'a Client>,
    kind: Kind,
    /// Where it will go.
    pub contact: Contact,
    way: Way,
    /// What stands above the words of a mail.
    head: Head,
}

/// What is filled in: the code or password, until when it is good, and the name that the user goes by.
struct Filling<'a> {
    code: &'a str,
    until: Option<Timestamp>,
    name: &'a str,
}

/// A user with the address that a message goes to, which may not be theirs yet.
fn addressed(user: &User, (contact, value): (Contact, &str)) -> User {
    let mut user = user.clone();
    if user.attributes.get(contact.attribute()).map(String::as_str) != Some(value) {
        user.attributes.insert(contact.attribute().to_owned(), value.to_owned());
        user.attributes.insert(contact.verified().to_owned(), "false".to_owned());
    }
    user
}

fn source(kind: Kind) -> MessageSource {
    match kind {
        Kind::SignUp => MessageSource::SignUp,
        Kind::ResendCode => MessageSource::ResendCode,
        Kind::ForgotPassword => MessageSource::ForgotPassword,
        Kind::VerifyAttribute => MessageSource::VerifyUserAttribute,
        Kind::UpdateAttribute => MessageSource::UpdateUserAttribute,
        Kind::Invitation => MessageSource::AdminCreateUser,
        Kind::Authentication => MessageSource::Authentication,
    }
}

fn recipient<'a>(pool: &'a Pool, (contact, destination): (Contact, &'a str)) -> Recipient<'a> {
    Recipient { pool_id: &pool.id, sms: contact == Contact::Phone, destination }
}

/// Takes a message whose code came back rightly out of the count of its destination.
pub fn forgive_destination(cx: &Context, pool: &Pool, to: (Contact, &str)) {
    cx.services.risk.messages.forgive_destination(recipient(pool, to));
}

/// Whether the destination is one that the user registered before. The caller may be anyone, and must not learn from an
/// error which destination that is.
fn is_of_stored_destination(kind: Kind) -> bool {
    matches!(kind, Kind::ForgotPassword | Kind::ResendCode | Kind::Authentication)
}

/// Tells the operator of an exhausted quota: in the server's log, and in the pool's exported log.
async fn report_exhausted(cx: &Context, pool: &Pool, to: (Contact, &str), exhausted: Exhausted) {
    if !exhausted.report {
        return;
    }
    let setting = exhausted.quota.setting();
    let destination = medium(to.0).mask(to.1);
    tracing::warn!(
        pool = %pool.id, request_id = cx.request_id, destination, setting,
        "messages are not sent, because a quota is exhausted"
    );
    let details =
        format!("Message not sent: a quota of the server is exhausted ({setting}), destination {destination}");
    let message = json!({ "details": details });
    let exported = cx.services.logs.send(&pool.id, EventSourceName::UserNotification, message, cx.now).await;
    if let Err(error) = exported {
        tracing::error!(pool = %pool.id, %error, "the pool's log configuration cannot be read");
    }
}

impl<'a> Draft<'a> {
    /// Asks the pool's functions how a message to this address goes out.
    pub async fn make(scope: Scope<'a>, user: &User, kind: Kind, to: (Contact, &str)) -> Result<Self, Fault> {
        let Scope { cx, pool, client } = scope;
        let head = if to.0 == Contact::Email { Head::of(cx, pool, client).await? } else { Head::default() };
        let mut draft = Self { pool, client, kind, contact: to.0, way: Way::Template, head };
        if let Err(exhausted) = cx.services.risk.messages.take(recipient(pool, to), cx.now) {
            report_exhausted(cx, pool, to, exhausted).await;
            if cx.caller.is_some() || !is_of_stored_destination(kind) {
                return Err(Fault::attempt_limit());
            }
            draft.way = Way::Withheld;
            return Ok(draft);
        }
        let senders = [Trigger::CustomMessage, Trigger::CustomEmailSender, Trigger::CustomSmsSender];
        if !senders.into_iter().any(|trigger| trigger.is_configured(pool)) {
            return Ok(draft);
        }
        let user = addressed(user, to);
        let event = scope.event_context(EventSubject::User(&user));
        let triggers = &cx.services.triggers;
        if triggers.has_sender(event, to.0)? {
            draft.way = Way::Function(RefCell::new(None));
        } else if let Some(words) = triggers.custom_message(event, source(kind), to.0).await? {
            if words.body.as_deref().is_some_and(|body| draft.wording(Some(body)).is_none()) {
                let places = if kind == Kind::Invitation { "{username} and {####}" } else { "{####}" };
                let why = format!("CustomMessage answered a message without {places}.");
                return Err(Fault::modelled("InvalidLambdaResponseException", why));
            }
            draft.way = Way::Own(words);
        }
        Ok(draft)
    }

    /// Whether the mail has a link instead of digits, as far as the pool says.
    fn links(&self) -> bool {
        let template = self.pool.settings.verification_message_template.as_ref();
        self.contact == Contact::Email
            && self.client.is_some()
            && matches!(self.kind, Kind::SignUp | Kind::ResendCode)
            && template.and_then(|t| t.default_email_option) == Some(DefaultEmailOptionType::ConfirmWithLink)
    }

    /// What kind of words these are; nothing if a place that they need is not in them. Without words, what the pool's
    /// template is.
    fn wording(&self, own: Option<&str>) -> Option<TemplateKind> {
        let wanted = match self.kind {
            Kind::Invitation => TemplateKind::Invitation,
            Kind::Authentication => TemplateKind::Authentication,
            _ if self.links() => TemplateKind::Link,
            _ => TemplateKind::Code,
        };
        let Some(own) = own else { return Some(wanted) };
        if wanted == TemplateKind::Invitation && !own.contains("{username}") {
            return None;
        }
        // A function may choose the digits where the pool has links.
        [wanted, TemplateKind::Code]
            .into_iter()
            .find(|wording| wording.fits(own) && (wanted != TemplateKind::Invitation || *wording == wanted))
    }

    /// The pool's own subject and words for this message.
    fn template(&self) -> (Option<String>, Option<String>) {
        let settings = &self.pool.settings;
        let codes = settings.verification_message_template.clone().unwrap_or_default();
        match (self.kind, self.contact) {
            (Kind::Invitation, contact) => {
                let words = settings
                    .admin_create_user_config
                    .clone()
                    .and_then(|c| c.invite_message_template)
                    .unwrap_or_default();
                if contact == Contact::Phone {
                    (None, words.sms_message)
                } else {
                    (words.email_subject, words.email_message)
                }
            }
            (Kind::Authentication, Contact::Phone) => (None, settings.sms_authentication_message.clone()),
            (Kind::Authentication, Contact::Email) => {
                let words = self.pool.mfa.email.clone().unwrap_or_default();
                (words.subject, words.message)
            }
            (_, Contact::Phone) => (None, codes.sms_message),
            (_, Contact::Email) if self.links() => (codes.email_subject_by_link, codes.email_message_by_link),
            (_, Contact::Email) => (codes.email_subject, codes.email_message),
        }
    }

    /// Promises the message in the transaction.
    fn send(&self, cx: &Context, tx: &Tx, (user, to): (&User, &str), filling: Filling<'_>) -> Result<Delivered, Fault> {
        let address = (self.contact, to);
        if matches!(self.way, Way::Withheld) {
            return Ok(delivered(self.contact, to));
        }
        if let Way::Function(sender) = &self.way {
            let user = addressed(user, address);
            let event = Scope { cx, pool: self.pool, client: self.client }.event_context(EventSubject::User(&user));
            let call = cx.services.triggers.sender_event(event, source(self.kind), self.contact, filling.code)?;
            sender.replace(call);
            return Ok(delivered(self.contact, to));
        }
        let (mut subject, mut body) = self.template();
        let mut wording = self.wording(None).unwrap_or(TemplateKind::Code);
        if let Way::Own(words) = &self.way {
            subject = words.subject.clone().or(subject);
            if let Some(own) = &words.body {
                wording = self.wording(Some(own)).unwrap_or(wording);
                body = Some(own.clone());
            }
        }
        let link = self
            .client
            .filter(|_| wording == TemplateKind::Link)
            .map(|client| confirm_link(cx, self.pool, client, user, filling.code));
        let values = Values { username: filling.name, code: filling.code, link: link.as_deref() };
        let words = standard_words::words(Scope { cx, pool: self.pool, client: self.client }, user);
        let standard = standard_words::of(&words, wording);
        let own = Template { subject: subject.as_deref(), body: body.as_deref() };
        let wording = Wording { kind: wording, own, standard: standard.template() };
        let content = match self.contact {
            Contact::Phone => templates::sms(&wording, &values),
            Contact::Email if wording.is_own() => templates::email(&wording, &values),
            Contact::Email => {
                let letter = Letter { wording: &wording, values, head: &self.head };
                letter.content(cx, &words)?
            }
        };
        let message = Message {
            content,
            code: filling.code.to_owned(),
            expires: filling.until,
            ..message(self.pool, user, self.kind, address)
        };
        cx.services.delivery.enqueue(tx, &message, cx.now)?;
        Ok(delivered(self.contact, to))
    }

    /// Promises a code for the contact. A sign-up mail has a link instead of the digits where the pool says so.
    pub fn send_code(&self, cx: &Context, tx: &Tx, to: (&User, &str), code: &Issued) -> Result<Delivered, Fault> {
        self.send(cx, tx, to, Filling { code: code.digits.reveal(), until: Some(code.until), name: &to.0.username })
    }

    /// Promises the invitation of a new user, who goes by `name`, with the temporary password.
    pub fn send_invitation(
        &self,
        cx: &Context,
        tx: &Tx,
        to: (&User, &str),
        (name, password): (&str, &str),
    ) -> Result<(), Fault> {
        self.send(cx, tx, to, Filling { code: password, until: to.0.temporary_until, name }).map(|_| ())
    }

    /// Promises a code for signing in, first or second factor.
    pub fn send_sign_in_code(
        &self,
        cx: &Context,
        tx: &Tx,
        to: (&User, &str),
        (digits, until): (&Secret, Timestamp),
    ) -> Result<(), Fault> {
        self.send(cx, tx, to, Filling { code: digits.reveal(), until: Some(until), name: &to.0.username }).map(|_| ())
    }

    /// After the commit: what was promised goes its way.
    pub fn go(&self, cx: &Context) {
        match &self.way {
            Way::Function(sender) => {
                if let Some(call) = sender.take() {
                    call.send();
                }
            }
            Way::Withheld => {}
            Way::Template | Way::Own(_) => cx.services.delivery.wake(),
        }
    }
}

/// The draft for a contact; fails where the user changed since the drafts were made, and nobody was asked about this
/// one.
pub fn draft<'d, 'a>(drafts: &'d [Draft<'a>], contact: Contact) -> Result<&'d Draft<'a>, Fault> {
    drafts.iter().find(|draft| draft.contact == contact).ok_or_else(Fault::too_many_requests)
}

/// The address that confirms a sign-up when it is followed.
fn confirm_link(cx: &Context, pool: &Pool, client: &Client, user: &User, digits: &str) -> String {
    let encode = |text: &str| percent::encode(text.as_bytes(), None);
    format!(
        "{}/confirmUser?client_id={}&user_name={}&confirmation_code={}",
        hosts::base_url(cx, pool),
        encode(&client.id),
        encode(&user.username),
        encode(digits)
    )
}
