//! What a metadata document may say.

use crate::domain::pools::{clients, display};
use crate::model::{ClientKeys, ClientMetadata};
use serde_json::{Map, Value};

/// The largest document; the draft recommends this bound.
pub const LARGEST: usize = 5 * 1024;
/// Redirect addresses of one document.
const MAX_REDIRECTS: usize = 100;
/// The longest redirect address, as for app clients.
const LONGEST_REDIRECT: usize = 1024;
/// Keys of one document.
const MAX_KEYS: usize = 16;
/// Members of keys that are private, or a shared secret.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Reads and checks the document at a URL. When it was fetched, and for which policy, is for the caller to fill in. The
/// error is a part of a sentence: why the document is refused.
pub fn read(url: &str, body: &[u8]) -> Result<ClientMetadata, String> {
    let document: Value = serde_json::from_slice(body).map_err(|_| "it is not JSON")?;
    let Value::Object(document) = document else { return Err("it is not a JSON object".into()) };
    if text(&document, "client_id")? != Some(url) {
        return Err("its client_id is not its own URL".into());
    }
    if let Some(secret) = document.keys().find(|name| name.starts_with("client_secret")) {
        return Err(format!("it has a member {secret}, and nothing secret may be in it"));
    }
    let grant_types = texts(&document, "grant_types")?.unwrap_or_else(|| vec!["authorization_code".into()]);
    if !grant_types.iter().any(|grant| grant == "authorization_code") {
        return Err("its grant_types lack authorization_code".into());
    }
    if texts(&document, "response_types")?.is_some_and(|types| !types.iter().any(|kind| kind == "code")) {
        return Err("its response_types lack code".into());
    }
    let redirect_uris = texts(&document, "redirect_uris")?.unwrap_or_default();
    if redirect_uris.is_empty() || redirect_uris.len() > MAX_REDIRECTS {
        return Err(format!("it must have from 1 to {MAX_REDIRECTS} redirect_uris"));
    }
    let logout_uris = texts(&document, "post_logout_redirect_uris")?.unwrap_or_default();
    for uri in redirect_uris.iter().chain(&logout_uris) {
        check_address(uri).map_err(|why| format!("the redirect address {} is not valid: {why}", uri.escape_debug()))?;
    }
    Ok(ClientMetadata {
        url: url.to_owned(),
        policy_id: String::new(),
        name: text(&document, "client_name")?.map(display::name).transpose()?,
        profile: display::profile(&document),
        keys: keys(&document)?,
        redirect_uris,
        logout_uris,
        grant_types,
        fetched: Default::default(),
        until: Default::default(),
    })
}

fn check_address(uri: &str) -> Result<(), &'static str> {
    if uri.len() > LONGEST_REDIRECT || uri.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("it is too long, or has spaces or control characters.");
    }
    clients::check_redirect_uri(uri)
}

fn text<'d>(document: &'d Map<String, Value>, name: &str) -> Result<Option<&'d str>, String> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("its {name} is not text")),
    }
}

fn texts(document: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, String> {
    let wrong = || format!("its {name} is not a list of texts");
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(list)) => {
            let texts = list.iter().map(|entry| entry.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>().map(Some).ok_or_else(wrong)
        }
        Some(_) => Err(wrong()),
    }
}

/// The keys by which the client authenticates; none for a public client, which a document without a method is.
fn keys(document: &Map<String, Value>) -> Result<Option<ClientKeys>, String> {
    match text(document, "token_endpoint_auth_method")? {
        None | Some("none") => return Ok(None),
        Some("private_key_jwt") => {}
        Some(other) => {
            let other = other.escape_debug();
            return Err(format!("its token_endpoint_auth_method {other} is neither none nor private_key_jwt"));
        }
    }
    match (document.get("jwks"), text(document, "jwks_uri")?) {
        (Some(set), None) => {
            check_keys(set)?;
            Ok(Some(ClientKeys::Set(set.to_string())))
        }
        (None, Some(at)) => Ok(Some(ClientKeys::At(at.to_owned()))),
        _ => Err("private_key_jwt needs either jwks or jwks_uri".into()),
    }
}

/// Whether a key set has from 1 to 16 keys, all of them public ones.
pub fn check_keys(set: &Value) -> Result<(), String> {
    let keys = set.get("keys").and_then(Value::as_array).ok_or("its jwks is no key set")?;
    if keys.is_empty() || keys.len() > MAX_KEYS {
        return Err(format!("its jwks must have from 1 to {MAX_KEYS} keys"));
    }
    for key in keys {
        let key = key.as_object().ok_or("its jwks is no key set")?;
        let is_public = matches!(key.get("kty").and_then(Value::as_str), Some("RSA" | "EC" | "OKP"));
        if !is_public || PRIVATE.iter().any(|name| key.contains_key(*name)) {
            return Err("its jwks has a key that is not a public one".into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const URL: &str = "https://app.example.com/client.json";

    fn with(changes: Value) -> Result<ClientMetadata, String> {
        let mut document = json!({"client_id": URL, "client_name": "An app", "redirect_uris": ["https://app.example.com/cb"],
            "logo_uri": "https://app.example.com/logo.png", "tos_uri": "http://app.example.com/plain"});
        document.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        read(URL, document.to_string().as_bytes())
    }

    #[test]
    fn a_good_document_is_read() {
        let found = with(json!({"scope": "openid", "software_id": 7, "client_name#de": "Eine App"})).unwrap();
        assert_eq!(found.name.as_deref(), Some("An app"));
        assert_eq!(found.redirect_uris, ["https://app.example.com/cb"]);
        assert_eq!(found.profile.logo_uri.as_deref(), Some("https://app.example.com/logo.png"));
        assert_eq!(found.profile.tos_uri, None, "links are encrypted ones");
        assert_eq!((found.keys, found.grant_types), (None, vec!["authorization_code".to_owned()]));
        let set = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}]});
        let found = with(json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": set})).unwrap();
        assert_eq!(found.keys, Some(ClientKeys::Set(set.to_string())));
        let at = json!({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://app.example.com/jwks"});
        assert_eq!(with(at).unwrap().keys, Some(ClientKeys::At("https://app.example.com/jwks".into())));
        assert!(with(json!({"redirect_uris": ["http://127.0.0.1:8080/cb", "com.example.app:/cb"]})).is_ok());
    }

    #[test]
    fn hostile_documents_are_refused() {
        let key = |extra: Value| {
            let mut key = json!({"kty": "RSA", "n": "n", "e": "AQAB"});
            key.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key]}})
        };
        for (changes, words) in [
            (json!({"client_id": "https://app.example.com/other.json"}), "client_id"),
            (json!({"client_id": "https://APP.example.com/client.json"}), "client_id"),
            (json!({"client_id": null}), "client_id"),
            (json!({"client_id": 1}), "client_id"),
            (json!({"client_secret": "hush"}), "client_secret"),
            (json!({"client_secret_expires_at": 0}), "client_secret_expires_at"),
            (json!({"token_endpoint_auth_method": "client_secret_post"}), "client_secret_post"),
            (json!({"token_endpoint_auth_method": "client_secret_jwt"}), "client_secret_jwt"),
            (json!({"token_endpoint_auth_method": "private_key_jwt"}), "either"),
            (key(json!({"d": "private"})), "public"),
            (key(json!({"kty": "oct", "k": "shared"})), "public"),
            (json!({"redirect_uris": []}), "redirect_uris"),
            (json!({"redirect_uris": null}), "redirect_uris"),
            (json!({"redirect_uris": "https://app.example.com/cb"}), "redirect_uris"),
            (json!({"redirect_uris": ["https://app.example.com/cb", 1]}), "redirect_uris"),
            (json!({"redirect_uris": ["http://app.example.com/cb"]}), "localhost"),
            (json!({"redirect_uris": ["javascript:alert(1)"]}), "scheme"),
            (json!({"redirect_uris": ["https://app.example.com/cb#f"]}), "fragment"),
            (json!({"redirect_uris": ["https://app.example.com/a b"]}), "spaces"),
            (json!({"redirect_uris": ["/cb"]}), "absolute"),
            (json!({"grant_types": ["client_credentials"]}), "authorization_code"),
            (json!({"response_types": ["token"]}), "code"),
            (json!({"client_name": "Bank\u{202e}live"}), "client_name"),
            (json!({"client_name": ["x"]}), "client_name"),
        ] {
            let why = with(changes.clone()).unwrap_err();
            assert!(why.contains(words), "{changes}: {why}");
        }
        for body in ["", "[]", "null", "<html>", "{\"client_id\":"] {
            assert!(read(URL, body.as_bytes()).is_err(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_document_is_answered(body in prop::collection::vec(any::<u8>(), 0..200), name in ".{0,40}", uri in ".{0,60}") {
            let _ = read(URL, &body);
            let _ = with(json!({"client_name": name, "redirect_uris": [uri]}));
        }
    }
}
