//! Clients that prove themselves by keys of their own (`private_key_jwt`).

use super::{Answer, Server};
use crate::document_server::DocumentServer;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::domain::pools::client_oauth::{WantedOAuthSettings, set};
use serde_json::{Value, json};

/// A key pair of a client.
pub struct Pair {
    key: EncodingKey,
    jwk: Value,
}

impl Pair {
    pub fn new(kid: &str) -> Self {
        use base64::Engine as _;
        use openssl::{bn::*, ec::*, nid::Nid, pkey::PKey};
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let pair = EcKey::generate(&group).unwrap();
        let (mut x, mut y) = (BigNum::new().unwrap(), BigNum::new().unwrap());
        let mut context = BigNumContext::new().unwrap();
        pair.public_key().affine_coordinates_gfp(&group, &mut x, &mut y, &mut context).unwrap();
        let text = |n: &BigNum| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(n.to_vec_padded(32).unwrap());
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": text(&x), "y": text(&y), "kid": kid, "alg": "ES256"});
        let der = PKey::from_ec_key(pair).unwrap().private_key_to_pkcs8().unwrap();
        Self { key: EncodingKey::from_ec_der(&der), jwk }
    }

    fn set(&self) -> Value {
        json!({"keys": [self.jwk]})
    }
}

struct Site {
    server: Server,
    documents: DocumentServer,
}

impl Site {
    async fn new(client: Value) -> Self {
        let documents = DocumentServer::start();
        let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
            config.federation.allow_private = true;
            config.federation.ca_file = Some(documents.ca_file());
        });
        let server = Server::over(app.await.unwrap(), client).await;
        let arn =
            server.house.done("DescribeUserPool", json!({"UserPoolId": server.house.pool})).await["UserPool"]["Arn"]
                .clone();
        let tags = json!({"poolhouse:oauth": "client_assertions introspection"});
        server.house.done("TagResource", json!({"ResourceArn": arn, "Tags": tags})).await;
        Self { server, documents }
    }

    async fn set(&self, jwks: Option<String>, jwks_uri: Option<String>) -> Result<(), String> {
        let cx = self.server.house.app.context().unwrap();
        let wanted = WantedOAuthSettings { jwks, jwks_uri, backchannel_logout_uri: None };
        set(&cx, &self.server.house.client, wanted).await.map(drop).map_err(|fault| fault.to_string())
    }

    fn assertion(&self, pair: &Pair, changes: Value) -> String {
        let id = &self.server.house.client;
        let now = self.server.house.app.context().unwrap().now.secs();
        let mut claims = json!({"iss": id, "sub": id, "aud": "http://test.auth.localhost:9229/oauth2/token",
            "exp": now + 300, "jti": poolhouse::rng::uuid().unwrap()});
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let header = Header { kid: pair.jwk["kid"].as_str().map(str::to_owned), ..Header::new(Algorithm::ES256) };
        encode(&header, &claims, &pair.key).unwrap()
    }

    async fn redeem(&self, assertion: &str) -> Answer {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let code = self.server.code(&[]).await;
        self.server.redeem(&code, &[("client_assertion", assertion), ("client_assertion_type", kind)]).await
    }
}

fn now(site: &Site) -> i64 {
    site.server.house.app.context().unwrap().now.secs()
}

#[tokio::test]
async fn a_client_with_keys_proves_itself_by_them_alone() {
    let site = Site::new(json!({})).await;
    let (pair, other) = (Pair::new("one"), Pair::new("one"));
    site.set(Some(pair.set().to_string()), None).await.unwrap();
    // Libraries whose assertions live for an hour say when they were made.
    let long = site.assertion(&pair, json!({"exp": now(&site) + 3600, "iat": now(&site) - 600}));
    assert_eq!(site.redeem(&long).await.0.status, 200);
    let good = site.assertion(&pair, json!({}));
    assert_eq!(site.redeem(&good).await.0.status, 200);
    assert_eq!(site.redeem(&good).await.error().1, "invalid_client", "it came before");
    let now = now(&site);
    for wrong in [
        site.assertion(&other, json!({})),
        site.assertion(&pair, json!({"aud": "https://other.test"})),
        site.assertion(&pair, json!({"iss": "other"})),
        site.assertion(&pair, json!({"exp": now})),
        site.assertion(&pair, json!({"exp": now + 3600})),
        site.assertion(&pair, json!({"exp": now + 3600, "iat": now - 601})),
        site.assertion(&pair, json!({"exp": now + 3600, "iat": now + 61})),
        site.assertion(&pair, json!({"exp": now + 3601, "iat": now})),
    ] {
        assert_eq!(site.redeem(&wrong).await.error(), (400, "invalid_client".into()));
    }
    let code = site.server.code(&[]).await;
    assert_eq!(site.server.redeem(&code, &[]).await.error().1, "invalid_client", "its id alone is no proof any more");
    let api = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": site.server.house.client,
        "AuthParameters": {"USERNAME": super::USER, "PASSWORD": crate::house::PASSWORD}});
    assert!(site.server.house.unsigned("InitiateAuth", api).await.unwrap_err().contains("private_key_jwt"));
}

#[tokio::test]
async fn keys_at_an_address_are_fetched_there() {
    let site = Site::new(json!({})).await;
    let (old, new) = (Pair::new("one"), Pair::new("two"));
    let url = site.documents.serve("/jwks", &old.set());
    site.set(None, Some(url)).await.unwrap();
    assert_eq!(site.redeem(&site.assertion(&old, json!({}))).await.0.status, 200);
    assert_eq!(site.redeem(&site.assertion(&new, json!({}))).await.error().1, "invalid_client");
    site.documents.serve("/jwks", &new.set());
    assert_eq!(site.redeem(&site.assertion(&new, json!({}))).await.0.status, 200);
    site.documents.serve_as("/jwks", "302 Found\r\nLocation: /elsewhere", b"");
    assert_eq!(site.redeem(&site.assertion(&new, json!({}))).await.error().1, "invalid_client");
}

#[tokio::test]
async fn only_public_keys_and_safe_addresses_are_taken() {
    let site = Site::new(json!({})).await;
    let pair = Pair::new("one");
    let mut private = pair.set();
    private["keys"][0]["d"] = json!("secret");
    for (jwks, uri, words) in [
        (Some("x".to_owned()), None, "not JSON"),
        (Some(json!({"keys": []}).to_string()), None, "from 1 to 16"),
        (Some(private.to_string()), None, "not a public one"),
        (Some(pair.set().to_string()), Some("https://app.test/jwks".to_owned()), "not both"),
        (None, Some("http://app.test/jwks".to_owned()), "https://"),
    ] {
        assert!(site.set(jwks, uri).await.unwrap_err().contains(words), "{words}");
    }
    let secret = Site::new(json!({"GenerateSecret": true})).await;
    assert!(secret.set(Some(pair.set().to_string()), None).await.unwrap_err().contains("with a secret"));
}
