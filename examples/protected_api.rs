//! An API that lets in whoever brings an access token of one user pool, checked without asking the server each time:
//!
//! ```sh
//! export ISSUER=http://127.0.0.1:9229/us-east-1_AbCdEf123 CLIENT_ID=...
//! cargo run --release --example protected_api
//! curl -H "Authorization: Bearer $ACCESS_TOKEN" http://127.0.0.1:8080/me
//! ```
//!
//! Checked are signature, `iss`, `exp`, `token_use` and `client_id`, as Cognito's documentation asks. A token that was
//! revoked stays good here until it expires, as it does behind any check by keys; `GetUser` is the way to ask the
//! server itself.

use actix_web::http::header::AUTHORIZATION;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Responder, get, web};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use tokio::sync::RwLock;

/// Unknown key ids fetch the keys again, but not more often than this: else anybody could make us ask without end.
const REFETCH_AFTER: Duration = Duration::from_secs(60);

/// What the API wants to know of a caller.
#[derive(Debug, Serialize, Deserialize)]
struct Access {
    sub: String,
    username: String,
    client_id: String,
    token_use: String,
    scope: String,
    #[serde(rename = "cognito:groups", default)]
    groups: Vec<String>,
}

/// Checks access tokens of one pool and one client.
struct Gate {
    issuer: String,
    client_id: String,
    http: reqwest::Client,
    keys: RwLock<Keys>,
}

struct Keys {
    set: JwkSet,
    fetched: Option<Instant>,
}

impl Gate {
    fn new(issuer: String, client_id: String) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
        Ok(Self {
            issuer,
            client_id,
            http,
            keys: RwLock::new(Keys { set: JwkSet { keys: Vec::new() }, fetched: None }),
        })
    }

    /// Who the bearer is; `None` for any token that is not good, whatever the reason.
    async fn admit(&self, token: &str) -> Option<Access> {
        let key = self.key(&decode_header(token).ok()?.kid?).await?;
        let mut wanted = Validation::new(Algorithm::RS256);
        wanted.set_issuer(&[&self.issuer]);
        wanted.set_required_spec_claims(&["exp", "iss"]);
        wanted.validate_aud = false; // access tokens name their client in `client_id`
        let access = decode::<Access>(token, &key, &wanted).ok()?.claims;
        (access.token_use == "access" && access.client_id == self.client_id).then_some(access)
    }

    async fn key(&self, kid: &str) -> Option<DecodingKey> {
        if let Some(jwk) = self.keys.read().await.set.find(kid) {
            return DecodingKey::from_jwk(jwk).ok();
        }
        let mut keys = self.keys.write().await;
        if keys.fetched.is_none_or(|at| at.elapsed() > REFETCH_AFTER) {
            keys.fetched = Some(Instant::now());
            if let Ok(set) = self.fetch().await {
                keys.set = set;
            }
        }
        DecodingKey::from_jwk(keys.set.find(kid)?).ok()
    }

    async fn fetch(&self) -> reqwest::Result<JwkSet> {
        let url = format!("{}/.well-known/jwks.json", self.issuer);
        self.http.get(url).send().await?.error_for_status()?.json().await
    }
}

#[get("/me")]
async fn me(request: HttpRequest, gate: web::Data<Gate>) -> impl Responder {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = header.and_then(|value| value.strip_prefix("Bearer ")) else {
        return HttpResponse::Unauthorized().insert_header(("WWW-Authenticate", "Bearer")).finish();
    };
    match gate.admit(token).await {
        Some(access) => HttpResponse::Ok().json(access),
        None => {
            HttpResponse::Unauthorized().insert_header(("WWW-Authenticate", "Bearer error=\"invalid_token\"")).finish()
        }
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listen = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".into());
    let gate = web::Data::new(Gate::new(std::env::var("ISSUER")?, std::env::var("CLIENT_ID")?)?);
    let server = HttpServer::new(move || App::new().app_data(gate.clone()).service(me)).bind(listen)?;
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    server.run().await?;
    Ok(())
}
