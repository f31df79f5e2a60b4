//! A client of a running server's administration: one signed request, one JSON answer, and an explanation of every
//! failure.

use super::Failure;
use super::profile::Profile;
use crate::clock::Clock;
use crate::outgoing;
use crate::wire::{Headers, Request, sigv4};
use serde_json::Value;
use std::time::Duration;

/// The longest answer that is read, in bytes.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// How long a call may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// A client of one server.
pub(super) struct Client {
    profile: Profile,
}

impl Client {
    /// A client with endpoint and keys from the environment or the AWS profile.
    pub fn find(endpoint: Option<&str>) -> Result<Self, Failure> {
        Profile::find(endpoint).map(|profile| Self { profile }).map_err(Failure::usage)
    }

    /// Calls `/_poolhouse/<path>` with a JSON body or none.
    pub fn call(&self, method: &'static str, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let body = body.map(Value::to_string).unwrap_or_default().into_bytes();
        self.block_on(method, path, ("application/json", body))
    }

    /// Calls `/_poolhouse/<path>?<query>`.
    pub fn call_with(&self, method: &'static str, path: &str, query: &str) -> Result<Value, Failure> {
        self.block_on(method, &format!("{path}?{query}"), ("application/json", Vec::new()))
    }

    /// Puts bytes at `/_poolhouse/<path>`.
    pub fn send_bytes(&self, path: &str, bytes: &[u8]) -> Result<Value, Failure> {
        self.block_on("PUT", path, ("application/octet-stream", bytes.to_vec()))
    }

    fn block_on(&self, method: &'static str, path: &str, body: (&'static str, Vec<u8>)) -> Result<Value, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
        runtime.block_on(self.send(method, path, body))
    }

    async fn send(
        &self,
        method: &'static str,
        path: &str,
        (kind, body): (&'static str, Vec<u8>),
    ) -> Result<Value, Failure> {
        let endpoint = &self.profile.endpoint;
        let url = reqwest::Url::parse(&format!("{endpoint}/_poolhouse/{path}")).map_err(|e| {
            Failure::usage(format!("the endpoint {endpoint} is no URL ({e}); it looks like http://127.0.0.1:9229"))
        })?;
        let headers = self.sign(method, &url, (kind, &body));
        let method = reqwest::Method::from_bytes(method.as_bytes()).map_err(Failure::failed)?;
        let client = client().map_err(Failure::failed)?;
        let mut request = client.request(method, url).header("content-type", kind).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut response = request.send().await.map_err(|e| Failure::failed(self.connection_failure(&e)))?;
        let status = response.status();
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| Failure::failed(self.connection_failure(&e)))? {
            if answer.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(Failure::failed(format!("{endpoint} answers with more than a Poolhouse would")));
            }
            answer.extend_from_slice(&chunk);
        }
        let answer = if answer.is_empty() {
            Some(Value::Object(serde_json::Map::new()))
        } else {
            serde_json::from_slice(&answer).ok()
        };
        match answer {
            Some(answer) if status.is_success() => Ok(answer),
            Some(fault) if fault.get("__type").is_some() => Err(Failure::failed(refusal(&fault))),
            _ => Err(Failure::failed(format!(
                "{endpoint} does not answer as a Poolhouse would (HTTP {status}); check the endpoint"
            ))),
        }
    }

    fn sign(&self, method: &str, url: &reqwest::Url, (kind, body): (&str, &[u8])) -> Vec<(&'static str, String)> {
        let mut headers = Headers::default();
        let host = url.host_str().unwrap_or_default();
        headers.push("host", url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")));
        headers.push("content-type", kind);
        let mut request = Request {
            method: method.to_owned(),
            path: url.path().to_owned(),
            query: url.query().unwrap_or_default().to_owned(),
            headers,
            body: body.to_vec(),
            secure: url.scheme() == "https",
        };
        let signer = sigv4::Signer {
            key: self.profile.access_key_id.clone(),
            secret: self.profile.secret.clone(),
            token: self.profile.session_token.clone(),
            region: self.profile.region.clone(),
            service: "poolhouse".into(),
        };
        sigv4::sign(&mut request, &signer, Clock::System.now())
    }

    fn connection_failure(&self, error: &reqwest::Error) -> String {
        let endpoint = &self.profile.endpoint;
        let cause = outgoing::cause(error);
        if cause.contains("certificate") {
            return format!(
                "the certificate of {endpoint} is not trusted ({cause}); AWS_CA_BUNDLE names a PEM file of authorities to trust"
            );
        }
        if error.is_connect() {
            return format!(
                "no server answers at {endpoint}; is it running? (poolhouse serve; --endpoint or AWS_ENDPOINT_URL names another)"
            );
        }
        if error.is_timeout() {
            return format!("the server at {endpoint} did not answer within {} seconds", CALL_TIMEOUT.as_secs());
        }
        format!("the call to {endpoint} failed: {cause}")
    }
}

fn client() -> Result<reqwest::Client, String> {
    let mut builder = reqwest::Client::builder().timeout(CALL_TIMEOUT).redirect(reqwest::redirect::Policy::none());
    // The AWS command line's own variable, for servers with a certificate of a private authority.
    if let Some(path) = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) {
        let shown = std::path::PathBuf::from(&path);
        let pem = std::fs::read(&path).map_err(|e| format!("AWS_CA_BUNDLE names {}: {e}", shown.display()))?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|e| format!("{} is no PEM bundle: {e}", shown.display()))?;
        for certificate in certificates {
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build().map_err(|e| e.to_string())
}

/// The server's refusal, with what to do where that is known.
fn refusal(fault: &Value) -> String {
    let text = |key: &str| fault.get(key).and_then(Value::as_str).unwrap_or_default();
    let advice = match text("__type") {
        "UnrecognizedClientException" => " (this server does not know the key in AWS_ACCESS_KEY_ID, or it is disabled)",
        "InvalidSignatureException" => " (AWS_SECRET_ACCESS_KEY does not belong to this key, or a clock is wrong)",
        _ => "",
    };
    format!("the server refused: {}: {}{advice}", text("__type"), text("message"))
}
