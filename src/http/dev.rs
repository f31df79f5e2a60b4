//! The pages of development mode: mails and SMS that would have been sent. Only there in development mode, only for
//! this machine.

use super::call::Call;
use super::host::is_local;
use super::pages::not_found;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::delivery::html::escape;
use crate::delivery::{Medium, Received};
use crate::ops::admin;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use std::fmt::Write as _;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const STYLE: &str = include_str!("../../static/dev.css");
const REFRESH: &str = "<meta http-equiv=\"refresh\" content=\"5\">\n";
const REFRESHES: &str =
    "<p class=\"soft\">Refreshes every 5 seconds. <a href=\"/_dev/inbox?still\">Hold still</a></p>\n";
const STILL: &str = "<p class=\"soft\"><a href=\"/_dev/inbox\">Refresh by itself</a></p>\n";
/// No scripts, nothing from elsewhere, in no frame. Mails are shown in frames without any rights, and so bring their
/// styles along.
const CSP: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Everything under `/_dev`.
pub(super) async fn dev(request: HttpRequest, Call(cx): Call, payload: web::Payload) -> HttpResponse {
    let services = cx.services.clone();
    let Some(inbox) = services.delivery.inbox().filter(|_| services.config.server.dev) else {
        return not_found(request, Call(cx), payload).await;
    };
    if !is_local(&request) {
        return HttpResponse::Forbidden()
            .content_type("text/plain")
            .body("These pages answer at localhost and 127.0.0.1 only.\n");
    }
    match request.path() {
        "/_dev" | "/_dev/" => page("Development mode", "", FRONT),
        "/_dev/clients" => clients_page(&cx).await,
        path if path.starts_with(CLIENT) => {
            let id = path.strip_prefix(CLIENT).unwrap_or_default();
            match admin::description(&cx, id).await {
                Ok(client) => {
                    let settings = escape(&admin::client_settings(&client));
                    page("App client", "", &format!("<pre>{settings}</pre>\n"))
                }
                Err(_) => not_found(request, Call(cx), payload).await,
            }
        }
        "/_dev/inbox" if request.query_string() == "still" => {
            page("Inbox", "", &format!("{STILL}{}", inbox_page(&inbox.messages())))
        }
        "/_dev/inbox" => page("Inbox", REFRESH, &format!("{REFRESHES}{}", inbox_page(&inbox.messages()))),
        "/_dev/inbox.json" => plain("application/json", inbox_json(&inbox.messages()).to_string()),
        "/_dev/style.css" => plain("text/css; charset=utf-8", STYLE.to_owned()),
        _ => not_found(request, Call(cx), payload).await,
    }
}

const FRONT: &str = "<p>This Poolhouse accepts any signature and sends nothing: it is for trying things out on this machine, never for real \
    users.</p><ul><li><a href=\"/_dev/inbox\">Inbox</a>: mails and SMS that would have been sent</li>\
    <li><a href=\"/_dev/inbox.json\">The inbox as JSON</a>, for scripts</li>\
    <li><a href=\"/_dev/clients\">App clients</a>: addresses and ready-made settings, as <code>poolhouse show</code> prints them</li><li><a href=\"/\">How to connect programs</a></li></ul>";

fn plain(kind: &'static str, body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Content-Security-Policy", CSP))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
        .insert_header(("Referrer-Policy", "no-referrer"))
        .body(body)
}

/// A page; `head` and `content` are HTML, `title` is not escaped because it is ours.
fn page(title: &str, head: &str, content: &str) -> HttpResponse {
    plain(
        "text/html; charset=utf-8",
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} - Poolhouse</title>\n\
             <link rel=\"stylesheet\" href=\"/_dev/style.css\">\n{head}</head>\n<body>\n<header><a href=\"/_dev\">Poolhouse</a> <span>development mode</span></header>\n\
             <main>\n<h1>{title}</h1>\n{content}\n</main>\n</body>\n</html>\n"
        ),
    )
}

/// Before the id of a client.
const CLIENT: &str = "/_dev/clients/";

/// The app clients, each with a link to its settings.
async fn clients_page(cx: &Context) -> HttpResponse {
    let mut out = String::from("<ul>\n");
    match admin::known_clients(cx).await {
        Ok(clients) => {
            for client in clients {
                let (id, name, pool) = (escape(&client.id), escape(&client.name), escape(&client.pool_name));
                let _ = writeln!(out, "<li><a href=\"{CLIENT}{id}\">{name}</a> of {pool}</li>");
            }
        }
        Err(error) => tracing::error!(%error, "the clients cannot be listed"),
    }
    out.push_str("</ul>\n<p class=\"soft\"><code>poolhouse show CLIENT_ID</code> shows any other.</p>\n");
    page("App clients", "", &out)
}

fn inbox_page(messages: &[Received]) -> String {
    let mut out = String::new();
    if messages.is_empty() {
        out.push_str("<p>No message yet. Sign a user up, and the confirmation code shows here.</p>\n");
    }
    for message in messages {
        article(&mut out, message);
    }
    out
}

fn article(out: &mut String, message: &Received) {
    let (time, medium) = (moment(message.time), if message.medium == Medium::Email { "Mail" } else { "SMS" });
    let _ = write!(
        out,
        "<article>\n<header><strong>{medium} to {to}</strong> <time datetime=\"{time}\">{time}</time></header>\n\
         <p class=\"soft\">{kind:?} for {user} in {pool}</p>\n",
        to = escape(&message.to),
        kind = message.kind,
        user = escape(&message.username),
        pool = escape(&message.pool_id),
    );
    if !message.code.is_empty() {
        let _ = writeln!(out, "<p>Code <code class=\"code\">{}</code></p>", escape(&message.code));
    }
    if !message.subject.is_empty() {
        let _ = writeln!(out, "<h2>{}</h2>", escape(&message.subject));
    }
    let _ = writeln!(out, "<pre>{}</pre>", linked(&message.text));
    if let Some(html) = &message.html {
        let _ = writeln!(
            out,
            "<details><summary>As HTML</summary><iframe sandbox title=\"The mail as HTML\" srcdoc=\"{}\"></iframe></details>",
            escape(html)
        );
    }
    out.push_str("</article>\n");
}

fn inbox_json(messages: &[Received]) -> Value {
    let message = |message: &Received| {
        json!({
            "Time": moment(message.time),
            "Medium": message.medium.wire_name(),
            "To": message.to,
            "Kind": format!("{:?}", message.kind),
            "UserPoolId": message.pool_id,
            "Username": message.username,
            "Code": message.code,
            "Subject": message.subject,
            "Text": message.text,
            "Html": message.html,
        })
    };
    json!({ "Messages": messages.iter().map(message).collect::<Vec<_>>() })
}

fn moment(at: Timestamp) -> String {
    OffsetDateTime::from_unix_timestamp(at.secs()).ok().and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
}

/// Text as HTML, with its web addresses as links.
fn linked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let address = word.trim_end();
        let space = word.get(address.len()..).unwrap_or_default();
        if address.starts_with("https://") || address.starts_with("http://") {
            let address = escape(address);
            let _ = write!(out, "<a href=\"{address}\" rel=\"noreferrer\">{address}</a>{space}");
        } else {
            out.push_str(&escape(word));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Kind;
    use proptest::prelude::*;

    fn received(text: &str) -> Received {
        Received {
            time: Timestamp::from_secs(1_767_225_600),
            pool_id: "eu-west-1_a".into(),
            username: text.into(),
            kind: Kind::SignUp,
            medium: Medium::Email,
            to: text.into(),
            subject: text.into(),
            text: text.into(),
            html: Some(text.into()),
            code: text.into(),
        }
    }

    #[test]
    fn a_message_shows_whole_and_its_links_work() {
        let page = inbox_page(&[received("907214 https://x.example/?a=1&b=2 end")]);
        assert!(page.contains("<a href=\"https://x.example/?a=1&amp;b=2\" rel=\"noreferrer\">"), "{page}");
        assert!(page.contains("2026-01-01T00:00:00Z") && page.contains("SignUp for 907214"), "{page}");
        assert!(inbox_page(&[]).contains("No message yet"));
    }

    proptest! {
        #[test]
        fn nothing_in_a_message_becomes_markup(text in "[<>\"'&a-z/ =!-]{0,40}") {
            let page = inbox_page(&[received(&text)]);
            let harmless: String = text.chars().map(|c| if "<>\"'&".contains(c) { 'x' } else { c }).collect();
            let tags = |page: &str| page.matches('<').count();
            prop_assert_eq!(tags(&page), tags(&inbox_page(&[received(&harmless)])));
            prop_assert!(!page.contains("<script") && !page.contains("<img"));
        }
    }
}
