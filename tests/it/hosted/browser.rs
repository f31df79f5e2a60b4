//! A browser without JavaScript: keeps cookies, follows redirects, fills in forms and sends them with every field.

use super::Site;
use poolhouse::oauth::PoolRequest;
use poolhouse::web::{Method, Parameters, Request, Response};
use poolhouse::{hosted, oauth};
use std::collections::BTreeMap;
use std::net::IpAddr;

pub const BASE: &str = "http://shop.auth.localhost:9229";

/// A page as it came.
#[derive(Debug, Clone)]
pub struct Page {
    /// The address that it came from, below the pool's own.
    pub address: String,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub html: String,
}

/// A form on a page.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: String,
    pub fields: BTreeMap<String, String>,
}

pub struct Browser<'s> {
    site: &'s Site,
    pub cookies: BTreeMap<String, String>,
    /// Headers of every request.
    pub headers: Vec<(String, String)>,
    pub from: IpAddr,
    /// The page that is open.
    pub page: Option<Page>,
}

impl<'s> Browser<'s> {
    pub fn new(site: &'s Site) -> Self {
        Self { site, cookies: BTreeMap::new(), headers: Vec::new(), from: [192, 0, 2, 7].into(), page: None }
    }

    /// Sends one request and does not follow a redirect.
    pub async fn send(&mut self, method: Method, target: &str, form: &[(&str, &str)]) -> Page {
        let path = target.strip_prefix(BASE).unwrap_or(target);
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let app = &self.site.house.app;
        let mut cx = app.context().unwrap();
        cx.source_ip = self.from;
        let pool = poolhouse::domain::pools::pool(&app.services.store, &self.site.house.pool).await.unwrap();
        let mut headers = self.headers.clone();
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        headers.push(("cookie".into(), cookies.join("; ")));
        let request = Request {
            method,
            path: path.to_owned(),
            raw_query: query.to_owned(),
            query: Parameters::parse(query).unwrap(),
            form: form.iter().fold(Parameters::default(), |all, (name, value)| all.with(*name, *value)),
            body: Vec::new(),
            headers,
            base_url: BASE.to_owned(),
            secure: false,
        };
        let at =
            PoolRequest { cx: &cx, pool: &pool, request: &request, managed: self.site.look == super::Look::Managed };
        let answer = match oauth::answer(at).await {
            Some(answer) => answer,
            None => hosted::answer(at).await.unwrap_or_else(|| panic!("{path} is no page")),
        };
        self.keep(target, answer.unwrap())
    }

    fn keep(&mut self, address: &str, response: Response) -> Page {
        for (_, cookie) in response.headers.iter().filter(|(name, _)| *name == "Set-Cookie") {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() || cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let headers = response.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Page {
            address: address.to_owned(),
            status: response.status,
            headers,
            html: String::from_utf8(response.body).unwrap(),
        }
    }

    /// Follows redirects within the pool's pages. What leads elsewhere is the answer.
    pub async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            match page.location() {
                Some(location) if location.starts_with(BASE) => {
                    let location = location.to_owned();
                    page = self.send(Method::Get, &location, &[]).await;
                }
                _ => {
                    self.page = Some(page.clone());
                    return page;
                }
            }
        }
        panic!("redirects without end: {}", page.address);
    }

    pub async fn get(&mut self, target: &str) -> Page {
        let page = self.send(Method::Get, target, &[]).await;
        self.follow(page).await
    }

    /// Opens the sign-in page.
    pub async fn login(&mut self) -> Page {
        let query = self.site.query();
        self.get(&format!("/oauth2/authorize?{query}")).await
    }

    /// Fills in the form of the open page that has this field (or button), and sends it.
    pub async fn submit(&mut self, fields: &[(&str, &str)]) -> Page {
        let page = self.submit_once(fields).await;
        self.follow(page).await
    }

    /// [`Browser::submit`] without following.
    pub async fn submit_once(&mut self, fields: &[(&str, &str)]) -> Page {
        let page = self.page.clone().expect("a page is open");
        let first = fields.first().map_or("_csrf", |(name, _)| *name);
        let form = page.form_with(first);
        let mut filled = form.fields;
        for (name, value) in fields {
            assert!(filled.contains_key(*name), "no field {name} in {filled:?}");
            filled.insert((*name).to_owned(), (*value).to_owned());
        }
        let filled: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send(Method::Post, &form.action, &filled).await
    }

    /// [`Browser::submit`] with those of the fields that the form has, and the password repeated where it asks for
    /// that: the two looks ask for different ones.
    pub async fn submit_as_far_as(&mut self, fields: &[(&str, &str)]) -> Page {
        let form = self.page.clone().expect("a page is open").form_with(fields[0].0);
        let password = fields.iter().find(|(name, _)| *name == "password").map_or("", |(_, value)| *value);
        let all = [fields, &[("confirmPassword", password)]].concat();
        let known: Vec<_> = all.into_iter().filter(|(name, _)| form.fields.contains_key(*name)).collect();
        self.submit(&known).await
    }

    /// Goes to where a link with this text leads.
    pub async fn click(&mut self, text: &str) -> Page {
        let page = self.page.clone().expect("a page is open");
        let link = page.link(text).unwrap_or_else(|| panic!("no link {text:?} in {}", page.html));
        self.get(&link).await
    }
}

impl Page {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }

    /// The code in the address of the app, if that is where the answer leads.
    pub fn code(&self) -> Option<String> {
        let location = self.location().filter(|l| l.starts_with("https://app.example.com/callback?from=pool&"))?;
        let query = Parameters::parse(location.split_once('?').unwrap().1).unwrap();
        query.get("code").map(str::to_owned)
    }

    /// The visible text, without marks.
    pub fn text(&self) -> String {
        let body = self.html.split_once("<body").map_or(self.html.as_str(), |(_, body)| body);
        let mut text = String::new();
        for piece in body.split('<') {
            text.push_str(piece.split_once('>').map_or("", |(_, text)| text));
            text.push(' ');
        }
        unescaped(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "{text:?} is not on the page {}: {}", self.address, self.text());
        self
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.text().contains(text), "{text:?} is on the page {}: {}", self.address, self.text());
        self
    }

    #[track_caller]
    pub fn is_at(&self, path: &str) -> &Self {
        let address = self.address.trim_start_matches(BASE);
        assert_eq!(address.split('?').next(), Some(path), "{}", self.text());
        self
    }

    pub fn forms(&self) -> Vec<Form> {
        self.html.split("<form ").skip(1).map(|rest| form(rest.split("</form>").next().unwrap())).collect()
    }

    /// The first form that has a field of the name.
    #[track_caller]
    pub fn form_with(&self, name: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.fields.contains_key(name));
        found.unwrap_or_else(|| panic!("no form with {name} on {}: {}", self.address, self.html))
    }

    pub fn link(&self, text: &str) -> Option<String> {
        self.html.split("<a ").skip(1).find_map(|rest| {
            let (tag, after) = rest.split_once('>')?;
            let label = after.split("</a>").next()?;
            let label: String = label.split('<').map(|p| p.split_once('>').map_or(p, |(_, t)| t)).collect();
            (unescaped(label.trim()) == text).then(|| attribute(tag, "href")).flatten()
        })
    }
}

fn form(html: &str) -> Form {
    let (tag, inner) = html.split_once('>').unwrap();
    let mut fields = BTreeMap::new();
    for rest in inner.split(['<']).filter(|rest| rest.starts_with("input ") || rest.starts_with("button ")) {
        let tag = rest.split('>').next().unwrap();
        let Some(name) = attribute(tag, "name") else { continue };
        let value = attribute(tag, "value").unwrap_or_default();
        let unchosen = tag.contains("type=\"radio\"") && !tag.contains(" checked");
        // A button sends its value only if it is the one that was pressed; tests press by naming it.
        if !unchosen && !fields.contains_key(&name) {
            fields.insert(name, value);
        }
    }
    Form { action: attribute(tag, "action").unwrap(), fields }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = format!(" {tag}").split_once(&format!(" {name}=\"")).map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    rest.split('"').next().map(unescaped)
}

pub fn unescaped(text: &str) -> String {
    text.replace("&#x2f;", "/")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
