//! Logins of OpenID issuers other than this server, by the keys that they publish.

use super::{Town, role};
use crate::document_server::DocumentServer;
use crate::house::{House, merged, text};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::domain::tokens::keys_of;
use poolhouse::keys::jwt;
use serde_json::{Value, json};
use std::rc::Rc;

/// A server, and an issuer beside it.
struct Abroad {
    town: Town,
    documents: DocumentServer,
}

impl Abroad {
    async fn new() -> Self {
        let documents = DocumentServer::start();
        let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
            config.federation.allow_private = true;
            config.federation.ca_file = Some(documents.ca_file());
        });
        let house = House::over(app.await.unwrap(), json!({}), json!({})).await;
        let mut abroad = Self { town: Town { house: Rc::new(house), pool: String::new() }, documents };
        let cx = abroad.town.house.app.context().unwrap();
        let keys = keys_of(&cx, &abroad.town.house.pool).await.unwrap().jwks(cx.now);
        abroad.documents.serve("/jwks", &json!({ "keys": keys }));
        let (issuer, keys) = (abroad.documents.url(""), abroad.documents.url("/jwks"));
        abroad.documents.serve("/.well-known/openid-configuration", &json!({"issuer": issuer, "jwks_uri": keys}));
        let arn = format!("arn:aws:iam::123456789012:oidc-provider/{}", abroad.name());
        let tags = json!({format!("poolhouse:oidc-clients/{}", abroad.name()): "app1 app2"});
        let settings = json!({"OpenIdConnectProviderARNs": [arn], "IdentityPoolTags": tags});
        abroad.town.pool = abroad.town.another_pool(settings).await;
        abroad
    }

    /// The issuer without its scheme.
    fn name(&self) -> String {
        format!("localhost:{}", self.documents.port)
    }

    /// A token that the issuer signs.
    async fn token(&self, changes: Value) -> Value {
        let cx = self.town.house.app.context().unwrap();
        let keys = keys_of(&cx, &self.town.house.pool).await.unwrap();
        let claims = json!({"iss": self.documents.url(""), "sub": "ann-1234", "aud": "app1", "iat": cx.now.secs(),
            "exp": cx.now.secs() + 600});
        json!(jwt::sign(&keys.id, &merged(claims, changes)).unwrap())
    }

    async fn id(&self, token: Value) -> Result<String, String> {
        self.town.id_of(&json!({self.name(): token})).await
    }
}

#[tokio::test]
async fn a_token_of_an_issuer_leads_to_one_identity() {
    let abroad = Abroad::new().await;
    let identity = abroad.id(abroad.token(json!({})).await).await.unwrap();
    assert_eq!(abroad.id(abroad.token(json!({"aud": "app2", "email": "x"})).await).await.unwrap(), identity);
    assert_ne!(abroad.id(abroad.token(json!({"sub": "bob"})).await).await.unwrap(), identity);
    assert_eq!(abroad.town.providers(&identity).await, json!([abroad.name()]));
    assert_eq!(abroad.documents.asked("/jwks"), 1, "keys are kept");
    let now = abroad.town.house.app.context().unwrap().now.secs();
    for (changes, why) in [
        (json!({"aud": "another-client"}), "audience"),
        (json!({"exp": now - 61}), "expired"),
        (json!({"iss": "https://evil.example"}), "Issuer doesn't match providerName"),
        (json!({"iss": format!("{}/", abroad.documents.url(""))}), "Issuer doesn't match providerName"),
        (json!({"sub": ""}), "sub"),
    ] {
        let told = abroad.id(abroad.token(changes).await).await.unwrap_err();
        assert!(told.starts_with("NotAuthorizedException: Invalid login token.") && told.contains(why), "{told}");
    }
    let token = text(&abroad.token(json!({})).await);
    let (head, _) = token.rsplit_once('.').unwrap();
    assert!(abroad.id(json!(format!("{head}.AAAA"))).await.unwrap_err().contains("signature"));
}

#[tokio::test]
async fn a_role_takes_tokens_of_an_issuer_that_it_trusts() {
    let abroad = Abroad::new().await;
    let assume = async |token: Value| {
        let body = json!({"RoleArn": role("web-auth"), "RoleSessionName": "app", "WebIdentityToken": token});
        abroad.town.send(None, ("sts", "AssumeRoleWithWebIdentity"), body).await
    };
    abroad.town.put_role("web-auth", &[]).await;
    assert!(assume(abroad.token(json!({})).await).await.unwrap_err().contains("InvalidIdentityToken"));
    assert_eq!(abroad.documents.requests(), 0, "nothing is fetched for an issuer that the role does not name");
    let name = abroad.name();
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": name},
        "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {format!("{name}:aud"): "app1"}}}]});
    abroad.town.put_trusting("web-auth", (trust, &[])).await.unwrap();
    let xml = text(&assume(abroad.token(json!({})).await).await.unwrap());
    assert!(xml.contains(&format!("<Provider>{name}</Provider>")) && xml.contains(">ann-1234</Subject"), "{xml}");
    assert!(assume(abroad.token(json!({"aud": "app2"})).await).await.unwrap_err().contains("AccessDenied"));
    assert!(
        assume(abroad.token(json!({"aud": ["app1", "app2"]})).await).await.unwrap_err().contains("InvalidIdentity")
    );
}
