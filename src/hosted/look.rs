//! The look of a page as its client has it: the address of its style sheet, images and their places, and the order of
//! what it offers. Classic pages have a sheet and a logo, managed login a style.

use super::look_css;
use crate::domain::branding::{self, customization, managed_login};
use crate::fault::Fault;
use crate::model::{Client, Style, StyleAsset};
use crate::oauth::PoolRequest;
use crate::shapes::idp::{AssetCategoryType as Category, AssetExtensionType as Extension, ColorSchemeModeType as Mode};
use crate::web::Response;
use serde_json::{Map, Value, json};

/// The path of style sheets of clients, below `/assets/`.
const SHEETS: &str = "look/";
/// The path of images, below `/assets/`.
const IMAGES: &str = "images/";
/// The longest id of an image.
const MAX_ID: usize = 64;

/// In which colour schemes a style is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
    /// As the reader's system has it.
    Dynamic,
}

impl Scheme {
    pub fn of(settings: &Value) -> Self {
        match settings.pointer("/categories/global/colorSchemeMode").and_then(Value::as_str) {
            Some("LIGHT") => Self::Light,
            Some("DARK") => Self::Dark,
            _ => Self::Dynamic,
        }
    }
}

/// The images of a style, by their addresses.
pub struct Images<'a> {
    assets: &'a [StyleAsset],
    /// What an address begins with.
    prefix: String,
}

impl<'a> Images<'a> {
    /// Images whose addresses are `prefix` and their ids.
    pub fn at(assets: &'a [StyleAsset], prefix: String) -> Self {
        Self { assets, prefix }
    }

    #[cfg(test)]
    pub fn none() -> Self {
        Self::at(&[], String::new())
    }

    fn find(&self, category: Category, modes: &[Mode]) -> Option<&'a StyleAsset> {
        let of = |mode: &Mode| self.assets.iter().find(|a| a.category == category && a.color_mode == *mode);
        modes.iter().find_map(of)
    }

    fn address(&self, asset: &StyleAsset) -> String {
        format!("{}{}", self.prefix, asset.id)
    }

    /// The image that is for this scheme alone or for both; for light pages any.
    pub fn url(&self, category: Category, dark: bool) -> Option<String> {
        let modes: &[Mode] = if dark { &[Mode::Dark] } else { &[Mode::Light, Mode::Dynamic, Mode::Dark] };
        self.find(category, modes).map(|asset| self.address(asset))
    }

    /// The image for a page: its address, and another one for dark pages.
    fn picture(&self, category: Category, scheme: Scheme) -> Option<Map<String, Value>> {
        let order: &[Mode] = match scheme {
            Scheme::Dark => &[Mode::Dark, Mode::Dynamic, Mode::Light],
            _ => &[Mode::Light, Mode::Dynamic, Mode::Dark],
        };
        let shown = self.find(category, order)?;
        let dark = self.find(category, &[Mode::Dark]).filter(|dark| scheme == Scheme::Dynamic && dark.id != shown.id);
        let Value::Object(picture) = json!({"url": self.address(shown), "dark": dark.map(|dark| self.address(dark))})
        else {
            return None;
        };
        Some(picture)
    }
}

/// The look of a page.
pub struct Look {
    /// The address of the client's own style sheet, if it has one.
    pub sheet: Option<String>,
    /// What templates know as `look`.
    pub context: Value,
    /// Names of identity providers that come first, in this order.
    pub first_providers: Vec<String>,
    pub has_languages: bool,
}

/// The look where nothing was set.
pub fn plain() -> Value {
    json!({
        "scheme": "light dark",
        "name": "",
        "icons": [],
        "header": null,
        "footer": null,
        "logo": null,
        "classic_logo": null,
        "graphics": {},
        "provider_icons": {},
        "order": ["form", "providers"],
    })
}

impl Look {
    fn plain() -> Self {
        Self { sheet: None, context: plain(), first_providers: Vec::new(), has_languages: false }
    }

    /// The look of classic pages.
    pub async fn classic(at: PoolRequest<'_>, client: &Client) -> Result<Self, Fault> {
        let mut look = Self::plain();
        let Some(set) = customization::get(&at.cx.services.store, at.pool, &client.id).await? else { return Ok(look) };
        if set.css.is_some() {
            look.sheet = Some(sheet_address(at, client, set.modified.millis()));
        }
        if let (Some(image), Value::Object(context)) = (&set.image, &mut look.context) {
            context.insert("classic_logo".into(), json!(format!("{}{image}", images_at(at))));
            context.insert("name".into(), json!(client.settings.client_name));
        }
        Ok(look)
    }

    /// The look of managed login with a style.
    pub fn managed(at: PoolRequest<'_>, client: &Client, style: &Style) -> Result<Self, Fault> {
        let Some(document) = managed_login::document(style)? else { return Ok(Self::plain()) };
        let settings = document.whole;
        let images = Images { assets: &style.assets, prefix: images_at(at) };
        let name = client.settings.client_name.clone().unwrap_or_default();
        let first = settings.pointer("/categories/auth/federation/order").and_then(Value::as_array);
        let first = first.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        Ok(Self {
            sheet: Some(sheet_address(at, client, style.modified.millis())),
            context: context(&settings, &images, &name),
            first_providers: first.collect(),
            has_languages: is_on(&settings, "/categories/form/languageSelector/enabled"),
        })
    }
}

fn sheet_address(at: PoolRequest<'_>, client: &Client, version: i64) -> String {
    // A client of a document has an address as its id, which is no part of a path.
    let id = crate::model::percent::encode(client.id.as_bytes(), None);
    format!("{}assets/{SHEETS}{id}/{version}.css", at.request.cookie_path())
}

fn images_at(at: PoolRequest<'_>) -> String {
    format!("{}assets/{IMAGES}", at.request.cookie_path())
}

fn is_on(settings: &Value, path: &str) -> bool {
    settings.pointer(path).and_then(Value::as_bool) == Some(true)
}

/// What templates know as `look`.
pub fn context(settings: &Value, images: &Images<'_>, name: &str) -> Value {
    let scheme = Scheme::of(settings);
    let text = |path: &str| settings.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let logo = |on: &str, category| if is_on(settings, on) { images.picture(category, scheme) } else { None };
    let band = |name: &str, category| {
        let shown = is_on(settings, &format!("/categories/global/{name}/enabled"));
        shown.then(|| json!({"logo": logo(&format!("/components/{name}/logo/enabled"), category)}))
    };
    let form_logo = logo("/components/form/logo/enabled", Category::FormLogo).map(|mut picture| {
        picture.insert("outside".into(), json!(text("/components/form/logo/formInclusion") == "OUT"));
        picture.insert("above".into(), json!(text("/components/form/logo/position") != "BOTTOM"));
        picture
    });
    let mut graphics = Map::new();
    if is_on(settings, "/categories/form/displayGraphics") {
        for (name, category) in [
            ("EMAIL", Category::EmailGraphic),
            ("SMS", Category::SmsGraphic),
            ("AUTH_APP", Category::AuthAppGraphic),
            ("PASSWORD", Category::PasswordGraphic),
            ("PASSKEY", Category::PasskeyGraphic),
        ] {
            if let Some(picture) = images.picture(category, scheme) {
                graphics.insert(name.to_owned(), Value::Object(picture));
            }
        }
    }
    let mut provider_icons = Map::new();
    if is_on(settings, "/componentClasses/idpButtons/icons/enabled") {
        for icon in images.assets.iter().filter(|asset| asset.category == Category::IdpButtonIcon) {
            if let Some(provider) = &icon.resource {
                provider_icons.insert(provider.clone(), json!(images.address(icon)));
            }
        }
    }
    json!({
        "scheme": match scheme { Scheme::Light => "light", Scheme::Dark => "dark", Scheme::Dynamic => "light dark" },
        "name": name,
        "icons": icons(settings, images, scheme),
        "header": band("pageHeader", Category::PageHeaderLogo),
        "footer": band("pageFooter", Category::PageFooterLogo),
        "logo": form_logo,
        "classic_logo": null,
        "graphics": graphics,
        "provider_icons": provider_icons,
        "order": order(settings),
    })
}

/// The icons of the browser's tab.
fn icons(settings: &Value, images: &Images<'_>, scheme: Scheme) -> Vec<Value> {
    let enabled = |name: &str| {
        let types = settings.pointer("/components/favicon/enabledTypes").and_then(Value::as_array);
        types.is_some_and(|types| types.iter().any(|kind| kind == name))
    };
    let favicons = images.assets.iter().filter(|asset| match asset.category {
        Category::FaviconIco => enabled("ICO"),
        Category::FaviconSvg => enabled("SVG"),
        _ => false,
    });
    let icon = |asset: &StyleAsset| {
        let media = match (scheme, asset.color_mode) {
            (Scheme::Dynamic, Mode::Light) => Some("(prefers-color-scheme: light)"),
            (Scheme::Dynamic, Mode::Dark) => Some("(prefers-color-scheme: dark)"),
            (Scheme::Light, Mode::Dark) | (Scheme::Dark, Mode::Light) => return None,
            _ => None,
        };
        let kind = if asset.extension == Extension::Svg { "image/svg+xml" } else { "image/x-icon" };
        Some(json!({"url": images.address(asset), "type": kind, "media": media}))
    };
    favicons.filter_map(icon).collect()
}

/// What comes first on the sign-in page: the pool's own form, or the buttons of identity providers.
fn order(settings: &Value) -> Vec<&'static str> {
    let groups = settings.pointer("/categories/auth/authMethodOrder").and_then(Value::as_array);
    let methods = groups.into_iter().flatten().filter_map(Value::as_array).flatten();
    let mut order: Vec<&'static str> = Vec::new();
    for method in methods {
        let section = match method.get("type").and_then(Value::as_str) {
            Some("FEDERATED") => "providers",
            Some("USERNAME_PASSWORD") => "form",
            _ => continue,
        };
        if !order.contains(&section) {
            order.push(section);
        }
    }
    // What the document leaves out is offered all the same: the client says what can be used.
    for section in ["form", "providers"] {
        if !order.contains(&section) {
            order.push(section);
        }
    }
    order
}

/// Serves a client's style sheet or an image of the pool; `None` if the path names neither.
pub async fn file(at: PoolRequest<'_>, file: &str) -> Option<Result<Response, Fault>> {
    if let Some(id) = file.strip_prefix(IMAGES) {
        let id = Some(id).filter(|id| id.len() <= MAX_ID)?;
        let found = branding::asset(at.cx, &at.pool.id, id).await.transpose()?;
        return Some(found.map(|asset| {
            let mut response = kept(asset.content_type)
                .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
            response.body = asset.bytes;
            response
        }));
    }
    let (id, _) = file.strip_prefix(SHEETS)?.rsplit_once('/')?;
    let id = String::from_utf8(crate::model::percent::decode(id, false)).ok()?;
    sheet(at, &id).await.transpose()
}

async fn sheet(at: PoolRequest<'_>, client: &str) -> Result<Option<Response>, Fault> {
    let (store, templates) = (&at.cx.services.store, &at.cx.services.templates);
    let base = |name| templates.asset(templates.file_of(name)).map(|asset| String::from_utf8_lossy(&asset.bytes));
    let css = if at.managed {
        let style = match managed_login::of_client(store, at.pool, client).await {
            Ok(style) => style,
            Err(fault) if fault.is_modelled() => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let images = Images { assets: &style.assets, prefix: images_at(at) };
        let document = managed_login::document(&style)?;
        base("managed/style.css").zip(document).map(|(base, document)| look_css::sheet(&base, &document, &images))
    } else {
        let set = match customization::get(store, at.pool, client).await {
            Ok(set) => set.and_then(|set| set.css),
            Err(fault) if fault.is_modelled() => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let own = set.map(|css| branding::css::minified(&css)).transpose()?;
        base("classic/style.css").zip(own).map(|(base, own)| format!("{base}\n{own}\n"))
    };
    Ok(css.map(|css| {
        let mut response = kept("text/css; charset=utf-8".to_owned());
        response.body = css.into_bytes();
        response
    }))
}

/// A file whose address changes with its content.
fn kept(content_type: String) -> Response {
    Response::new(200)
        .with("Content-Type", content_type)
        .with("Cache-Control", "public, max-age=31536000, immutable")
        .with("Cross-Origin-Resource-Policy", "same-origin")
}
