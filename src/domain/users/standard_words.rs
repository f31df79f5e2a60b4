//! The words of messages that a pool has no template of its own for: from the catalogue, in the language of the page
//! or of the user.

use crate::context::Context;
use crate::delivery::Content;
use crate::delivery::templates::{self, Template, TemplateKind, Values, Wording};
use crate::domain::branding;
use crate::domain::scope::Scope;
use crate::fault::Fault;
use crate::language::{self, Words};
use crate::model::{Client, Pool, User};
use serde_json::json;

/// Where code and name stand until they are filled in, as templates of pools have them.
const CODE: &str = "{####}";
const USERNAME: &str = "{username}";

/// The words for a user: in the language of the page, else that of the user's `locale`.
pub fn words(scope: Scope<'_>, user: &User) -> Words {
    let catalogue = &scope.cx.services.catalogue;
    let locale = user.attribute("locale").and_then(|locale| catalogue.choose(locale));
    let client = scope.client.map(|client| language::Scope::Client(client.id.clone()));
    let scopes = [language::Scope::Pool(scope.pool.id.clone())].into_iter().chain(client).collect();
    catalogue.words(scope.cx.language.as_deref().or(locale), scopes)
}

/// A subject and a text, with places for what is filled in.
pub struct Standard {
    subject: String,
    body: String,
}

impl Standard {
    pub fn template(&self) -> Template<'_> {
        Template { subject: Some(&self.subject), body: Some(&self.body) }
    }
}

/// The standard words for a kind of message.
pub fn of(words: &Words, kind: TemplateKind) -> Standard {
    let (subject, body) = match kind {
        TemplateKind::Code => ("mail_code_subject", "mail_code_text"),
        TemplateKind::Link => ("mail_link_subject", "mail_link_text"),
        TemplateKind::Invitation => ("mail_invitation_subject", "mail_invitation_text"),
        TemplateKind::Authentication => ("mail_sign_in_subject", "mail_sign_in_text"),
    };
    let link = format!("{{##{}##}}", words.text("mail_link_button"));
    let places = [("code", CODE.into()), ("username", USERNAME.into()), ("link", link.as_str().into())];
    Standard { subject: words.with(subject, &places), body: words.with(body, &places) }
}

/// What stands above the words of a mail: whose it is.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// The app's name, or the pool's.
    name: String,
    logo: Option<String>,
}

impl Head {
    pub async fn of(cx: &Context, pool: &Pool, client: Option<&Client>) -> Result<Self, Fault> {
        let name = client.and_then(|client| client.settings.client_name.clone()).unwrap_or_else(|| pool.name.clone());
        let client = client.map_or(branding::customization::ALL, |client| client.id.as_str());
        let logo = branding::logo(cx, pool, client).await?;
        Ok(Self { name, logo })
    }
}

/// A mail in standard words: the plain text, and the same with markup.
pub struct Letter<'a> {
    pub wording: &'a Wording<'a>,
    pub values: Values<'a>,
    pub head: &'a Head,
}

impl Letter<'_> {
    pub fn content(&self, cx: &Context, words: &Words) -> Result<Content, Fault> {
        let mut content = templates::email(self.wording, &self.values);
        let kind = self.wording.kind;
        let link = self.values.link.filter(|_| kind == TemplateKind::Link);
        // The link is a button below the words, and a code stands by itself.
        let text = match kind {
            TemplateKind::Link => Some(words.with("mail_link_text", &[("link", "".into())])),
            TemplateKind::Invitation => Some(content.text.clone()),
            TemplateKind::Code | TemplateKind::Authentication => None,
        };
        let shown = json!({
            "lang": words.tag(),
            "dir": words.direction(),
            "title": content.subject,
            "text": text,
            "code": if link.is_none() { Some(self.values.code) } else { None },
            "link": link,
            "name": self.head.name,
            "logo": self.head.logo,
        });
        content.html = Some(cx.services.templates.render("mail.html", &shown, words)?);
        Ok(content)
    }
}
