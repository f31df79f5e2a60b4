//! Preflights of browsers (wire behaviour as AWS's endpoints have it: any origin, no credentials mode).

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse};

/// What Amplify and the browser SDKs send, for preflights that do not say what they want.
const HEADERS: &str = "authorization,content-type,x-amz-target,x-amz-user-agent,x-amz-date,x-amz-security-token,x-amz-content-sha256,\
                       amz-sdk-invocation-id,amz-sdk-request,cache-control,x-amzn-platform-id,x-amzn-trace-id";

/// The methods that pages of other origins may use on a path; `None` where they have no business.
fn methods(path: &str) -> Option<&'static str> {
    let fetched = ["/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke", "/oauth2/register"];
    let is_fetched = fetched.iter().any(|endpoint| path.ends_with(endpoint));
    match path {
        "/" => Some("POST"),
        _ if path.starts_with("/_poolhouse/me/") => Some("POST"),
        _ if path.starts_with("/identitypools") || path.contains("/.well-known/") || is_fetched => {
            Some("GET,POST,DELETE,OPTIONS")
        }
        _ => None,
    }
}

/// The answer to a preflight, if the request is one that has an answer.
pub(super) fn preflight(request: &HttpRequest) -> Option<HttpResponse> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let methods = methods(request.path())?;
    let asked = request.headers().get("access-control-request-headers").and_then(|value| value.to_str().ok());
    Some(
        HttpResponse::Ok()
            .insert_header(("Access-Control-Allow-Origin", "*"))
            .insert_header(("Access-Control-Allow-Methods", methods))
            .insert_header(("Access-Control-Allow-Headers", asked.unwrap_or(HEADERS)))
            .insert_header(("Access-Control-Max-Age", "172800"))
            .finish(),
    )
}
