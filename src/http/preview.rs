//! `/_poolhouse/preview`: the sign-in pages as a branding makes them look, for development mode and for administrators.
//!
//! `GET` shows what is saved; a link that was signed for it in advance (SigV4, service `poolhouse`) opens in any
//! browser. `POST` with a JSON document shows what is not saved yet.

use super::call::{Call, Incoming, Outcome, read};
use super::host::is_local;
use super::pool_pages::respond;
use crate::context::Context;
use crate::fault::Fault;
use crate::hosted::preview::{self, Preview};
use crate::web::{Parameters, Response};
use crate::wire;
use actix_web::{HttpRequest, HttpResponse, web};

/// What policies of access keys call it.
const ACTION: &str = "poolhouse:PreviewPages";

pub(super) async fn preview(request: HttpRequest, Call(cx): Call, payload: web::Payload) -> HttpResponse {
    let open = cx.services.config.server.dev && is_local(&request);
    let incoming = match read(&cx, &request, payload).await {
        Ok(incoming) => incoming,
        Err(response) => return response,
    };
    let request_id = cx.request_id.clone();
    let answered = answer(cx, &incoming, open).await;
    let refused = answered.as_ref().err().map(|fault| fault.name().to_owned());
    match answered {
        Err(fault) if !matches!(fault, Fault::Internal(_)) => {
            let mut response = HttpResponse::BadRequest();
            response.content_type("text/plain; charset=utf-8").insert_header(("Cache-Control", "no-store"));
            let mut built = response.body(format!("{}: {}\n", fault.name(), fault.message()));
            built.extensions_mut().insert(Outcome { operation: None, fault: refused });
            built
        }
        answered => respond(answered, &request_id),
    }
}

async fn answer(mut cx: Context, incoming: &Incoming, open: bool) -> Result<Response, Fault> {
    let request = &incoming.request;
    let query = Parameters::parse(&request.query).ok_or_else(|| Fault::invalid("The query cannot be read."))?;
    let asked = match request.method.as_str() {
        "POST" => serde_json::from_slice::<Preview>(&request.body)
            .map_err(|error| Fault::invalid(format!("The document cannot be read: {error}.")))?,
        _ => of_query(&query),
    };
    if !open {
        wire::admit(&mut cx, request, ACTION, "*").await?;
    }
    // A signature holds for its own query alone, so only development mode has links to the other pages.
    let links = (open && request.method != "POST").then(|| {
        let rest = query.clone().without("Page").with("Page", "").encode();
        format!("/_poolhouse/preview?{rest}")
    });
    preview::show(&cx, &asked, links.as_deref()).await
}

fn of_query(query: &Parameters) -> Preview {
    let text = |name: &str| query.get(name).unwrap_or_default().to_owned();
    Preview {
        user_pool_id: text("UserPoolId"),
        client_id: text("ClientId"),
        page: text("Page"),
        lang: text("Lang"),
        classic: query.get("Classic") == Some("true"),
        ..Preview::default()
    }
}
