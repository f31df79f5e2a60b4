//! Manages the plugins of a running server through its administration API.

use super::super::client::Client;
use super::super::{Failure, To, print};
use super::Progress;
use super::file;
use crate::triggers::plugins::is_name;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often the server is polled for a state change or new log lines.
const EVERY: Duration = Duration::from_millis(500);

fn client(to: &To) -> Result<Client, Failure> {
    Client::find(to.endpoint.as_deref())
}

fn path(name: &str) -> Result<String, Failure> {
    // The name becomes a part of the URL.
    if is_name(name) {
        Ok(format!("plugins/{name}"))
    } else {
        Err(Failure::usage("a plugin's name has letters, digits, - and _ only"))
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or_default()
}

/// `poolhouse plugin put`.
pub(super) fn put(file: &Path, name: &str, manifest: Option<&Path>, to: &To) -> Result<(), Failure> {
    let path = path(name)?;
    if file.extension().is_some_and(|ending| ending == "toml") {
        let chain = file::chain(file)?;
        let answer = client(to)?.call("POST", &path, Some(&json!({ "Chain": chain })))?;
        return done(name, number(&answer, "Version"), to);
    }
    let module = file::module(file, manifest)?;
    let client = client(to)?;
    let body = json!({
        "Manifest": module.manifest, "Secrets": module.secrets, "Sha256": module.sha256, "Bytes": module.bytes.len(),
    });
    let answer = client.call("POST", &path, Some(&body))?;
    let (version, pieces) = (number(&answer, "Version"), number(&answer, "Pieces"));
    let piece = usize::try_from(number(&answer, "PieceBytes")).unwrap_or_default().max(1);
    if pieces > 0 {
        let mut progress = Progress::begin("sending");
        for (index, bytes) in module.bytes.chunks(piece).enumerate() {
            client.send_bytes(&format!("{path}/{version}/{index}"), bytes)?;
            progress.show(&format!(
                "sending, {} of {} kB",
                (index * piece + bytes.len()) / 1024,
                module.bytes.len() / 1024
            ));
        }
        progress.end(&format!("sent {} kB", module.bytes.len() / 1024));
        client.call("POST", &format!("{path}/{version}"), None)?;
    }
    wait(&client, &path, version)?;
    done(name, version, to)
}

fn done(name: &str, version: u64, to: &To) -> Result<(), Failure> {
    if to.json {
        return print(&format!("{:#}\n", json!({ "Name": name, "Version": version })));
    }
    print(&format!(
        "{name} is ready, version {version}. Pools name it in LambdaConfig: arn:aws:lambda:us-east-1:000000000000:function:{name}\n"
    ))
}

/// Waits until the server has accepted or refused a version.
fn wait(client: &Client, path: &str, version: u64) -> Result<(), Failure> {
    let (begun, mut progress) = (Instant::now(), Progress::begin("compiling and trying it"));
    loop {
        let plugin = client.call("GET", path, None)?;
        let of = |which: &str| plugin.get(which).filter(|found| number(found, "Version") == version);
        if of("Live").is_some_and(|live| text(live, "State") == "Ready") {
            progress.end(&format!("compiled and tried, {:.1} s", begun.elapsed().as_secs_f32()));
            return Ok(());
        }
        match of("Next") {
            Some(next) if text(next, "State") == "Refused" => {
                progress.end("refused");
                return Err(Failure::failed(format!("the server refused it: {}", text(next, "Reason"))));
            }
            Some(_) => {}
            None if of("Live").is_some() => {}
            None => return Err(Failure::failed("another version was put meanwhile")),
        }
        progress.show(&format!("compiling and trying it, {} s", begun.elapsed().as_secs()));
        std::thread::sleep(EVERY);
    }
}

/// `poolhouse plugin list`.
pub(super) fn list(to: &To) -> Result<(), Failure> {
    let answer = client(to)?.call("GET", "plugins", None)?;
    if to.json {
        return print(&format!("{answer:#}\n"));
    }
    print(&table(&answer))
}

fn table(answer: &Value) -> String {
    let plugins = answer.get("Plugins").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if plugins.is_empty() {
        return "There are no plugins. poolhouse plugin new makes one, poolhouse plugin put brings it here.\n"
            .to_owned();
    }
    let mut out = format!("{:<24} {:<12} {:<10} {}\n", "NAME", "LIVE", "NEXT", "DESCRIPTION");
    for plugin in plugins {
        let state = |which: &str| match plugin.get(which).filter(|found| found.is_object()) {
            Some(found) => format!("{} {}", number(found, "Version"), text(found, "State").to_lowercase()),
            None => "-".to_owned(),
        };
        let live = plugin.get("Live").filter(|live| live.is_object()).or_else(|| plugin.get("Next"));
        let body = live.and_then(|live| live.get("Manifest").or_else(|| live.get("Chain")));
        let description = body.map(|body| text(body, "description")).unwrap_or_default();
        out.push_str(&format!(
            "{:<24} {:<12} {:<10} {description}\n",
            text(plugin, "Name"),
            state("Live"),
            state("Next")
        ));
    }
    out
}

/// `poolhouse plugin show`.
pub(super) fn show(name: &str, to: &To) -> Result<(), Failure> {
    let plugin = client(to)?.call("GET", &path(name)?, None)?;
    if to.json {
        return print(&format!("{plugin:#}\n"));
    }
    print(&shown(&plugin))
}

fn shown(plugin: &Value) -> String {
    let mut out = format!("{}\n", text(plugin, "Name"));
    for which in ["Live", "Next"] {
        let Some(version) = plugin.get(which).filter(|found| found.is_object()) else { continue };
        out.push_str(&format!(
            "  {} version {}: {}",
            which.to_lowercase(),
            number(version, "Version"),
            text(version, "State").to_lowercase()
        ));
        if let Some(bytes) = version.get("Bytes") {
            out.push_str(&format!(", {bytes} bytes, sha256 {}", text(version, "Sha256")));
        }
        out.push('\n');
        if !text(version, "Reason").is_empty() {
            out.push_str(&format!("    {}\n", text(version, "Reason")));
        }
        let body = version.get("Manifest").or_else(|| version.get("Chain")).and_then(Value::as_object);
        for (name, value) in body.into_iter().flatten().filter(|(_, value)| !value.is_null()) {
            out.push_str(&format!("    {name} = {value}\n"));
        }
    }
    let calls = plugin.get("Calls").and_then(Value::as_object);
    let calls: Vec<String> = calls.into_iter().flatten().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    out.push_str(&format!(
        "  calls since the start: {}\n",
        if calls.is_empty() { "none".to_owned() } else { calls.join(", ") }
    ));
    out
}

/// `poolhouse plugin remove`.
pub(super) fn remove(name: &str, to: &To) -> Result<(), Failure> {
    client(to)?.call("DELETE", &path(name)?, None)?;
    print(&if to.json { "{}\n".to_owned() } else { format!("{name} is removed.\n") })
}

/// `poolhouse plugin logs`.
pub(super) fn logs(name: &str, follow: bool, to: &To) -> Result<(), Failure> {
    let (client, path) = (client(to)?, path(name)?);
    let mut after = 0;
    loop {
        // The query is signed, so it is passed separately from the path.
        let answer = client.call_with("GET", &format!("{path}/logs"), &format!("after={after}"))?;
        if to.json && !follow {
            return print(&format!("{answer:#}\n"));
        }
        for line in answer.get("Lines").and_then(Value::as_array).into_iter().flatten() {
            after = after.max(number(line, "Number"));
            print(&if to.json { format!("{line}\n") } else { shown_line(line) })?;
        }
        if !follow {
            return Ok(());
        }
        std::thread::sleep(EVERY);
    }
}

fn shown_line(line: &Value) -> String {
    let at = line.get("At").and_then(Value::as_i64).unwrap_or_default();
    let at = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000)
        .ok()
        .and_then(|at| at.format(&time::format_description::well_known::Rfc3339).ok())
        .unwrap_or_default();
    format!(
        "{at} {:<5} {} {} {}\n",
        text(line, "Level"),
        text(line, "Source"),
        text(line, "RequestId"),
        text(line, "Text")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_are_shown_in_words() {
        let manifest = json!({ "description": "d", "timeout_ms": 5000 });
        let live = json!({ "Version": 1, "State": "Ready", "Bytes": 9, "Sha256": "ab", "Manifest": manifest });
        let next = json!({ "Version": 2, "State": "Refused", "Reason": "it broke" });
        let plugin = json!({ "Name": "p", "Live": live, "Next": next, "Calls": { "ok": 3, "timeout": 1 } });
        let words = shown(&plugin);
        for expected in [
            "live version 1: ready, 9 bytes",
            "timeout_ms = 5000",
            "next version 2: refused",
            "it broke",
            "3 ok, 1 timeout",
        ] {
            assert!(words.contains(expected), "{expected}\n{words}");
        }
        let words = table(&json!({ "Plugins": [plugin] }));
        assert!(words.contains("1 ready") && words.contains("2 refused"), "{words}");
        assert!(table(&json!({ "Plugins": [] })).contains("plugin new"));
        let line = json!({ "At": 1_767_225_600_000_i64, "Level": "warn", "Source": "PreSignUp_SignUp", "RequestId": "r", "Text": "t" });
        assert_eq!(shown_line(&line), "2026-01-01T00:00:00Z warn  PreSignUp_SignUp r t\n");
    }
}
