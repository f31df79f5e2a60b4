//! Plugins in the admin API. Every action is one that policies know.
//!
//! | request | operation | answer |
//! |---|---|---|
//! | `POST /_poolhouse/plugins/{name}` `{Manifest, Secrets, Sha256, Bytes}` or `{Chain}` | PutPlugin | `{Version, PieceBytes, Pieces}`: what is to be sent; a chain counts at once |
//! | `PUT /_poolhouse/plugins/{name}/{version}/{piece}`, bytes | PutPlugin | `{}` |
//! | `POST /_poolhouse/plugins/{name}/{version}` | PutPlugin | the plugin: it is compiled and tried in the background |
//! | `GET /_poolhouse/plugins` | ListPlugins | `{Plugins: [...]}` |
//! | `GET /_poolhouse/plugins/{name}` | DescribePlugin | the plugin, and what came of its calls |
//! | `DELETE /_poolhouse/plugins/{name}` | DeletePlugin | `{}` |
//! | `GET /_poolhouse/plugins/{name}/logs?after=N` | GetPluginLogs | `{Lines: [...]}`: the last ones, after the one with that number |

use crate::context::Context;
use crate::fault::Fault;
use crate::model::Chain;
use crate::triggers::plugins::Upload;
use crate::wire;
use serde::Deserialize;
use serde_json::{Value, json};

/// One operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation<'a> {
    Announce(&'a str),
    Piece(&'a str, u64, u32),
    Complete(&'a str, u64),
    List,
    Describe(&'a str),
    Delete(&'a str),
    Logs(&'a str),
}

impl<'a> Operation<'a> {
    /// By method and what follows `plugins` in the path.
    pub fn of(method: &str, rest: &[&'a str]) -> Option<Self> {
        Some(match (method, rest) {
            ("GET", []) => Self::List,
            ("GET", [name]) => Self::Describe(name),
            ("POST", [name]) => Self::Announce(name),
            ("DELETE", [name]) => Self::Delete(name),
            ("GET", [name, "logs"]) => Self::Logs(name),
            ("POST", [name, version]) => Self::Complete(name, version.parse().ok()?),
            ("PUT", [name, version, piece]) => Self::Piece(name, version.parse().ok()?, piece.parse().ok()?),
            _ => return None,
        })
    }

    /// The action that policies name.
    pub fn action(self) -> &'static str {
        match self {
            Self::Announce(_) | Self::Piece(..) | Self::Complete(..) => "poolhouse:PutPlugin",
            Self::List => "poolhouse:ListPlugins",
            Self::Describe(_) => "poolhouse:DescribePlugin",
            Self::Delete(_) => "poolhouse:DeletePlugin",
            Self::Logs(_) => "poolhouse:GetPluginLogs",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PutChain {
    chain: Chain,
}

/// Runs an operation whose caller was let in.
pub(super) async fn run(cx: &Context, request: &wire::Request, operation: Operation<'_>) -> Result<Value, Fault> {
    let plugins = cx.services.triggers.plugins();
    let shown = |value: Result<Value, serde_json::Error>| value.map_err(Fault::internal);
    match operation {
        Operation::List => shown(serde_json::to_value(plugins.list().await?)).map(|all| json!({ "Plugins": all })),
        Operation::Describe(name) => {
            let mut view = shown(serde_json::to_value(plugins.show(name).await?))?;
            if let Value::Object(view) = &mut view {
                view.insert("Calls".to_owned(), json!(cx.services.triggers.functions().stats().of(name)));
            }
            Ok(view)
        }
        Operation::Delete(name) => plugins.remove(name).await.map(|()| json!({})),
        Operation::Announce(name) => {
            if let Ok(PutChain { chain }) = serde_json::from_slice(&request.body) {
                return plugins.put_chain(name, chain).await.map(|version| json!({ "Version": version, "Pieces": 0 }));
            }
            let upload: Upload = serde_json::from_slice(&request.body).map_err(|e| {
                Fault::invalid(format!(
                    "The body must be a JSON object with Chain, or with Manifest, Sha256 and Bytes: {e}"
                ))
            })?;
            shown(serde_json::to_value(plugins.announce(name, upload).await?))
        }
        Operation::Piece(name, version, piece) => {
            plugins.piece(name, version, piece, request.body.clone()).await.map(|()| json!({}))
        }
        Operation::Complete(name, version) => {
            plugins.complete(name, version).await?;
            shown(serde_json::to_value(plugins.show(name).await?))
        }
        Operation::Logs(name) => {
            let after = request.query.strip_prefix("after=").and_then(|number| number.parse().ok()).unwrap_or_default();
            let lines = plugins.logs.after(name, after);
            if lines.is_empty() && after == 0 {
                // Functions elsewhere have lines, too; a name that means nothing is an error.
                plugins.show(name).await?;
            }
            shown(serde_json::to_value(lines)).map(|lines| json!({ "Lines": lines }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_operations() {
        assert_eq!(Operation::of("GET", &[]), Some(Operation::List));
        assert_eq!(Operation::of("PUT", &["p", "3", "0"]), Some(Operation::Piece("p", 3, 0)));
        assert_eq!(Operation::of("GET", &["p", "logs"]), Some(Operation::Logs("p")));
        for (method, rest) in
            [("PUT", &["p"][..]), ("PUT", &["p", "x", "0"]), ("POST", &["p", "logs"]), ("DELETE", &[])]
        {
            assert_eq!(Operation::of(method, rest), None, "{method} {rest:?}");
        }
    }
}
