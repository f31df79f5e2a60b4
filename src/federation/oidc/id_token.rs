//! ID tokens of other issuers: signature by a key that the issuer publishes, then issuer, audience, times and nonce
//! (OpenID Connect Core 3.1.3.7).
//!
//! Claims are read as they come, not by the types of the standard claims: large providers send an object for `locale`,
//! text for flags, or text for times, and their users must be able to sign in.

use super::Oidc;
use crate::clock::Timestamp;
use crate::federation::FederationError;
use crate::keys::jwt::Claims;
use crate::keys::signed_by_holder::{ForeignToken, ForeignTokenError, signed_by_issuer, signed_by_shared_secret};
use crate::secret::{Secret, same};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::digest;
use serde_json::Value;

/// Seconds by which clocks may differ.
const SKEW: i64 = 60;
/// The longest subject (OpenID Connect Core section 2).
const MAX_SUBJECT: usize = 255;
/// What stands for the tenant in the issuer of a provider with many.
const TENANT: &str = "{tenantid}";

/// What a token must say.
pub struct Expected<'a> {
    /// `iss`, exactly; or with `{tenantid}`, where any tenant of a provider is taken.
    pub issuer: &'a str,
    /// One of these must be the audience, or among several.
    pub audiences: &'a [&'a str],
    /// The nonce of the request; `None` where the token was not asked for here.
    pub nonce: Option<&'a str>,
    /// The secret of the client, for issuers that sign with it.
    pub secret: Option<&'a Secret>,
    /// The access token that came with it.
    pub access_token: Option<&'a str>,
    pub now: Timestamp,
}

impl Oidc {
    /// Verifies an ID token that its holder shows, of any issuer: its keys are found by discovery and fetched within
    /// the same bounds as all else. Identity pools ask this.
    pub async fn verify_id_token(
        &self,
        issuer: &str,
        audiences: &[&str],
        token: &str,
        now: Timestamp,
    ) -> Result<Claims, FederationError> {
        let discovered = self.discover(issuer, now).await?;
        if discovered.issuer != issuer {
            return Err(FederationError::BadIssuer(discovered.issuer.clone()));
        }
        let expected = Expected { issuer, audiences, nonce: None, secret: None, access_token: None, now };
        self.verify(&discovered.jwks_uri, token, &expected).await
    }

    /// Verifies an ID token by the keys at an address.
    pub async fn verify(
        &self,
        keys_url: &str,
        token: &str,
        expected: &Expected<'_>,
    ) -> Result<Claims, FederationError> {
        let shared = expected.secret.and_then(|secret| signed_by_shared_secret(token, secret.reveal().as_bytes()));
        let signed = match shared {
            Some(signed) => signed,
            None => self.signed(keys_url, token, expected.now).await?,
        };
        let token = signed.map_err(|error| {
            FederationError::BadIdToken(match error {
                ForeignTokenError::Malformed => "it is no signed token",
                ForeignTokenError::Algorithm => "its algorithm is not allowed",
                ForeignTokenError::NoKeyId => "it names no key",
                ForeignTokenError::UnknownKey => "its key is unknown",
                ForeignTokenError::Signature => "its signature is wrong",
            })
        })?;
        check(&token, expected)?;
        Ok(token.claims)
    }

    async fn signed(
        &self,
        keys_url: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Result<ForeignToken, ForeignTokenError>, FederationError> {
        let first = signed_by_issuer(token, &self.keys(keys_url, now).await?);
        // A key may be new, or may have changed under its name.
        if !matches!(first, Err(ForeignTokenError::UnknownKey | ForeignTokenError::Signature)) {
            return Ok(first);
        }
        Ok(match self.renewed_keys(keys_url, now).await? {
            Some(keys) => signed_by_issuer(token, &keys),
            None => first,
        })
    }
}

fn check(token: &ForeignToken, expected: &Expected<'_>) -> Result<(), FederationError> {
    let claims = &token.claims;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let bad = |why: &'static str| Err(FederationError::BadIdToken(why));
    let issuer = text("iss").unwrap_or_default();
    if !is_issuer(issuer, expected.issuer, text("tid")) {
        return Err(FederationError::BadIssuer(issuer.chars().take(256).collect()));
    }
    let is_wanted = |audience: &str| expected.audiences.contains(&audience);
    match claims.get("aud") {
        Some(Value::String(audience)) if is_wanted(audience) => {}
        Some(Value::Array(audiences)) if audiences.iter().any(|a| a.as_str().is_some_and(is_wanted)) => {
            // Among several, the token says for whom it was made.
            if audiences.len() > 1 && text("azp").is_some_and(|party| !is_wanted(party)) {
                return bad("it was made for another client");
            }
        }
        _ => return bad("its audience is another client"),
    }
    let now = expected.now.secs();
    // Some issuers write fractions of seconds.
    let time = |name: &str| claims.get(name).and_then(|at| at.as_i64().or_else(|| at.as_f64().map(|at| at as i64)));
    if time("exp").is_none_or(|end| end <= now - SKEW) {
        return bad("it has expired");
    }
    if ["iat", "nbf"].into_iter().any(|name| time(name).is_some_and(|begin| begin > now + SKEW)) {
        return bad("it is not valid yet");
    }
    if let Some(nonce) = expected.nonce
        && !text("nonce").is_some_and(|sent| same(sent.as_bytes(), nonce.as_bytes()))
    {
        return bad("its nonce is not that of the request");
    }
    if let (Some(sent), Some(access_token)) = (text("at_hash"), expected.access_token) {
        let hash = digest(token.hash, access_token.as_bytes());
        let half = hash.as_ref().get(..hash.as_ref().len() / 2).unwrap_or_default();
        if sent.trim_end_matches('=') != URL_SAFE_NO_PAD.encode(half) {
            return bad("its at_hash is not that of the access token");
        }
    }
    match text("sub") {
        Some(subject) if subject.len() <= MAX_SUBJECT && !subject.is_empty() => Ok(()),
        Some(subject) if !subject.is_empty() => bad("its subject is too long"),
        _ => Err(FederationError::NoSubject),
    }
}

/// Whether a token's issuer is the one that is expected; of a provider with many tenants, the tenant that it names.
fn is_issuer(issuer: &str, expected: &str, tenant: Option<&str>) -> bool {
    if !expected.contains(TENANT) {
        return issuer == expected;
    }
    let plain = |tenant: &&str| !tenant.is_empty() && tenant.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    tenant.filter(plain).is_some_and(|tenant| issuer == expected.replace(TENANT, tenant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_compared_exactly_but_for_its_tenant() {
        assert!(is_issuer("https://idp.test", "https://idp.test", None));
        for other in ["https://idp.test/", "http://idp.test", "https://IDP.test", "https://idp.test.evil", ""] {
            assert!(!is_issuer(other, "https://idp.test", Some("x")), "{other}");
        }
        let many = "https://login.test/{tenantid}/v2.0";
        assert!(is_issuer("https://login.test/ab-12/v2.0", many, Some("ab-12")));
        assert!(!is_issuer("https://login.test/ab-12/v2.0", many, Some("cd")));
        assert!(!is_issuer("https://login.test/ab-12/v2.0", many, None));
        assert!(!is_issuer("https://login.test/a/b/v2.0", many, Some("a/b")));
    }
}
