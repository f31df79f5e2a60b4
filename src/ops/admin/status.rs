//! The state of the server as its administrators see it.

use crate::context::Context;
use crate::domain::access;
use crate::fault::Fault;
use crate::shapes::admin::{GetStatusRequest, GetStatusResponse};
use crate::store::{Key, Read as _};
use std::path::{Path, PathBuf};

/// `GetStatus` (signed): version, uptime, sizes.
pub async fn get_status(cx: &Context, _input: GetStatusRequest) -> Result<GetStatusResponse, Fault> {
    let services = &cx.services;
    let dir = services.config.server.data_dir.clone();
    let bytes = tokio::task::spawn_blocking(move || size(&dir)).await.map_err(Fault::internal)?;
    let (signing_keys, srp_halves) = services.keys.ready();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(GetStatusResponse {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_seconds: i64::try_from(cx.now.since(services.started).as_secs()).unwrap_or(i64::MAX),
        data_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        access_keys: count(access::list(services).await?.len()),
        ready_signing_keys: count(signing_keys),
        ready_srp_halves: count(srp_halves),
        development_mode: services.config.server.dev,
    })
}

/// Whether calls can be served: the store answers a read.
pub async fn check_ready(cx: &Context) -> Result<(), Fault> {
    cx.services.store.bytes(&Key::new(0)).await?;
    Ok(())
}

/// The bytes of all files under a directory. What cannot be read is left out.
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
