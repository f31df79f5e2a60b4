//! Whether a claim holds.

use super::{Claim, canonical, sha256, signature, string_to_sign};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::model::AccessKey;
use crate::secret;
use crate::wire::date;
use crate::wire::fault::{expired_token, invalid_signature, unrecognized_client};
use crate::wire::message::Request;
use std::time::Duration;

/// How far a client's clock may be off.
const SKEW: Duration = Duration::from_secs(300);

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing \
                        method. Consult the service documentation for details.";

/// What the signature must be for.
#[derive(Debug, Clone, Copy)]
pub(in crate::wire) struct Expected<'a> {
    /// The service's signing name.
    pub service: &'a str,
    /// The present moment.
    pub now: Timestamp,
}

/// Checks that the request was signed with `key`, for this service, now.
pub(in crate::wire) fn verify(
    request: &Request,
    claim: &Claim,
    key: &AccessKey,
    wanted: Expected<'_>,
) -> Result<(), Fault> {
    session(claim, key, wanted.now)?;
    if claim.service != wanted.service {
        return Err(invalid_signature(format!(
            "Credential should be scoped to correct service: '{}'. ",
            wanted.service
        )));
    }
    if !claim.signed.iter().any(|name| name == "host") {
        return Err(invalid_signature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."));
    }
    // What decides which operation runs must not be left to whoever holds the signature.
    if request.headers.get("x-amz-target").is_some() && !claim.signed.iter().any(|name| name == "x-amz-target") {
        return Err(invalid_signature("There were headers present in the request which were not signed: x-amz-target"));
    }
    time(claim, wanted.now)?;
    let payload = payload(request, claim)?;
    let canonical = canonical::request(request, &claim.signed, &payload);
    let scope = [claim.day.as_str(), claim.region.as_str(), claim.service.as_str()];
    let expected = signature(key.secret.reveal(), scope, &string_to_sign(&claim.at, scope, &canonical));
    if secret::same(expected.as_bytes(), claim.signature.as_bytes()) {
        Ok(())
    } else {
        Err(invalid_signature(MISMATCH))
    }
}

/// A disabled key is like an unknown one; a temporary key needs its token, and only such a key has one.
fn session(claim: &Claim, key: &AccessKey, now: Timestamp) -> Result<(), Fault> {
    let token_fits = match (&key.session_token, &claim.token) {
        (None, None) => true,
        (Some(token), Some(claimed)) => secret::same(token.reveal().as_bytes(), claimed.as_bytes()),
        _ => false,
    };
    if !key.enabled || !token_fits {
        return Err(unrecognized_client());
    }
    if key.expires.is_some_and(|end| end <= now) { Err(expired_token()) } else { Ok(()) }
}

fn time(claim: &Claim, now: Timestamp) -> Result<(), Fault> {
    let now = Timestamp::from_secs(now.secs());
    if claim.time > now.plus(SKEW) {
        return Err(invalid_signature(format!(
            "Signature not yet current: {} is still later than {} ({} + 5 min.)",
            claim.at,
            date::basic(now.plus(SKEW)),
            date::basic(now)
        )));
    }
    let (lives, shown) = match claim.lives {
        None => (SKEW, "5 min.".to_owned()),
        Some(lives) => (lives, format!("{} sec.", lives.as_secs())),
    };
    if claim.time < now.minus(lives) {
        return Err(invalid_signature(format!(
            "Signature expired: {} is now earlier than {} ({} - {shown})",
            claim.at,
            date::basic(now.minus(lives)),
            date::basic(now)
        )));
    }
    Ok(())
}

/// The payload's place in the canonical request: the true hash, or the client's word for it where that is signed and
/// true.
fn payload(request: &Request, claim: &Claim) -> Result<String, Fault> {
    let name = "x-amz-content-sha256";
    let stated = request.headers.get(name).filter(|_| claim.signed.iter().any(|signed| signed == name));
    match stated {
        Some("UNSIGNED-PAYLOAD") if request.secure => Ok("UNSIGNED-PAYLOAD".to_owned()),
        Some("UNSIGNED-PAYLOAD") => Err(invalid_signature("An unsigned payload is accepted over TLS only.")),
        stated => {
            let hash = sha256(&request.body);
            match stated {
                Some(stated) if !secret::same(stated.as_bytes(), hash.as_bytes()) => Err(invalid_signature(MISMATCH)),
                _ => Ok(hash),
            }
        }
    }
}
