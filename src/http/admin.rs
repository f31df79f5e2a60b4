//! The admin API, `/_poolhouse/...`: what the command line asks of a running server. JSON, signed like the other APIs
//! with the service name `poolhouse`, and open to policies as actions `poolhouse:<Operation>`.
//!
//! | request | operation | answer |
//! |---|---|---|
//! | `POST /_poolhouse/keys` `{Policy, Name?}` | CreateAccessKey | the key with its secret |
//! | `GET /_poolhouse/keys` | ListAccessKeys | `{AccessKeys: [...]}` |
//! | `POST /_poolhouse/keys/{id}/disable` | DisableAccessKey | the key |
//! | `POST /_poolhouse/keys/{id}/enable` | EnableAccessKey | the key |
//! | `DELETE /_poolhouse/keys/{id}` | DeleteAccessKey | `{}` |
//! | `GET /_poolhouse/status` | GetStatus | version, uptime, sizes |
//! | `.../plugins...` | | see `plugins.rs` |
//!
//! Whoever may create or enable keys may do anything: a new key can hold any policy. Only the ready-made `admin` allows
//! it.

use super::call::{Call, read, respond};
use super::local::is_local;
use super::plugins;
use crate::context::Context;
use crate::domain::access;
use crate::fault::Fault;
use crate::wire;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The largest body: a policy and a name.
const BODY: usize = 64 * 1024;
/// The service's signing name.
const SERVICE: &str = "poolhouse";

/// One operation of the admin API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation<'a> {
    Plugins(plugins::Operation<'a>),
    CreateAccessKey,
    ListAccessKeys,
    DisableAccessKey(&'a str),
    EnableAccessKey(&'a str),
    DeleteAccessKey(&'a str),
    GetStatus,
}

impl<'a> Operation<'a> {
    fn of(method: &str, path: &'a str) -> Option<Self> {
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        Some(match (method, segments.as_slice()) {
            ("POST", ["_poolhouse", "keys"]) => Self::CreateAccessKey,
            ("GET", ["_poolhouse", "keys"]) => Self::ListAccessKeys,
            ("POST", ["_poolhouse", "keys", id, "disable"]) => Self::DisableAccessKey(id),
            ("POST", ["_poolhouse", "keys", id, "enable"]) => Self::EnableAccessKey(id),
            ("DELETE", ["_poolhouse", "keys", id]) => Self::DeleteAccessKey(id),
            ("GET", ["_poolhouse", "status"]) => Self::GetStatus,
            (method, ["_poolhouse", "plugins", rest @ ..]) => Self::Plugins(plugins::Operation::of(method, rest)?),
            _ => return None,
        })
    }

    fn action(self) -> &'static str {
        match self {
            Self::Plugins(operation) => operation.action(),
            Self::CreateAccessKey => "poolhouse:CreateAccessKey",
            Self::ListAccessKeys => "poolhouse:ListAccessKeys",
            Self::DisableAccessKey(_) => "poolhouse:DisableAccessKey",
            Self::EnableAccessKey(_) => "poolhouse:EnableAccessKey",
            Self::DeleteAccessKey(_) => "poolhouse:DeleteAccessKey",
            Self::GetStatus => "poolhouse:GetStatus",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateAccessKey {
    policy: String,
    name: Option<String>,
}

/// Everything under `/_poolhouse/`.
pub(super) async fn admin(request: HttpRequest, Call(mut cx): Call, payload: web::Payload) -> HttpResponse {
    // In development mode signatures prove nothing, so a page with a name of its own for this machine must not get in.
    if cx.services.config.server.dev && !is_local(&request) {
        return HttpResponse::Forbidden().body("In development mode the admin API answers at localhost only.\n");
    }
    let request = match read(&cx, &request, payload).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let operation = Operation::of(&request.method, &request.path);
    let result = match operation {
        Some(operation) => run(&mut cx, &request, operation).await,
        None => Err(Fault::Protocol {
            name: "UnknownOperationException",
            status: 404,
            message: "The admin API has no such path.".into(),
        }),
    };
    let mut response = match result {
        Ok(answer) => wire::Response::api(&cx, 200, "application/json", answer.to_string().into_bytes()),
        Err(fault) => wire::failure(&cx, &fault),
    };
    // Pages of other origins have no business here.
    response.headers.retain(|(name, _)| !name.starts_with("Access-Control-"));
    response.headers.push(("Cache-Control", "no-store".into()));
    response.operation = operation.map(|operation| operation.action().to_owned());
    respond(response)
}

async fn run(cx: &mut Context, request: &wire::Request, operation: Operation<'_>) -> Result<Value, Fault> {
    let key = wire::authenticate(cx, request, SERVICE).await?;
    access::authorize(cx, &key, operation.action(), "*").await?;
    let services = &cx.services;
    let shown = |value: Result<Value, serde_json::Error>| value.map_err(Fault::internal);
    match operation {
        Operation::CreateAccessKey => {
            if request.body.len() > BODY {
                return Err(Fault::invalid(format!("The body is larger than {BODY} bytes.")));
            }
            let asked: CreateAccessKey = serde_json::from_slice(&request.body).map_err(|e| {
                Fault::invalid(format!("The body must be a JSON object with Policy and, if wanted, Name: {e}"))
            })?;
            let made = access::create(services, cx.now, asked.name.as_deref(), &asked.policy).await?;
            shown(serde_json::to_value(made))
        }
        Operation::ListAccessKeys => {
            shown(serde_json::to_value(access::list(services).await?)).map(|keys| json!({ "AccessKeys": keys }))
        }
        Operation::DisableAccessKey(id) => shown(serde_json::to_value(access::set_enabled(services, id, false).await?)),
        Operation::EnableAccessKey(id) => shown(serde_json::to_value(access::set_enabled(services, id, true).await?)),
        Operation::DeleteAccessKey(id) => access::delete(services, id).await.map(|()| json!({})),
        Operation::GetStatus => status(cx).await,
        Operation::Plugins(operation) => plugins::run(cx, request, operation).await,
    }
}

async fn status(cx: &Context) -> Result<Value, Fault> {
    let services = &cx.services;
    let dir = services.config.server.data_dir.clone();
    let bytes = tokio::task::spawn_blocking(move || size(&dir)).await.map_err(Fault::internal)?;
    let (signing_keys, srp_halves) = services.keys.ready();
    Ok(json!({
        "Version": env!("CARGO_PKG_VERSION"),
        "UptimeSeconds": cx.now.since(services.started).as_secs(),
        "DataBytes": bytes,
        "AccessKeys": access::list(services).await?.len(),
        "ReadySigningKeys": signing_keys,
        "ReadySrpHalves": srp_halves,
        "DevelopmentMode": services.config.server.dev,
    }))
}

/// The bytes of all files under a directory; what cannot be read counts as nothing.
fn size(dir: &Path) -> u64 {
    let mut sum = 0;
    let mut rest: Vec<PathBuf> = vec![dir.to_path_buf()];
    while let Some(path) = rest.pop() {
        match std::fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() => {
                rest.extend(std::fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()))
            }
            Ok(meta) => sum += meta.len(),
            Err(_) => {}
        }
    }
    sum
}
