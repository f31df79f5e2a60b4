//! Forward authorization for gateways (nginx `auth_request`, Traefik ForwardAuth, Caddy `forward_auth`, Envoy
//! `ext_authz`): whether a request with a pool's token may pass, and whose it is.
//!
//! The gateway's settings say what is needed, as parameters: `pool`; `use` (`access`, the default, or `id`); and
//! `client`, `scope`, `group`, of which one of those named, with spaces between, is enough. A bad token is never a
//! failure of the server, since nginx makes 500 of all but 2xx, 401 and 403.

use crate::context::Context;
use crate::domain::tokens::forwarded;
use crate::fault::Fault;
use crate::keys::jwt::Claims;
use crate::model::percent;
use crate::web::{Parameters, Response};
use serde_json::Value;

const NEEDS: [&str; 5] = ["pool", "use", "client", "scope", "group"];
/// Members of the token as headers: name, claim.
const HEADERS: [(&str, &str); 6] = [
    ("X-User-Id", "sub"),
    ("X-User-Groups", "cognito:groups"),
    ("X-Scopes", "scope"),
    ("X-Token-Use", "token_use"),
    ("X-User-Email", "email"),
    ("X-Token-Expires", "exp"),
];

/// What a gateway's subrequest gets. `authorization` is the header of the request that it is about: the token, alone or
/// after `Bearer`.
pub async fn answer(cx: &Context, needs: &Parameters, authorization: Option<&str>) -> Result<Response, Fault> {
    let unknown = needs.iter().any(|(name, _)| !NEEDS.contains(&name));
    let is_id = match needs.get("use") {
        None | Some("access") => Some(false),
        Some("id") => Some(true),
        Some(_) => None,
    };
    let (Some(pool), Some(is_id), false) = (needs.get("pool"), is_id, unknown) else {
        return Ok(refused(403, "", "The gateway must name pool, and may name use, client, scope and group."));
    };
    let token = authorization.map(|header| {
        header.split_once(' ').map_or(
            header,
            |(scheme, token)| {
                if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" }
            },
        )
    });
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Ok(refused(401, "Bearer", "A bearer token is needed."));
    };
    let invalid = |why: &str| refused(401, r#"Bearer error="invalid_token""#, why);
    let claims = match forwarded::verify(cx, pool, (token, is_id)).await {
        Ok(claims) => claims,
        Err(fault) if fault.is_modelled() => return Ok(invalid(fault.message())),
        Err(fault) => return Err(fault),
    };
    if claims.contains_key("cnf") {
        return Ok(invalid("The token is bound to a key (DPoP), which a gateway cannot prove."));
    }
    let client = ["client_id", "azp", "aud"].iter().find_map(|name| claims.get(*name).and_then(Value::as_str));
    let has = |need: &str, values: &[&str]| {
        needs.get(need).is_none_or(|wanted| wanted.split(' ').any(|one| values.contains(&one)))
    };
    let scopes: Vec<&str> = claims.get("scope").and_then(Value::as_str).unwrap_or_default().split(' ').collect();
    let groups = claims.get("cognito:groups").and_then(Value::as_array).into_iter().flatten();
    let groups: Vec<&str> = groups.filter_map(Value::as_str).collect();
    if !has("client", &client.into_iter().collect::<Vec<_>>()) {
        return Ok(invalid("The token is of another client."));
    }
    if !has("scope", &scopes) || !has("group", &groups) {
        let told = r#"Bearer error="insufficient_scope""#;
        return Ok(refused(403, told, "The token lacks the scope or the group."));
    }
    Ok(passed(&claims, client))
}

/// 200 with the identity in headers. What is not plain ASCII is percent-encoded, and so are commas in names of groups.
fn passed(claims: &Claims, client: Option<&str>) -> Response {
    let mut response = Response::new(200).with("Cache-Control", "no-store");
    for (header, claim) in HEADERS {
        let value = match claims.get(claim) {
            Some(Value::String(text)) => plain(text, false),
            Some(Value::Array(all)) => {
                let texts: Vec<String> = all.iter().filter_map(Value::as_str).map(|text| plain(text, true)).collect();
                texts.join(",")
            }
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        // An empty one as well, so that the gateway replaces what the client sent under the name.
        response = response.with(header, value);
    }
    let name = ["cognito:username", "username"].iter().find_map(|name| claims.get(*name).and_then(Value::as_str));
    response
        .with("X-User-Name", plain(name.unwrap_or_default(), false))
        .with("X-Client-Id", plain(client.unwrap_or_default(), false))
}

fn plain(text: &str, in_list: bool) -> String {
    let is_plain = |c: char| (' '..='~').contains(&c) && c != '%' && !(in_list && c == ',');
    text.chars()
        .map(|c| if is_plain(c) { c.to_string() } else { percent::encode(c.to_string().as_bytes(), None) })
        .collect()
}

fn refused(status: u16, challenge: &str, why: &str) -> Response {
    let mut response =
        Response::new(status).with("Content-Type", "text/plain; charset=utf-8").with("Cache-Control", "no-store");
    if !challenge.is_empty() {
        response = response.with("WWW-Authenticate", challenge);
    }
    response.body = format!("{why}\n").into_bytes();
    response
}
