//! A request to a page: from whom, for which app, and what came before; and the answers to it.

use super::forgery::Token;
use super::look::{self, Look};
use super::page_data::{Notice, PageData, Stage};
use super::providers;
use super::speech;
use crate::domain::branding::managed_login;
use crate::domain::client_authentication::{AuthenticatedClient, ClientProof, authenticate};
use crate::domain::users::recovery_contacts;
use crate::fault::{Cause, Fault};
use crate::language::{Argument, Scope, Words};
use crate::oauth::{self, AuthorizationRequest, PoolRequest};
use crate::web::{Response, Templates};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The longest message that is shown.
const MAX_NOTICE: usize = 400;

/// A request to a page that belongs to a sign-in at an app.
pub struct Visit<'a> {
    pub at: PoolRequest<'a>,
    pub request: AuthorizationRequest,
    pub client: AuthenticatedClient,
    pub data: PageData,
    token: Token,
    words: Words,
    look: Look,
}

impl<'a> Visit<'a> {
    /// Checks the request that all pages carry. `Err` is the answer where no page can be shown.
    pub async fn open(at: PoolRequest<'a>) -> Result<Result<Self, Response>, Fault> {
        let request = match AuthorizationRequest::read(at).await {
            Ok(request) => request,
            Err(refusal) => return oauth::refuse(at, refusal).map(Err),
        };
        let Some(look) = look_of(at, &request).await? else { return pages_unavailable(at).map(Err) };
        if !providers::is_available(at, &request).await? {
            return providers::unavailable(at).map(Err);
        }
        let client = authenticate(at.cx, &request.client, ClientProof::HostedPages, &[])?;
        let mut token = Token::of(at)?;
        let data = PageData::read(at, &client.id, &token.value);
        if !token.is_fresh && data.is_empty() && at.request.method == crate::web::Method::Get {
            token = Token::new(at)?;
        }
        let words = words_of(at, Some(&client.id));
        Ok(Ok(Self { at, request, client, data, token, words, look }))
    }

    pub fn templates(&self) -> &'a Templates {
        &self.at.cx.services.templates
    }

    /// The words of the page's language.
    pub fn words(&self) -> &Words {
        &self.words
    }

    pub fn look(&self) -> &Look {
        &self.look
    }

    pub fn text(&self, key: &str) -> String {
        self.words.text(key)
    }

    /// A text with what is filled in.
    pub fn text_with(&self, key: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        self.words.with(key, arguments)
    }

    /// A field of the form; empty where it is missing or longer than it can be.
    pub fn field(&self, name: &str, max: usize) -> &'a str {
        self.at.request.form.raw(name).filter(|value| value.chars().count() <= max).unwrap_or_default()
    }

    /// Whether people can make an account by themselves here.
    pub fn can_sign_up(&self) -> bool {
        let config = self.at.pool.settings.admin_create_user_config.as_ref();
        let closed = config.and_then(|config| config.allow_admin_create_user_only) == Some(true);
        !closed && self.has_local_sign_in()
    }

    /// Whether people can get a new password by themselves here.
    pub fn can_recover(&self) -> bool {
        !recovery_contacts(self.at.pool).is_empty() && self.has_local_sign_in()
    }

    /// Whether the client lets the pool's own users sign in.
    pub fn has_local_sign_in(&self) -> bool {
        oauth::offers(&self.request, oauth::POOL)
    }

    /// A page of this journey: what all pages need, and what this one does. A message is shown this once.
    pub fn page(mut self, status: u16, template: &str, context: Value) -> Result<Response, Fault> {
        let notice = self.data.notice.take();
        self.page_with(status, template, (context, notice.clone())).and_then(|response| match notice {
            Some(_) => self.with_state(response),
            None => Ok(response),
        })
    }

    fn page_with(
        &self,
        status: u16,
        template: &str,
        (context, notice): (Value, Option<Notice>),
    ) -> Result<Response, Fault> {
        let mut all = frame(self.at, &self.words);
        all.insert("look".into(), self.look.context.clone());
        if let Some(sheet) = &self.look.sheet {
            all.insert("style".into(), json!(sheet));
        }
        if self.look.has_languages {
            all.insert("languages".into(), speech::all(self.at, &self.words));
        }
        all.insert("csrf".into(), json!(self.token.value));
        all.insert("can_sign_up".into(), json!(self.can_sign_up()));
        all.insert("can_recover".into(), json!(self.can_recover()));
        all.insert("error".into(), json!(notice.as_ref().filter(|n| n.is_error).map(|n| &n.text)));
        all.insert("info".into(), json!(notice.as_ref().filter(|n| !n.is_error).map(|n| &n.text)));
        if let Value::Object(own) = context {
            all.extend(own);
        }
        let html = self.templates().render(&template_name(self.at, template), &Value::Object(all), &self.words)?;
        Ok(secured(Response::html(status, html)).with_cookie(&self.token.cookie(self.at)))
    }

    /// A page with an error that is not kept: the answer to a form that stays filled in.
    pub fn page_with_error(self, template: &str, context: Value, error: String) -> Result<Response, Fault> {
        self.page_with(200, template, (context, Some(Notice { is_error: true, text: cut(&error) })))
    }

    /// Goes to another page of the journey with the state as it is now.
    pub fn go_to(self, path: &str) -> Result<Response, Fault> {
        self.with_data(Response::redirect(self.at.url_with_query(path)))
    }

    /// [`Visit::go_to`] with a message to show there.
    pub fn go_with_error(mut self, path: &str, text: impl AsRef<str>) -> Result<Response, Fault> {
        self.data.notice = Some(Notice { is_error: true, text: cut(text.as_ref()) });
        self.go_to(path)
    }

    pub fn go_with_info(mut self, path: &str, text: impl AsRef<str>) -> Result<Response, Fault> {
        self.data.notice = Some(Notice { is_error: false, text: cut(text.as_ref()) });
        self.go_to(path)
    }

    /// Back to the beginning, since what waited is there no longer.
    pub fn start_again(mut self) -> Result<Response, Fault> {
        self.data.stage = Stage::Start;
        let text = self.text("journey_ended");
        self.go_with_error("/login", text)
    }

    /// A form whose token is missing or wrong: nothing is done, and the page comes once more with a new one.
    pub fn unproven(self, path: &str) -> Result<Response, Fault> {
        Ok(Response::redirect(self.at.url_with_query(path)).failing("forged_request"))
    }

    /// A response with the state as it is now, and with the token that the state is bound to, which a browser that
    /// comes for the first time does not have yet.
    pub fn with_data(&self, response: Response) -> Result<Response, Fault> {
        let response = self.with_state(response)?;
        if self.data.is_empty() || self.token.is_fresh {
            return Ok(response);
        }
        Ok(response.with_cookie(&self.token.cookie(self.at)))
    }

    fn with_state(&self, response: Response) -> Result<Response, Fault> {
        if self.data.is_empty() {
            return Ok(without_data(self.at, response));
        }
        let (name, value) = self.data.clone().seal(self.at, &self.client.id, &self.token.value)?;
        Ok(response.with_cookie(&self.at.cookie(name, value, None)))
    }

    /// What a fault means to the person at the page. `Err` is a fault that is no answer to what they did.
    pub fn explain(&self, fault: Fault) -> Result<String, Fault> {
        let key = match fault.cause() {
            _ if !fault.is_modelled() => return Err(fault),
            Cause::WrongCode => "wrong_code",
            Cause::TooManyRequests => "too_many_requests",
            Cause::WrongCredentials => "wrong_credentials",
            // Tests know the API's own words, and a function of the pool speaks to its people.
            Cause::Trigger => return Ok(cut(fault.message())),
            _ if self.words.is_english() => return Ok(cut(fault.message())),
            Cause::ExpiredCode => "expired_code",
            Cause::Locked | Cause::AttemptLimit => "too_many_requests",
            Cause::KnownPassword => "known_password",
            Cause::PasswordPolicy => "password_refused",
            Cause::UsernameExists => "username_exists",
            _ => "not_accepted",
        };
        Ok(self.text(key))
    }
}

/// A response that takes the state from the browser.
pub fn without_data(at: PoolRequest<'_>, response: Response) -> Response {
    match PageData::sent(at) {
        Some(name) => response.with_cookie(&at.cookie(name, String::new(), Some(Duration::ZERO))),
        None => response,
    }
}

fn cut(text: &str) -> String {
    text.trim().chars().take(MAX_NOTICE).collect()
}

/// The words of a page that belongs to no client.
pub fn words(at: PoolRequest<'_>) -> Words {
    words_of(at, None)
}

fn words_of(at: PoolRequest<'_>, client_id: Option<&str>) -> Words {
    let client = client_id.map(|id| Scope::Client(id.to_owned()));
    let scopes = [Scope::Pool(at.pool.id.clone())].into_iter().chain(client).collect();
    at.cx.services.catalogue.words(at.cx.language.as_deref(), scopes)
}

/// What every page needs to know.
fn frame(at: PoolRequest<'_>, words: &Words) -> Map<String, Value> {
    let prefix = at.request.cookie_path().trim_end_matches('/').to_owned();
    let query = match at.request.raw_query.as_str() {
        "" => String::new(),
        query => format!("?{query}"),
    };
    let style = at.cx.services.templates.file_of(if at.managed { "managed/style.css" } else { "classic/style.css" });
    let Value::Object(frame) = json!({
        "base": prefix,
        "query": query,
        "style": format!("{prefix}/assets/{style}"),
        "page_script": format!("{prefix}/assets/{}", at.cx.services.templates.file_of("pages.js")),
        "look": look::plain(),
        "languages": null,
        "preview": null,
        "lang": words.tag(),
        "dir": words.direction(),
        "script": null,
        "error": null,
        "info": null,
    }) else {
        return Map::new();
    };
    frame
}

fn template_name(at: PoolRequest<'_>, name: &str) -> String {
    format!("{}/{name}.html", if at.managed { "managed" } else { "classic" })
}

/// A page with a form that belongs to no journey to an app.
pub fn form_page(at: PoolRequest<'_>, template: &str, context: Value) -> Result<Response, Fault> {
    let token = Token::of(at)?;
    let mut all = Map::from_iter([("csrf".to_owned(), json!(token.value))]);
    if let Value::Object(own) = context {
        all.extend(own);
    }
    Ok(plain_page(at, 200, template, Value::Object(all))?.with_cookie(&token.cookie(at)))
}

/// A page that belongs to no journey, such as an error.
pub fn plain_page(at: PoolRequest<'_>, status: u16, template: &str, context: Value) -> Result<Response, Fault> {
    let words = words(at);
    let mut all = frame(at, &words);
    if let Value::Object(own) = context {
        all.extend(own);
    }
    let html = at.cx.services.templates.render(&template_name(at, template), &Value::Object(all), &words)?;
    Ok(secured(Response::html(status, html)))
}

/// Headers that keep a page what it is. `form-action` is left out: browsers apply it to the redirect after a form too,
/// which leads to the app.
fn secured(response: Response) -> Response {
    response
        .with(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; \
             frame-ancestors 'none'",
        )
        .with("X-Frame-Options", "DENY")
        .with("Referrer-Policy", "same-origin")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Cache-Control", "no-store")
}

/// The look of the client's pages; `None` where managed login has no style for it.
async fn look_of(at: PoolRequest<'_>, request: &AuthorizationRequest) -> Result<Option<Look>, Fault> {
    if !at.managed {
        return Look::classic(at, &request.client).await.map(Some);
    }
    match managed_login::of_client(&at.cx.services.store, at.pool, &request.client.id).await {
        Ok(style) => Look::managed(at, &request.client, &style).map(Some),
        Err(fault) if fault.is_modelled() => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn pages_unavailable(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let words = words(at);
    let text = words.text("pages_unavailable");
    plain_page(at, 403, "message", json!({"title": words.text("error_title"), "text": text}))
}
