//! Clients that nobody registered, by the URL of their metadata document, at the endpoints.

use super::{CHALLENGE, Server, VERIFIER, claims};
use crate::document_server::DocumentServer;
use crate::house::{merged, text};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use serde_json::{Value, json};

const CB: &str = "http://127.0.0.1:8765/cb";

/// A server that lets in the clients of a server of documents.
struct Town {
    server: Server,
    documents: DocumentServer,
    url: String,
    policy: String,
}

impl Town {
    async fn new() -> Self {
        let documents = DocumentServer::start();
        let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
            config.federation.allow_private = true;
            config.federation.ca_file = Some(documents.ca_file());
        })
        .await
        .unwrap();
        let server = Server::over(app, json!({})).await;
        let asked = json!({"UserPoolId": server.house.pool, "ClientId": server.house.client, "PolicyName": "Agents",
            "URLPatterns": [documents.url("/*")]});
        let policy = text(&server.house.done("CreateCIMDPolicy", asked).await["CIMDPolicy"]["CIMDPolicyId"]);
        let town = Self { url: documents.url("/client.json"), server, documents, policy };
        town.says(json!({}));
        town
    }

    /// Lets the document say this, beside the usual.
    fn says(&self, changes: Value) {
        let usual = json!({"client_id": self.url, "client_name": "An agent", "redirect_uris": [CB]});
        self.documents.serve("/client.json", &merged(usual, changes));
    }

    /// The parameters of the client's authorization request.
    fn asks(&self) -> Vec<(&str, &str)> {
        let scope = ("scope", "openid email aws.cognito.signin.user.admin");
        vec![
            ("client_id", &self.url),
            ("redirect_uri", CB),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            scope,
        ]
    }

    fn redeems(&self) -> Vec<(&str, &str)> {
        vec![("client_id", &self.url), ("redirect_uri", CB), ("code_verifier", VERIFIER)]
    }

    async fn forget(&self) {
        let action = json!({"UserPoolId": self.server.house.pool, "CIMDPolicyId": self.policy, "URL": self.url, "Action": "INVALIDATE"});
        self.server.house.done("UpdateClientMetadataURLState", action).await;
    }
}

#[tokio::test]
async fn a_client_that_nobody_registered_signs_a_user_in_and_renews() {
    let town = Town::new().await;
    let code = town.server.code(&town.asks()).await;
    let tokens = town.server.redeem(&code, &town.redeems()).await.json();
    assert_eq!(claims(&tokens["access_token"])["client_id"], json!(town.url), "{tokens}");
    assert_eq!(claims(&tokens["id_token"])["aud"], json!(town.url));
    let refresh = text(&tokens["refresh_token"]);
    let renew =
        [("grant_type", "refresh_token"), ("client_id", town.url.as_str()), ("refresh_token", refresh.as_str())];
    let renewed = town.server.token(&renew).await.json();
    assert_eq!(claims(&renewed["access_token"])["client_id"], json!(town.url), "{renewed}");
    assert_eq!(town.documents.requests(), 1);
    // A code that comes twice ends what it gave.
    let access = json!({"AccessToken": tokens["access_token"]});
    town.server.house.unsigned("GetUser", access.clone()).await.unwrap();
    assert_eq!(town.server.redeem(&code, &town.redeems()).await.error(), (400, "invalid_grant".into()));
    let ended = town.server.house.unsigned("GetUser", access).await;
    assert_eq!(ended, Err("NotAuthorizedException: Access Token has been revoked".into()));
    assert_eq!(town.server.token(&renew).await.error(), (400, "invalid_grant".into()));
}

#[tokio::test]
async fn redirects_are_those_of_the_document_and_pkce_is_needed() {
    let town = Town::new().await;
    let ask = async |changes: &[(&str, &str)]| {
        let mut asked = town.asks();
        asked.retain(|(name, _)| changes.iter().all(|(changed, _)| name != changed));
        asked.extend(changes);
        town.server.authorize(&asked, None).await.location().to_owned()
    };
    // Of the template, of nobody, and almost right.
    for address in [super::CALLBACK, "https://evil.example/cb", "http://127.0.0.1:8765/cb/", "http://127.0.0.1:8765/CB"]
    {
        let sent = ask(&[("redirect_uri", address)]).await;
        assert!(sent.contains("/error?error=redirect_mismatch"), "{address}: {sent}");
    }
    let sent = ask(&[("code_challenge", ""), ("code_challenge_method", "")]).await;
    assert!(sent.starts_with(CB) && sent.contains("error=invalid_request"), "{sent}");
    let sent = ask(&[]).await;
    assert!(sent.contains("/login?"), "{sent}");
    // A document that is refused names no client, and nothing is sent to its addresses.
    for (path, document) in [
        ("/other.json", json!({"client_id": "https://other.example/c", "redirect_uris": [CB]})),
        (
            "/secret.json",
            json!({"client_id": town.documents.url("/secret.json"), "redirect_uris": [CB], "client_secret": "hush"}),
        ),
        ("/missing.json", json!(null)),
    ] {
        let url = town.documents.serve(path, &document);
        let sent = ask(&[("client_id", &url)]).await;
        assert!(sent.contains("/error?error=Client"), "{path}: {sent}");
    }
}

#[tokio::test]
async fn a_document_that_changes_its_redirects_between_two_requests_moves_no_code() {
    let town = Town::new().await;
    let code = town.server.code(&town.asks()).await;
    town.says(json!({"redirect_uris": ["https://evil.example/cb"]}));
    town.forget().await;
    let mut moved = town.redeems();
    moved.retain(|(name, _)| *name != "redirect_uri");
    moved.push(("redirect_uri", "https://evil.example/cb"));
    assert_eq!(town.server.redeem(&code, &moved).await.error(), (400, "unauthorized_client".into()));
    // The old address is none of the client's any more.
    let sent = town.server.authorize(&town.asks(), None).await.location().to_owned();
    assert!(sent.contains("/error?error=redirect_mismatch"), "{sent}");
}

#[tokio::test]
async fn a_client_with_keys_is_not_taken_for_a_public_one() {
    let town = Town::new().await;
    let set = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}]});
    town.says(json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": set}));
    let code = town.server.code(&town.asks()).await;
    assert_eq!(town.server.redeem(&code, &town.redeems()).await.error().1, "invalid_client");
    let mut with_secret = town.redeems();
    with_secret.push(("client_secret", "anything"));
    assert_eq!(town.server.redeem(&code, &with_secret).await.error().1, "invalid_client");
}
