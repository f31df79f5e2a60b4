//! Making signatures, for Poolhouse's own clients of its API.

use super::{ALGORITHM, TERMINATOR, canonical, sha256, signature, string_to_sign};
use crate::clock::Timestamp;
use crate::secret::Secret;
use crate::wire::date;
use crate::wire::message::Request;

/// With what and for what a request is signed.
#[derive(Debug, Clone)]
pub struct Signer {
    /// The access key id.
    pub key: String,
    /// Its secret.
    pub secret: Secret,
    /// The session token of a temporary key.
    pub token: Option<Secret>,
    /// The region.
    pub region: String,
    /// The service's signing name, e.g. `cognito-idp`.
    pub service: String,
}

/// Signs a request in header form: adds `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization` to its headers, and
/// returns what it added. `host` must be among the headers already, as it will be sent; `host`, `content-type` and
/// `x-amz-*` headers are signed.
pub fn sign(request: &mut Request, signer: &Signer, now: Timestamp) -> Vec<(&'static str, String)> {
    let at = date::basic(now);
    let mut added = vec![("x-amz-date", at.clone())];
    added.extend(signer.token.as_ref().map(|token| ("x-amz-security-token", token.reveal().to_owned())));
    for (name, value) in &added {
        request.headers.push(name, value.clone());
    }
    let mut signed: Vec<String> = request
        .headers
        .names()
        .filter(|name| *name == "host" || *name == "content-type" || name.starts_with("x-amz-"))
        .map(str::to_owned)
        .collect();
    signed.sort();
    signed.dedup();
    let day = at.get(..8).unwrap_or_default();
    let scope = [day, signer.region.as_str(), signer.service.as_str()];
    let canonical = canonical::request(request, &signed, &sha256(&request.body));
    let signature = signature(signer.secret.reveal(), scope, &string_to_sign(&at, scope, &canonical));
    let authorization = format!(
        "{ALGORITHM} Credential={}/{day}/{}/{}/{TERMINATOR}, SignedHeaders={}, Signature={signature}",
        signer.key,
        signer.region,
        signer.service,
        signed.join(";")
    );
    request.headers.push("authorization", authorization.clone());
    added.push(("authorization", authorization));
    added
}
