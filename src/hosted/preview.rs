//! The pages as a branding makes them look, before it is saved or after: each page with made-up content, without a
//! sign-in behind it.

use super::look::{self, Images};
use super::look_css;
use crate::context::Context;
use crate::domain::branding::managed_login::{self, Document};
use crate::domain::branding::{self, contrast, css, customization};
use crate::domain::pools;
use crate::fault::Fault;
use crate::language::{Argument, Scope, Words};
use crate::model::{Client, Pool, Style};
use crate::shapes::idp::AssetType;
use crate::web::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The pages that can be seen, each with the state that it is in.
pub const PAGES: [&str; 19] = [
    "login",
    "login-error",
    "login-name-first",
    "signup",
    "signup-error",
    "confirm",
    "forgot",
    "reset",
    "challenge-code",
    "challenge-select_first",
    "challenge-select_mfa",
    "challenge-password",
    "challenge-new_password",
    "challenge-set_up",
    "challenge-set_up_app",
    "challenge-passkey",
    "passkey_add",
    "message",
    "error",
];

/// What is to be seen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub struct Preview {
    pub user_pool_id: String,
    pub client_id: String,
    /// One of [`PAGES`].
    pub page: String,
    pub lang: String,
    /// Whether the classic pages.
    pub classic: bool,
    /// A settings document that is not saved; without one, what is.
    pub settings: Option<Value>,
    /// Images that are not saved.
    pub assets: Option<Vec<AssetType>>,
    /// A style sheet of the classic pages that is not saved.
    #[serde(rename = "CSS")]
    pub css: Option<String>,
}

/// Shows a page. `links` leads to the others: it ends where a page's name is to follow.
pub async fn show(cx: &Context, asked: &Preview, links: Option<&str>) -> Result<Response, Fault> {
    let store = &cx.services.store;
    let pool = pools::pool(store, &asked.user_pool_id).await?;
    let client = pools::client_of(store, &pool, &asked.client_id).await?;
    let (pool, client) = (&pool, &client);
    let page = PAGES.into_iter().find(|page| *page == asked.page).unwrap_or("login");
    let catalogue = &cx.services.catalogue;
    let scopes = vec![Scope::Pool(pool.id.clone()), Scope::Client(client.id.clone())];
    let words = catalogue.words(catalogue.choose(&asked.lang), scopes);
    let look =
        if asked.classic { classic(cx, pool, client, asked).await? } else { managed(cx, pool, client, asked).await? };
    let (template, mut shown) = content(page, &words);
    shown.extend(look.context);
    shown.insert("lang".into(), json!(words.tag()));
    shown.insert("dir".into(), json!(words.direction()));
    shown.insert("style".into(), json!(data_url("text/css;charset=utf-8", look.sheet.as_bytes())));
    let script = cx.services.templates.asset(cx.services.templates.file_of("pages.js"));
    let script = script.map(|asset| data_url("text/javascript;charset=utf-8", &asset.bytes));
    shown.insert("page_script".into(), json!(script));
    let pages = PAGES.iter().map(|page| json!({"name": page, "url": links.map(|links| format!("{links}{page}"))}));
    let pages: Vec<Value> = if links.is_some() { pages.collect() } else { Vec::new() };
    shown.insert("preview".into(), json!({"page": page, "warnings": look.warnings, "pages": pages}));
    let folder = if asked.classic { "classic" } else { "managed" };
    let html = cx.services.templates.render(&format!("{folder}/{template}.html"), &Value::Object(shown), &words)?;
    Ok(Response::html(200, html)
        .with(
            "Content-Security-Policy",
            format!(
                "default-src 'none'; style-src data:; script-src data:; img-src 'self' data: {}; form-action 'none'; \
                 base-uri 'none'; frame-ancestors 'none'",
                cx.services.config.server.public_url
            ),
        )
        .with("X-Frame-Options", "DENY")
        .with("Referrer-Policy", "no-referrer")
        .with("Cache-Control", "no-store"))
}

fn data_url(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", BASE64.encode(bytes))
}

/// How a preview looks.
struct Look {
    sheet: String,
    context: Map<String, Value>,
    warnings: Vec<String>,
}

fn base(cx: &Context, name: &str) -> String {
    let templates = &cx.services.templates;
    let sheet = templates.asset(templates.file_of(name));
    sheet.map(|asset| String::from_utf8_lossy(&asset.bytes).into_owned()).unwrap_or_default()
}

async fn managed(cx: &Context, pool: &Pool, client: &Client, asked: &Preview) -> Result<Look, Fault> {
    let plain = base(cx, "managed/style.css");
    let saved = match managed_login::of_client(&cx.services.store, pool, &client.id).await {
        Ok(style) => Some(style),
        Err(fault) if fault.is_modelled() => None,
        Err(fault) => return Err(fault),
    };
    let mut style = match (saved, &asked.settings) {
        (saved, Some(settings)) => managed_login::unsaved(saved, settings)?,
        (Some(saved), None) => saved,
        (None, None) => Style { defaults: true, ..Style::default() },
    };
    for asset in &mut style.assets {
        // A sheet that is part of its page has no address that others could be beside.
        asset.id = branding::asset_url(cx, &pool.id, &asset.id);
    }
    if let Some(given) = &asked.assets {
        // They are nowhere yet, and go along with the page.
        for (mut asset, image) in managed_login::images_of(given)? {
            asset.id = data_url(&image.content_type, &image.bytes);
            style.assets.retain(|old| (old.category, old.color_mode) != (asset.category, asset.color_mode));
            style.assets.push(asset);
        }
    }
    let images = Images::at(&style.assets, String::new());
    let name = client.settings.client_name.clone().unwrap_or_default();
    let document: Option<Document> = managed_login::document(&style)?;
    let warnings = document.as_ref().map(|document| contrast::warnings(&document.whole)).unwrap_or_default();
    let (sheet, context) = match &document {
        Some(document) => (look_css::sheet(&plain, document, &images), look::context(&document.whole, &images, &name)),
        None => (plain, look::plain()),
    };
    Ok(Look { sheet, context: Map::from_iter([("look".to_owned(), context)]), warnings })
}

async fn classic(cx: &Context, pool: &Pool, client: &Client, asked: &Preview) -> Result<Look, Fault> {
    let saved = customization::get(&cx.services.store, pool, &client.id).await?;
    let own = asked.css.clone().or_else(|| saved.as_ref().and_then(|saved| saved.css.clone()));
    let own = own.map(|own| css::minified(&own)).transpose()?.unwrap_or_default();
    let mut context = look::plain();
    if let (Some(image), Value::Object(members)) = (saved.and_then(|saved| saved.image), &mut context) {
        members.insert("classic_logo".into(), json!(branding::asset_url(cx, &pool.id, &image)));
    }
    let sheet = format!("{}\n{own}\n", base(cx, "classic/style.css"));
    Ok(Look { sheet, context: Map::from_iter([("look".to_owned(), context)]), warnings: Vec::new() })
}

/// A page's template and what stands on it.
fn content(page: &str, words: &Words) -> (&'static str, Map<String, Value>) {
    let text = |key: &str| words.text(key);
    let sent = words.with("code_sent_by_email", &[("destination", "a***@e***".into())]);
    let label = text("name_username");
    let google = words.with("continue_with", &[("provider", "Google".into())]);
    let mut shown = Map::new();
    let everywhere = json!({
        "base": "", "query": "", "csrf": "", "error": null, "info": null, "script": null, "languages": null,
        "can_sign_up": true, "can_recover": true, "asked_by": null, "go_on_as": null, "has_form": true,
        "asks_password": true, "passkey": null, "lead": sent, "username": "", "terms": null, "wait": 25,
        "medium": "EMAIL", "destination": "a***@e***", "sub": "", "has_code": true, "password_optional": false,
        "name_field": {"key": "username", "type": "text", "label": label, "placeholder": label},
        "providers": [
            {"label": null, "name": "Example", "social": false, "url": "#"},
            {"label": google, "name": "Google", "social": true, "url": "#"},
        ],
        "attributes": [{"field": "email", "id": "attribute-email", "name": "email", "label": text("attribute_email"),
            "type": "email", "autocomplete": "email", "placeholder": "", "value": ""}],
        "policy": [
            {"kind": "lowerletter", "text": text("rule_lower"), "length": 8},
            {"kind": "numbers", "text": text("rule_number"), "length": 8},
            {"kind": "length", "text": words.with("rule_length", &[("length", Argument::Number(8))]), "length": 8},
        ],
        "kind": "", "picture": "", "has_backup_codes": true, "options": null, "questions": [], "qr": "",
        "uri": "otpauth://totp/preview", "secret": "ABCD EFGH IJKL MNOP", "name": "Ann",
        "title": text("link_confirmed"), "text": text("link_confirmed_text"), "link": "#",
        "reason": text("reason_redirect_mismatch"), "code": "redirect_mismatch",
    });
    if let Value::Object(members) = everywhere {
        shown.extend(members);
    }
    let choice = |name: &str, key: &str| json!({"name": name, "label": text(key)});
    let template = match page.split_once('-') {
        Some(("challenge", kind)) => {
            let (picture, choices) = match kind {
                "select_first" => {
                    ("", vec![choice("PASSWORD", "choose_password"), choice("WEB_AUTHN", "choose_passkey")])
                }
                "select_mfa" => ("", vec![choice("SMS_MFA", "choose_sms"), choice("SOFTWARE_TOKEN_MFA", "choose_app")]),
                "set_up" => {
                    ("AUTH_APP", vec![choice("SOFTWARE_TOKEN_MFA", "choose_app"), choice("EMAIL_OTP", "choose_email")])
                }
                "set_up_app" => ("AUTH_APP", vec![]),
                "passkey" => ("PASSKEY", vec![]),
                "code" => ("EMAIL", vec![]),
                _ => ("PASSWORD", vec![]),
            };
            shown.extend([("kind".to_owned(), json!(kind)), ("picture".to_owned(), json!(picture))]);
            shown.extend([("choices".to_owned(), json!(choices)), ("username".to_owned(), json!("ann@example.com"))]);
            "challenge"
        }
        Some((page, state)) => {
            let error = if page == "signup" { "passwords_differ" } else { "wrong_credentials" };
            shown.insert("error".into(), if state == "error" { json!(text(error)) } else { Value::Null });
            shown.insert("asks_password".into(), json!(state != "name-first"));
            if page == "signup" { "signup" } else { "login" }
        }
        None => match page {
            "signup" => "signup",
            "confirm" => "confirm",
            "forgot" => "forgot",
            "reset" => "confirmforgot",
            "passkey_add" => "passkey_add",
            "message" => "message",
            "error" => "error",
            _ => "login",
        },
    };
    (template, shown)
}
