//! Clients that are known by their metadata documents: policies, the cache, hostile documents, and tokens.

use crate::document_server::DocumentServer;
use crate::house::{By, HOUR, House, merged, text};
use futures::future::join_all;
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::context::Context;
use poolhouse::domain::client_authentication::{ClientProof, authenticate};
use poolhouse::domain::pools::{self, client_metadata};
use poolhouse::domain::tokens::{self, Grant, SignIn, TokenRequest};
use poolhouse::fault::{Cause, Fault};
use poolhouse::federation::fetch::MAX_RUNNING;
use poolhouse::model::{Client, ClientKeys, ClientOrigin, Factor};
use poolhouse::shapes::idp::OAuthFlowType;
use poolhouse::store::users;
use poolhouse::triggers::TokenSource;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// A server with documents beside it, and a policy for all of them.
struct Town {
    house: House,
    documents: DocumentServer,
    policy: String,
}

impl Town {
    async fn new() -> Self {
        let documents = DocumentServer::start();
        let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
            config.federation.allow_private = true;
            config.federation.ca_file = Some(documents.ca_file());
            config.federation.timeout_seconds = 20;
        })
        .await
        .unwrap();
        Self::over(app, documents).await
    }

    async fn over(app: TestApp, documents: DocumentServer) -> Self {
        let client = json!({"AllowedOAuthFlows": ["code", "implicit"], "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": ["openid"],
            "CallbackURLs": ["https://template.example.com/cb"], "AccessTokenValidity": 2, "SupportedIdentityProviders": ["COGNITO"]});
        let house = House::over(app, json!({}), client).await;
        let asked = policy(&house, &[&documents.url("/*")]);
        let policy = text(&house.done("CreateCIMDPolicy", asked).await["CIMDPolicy"]["CIMDPolicyId"]);
        Self { house, documents, policy }
    }

    fn cx(&self) -> Context {
        self.house.app.context().unwrap()
    }

    async fn resolve(&self, url: &str) -> Result<Option<Arc<Client>>, Fault> {
        self.resolve_by(&self.cx(), url).await
    }

    async fn resolve_by(&self, cx: &Context, url: &str) -> Result<Option<Arc<Client>>, Fault> {
        let pool = pools::pool(&cx.services.store, &self.house.pool).await.unwrap();
        client_metadata::resolve(cx, &pool, url).await
    }

    /// Why a document is refused.
    async fn refused(&self, url: &str) -> String {
        let fault = self.resolve(url).await.expect_err("the document was taken");
        assert_eq!(fault.cause(), Cause::ClientMetadata, "{fault}");
        fault.message().to_owned()
    }

    /// The URLs that are cached.
    async fn cached(&self) -> Vec<String> {
        let listed = self.house.done("ListClientMetadataURLs", self.of_policy()).await;
        listed["ClientMetadataURLs"].as_array().unwrap().iter().map(|document| text(&document["URL"])).collect()
    }

    fn of_policy(&self) -> Value {
        json!({"UserPoolId": self.house.pool, "CIMDPolicyId": self.policy})
    }

    fn action(&self, url: &str, action: &str) -> Value {
        merged(self.of_policy(), json!({"URL": url, "Action": action}))
    }
}

fn policy(house: &House, patterns: &[&str]) -> Value {
    json!({"UserPoolId": house.pool, "ClientId": house.client, "PolicyName": "Agents", "URLPatterns": patterns})
}

fn document(url: &str) -> Value {
    json!({"client_id": url, "client_name": "An agent", "redirect_uris": ["http://127.0.0.1:8765/cb", "https://agent.example.com/cb"],
        "logo_uri": "https://agent.example.com/logo.png", "token_endpoint_auth_method": "none"})
}

#[tokio::test]
async fn a_document_becomes_a_client_with_the_settings_of_the_template() {
    let town = Town::new().await;
    let url = town.documents.url("/client.json");
    town.documents.serve("/client.json", &document(&url));
    let client = town.resolve(&url).await.unwrap().unwrap();
    assert_eq!(client.id, url);
    assert_eq!(client.pool_id, town.house.pool);
    assert_eq!(client.origin, ClientOrigin::Document { template: town.house.client.clone(), asserts: false });
    authenticate(&town.cx(), &client, ClientProof::Secret(None), &[]).unwrap();
    assert_eq!(client.settings_id(), town.house.client);
    assert_eq!(client.settings.client_name.as_deref(), Some("An agent"));
    assert_eq!(client.profile.logo_uri.as_deref(), Some("https://agent.example.com/logo.png"));
    let redirects = client.settings.callback_urls.clone().unwrap();
    assert_eq!(redirects, ["http://127.0.0.1:8765/cb", "https://agent.example.com/cb"]);
    // The document does not ask for the implicit grant, and nobody gets the template's own addresses.
    assert_eq!(client.settings.allowed_o_auth_flows.as_deref(), Some(&[OAuthFlowType::Code][..]));
    assert_eq!(client.settings.allowed_o_auth_scopes.as_deref(), Some(&["openid".to_owned()][..]));
    assert_eq!(client.access_validity(), 2 * HOUR);
    assert!(client.secrets.is_empty());
    // Kept until the policy's time is over.
    assert_eq!(town.cached().await, std::slice::from_ref(&url));
    town.house.app.advance(DAY - Duration::from_secs(1));
    town.resolve(&url).await.unwrap().unwrap();
    assert_eq!(town.documents.asked("/client.json"), 1);
    town.house.app.advance(Duration::from_secs(1));
    assert!(town.cached().await.is_empty());
    town.resolve(&url).await.unwrap().unwrap();
    assert_eq!(town.documents.asked("/client.json"), 2);
}

#[tokio::test]
async fn keys_of_a_document_are_kept_for_the_token_endpoint() {
    let town = Town::new().await;
    let url = town.documents.url("/keys.json");
    let set = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "kid": "1"}]});
    let with_keys = json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": set});
    town.documents.serve("/keys.json", &merged(document(&url), with_keys));
    let cx = town.cx();
    let pool = pools::pool(&cx.services.store, &town.house.pool).await.unwrap();
    for _ in 0..2 {
        let found = client_metadata::resolve_document(&cx, &pool, &url).await.unwrap().unwrap();
        assert_eq!(found.metadata.keys, Some(ClientKeys::Set(set.to_string())));
        // A client with keys is not a public one.
        for proof in [ClientProof::Secret(None), ClientProof::SecretHash(None), ClientProof::Secret(Some("x"))] {
            let refused = authenticate(&cx, &found.client, proof, &[]).err().unwrap();
            assert_eq!(refused.cause(), Cause::ClientNotAuthenticated);
        }
    }
    let elsewhere = json!({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://10.0.0.1/jwks"});
    let other = town.documents.url("/uri.json");
    town.documents.serve("/uri.json", &merged(document(&other), elsewhere));
    assert!(town.refused(&other).await.contains("jwks_uri"));
}

#[tokio::test]
async fn hostile_documents_are_refused_and_never_kept() {
    let town = Town::new().await;
    let documents = &town.documents;
    let body = |path: &str| document(&documents.url(path)).to_string().into_bytes();
    let json_type = "Content-Type: application/json";
    documents.serve("/target.json", &document(&documents.url("/redirect.json")));
    let redirect = format!("302 Found\r\n{json_type}\r\nLocation: {}", documents.url("/target.json"));
    documents.serve_as("/redirect.json", &redirect, &body("/redirect.json"));
    let mut large = document(&documents.url("/large.json"));
    large["padding"] = json!("x".repeat(5 * 1024));
    documents.serve("/large.json", &large);
    documents.serve_bytes(
        "/endless.json",
        format!("HTTP/1.1 200 OK\r\n{json_type}\r\n\r\n{}", " ".repeat(64 * 1024)).into_bytes(),
    );
    documents.serve_as("/html.json", "200 OK\r\nContent-Type: text/html", &body("/html.json"));
    documents.serve_as("/untyped.json", "200 OK", &body("/untyped.json"));
    documents.serve_as("/not.json", &format!("200 OK\r\n{json_type}"), b"<html>");
    documents.serve_as("/accepted.json", &format!("203 Non-Authoritative\r\n{json_type}"), &body("/accepted.json"));
    documents.serve_as("/missing.json", &format!("404 Not Found\r\n{json_type}"), &body("/missing.json"));
    documents.serve("/other.json", &document(&documents.url("/another.json")));
    let secret = merged(document(&documents.url("/secret.json")), json!({"client_secret": "hush"}));
    documents.serve("/secret.json", &secret);
    for (path, words) in [
        ("/redirect.json", "it answered 302"),
        ("/large.json", "larger than 5120 bytes"),
        ("/endless.json", "larger than 5120 bytes"),
        ("/html.json", "content type"),
        ("/untyped.json", "content type"),
        ("/not.json", "not JSON"),
        ("/accepted.json", "it answered 203"),
        ("/missing.json", "it answered 404"),
        ("/other.json", "client_id"),
        ("/secret.json", "client_secret"),
    ] {
        for times in 1..=2 {
            let why = town.refused(&documents.url(path)).await;
            assert!(why.contains(words), "{path}: {why}");
            assert_eq!(documents.asked(path), times, "an error was kept: {path}");
        }
    }
    assert_eq!(documents.asked("/target.json"), 0, "a redirect was followed");
    assert!(town.cached().await.is_empty());
    // The next good answer counts at once.
    documents.serve("/missing.json", &document(&documents.url("/missing.json")));
    town.resolve(&documents.url("/missing.json")).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_slow_server_is_not_waited_for() {
    let documents = DocumentServer::start();
    let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
        config.federation.allow_private = true;
        config.federation.ca_file = Some(documents.ca_file());
        config.federation.timeout_seconds = 1;
    })
    .await
    .unwrap();
    let town = Town::over(app, documents).await;
    // Headers come at once, the rest never.
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let url = town.documents.serve_bytes("/slow.json", head.to_vec());
    assert!(town.refused(&url).await.contains("took too long"));
    town.documents.hold();
    let url = town.documents.serve("/silent.json", &json!({}));
    assert!(town.refused(&url).await.contains("took too long"));
    town.documents.release();
}

#[tokio::test]
async fn private_addresses_are_not_called() {
    let documents = DocumentServer::start();
    let ca_file = documents.ca_file();
    let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
        config.federation.ca_file = Some(ca_file);
    })
    .await
    .unwrap();
    let town = Town::over(app, documents).await;
    let addresses = ["https://127.0.0.1/c", "https://10.0.0.1/c", "https://169.254.169.254/c", "https://[::1]/c"];
    let asked = policy(&town.house, &["https://*/c*"]);
    town.house.done("CreateCIMDPolicy", asked).await;
    town.documents.serve("/client.json", &document(&town.documents.url("/client.json")));
    for url in addresses.into_iter().chain([town.documents.url("/client.json").as_str()]) {
        let why = town.refused(url).await;
        assert!(why.contains("private address"), "{url}: {why}");
    }
    assert_eq!(town.documents.requests(), 0);
}

#[tokio::test]
async fn only_urls_that_a_policy_names_are_fetched() {
    let town = Town::new().await;
    let port = town.documents.port;
    for id in [
        town.house.client.clone(),
        "nosuchclient".into(),
        format!("http://localhost:{port}/client.json"),
        format!("https://127.0.0.1:{port}/client.json"),
        format!("https://localhost:{port}"),
        format!("https://localhost:{port}/"),
        format!("https://localhost:{port}/a/../client.json"),
        format!("https://localhost:{port}/client.json#x"),
        format!("https://user@localhost:{port}/client.json"),
        format!("https://LOCALHOST:{port}/client.json"),
        format!("https://localhost:{port}/{}", "x".repeat(256)),
        String::new(),
    ] {
        assert!(town.resolve(&id).await.unwrap().is_none(), "{id}");
    }
    // The LITE plan has no such clients, and a policy without its app client lets nobody in.
    let url = town.documents.url("/client.json");
    town.documents.serve("/client.json", &document(&url));
    let tier = |tier: &str| json!({"UserPoolId": town.house.pool, "UserPoolTier": tier});
    town.house.done("UpdateUserPool", tier("LITE")).await;
    assert!(town.resolve(&url).await.unwrap().is_none());
    town.house.done("UpdateUserPool", tier("ESSENTIALS")).await;
    town.house
        .done("DeleteUserPoolClient", json!({"UserPoolId": town.house.pool, "ClientId": town.house.client}))
        .await;
    assert!(town.resolve(&url).await.unwrap().is_none());
    assert_eq!(town.documents.requests(), 0);
    let shown = town.house.done("DescribeCIMDPolicy", town.of_policy()).await;
    assert_eq!(shown["CIMDPolicy"]["ClientId"], Value::Null);
}

#[tokio::test]
async fn callers_at_the_same_time_share_one_fetch_and_fetches_are_bounded() {
    let town = Town::new().await;
    let documents = &town.documents;
    let url = documents.url("/client.json");
    documents.serve("/client.json", &document(&url));
    let until = async |requests: usize| {
        while documents.requests() < requests {
            tokio::task::yield_now().await;
        }
    };
    documents.hold();
    let all = join_all((0..20).map(|_| town.resolve(&url)));
    let (found, ()) = futures::future::join(all, async {
        until(1).await;
        documents.release();
    })
    .await;
    assert!(found.into_iter().all(|client| client.unwrap().is_some()));
    assert_eq!(documents.requests(), 1);

    documents.hold();
    let urls: Vec<String> = (0..=MAX_RUNNING).map(|n| documents.url(&format!("/{n}.json"))).collect();
    for (n, url) in urls.iter().enumerate() {
        documents.serve(&format!("/{n}.json"), &document(url));
    }
    let all = join_all(urls.iter().map(|url| town.resolve(url)));
    let (found, ()) = futures::future::join(all, async {
        until(1 + MAX_RUNNING).await;
        documents.release();
    })
    .await;
    let refused: Vec<_> = found.into_iter().filter_map(Result::err).collect();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].message().contains("too many"), "{}", refused[0]);
}

#[tokio::test]
async fn an_address_that_names_bad_documents_is_slowed_down() {
    let town = Town::new().await;
    let mut cx = town.cx();
    cx.source_ip = [192, 0, 2, 1].into();
    let url = town.documents.url("/missing.json");
    for _ in 0..100 {
        assert_eq!(town.resolve_by(&cx, &url).await.unwrap_err().cause(), Cause::ClientMetadata);
    }
    assert_eq!(town.resolve_by(&cx, &url).await.unwrap_err().cause(), Cause::TooManyRequests);
    assert_eq!(town.documents.requests(), 100);
}

#[tokio::test]
async fn administrators_refresh_and_forget_documents() {
    let town = Town::new().await;
    let url = town.documents.url("/client.json");
    for action in ["REFRESH", "INVALIDATE"] {
        let fault = town.house.refused("UpdateClientMetadataURLState", town.action(&url, action)).await;
        assert!(fault.starts_with("CachedCIMDURLDoesNotExistException"), "{fault}");
    }
    town.documents.serve("/client.json", &document(&url));
    town.resolve(&url).await.unwrap().unwrap();
    let moved = json!({"redirect_uris": ["https://agent.example.com/new"]});
    town.documents.serve("/client.json", &merged(document(&url), moved));
    town.house.done("UpdateClientMetadataURLState", town.action(&url, "REFRESH")).await;
    let redirects = async || town.resolve(&url).await.unwrap().unwrap().settings.callback_urls.clone().unwrap();
    assert_eq!(redirects().await, ["https://agent.example.com/new"]);
    assert_eq!(town.documents.asked("/client.json"), 2);
    // A refresh that fails leaves what there is.
    town.documents.serve_as("/client.json", "500 Oops", b"");
    let fault = town.house.refused("UpdateClientMetadataURLState", town.action(&url, "REFRESH")).await;
    assert!(fault.starts_with("InvalidParameterException") && fault.contains("500"), "{fault}");
    assert_eq!(redirects().await, ["https://agent.example.com/new"]);
    town.house.done("UpdateClientMetadataURLState", town.action(&url, "INVALIDATE")).await;
    assert!(town.cached().await.is_empty());
    assert!(town.refused(&url).await.contains("500"));
    // An update of the policy has every document fetched anew.
    town.documents.serve("/client.json", &document(&url));
    town.resolve(&url).await.unwrap().unwrap();
    town.house.app.advance(Duration::from_secs(1));
    let asked =
        merged(town.of_policy(), json!({"ClientId": town.house.client, "URLPatterns": [town.documents.url("/*")]}));
    let changed = town.house.done("UpdateCIMDPolicy", asked).await;
    assert_eq!(
        (&changed["CIMDPolicy"]["PolicyName"], &changed["CIMDPolicy"]["CacheDuration"]),
        (&json!("Agents"), &json!(86_400))
    );
    assert!(town.cached().await.is_empty());
}

#[tokio::test]
async fn policies_are_made_listed_in_pages_and_bounded() {
    let town = Town::new().await;
    let house = &town.house;
    for bad in [
        "https://app.example.com",
        "https://app.example*/c",
        "https://user@app.example.com/c",
        "https://a.example/../c",
    ] {
        let fault = house.refused("CreateCIMDPolicy", policy(house, &[bad])).await;
        assert!(fault.starts_with("InvalidParameterException") && fault.contains("pattern"), "{bad}: {fault}");
    }
    for (change, name) in [
        (json!({"ClientId": "nosuchclient"}), "ResourceNotFoundException"),
        (json!({"UserPoolId": "eu-west-1_nothing00"}), "ResourceNotFoundException"),
        (json!({"CacheDuration": 60}), "InvalidParameterException"),
        (json!({"URLPatterns": ["http://app.example.com/*"]}), "InvalidParameterException"),
    ] {
        let fault = house.refused("CreateCIMDPolicy", merged(policy(house, &["https://a.example/*"]), change)).await;
        assert!(fault.starts_with(name), "{fault}");
    }
    for _ in 1..20 {
        house.done("CreateCIMDPolicy", policy(house, &["https://a.example/*"])).await;
    }
    let fault = house.refused("CreateCIMDPolicy", policy(house, &["https://a.example/*"])).await;
    assert!(fault.starts_with("LimitExceededException"), "{fault}");
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let page = json!({"UserPoolId": house.pool, "MaxResults": 7, "NextToken": token});
        let listed = house.done("ListCIMDPolicies", page).await;
        seen.extend(listed["CIMDPolicies"].as_array().unwrap().iter().map(|policy| text(&policy["CIMDPolicyId"])));
        token = listed["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 20);
    assert!(seen.contains(&town.policy));
    // LITE has no new policies; what is there can be looked at and removed.
    house.done("UpdateUserPool", json!({"UserPoolId": house.pool, "UserPoolTier": "LITE"})).await;
    let asked = merged(town.of_policy(), json!({"ClientId": house.client, "URLPatterns": ["https://a.example/*"]}));
    for (operation, body) in [
        ("CreateCIMDPolicy", policy(house, &["https://a.example/*"])),
        ("UpdateCIMDPolicy", asked),
        ("UpdateClientMetadataURLState", town.action("https://a.example/c", "REFRESH")),
    ] {
        let fault = house.refused(operation, body).await;
        assert!(fault.starts_with("FeatureUnavailableInTierException"), "{operation}: {fault}");
    }
    house.done("DescribeCIMDPolicy", town.of_policy()).await;
    house.done("DeleteCIMDPolicy", town.of_policy()).await;
    for operation in ["DescribeCIMDPolicy", "DeleteCIMDPolicy", "ListClientMetadataURLs"] {
        let fault = house.refused(operation, town.of_policy()).await;
        assert!(fault.starts_with("ResourceNotFoundException"), "{operation}: {fault}");
    }
}

#[tokio::test]
async fn the_policy_with_the_longest_pattern_decides() {
    let town = Town::new().await;
    let special = town.house.another_client(json!({"ClientName": "special"})).await;
    let url = town.documents.url("/special/client.json");
    town.documents.serve("/special/client.json", &document(&url));
    let asked = policy(&town.house, &[&town.documents.url("/special/*")]);
    town.house.done("CreateCIMDPolicy", merged(asked, json!({"ClientId": special}))).await;
    assert_eq!(town.resolve(&url).await.unwrap().unwrap().settings_id(), special);
}

#[tokio::test]
async fn tokens_of_such_a_client_work_while_its_policy_stands_and_fetch_nothing() {
    let town = Town::new().await;
    let house = &town.house;
    let tracking =
        json!({"UserPoolId": house.pool, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 5}});
    house.done("SetUserPoolSessionConfiguration", tracking).await;
    house.user("alice").await;
    let url = town.documents.url("/client.json");
    town.documents.serve("/client.json", &document(&url));
    let client = town.resolve(&url).await.unwrap().unwrap();
    let cx = town.cx();
    let pool = pools::pool(&cx.services.store, &house.pool).await.unwrap();
    let user = users::by_username(&cx.services.store, &pool, "alice").await.unwrap().unwrap();
    let request = TokenRequest {
        pool: &pool,
        client: &client,
        user: &user,
        sign_in: SignIn::now(&cx, vec![Factor::Password], None).unwrap(),
        grant: &Grant::self_service(),
        renewable: true,
        nonce: None,
        source: TokenSource::Authentication,
    };
    let issued = tokens::issue(&cx, request).await.unwrap();
    let access = json!({"AccessToken": issued.access});
    assert_eq!(crate::house::claims(&access["AccessToken"])["client_id"], json!(url));
    // The cache is cold, and the document's server answers nothing any more.
    house.done("UpdateClientMetadataURLState", town.action(&url, "INVALIDATE")).await;
    town.documents.serve_as("/client.json", "500 Oops", b"");
    let asked = town.documents.requests();
    house.unsigned("GetUser", access.clone()).await.unwrap();
    let sessions = house.unsigned("ListUserSessions", access.clone()).await.unwrap();
    assert_eq!(sessions["Sessions"][0]["ClientId"], json!(url));
    assert_eq!(town.documents.requests(), asked, "a call of the API fetched the document");
    house.done("DeleteCIMDPolicy", town.of_policy()).await;
    let fault = house.call_by(By::default(), "GetUser", access).await.unwrap_err();
    assert_eq!(fault, "NotAuthorizedException: Invalid Access Token");
}

#[tokio::test]
async fn documents_go_with_their_pool() {
    let town = Town::new().await;
    let url = town.documents.url("/client.json");
    town.documents.serve("/client.json", &document(&url));
    town.resolve(&url).await.unwrap().unwrap();
    let store = &town.house.app.app.services.store;
    let naming = async || {
        let page = store.engine().scan(&[], None, 100_000).await.unwrap();
        let pool = town.house.pool.as_bytes();
        page.entries.iter().filter(|(key, _)| key.windows(pool.len()).any(|part| part == pool)).count()
    };
    assert!(naming().await > 0);
    town.house.done("DeleteUserPool", json!({"UserPoolId": town.house.pool})).await;
    while poolhouse::store::sweep::purge_some(store, 100).await.unwrap() > 0 {}
    // The entry for its expiry goes when it is due.
    town.house.app.advance(DAY);
    store.sweep(town.cx().now, 100).await.unwrap();
    assert_eq!(naming().await, 0);
}
