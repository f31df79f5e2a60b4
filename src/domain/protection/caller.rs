//! The address of a user whose call a back end makes. What the back end says counts only if it has proven itself.

use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::shapes::idp::{ContextDataType, UserContextDataType};
use std::net::IpAddr;

/// Longest user agent that is kept, in characters.
const MAX_AGENT: usize = 512;

/// The call as from the user's own address, where the client has a secret and its settings let it say so
/// (`EnablePropagateAdditionalUserContextData`).
pub fn of_user(cx: &Context, client: &AuthenticatedClient, given: Option<&UserContextDataType>) -> Context {
    let may_say =
        client.settings.enable_propagate_additional_user_context_data == Some(true) && !client.secrets.is_empty();
    at(cx, given.filter(|_| may_say).and_then(|given| given.ip_address.as_deref()))
}

/// The call as from the user's own address and program, as the back end of an administrator says.
pub fn of_admin(cx: &Context, given: Option<&ContextDataType>) -> Context {
    let Some(given) = given else { return cx.clone() };
    let is_agent = |name: &Option<String>| name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("user-agent"));
    let agent = given
        .http_headers
        .iter()
        .find(|header| is_agent(&header.header_name))
        .and_then(|header| header.header_value.clone());
    Context {
        user_agent: agent.map(|agent| agent.chars().take(MAX_AGENT).collect()),
        ..at(cx, Some(&given.ip_address))
    }
}

/// The call as from this address. Text that is no address changes nothing.
fn at(cx: &Context, address: Option<&str>) -> Context {
    let address = address.and_then(|text| text.parse::<IpAddr>().ok()).unwrap_or(cx.source_ip);
    Context { source_ip: address, ..cx.clone() }
}
