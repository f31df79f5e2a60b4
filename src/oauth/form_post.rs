//! `response_mode=form_post` (OAuth 2.0 Form Post Response Mode, extension): the answer as a form that the browser
//! sends to the client by POST, so that it stands in no address.

use crate::web::{Parameters, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::{Environment, context};

const PAGE: &str = include_str!("../../static/form_post.html");
/// The only script of the page; the policy names its hash.
const SCRIPT: &str = "document.forms[0].submit()";

/// The page that sends `parameters` to `uri`.
pub fn response(uri: &str, parameters: &Parameters) -> Response {
    let fields: Vec<(String, String)> =
        parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    let html = environment.render_str(PAGE, context! { uri, fields, script => SCRIPT });
    let Ok(html) = html else { return Response::new(500) };
    let hash = STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, SCRIPT.as_bytes()));
    Response::html(200, html)
        .with("Cache-Control", "no-store")
        .with("Referrer-Policy", "no-referrer")
        .with("X-Frame-Options", "DENY")
        .with(
            "Content-Security-Policy",
            format!("default-src 'none'; script-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'"),
        )
}
