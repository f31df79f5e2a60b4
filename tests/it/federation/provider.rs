//! An identity provider in this process, which speaks OpenID Connect well or as badly as a test wants. It believes
//! everybody: a test approves what the browser was sent with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use poolhouse::web::Parameters;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, Mutex};

/// Pairs are slow to make, so all tests share them.
static KEYS: LazyLock<[PKey<Private>; 2]> =
    LazyLock::new(|| [(); 2].map(|()| PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()));

/// How ID tokens are signed.
#[derive(Clone, Default)]
pub enum Signing {
    /// RS256, by the first key.
    #[default]
    Right,
    /// By the second key, under the first one's name.
    WrongKey,
    /// HS256 with these bytes.
    Shared(Vec<u8>),
    None,
}

/// A request that came.
#[derive(Clone)]
pub struct Asked {
    pub path: String,
    pub authorization: Option<String>,
    pub form: Parameters,
}

#[derive(Default)]
pub struct State {
    pub signing: Signing,
    /// The name of the key in headers, and those that are published.
    pub kid: String,
    pub published: Vec<String>,
    /// Claims of the ID token besides the usual ones, or in their place; null takes one away.
    pub claims: Map<String, Value>,
    pub user_info: Value,
    /// Members of the discovery document in place of the usual ones.
    pub discovery: Map<String, Value>,
    /// Whole answers in place of the usual ones: status line without version, and body.
    pub replies: HashMap<String, (String, String)>,
    /// Paths that are never answered, and those whose connection breaks.
    pub silent: HashSet<String>,
    pub broken: HashSet<String>,
    pub asked: Vec<Asked>,
    /// Another address of the keys.
    pub same_keys_at: Option<String>,
    /// Authorization requests by code.
    codes: HashMap<String, Parameters>,
    now: i64,
}

pub struct Provider {
    pub issuer: String,
    pub state: Arc<Mutex<State>>,
}

impl Provider {
    /// A provider whose tokens are of this moment, in seconds.
    pub fn start(now: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let state = State {
            now,
            kid: "first".into(),
            published: vec!["first".into()],
            user_info: json!({"sub": "ann", "email": "ann@idp.example", "nickname": "from-userinfo"}),
            ..State::default()
        };
        let state = Arc::new(Mutex::new(state));
        let (shared, own) = (state.clone(), issuer.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, issuer) = (shared.clone(), own.clone());
                std::thread::spawn(move || serve(stream, &state, &issuer));
            }
        });
        Self { issuer, state }
    }

    pub fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    pub fn claim(&self, name: &str, value: Value) {
        self.change(|state| drop(state.claims.insert(name.into(), value)));
    }

    /// What the browser was sent with: the parameters of the authorization request.
    pub fn request(&self, location: &str) -> Parameters {
        let (url, query) = location.split_once('?').unwrap();
        assert_eq!(url, format!("{}/authorize", self.issuer));
        Parameters::parse(query).unwrap()
    }

    /// The user agrees: the query of the way back.
    pub fn approve(&self, location: &str) -> String {
        let query = location.split_once('?').unwrap().1;
        let request = Parameters::parse(query).unwrap();
        let mut state = self.state.lock().unwrap();
        let code = format!("code-{}", state.codes.len());
        let back = Parameters::default().with("code", &code).with("state", request.get("state").unwrap());
        state.codes.insert(code, request);
        back.encode()
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.state.lock().unwrap().asked.iter().filter(|asked| asked.path == path).count()
    }

    pub fn last(&self, path: &str) -> Asked {
        self.state.lock().unwrap().asked.iter().rev().find(|asked| asked.path == path).cloned().unwrap()
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>, issuer: &str) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    let (head, body) = loop {
        match stream.read(&mut buffer) {
            Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
            _ => return,
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                break (head.to_owned(), body.to_owned());
            }
        }
    };
    let target = head.split(' ').nth(1).unwrap().to_owned();
    let path = target.split('?').next().unwrap().to_owned();
    let reply = {
        let mut state = state.lock().unwrap();
        let form =
            Parameters::parse(if body.is_empty() { target.split_once('?').map_or("", |(_, q)| q) } else { &body });
        let asked =
            Asked { path: path.clone(), authorization: header(&head, "authorization"), form: form.unwrap_or_default() };
        state.asked.push(asked.clone());
        if state.broken.contains(&path) {
            return;
        }
        if state.silent.contains(&path) { None } else { Some(answer(&state, &asked, issuer)) }
    };
    if let Some((status, body)) = reply {
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all(format!("{head}{body}").as_bytes());
    }
    // Until the other side has enough.
    while matches!(stream.read(&mut buffer), Ok(count) if count > 0) {}
}

fn header(head: &str, name: &str) -> Option<String> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
}

fn answer(state: &State, asked: &Asked, issuer: &str) -> (String, String) {
    if let Some(reply) = state.replies.get(&asked.path) {
        return reply.clone();
    }
    let document = match asked.path.as_str() {
        "/.well-known/openid-configuration" => {
            let mut document = json!({
                "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"), "userinfo_endpoint": format!("{issuer}/userinfo"),
                "jwks_uri": format!("{issuer}/keys"), "code_challenge_methods_supported": ["S256"],
            });
            document.as_object_mut().unwrap().extend(state.discovery.clone());
            document
        }
        path if path == "/keys" || state.same_keys_at.as_deref() == Some(path) => {
            let keys: Vec<Value> = state.published.iter().map(|kid| public(&KEYS[0], kid)).collect();
            // A key of a kind that nobody knows must not hide the others.
            let odd = json!({"kty": "XYZ", "kid": "odd"});
            let all = [vec![odd], keys].concat();
            json!({ "keys": all })
        }
        "/userinfo" => state.user_info.clone(),
        "/token" => return token(state, asked, issuer),
        _ => return ("404 Not Found".into(), "{}".into()),
    };
    ("200 OK".into(), document.to_string())
}

fn public(key: &PKey<Private>, kid: &str) -> Value {
    let rsa = key.rsa().unwrap();
    let text = |number: &openssl::bn::BigNumRef| URL_SAFE_NO_PAD.encode(number.to_vec());
    json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": text(rsa.n()), "e": text(rsa.e())})
}

fn token(state: &State, asked: &Asked, issuer: &str) -> (String, String) {
    let refused = |text: &str| {
        ("400 Bad Request".to_owned(), json!({"error": "invalid_grant", "error_description": text}).to_string())
    };
    let Some(request) = asked.form.get("code").and_then(|code| state.codes.get(code)) else {
        return refused("unknown code");
    };
    if asked.form.get("redirect_uri") != request.get("redirect_uri") {
        return refused("another redirect_uri");
    }
    if let Some(challenge) = request.get("code_challenge") {
        let verifier = asked.form.get("code_verifier").unwrap_or_default();
        let digest = openssl::hash::hash(MessageDigest::sha256(), verifier.as_bytes()).unwrap();
        if URL_SAFE_NO_PAD.encode(digest) != challenge {
            return refused("wrong verifier");
        }
    }
    let digest = openssl::hash::hash(MessageDigest::sha256(), b"access").unwrap();
    let mut claims = json!({
        "iss": issuer, "aud": request.get("client_id"), "sub": "ann", "iat": state.now, "exp": state.now + 300,
        "nonce": request.get("nonce"), "at_hash": URL_SAFE_NO_PAD.encode(&digest[..16]),
    });
    for (name, value) in &state.claims {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    let tokens =
        json!({"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": sign(state, &claims)});
    ("200 OK".into(), tokens.to_string())
}

/// A signed token with these claims.
pub fn sign(state: &State, claims: &Value) -> String {
    let algorithm = match &state.signing {
        Signing::Shared(_) => "HS256",
        Signing::None => "none",
        _ => "RS256",
    };
    let mut header = json!({"alg": algorithm});
    if !state.kid.is_empty() {
        header["kid"] = json!(state.kid);
    }
    let message =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signed = |key: &PKey<Private>| {
        let mut signer = Signer::new(MessageDigest::sha256(), key).unwrap();
        signer.update(message.as_bytes()).unwrap();
        signer.sign_to_vec().unwrap()
    };
    let signature = match &state.signing {
        Signing::Right => signed(&KEYS[0]),
        Signing::WrongKey => signed(&KEYS[1]),
        Signing::Shared(secret) => signed(&PKey::hmac(secret).unwrap()),
        Signing::None => Vec::new(),
    };
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The public key as attackers use it: as the secret of HS256.
pub fn public_pem() -> Vec<u8> {
    KEYS[0].public_key_to_pem().unwrap()
}
