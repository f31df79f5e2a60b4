//! Settings of a client beyond Cognito's own: the keys by which it proves itself (RFC 7523), and where it hears that a
//! user's session has ended (OpenID Connect Back-Channel Logout 1.0).

use super::client_metadata::check_keys;
use super::clients;
use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Client, ClientKeys, ClientOAuthSettings};

/// What is set; what is left out is taken away.
pub struct WantedOAuthSettings {
    /// A JSON Web Key Set.
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
    pub backchannel_logout_uri: Option<String>,
}

/// Replaces a client's settings.
pub async fn set(cx: &Context, client_id: &str, wanted: WantedOAuthSettings) -> Result<Client, Fault> {
    let called = |name: &str, url: &str| {
        cx.services.fetcher.check_url(url).map_err(|why| Fault::invalid(format!("{name} cannot be called: {why}.")))
    };
    let keys = match (wanted.jwks, wanted.jwks_uri) {
        (Some(_), Some(_)) => return Err(Fault::invalid("A client has either Jwks or JwksUri, not both.")),
        (Some(set), None) => {
            let parsed = serde_json::from_str(&set).map_err(|_| Fault::invalid("Jwks is not JSON."))?;
            check_keys(&parsed).map_err(|why| Fault::invalid(format!("Jwks cannot be used: {why}.")))?;
            Some(ClientKeys::Set(set))
        }
        (None, Some(url)) => {
            called("JwksUri", &url)?;
            Some(ClientKeys::At(url))
        }
        (None, None) => None,
    };
    if let Some(url) = &wanted.backchannel_logout_uri {
        called("BackchannelLogoutUri", url)?;
        if url.contains('#') {
            return Err(Fault::invalid("BackchannelLogoutUri must not have a fragment."));
        }
    }
    let settings = ClientOAuthSettings { keys, backchannel_logout_uri: wanted.backchannel_logout_uri };
    let pool_id = super::client(&cx.services.store, client_id).await?.pool_id.clone();
    clients::change(cx, &pool_id, client_id, async |_, client| {
        if settings.keys.is_some() && !client.secrets.is_empty() {
            return Err(Fault::invalid("A client with a secret proves itself by it: keys are for one without."));
        }
        client.oauth = settings.clone();
        Ok(())
    })
    .await
}
