//! Hands codes to a gateway over HTTP: `{"to": .., "text": .., "source": ..}` is posted to the address in the plugin's config.

use serde::Deserialize;
use serde_json::json;
use wstd::http::{Client, Method, Request};

wit_bindgen::generate!({ path: "wit", world: "trigger" });
use poolhouse::trigger::{config, log};

struct DeliverSms;
export!(DeliverSms);

/// What of the event is read here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    trigger_source: String,
    request: Message,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    code: Option<String>,
    user_attributes: Addresses,
}

#[derive(Deserialize)]
struct Addresses {
    email: Option<String>,
    phone_number: Option<String>,
}

impl Guest for DeliverSms {
    fn handle(event: String) -> Result<String, String> {
        let Event { trigger_source: source, request } =
            serde_json::from_str(&event).map_err(|e| format!("the event is not understood: {e}"))?;
        let (to, what) = if source.starts_with("CustomSMSSender_") {
            (request.user_attributes.phone_number, "phone number")
        } else {
            (request.user_attributes.email, "email address")
        };
        let to = to.ok_or_else(|| format!("the user has no {what}"))?;
        match request.code {
            Some(code) => {
                let text = config::get("text").unwrap_or_else(|| "Your code is {code}".to_owned());
                let body = json!({ "to": to, "text": text.replace("{code}", &code), "source": source });
                wstd::runtime::block_on(post(body.to_string()))?;
            }
            // Warnings of an account taken over, for one.
            None => log::write(log::Level::Info, &format!("{source} has no code: nothing is sent")),
        }
        // Senders have nothing to answer.
        Ok(event)
    }
}

/// Posts to the gateway. The manifest bounds how long that takes.
async fn post(body: String) -> Result<(), String> {
    let url = config::get("url").ok_or("the setting url of the plugin is missing")?;
    let token = config::get("token").ok_or("the secret token of the plugin is missing")?;
    let request = Request::builder()
        .method(Method::POST)
        .uri(url)
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(body)
        .map_err(|e| format!("the setting url or the secret token of the plugin is not valid: {e}"))?;
    let response = Client::new().send(request).await.map_err(|e| format!("the gateway cannot be reached: {e}"))?;
    let status = response.status();
    if status.is_success() { Ok(()) } else { Err(format!("the gateway answered {}", status.as_u16())) }
}
