//! Plugins: upload, refusal, replacement, calls, and hostile guests.

mod chains;
mod guests;
mod hostile;
mod lifecycle;
mod pools;

use crate::house::{House, PASSWORD};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::config::Config;
use poolhouse::model::Manifest;
use poolhouse::triggers::plugins::{Secrets, Upload};
use poolhouse::triggers::{Call, Failure, FunctionHost as _, samples};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

fn arn(name: &str) -> String {
    format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}")
}

async fn house_with(change: impl FnOnce(&mut Config)) -> House {
    let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), change).await.unwrap();
    House::over(app, json!({}), json!({})).await
}

async fn house() -> House {
    house_with(|_| {}).await
}

fn upload(bytes: &[u8], manifest: Manifest, secrets: Secrets) -> Upload {
    let hash = ring::digest::digest(&ring::digest::SHA256, bytes);
    let sha256 = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Upload { manifest, secrets, sha256, bytes: bytes.len() as u64 }
}

/// Puts a plugin and waits until it is live; an error is the reason for its refusal.
async fn put_with(
    house: &House,
    name: &str,
    bytes: &[u8],
    manifest: Manifest,
    secrets: Secrets,
) -> Result<u64, String> {
    let plugins = house.app.services.triggers.plugins();
    let mut changes = plugins.changes();
    let put = plugins.announce(name, upload(bytes, manifest, secrets)).await.map_err(|fault| fault.to_string())?;
    for (number, piece) in bytes.chunks(put.piece_bytes).enumerate().take(put.pieces as usize) {
        plugins.piece(name, put.version, number as u32, piece.to_vec()).await.unwrap();
    }
    if put.pieces > 0 {
        plugins.complete(name, put.version).await.unwrap();
    }
    loop {
        let view = plugins.show(name).await.unwrap();
        if view.live.is_some_and(|live| live.version == put.version && live.state == "Ready") {
            return Ok(put.version);
        }
        let next = view.next.unwrap();
        if let Some(reason) = next.reason {
            return Err(reason);
        }
        changes.changed().await.unwrap();
    }
}

async fn put(house: &House, name: &str, bytes: &[u8]) {
    put_with(house, name, bytes, Manifest { trial: Vec::new(), ..Manifest::default() }, Secrets::new()).await.unwrap();
}

/// Calls a function with the sample event of a trigger source.
async fn call(house: &House, name: &str, source: &str) -> Result<Value, Failure> {
    let event = samples::sample(source).unwrap();
    house.app.services.triggers.functions().call(Call { function: arn(name), request_id: "test".into(), event }).await
}

/// The result of SignUp in a pool with this PreSignUp function.
async fn sign_up(house: &House, name: &str) -> Result<Value, String> {
    let pool = house.another_pool(json!({"LambdaConfig": {"PreSignUp": arn(name)}})).await;
    let client = house.another_client(json!({"UserPoolId": pool})).await;
    house.call("SignUp", json!({"ClientId": client, "Username": "ann", "Password": PASSWORD})).await
}

/// The log lines of a plugin.
fn lines(house: &House, name: &str) -> Vec<String> {
    house.app.services.triggers.plugins().logs.after(name, 0).into_iter().map(|line| line.text).collect()
}

fn outcomes(house: &House, name: &str) -> BTreeMap<&'static str, u64> {
    house.app.services.triggers.functions().stats().of(name)
}

/// The names of the files in a folder; none if it does not exist.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}
