//! Plugins: announced, sent in pieces that pass any proxy's limit, then compiled and tried in the background.

use crate::context::Context;
use crate::fault::Fault;
use crate::secret::Secret;
use crate::shapes::admin::*;
use crate::triggers::plugins::{LogEntry, PluginView, Upload, Version};
use crate::triggers::sandbox::Level;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// `PutPlugin` (signed): announces a new version of a module, or puts a chain, which counts at once.
pub async fn put_plugin(cx: &Context, input: PutPluginRequest) -> Result<PutPluginResponse, Fault> {
    let plugins = cx.services.triggers.plugins();
    match (input.chain, input.sha256, input.bytes) {
        (Some(chain), None, None) => {
            let version = plugins.put_chain(&input.name, document("Chain", chain)?).await?;
            Ok(PutPluginResponse { version: number(version), piece_bytes: None, pieces: 0 })
        }
        (None, Some(sha256), Some(bytes)) => {
            let secrets = input.secrets.unwrap_or_default();
            let upload = Upload {
                manifest: input
                    .manifest
                    .map(|manifest| document("Manifest", manifest))
                    .transpose()?
                    .unwrap_or_default(),
                secrets: secrets.into_iter().map(|(name, value)| (name, Secret::new(value))).collect(),
                sha256,
                bytes: u64::try_from(bytes).map_err(|_| Fault::invalid("Bytes must not be negative."))?,
            };
            let put = plugins.announce(&input.name, upload).await?;
            Ok(PutPluginResponse {
                version: number(put.version),
                piece_bytes: Some(number(put.piece_bytes as u64)),
                pieces: put.pieces.into(),
            })
        }
        _ => Err(Fault::invalid("The body must have either Chain, or Sha256 and Bytes and, if wanted, Manifest.")),
    }
}

/// `PutPluginPiece` (signed): one piece of an announced module; its bytes are the body.
pub async fn put_plugin_piece(cx: &Context, input: PutPluginPieceRequest) -> Result<PutPluginPieceResponse, Fault> {
    let piece = u32::try_from(input.piece).map_err(|_| Fault::invalid("Piece must not be negative."))?;
    cx.services.triggers.plugins().piece(&input.name, version(input.version), piece, input.bytes.0).await?;
    Ok(PutPluginPieceResponse {})
}

/// `CompletePlugin` (signed): all pieces were sent.
pub async fn complete_plugin(cx: &Context, input: CompletePluginRequest) -> Result<PluginType, Fault> {
    cx.services.triggers.plugins().complete(&input.name, version(input.version)).await?;
    plugin(cx.services.triggers.plugins().show(&input.name).await?)
}

/// `ListPlugins` (signed): all plugins, without their settings.
pub async fn list_plugins(cx: &Context, _input: ListPluginsRequest) -> Result<ListPluginsResponse, Fault> {
    let plugins = cx.services.triggers.plugins().list().await?.into_iter().map(plugin).collect::<Result<_, _>>()?;
    Ok(ListPluginsResponse { plugins })
}

/// `DescribePlugin` (signed): one plugin, and how often its calls ended in which way since the start.
pub async fn describe_plugin(cx: &Context, input: DescribePluginRequest) -> Result<DescribePluginResponse, Fault> {
    let PluginType { name, live, next } = plugin(cx.services.triggers.plugins().show(&input.name).await?)?;
    let calls = cx.services.triggers.functions().stats().of(&input.name);
    let calls = calls.into_iter().map(|(outcome, count)| (outcome.to_owned(), number(count))).collect();
    Ok(DescribePluginResponse { name, live, next, calls })
}

/// `DeletePlugin` (signed).
pub async fn delete_plugin(cx: &Context, input: DeletePluginRequest) -> Result<DeletePluginResponse, Fault> {
    cx.services.triggers.plugins().remove(&input.name).await?;
    Ok(DeletePluginResponse {})
}

/// `GetPluginLogs` (signed): the last lines of a function, those after a line's number if one is given.
pub async fn get_plugin_logs(cx: &Context, input: GetPluginLogsRequest) -> Result<GetPluginLogsResponse, Fault> {
    let after = input.after.map(version).unwrap_or_default();
    let kept = cx.services.triggers.plugins().logs.after(&input.name, after);
    if kept.is_empty() && after == 0 {
        // Functions that are no plugins (webhooks, endpoints) have lines, too; an unknown name is an error.
        cx.services.triggers.plugins().show(&input.name).await?;
    }
    Ok(GetPluginLogsResponse { lines: kept.into_iter().map(log_line).collect() })
}

fn log_line(line: LogEntry) -> LogLineType {
    LogLineType {
        number: number(line.number),
        at: line.at.millis(),
        level: level(line.level),
        request_id: line.request_id,
        source: line.source,
        text: line.text,
    }
}

fn plugin(view: PluginView) -> Result<PluginType, Fault> {
    Ok(PluginType {
        name: view.name,
        live: view.live.map(plugin_version).transpose()?,
        next: view.next.map(plugin_version).transpose()?,
    })
}

fn plugin_version(version: Version) -> Result<PluginVersionType, Fault> {
    Ok(PluginVersionType {
        version: number(version.version),
        state: PluginStateType::parse(version.state).ok_or_else(|| Fault::internal("a state is not in the model"))?,
        reason: version.reason,
        put_date: version.put,
        sha256: version.sha256,
        bytes: version.bytes.map(number),
        manifest: version.manifest.map(serde_json::to_value).transpose().map_err(Fault::internal)?,
        chain: version.chain.map(serde_json::to_value).transpose().map_err(Fault::internal)?,
    })
}

/// A manifest or chain: JSON of the same form as the TOML file.
fn document<T: DeserializeOwned>(member: &str, value: Value) -> Result<T, Fault> {
    serde_json::from_value(value).map_err(|error| Fault::invalid(format!("{member} cannot be used: {error}")))
}

fn level(level: Level) -> LogLevelType {
    match level {
        Level::Debug => LogLevelType::Debug,
        Level::Info => LogLevelType::Info,
        Level::Warn => LogLevelType::Warn,
        Level::Error => LogLevelType::Error,
    }
}

fn version(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
