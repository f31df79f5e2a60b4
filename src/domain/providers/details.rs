//! `ProviderDetails` of each type: what must be given, what may be, what follows from it. The derived values are those
//! that Cognito's API reference shows in answers.

use super::encryption::ROTATE;
use super::saml;
use crate::context::Context;
use crate::fault::Fault;
use crate::federation::oidc::Preset;
use crate::keys::certificate;
use crate::model::SamlProvider;
use crate::shapes::idp::IdentityProviderTypeType as Kind;
use std::collections::BTreeMap;

/// `ProviderDetails`.
pub type Details = BTreeMap<String, String>;

/// The keys whose values are secret.
pub const SECRET: [&str; 2] = ["client_secret", "private_key"];
/// Secrets that answers show, as Cognito does.
pub const SHOWN: [&str; 1] = ["client_secret"];
/// The version of Facebook's API when none is chosen.
const FACEBOOK: &str = "v17.0";
/// Whether a SAML provider may sign with SHA-1; Cognito has no such detail.
const ALLOW_SHA1: &str = "AllowSHA1";
/// The longest value apart from metadata.
const LONGEST: usize = 8192;

/// The keys that a type knows.
struct Keys {
    required: &'static [&'static str],
    optional: &'static [&'static str],
    /// Set by the server; taken in requests, since programs send back what they read, and set anew.
    derived: &'static [&'static str],
}

const SOCIAL: &[&str] = &[
    "authorize_url",
    "token_url",
    "attributes_url",
    "attributes_url_add_attributes",
    "token_request_method",
    "oidc_issuer",
];

fn keys(kind: Kind) -> Keys {
    match kind {
        Kind::Google | Kind::LoginWithAmazon => {
            Keys { required: &["client_id", "client_secret", "authorize_scopes"], optional: &[], derived: SOCIAL }
        }
        Kind::Facebook => Keys {
            required: &["client_id", "client_secret", "authorize_scopes"],
            optional: &["api_version"],
            derived: SOCIAL,
        },
        Kind::SignInWithApple => Keys {
            required: &["client_id", "team_id", "key_id", "private_key", "authorize_scopes"],
            optional: &[],
            derived: SOCIAL,
        },
        Kind::Oidc => Keys {
            required: &["client_id"],
            optional: &[
                "client_secret",
                "attributes_request_method",
                "oidc_issuer",
                "authorize_scopes",
                "authorize_url",
                "token_url",
                "attributes_url",
                "jwks_uri",
                // Not of Cognito.
                "preset",
                "tenant",
                "multi_tenant",
                "pkce",
                "token_endpoint_auth_method",
                "private_key",
                "key_id",
            ],
            derived: &["attributes_url_add_attributes"],
        },
        Kind::Saml => Keys {
            required: &[],
            optional: &[
                "MetadataURL",
                "MetadataFile",
                "IDPInit",
                "IDPSignout",
                "EncryptedResponses",
                "RequestSigningAlgorithm",
                ALLOW_SHA1,
                ROTATE,
            ],
            derived: &["SSORedirectBindingURI", "SLORedirectBindingURI", "ActiveEncryptionCertificate"],
        },
    }
}

/// Checks the details of a provider and adds what follows from them; for SAML, also reads the metadata.
pub async fn complete(cx: &Context, kind: Kind, given: Details) -> Result<(Details, Option<SamlProvider>), Fault> {
    let known = keys(kind);
    let mut details = Details::new();
    for (key, value) in given {
        let own = known.required.contains(&key.as_str()) || known.optional.contains(&key.as_str());
        if !own && !known.derived.contains(&key.as_str()) {
            return Err(Fault::invalid(format!("Provider detail {} is not one of type {kind}.", cut(&key))));
        }
        if value.len() > LONGEST && key != "MetadataFile" {
            return Err(Fault::invalid(format!("Provider detail {key} is longer than {LONGEST} bytes.")));
        }
        // An empty value is no value.
        if own && !value.trim().is_empty() {
            details.insert(key, value);
        }
    }
    if let Some(missing) = known.required.iter().find(|key| !details.contains_key(**key)) {
        return Err(Fault::invalid(format!("Provider detail {missing} is required for type {kind}.")));
    }
    match kind {
        Kind::Saml => complete_saml(cx, details).await,
        Kind::Oidc => Ok((oidc(cx, details)?, None)),
        _ => Ok((social(kind, details)?, None)),
    }
}

/// A name as messages show it.
fn cut(name: &str) -> String {
    name.chars().take(64).collect()
}

fn with(mut details: Details, more: &[(&str, &str)]) -> Details {
    details.extend(more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    details
}

fn social(kind: Kind, details: Details) -> Result<Details, Fault> {
    let derived: &[(&str, &str)] = match kind {
        Kind::Google => &[
            ("authorize_url", "https://accounts.google.com/o/oauth2/v2/auth"),
            ("token_url", "https://www.googleapis.com/oauth2/v4/token"),
            ("attributes_url", "https://people.googleapis.com/v1/people/me?personFields="),
            ("attributes_url_add_attributes", "true"),
            ("token_request_method", "POST"),
            ("oidc_issuer", "https://accounts.google.com"),
        ],
        Kind::LoginWithAmazon => &[
            ("authorize_url", "https://www.amazon.com/ap/oa"),
            ("token_url", "https://api.amazon.com/auth/o2/token"),
            ("attributes_url", "https://api.amazon.com/user/profile"),
            ("attributes_url_add_attributes", "false"),
            ("token_request_method", "POST"),
        ],
        Kind::Facebook => return facebook(details),
        _ => {
            if !details.get("private_key").is_some_and(|key| certificate::is_p256_private(key)) {
                return Err(Fault::invalid(
                    "Provider detail private_key must be a private key on P-256 in PKCS#8, as Apple's .p8 files have it.",
                ));
            }
            &[
                ("authorize_url", "https://appleid.apple.com/auth/authorize"),
                ("token_url", "https://appleid.apple.com/auth/token"),
                ("attributes_url_add_attributes", "false"),
                ("token_request_method", "POST"),
                ("oidc_issuer", "https://appleid.apple.com"),
            ]
        }
    };
    Ok(with(details, derived))
}

fn facebook(details: Details) -> Result<Details, Fault> {
    let version = details.get("api_version").map_or(FACEBOOK, String::as_str).to_owned();
    let number = version.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    let digits = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !number.is_some_and(|(major, minor)| digits(major) && digits(minor)) {
        return Err(Fault::invalid("Provider detail api_version must be a version such as v17.0."));
    }
    let derived = [
        ("api_version", version.as_str()),
        ("authorize_url", &format!("https://www.facebook.com/{version}/dialog/oauth")),
        ("token_url", &format!("https://graph.facebook.com/{version}/oauth/access_token")),
        ("attributes_url", &format!("https://graph.facebook.com/{version}/me?fields=")),
        ("attributes_url_add_attributes", "true"),
        ("token_request_method", "GET"),
    ];
    Ok(with(details, &derived))
}

/// The details of a provider that speaks OpenID Connect, with what its preset says.
fn oidc(cx: &Context, details: Details) -> Result<Details, Fault> {
    let mut details = with(details, &[("attributes_url_add_attributes", "false")]);
    match details.get("preset").cloned() {
        None => {
            for key in ["attributes_request_method", "oidc_issuer", "authorize_scopes"] {
                if !details.contains_key(key) {
                    return Err(Fault::invalid(format!("Provider detail {key} is required for type OIDC.")));
                }
            }
            if !has_scope(&details, "openid") {
                return Err(Fault::invalid("Provider detail authorize_scopes must include openid."));
            }
        }
        Some(name) => add_preset(&mut details, &name)?,
    }
    check_oidc(cx, &details)?;
    Ok(details)
}

fn has_scope(details: &Details, wanted: &str) -> bool {
    details.get("authorize_scopes").is_some_and(|scopes| scopes.split_ascii_whitespace().any(|scope| scope == wanted))
}

fn add_preset(details: &mut Details, name: &str) -> Result<(), Fault> {
    let Some(preset) = Preset::of(Kind::Oidc, Some(name)).filter(|_| Preset::extensions().any(|known| known == name))
    else {
        let known = Preset::extensions().collect::<Vec<_>>().join(", ");
        return Err(Fault::invalid(format!("Provider detail preset must be one of {known}.")));
    };
    let fixed = ["oidc_issuer", "authorize_url", "token_url", "attributes_url", "jwks_uri"];
    if let Some(key) = fixed.into_iter().find(|key| details.contains_key(*key)) {
        return Err(Fault::invalid(format!("Provider detail {key} is the preset's to say.")));
    }
    details.entry("authorize_scopes".into()).or_insert_with(|| preset.scopes.to_owned());
    details.entry("attributes_request_method".into()).or_insert_with(|| "GET".to_owned());
    Ok(())
}

fn check_oidc(cx: &Context, details: &Details) -> Result<(), Fault> {
    let get = |key: &str| details.get(key).map(String::as_str).unwrap_or_default();
    let one_of = |key: &str, allowed: &[&str]| match details.get(key) {
        Some(value) if !allowed.contains(&value.as_str()) => {
            Err(Fault::invalid(format!("Provider detail {key} must be {}.", allowed.join(" or "))))
        }
        _ => Ok(()),
    };
    one_of("attributes_request_method", &["GET", "POST"])?;
    one_of("multi_tenant", &["true", "false"])?;
    one_of("pkce", &["true", "false"])?;
    one_of("token_endpoint_auth_method", &["client_secret_post", "client_secret_basic", "private_key_jwt", "none"])?;
    let method = get("token_endpoint_auth_method");
    if method.starts_with("client_secret") && !details.contains_key("client_secret") {
        return Err(Fault::invalid(format!("Provider detail client_secret is required for {method}.")));
    }
    if method == "private_key_jwt" && !certificate::is_assertion_key(get("private_key")) {
        return Err(Fault::invalid(
            "Provider detail private_key must be a private key on P-256, or an RSA key of at least 2048 bits, in PKCS#8.",
        ));
    }
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    if !plain(get("tenant")) {
        return Err(Fault::invalid("Provider detail tenant must be the id or domain of a tenant."));
    }
    for key in ["oidc_issuer", "authorize_url", "token_url", "attributes_url", "jwks_uri"] {
        if let Some(url) = details.get(key) {
            let check = cx.services.fetcher.check_usual_port(url);
            check.map_err(|why| {
                Fault::invalid(format!("Provider detail {key} is not a URL that can be used: {why}."))
            })?;
        }
    }
    // Either the provider is asked where its endpoints are, or all that is needed is given.
    let manual = ["authorize_url", "token_url", "jwks_uri"].map(|key| details.contains_key(key));
    if manual.contains(&true) && manual.contains(&false) {
        return Err(Fault::invalid(
            "Give authorize_url, token_url and jwks_uri together, or none of them to have them discovered.",
        ));
    }
    Ok(())
}

async fn complete_saml(cx: &Context, mut details: Details) -> Result<(Details, Option<SamlProvider>), Fault> {
    for key in ["IDPInit", "IDPSignout", "EncryptedResponses", ALLOW_SHA1, ROTATE] {
        if details.get(key).is_some_and(|value| !matches!(value.to_ascii_lowercase().as_str(), "true" | "false")) {
            return Err(Fault::invalid(format!("Provider detail {key} must be true or false.")));
        }
    }
    if details.get("RequestSigningAlgorithm").is_some_and(|value| value != "rsa-sha256") {
        return Err(Fault::invalid("Provider detail RequestSigningAlgorithm must be rsa-sha256."));
    }
    let saml = match (details.get("MetadataURL"), details.get("MetadataFile")) {
        (Some(url), None) => saml::fetch(cx, url).await?,
        (None, Some(file)) => saml::read(cx, file.clone().into_bytes()).await?,
        _ => return Err(Fault::invalid("Exactly one of MetadataURL and MetadataFile is required for type SAML.")),
    };
    saml::tell(&mut details, &saml);
    // Said for this once.
    details.remove(ROTATE);
    Ok((details, Some(saml)))
}
