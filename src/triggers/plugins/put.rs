//! Uploading a new version: it is announced with its hash, sent in pieces, and queued for compilation.

use super::versions::{piece_set, replace_live, replace_next, secrets_context};
use super::{Callable, MAX_PLUGINS, Plugins, VersionRef, check, check_chain, is_name, unknown};
use crate::fault::Fault;
use crate::model::{Body, Chain, Manifest, Module, Next, Plugin, Release, Stage};
use crate::secret::Secret;
use crate::store::plugins as table;
use crate::store::{StoreError, Tx};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The announcement of a new version.
#[derive(Debug)]
pub struct Upload {
    pub manifest: Manifest,
    /// The `[secrets]` table of the manifest.
    pub secrets: BTreeMap<String, Secret>,
    /// SHA-256 of the module in lower-case hex.
    pub sha256: String,
    /// Size of the module.
    pub bytes: u64,
}

/// The server's answer to an announcement.
#[derive(Debug)]
pub struct UploadPlan {
    pub version: u64,
    /// Size of each piece but the last.
    pub piece_bytes: usize,
    /// How many pieces must be sent; none where the module is already stored.
    pub pieces: u32,
}

/// SHA-256 in lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, bytes);
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pieces(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(table::PIECE as u64)).unwrap_or(u32::MAX)
}

fn check_name(name: &str) -> Result<(), Fault> {
    if is_name(name) {
        Ok(())
    } else {
        Err(Fault::invalid("A plugin's name has 1 to 64 letters, digits, '-' and '_'."))
    }
}

fn unusable_manifest(why: String) -> Fault {
    Fault::invalid(format!("The manifest cannot be used: {why}."))
}

/// Says who may use the function: anyone who manages a pool can otherwise name it there, and receive what it answers.
fn log_pools(name: &str, pools: &[String]) {
    if pools.is_empty() {
        tracing::info!(plugin = name, "all pools may use the function; `pools` in its manifest restricts that");
    } else {
        tracing::info!(plugin = name, ?pools, "only these pools may use the function");
    }
}

impl Plugins {
    /// Announces a new version of a module. The live version stays until the new one was compiled and tried.
    pub async fn announce(self: &Arc<Self>, name: &str, upload: Upload) -> Result<UploadPlan, Fault> {
        check_name(name)?;
        check(&upload.manifest, &upload.secrets).map_err(unusable_manifest)?;
        if upload.manifest.memory_mb > self.env.config.memory_mb {
            let (wanted, most) = (upload.manifest.memory_mb, self.env.config.memory_mb);
            return Err(unusable_manifest(format!(
                "memory_mb is {wanted}, and all plugins together have {most} (plugins.memory_mb)"
            )));
        }
        // Created before anything is stored, so that an error of the engine reaches whoever puts the first plugin.
        let own = self.clone();
        let made = tokio::task::spawn_blocking(move || own.sandbox().map(drop)).await.map_err(Fault::internal)?;
        made.map_err(Fault::internal)?;
        let most = u64::from(self.env.config.module_mb) << 20;
        if !(8..=most).contains(&upload.bytes) {
            let bytes = upload.bytes;
            return Err(Fault::invalid(format!("A module has 8 to {most} bytes (plugins.module_mb), not {bytes}.")));
        }
        if upload.sha256.len() != 64 || !upload.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(Fault::invalid("Sha256 must be 64 digits of hex, in lower case."));
        }
        let announced_pools = upload.manifest.pools.clone();
        let secrets = serde_json::to_vec(&upload.secrets).map_err(Fault::internal)?;
        let (fresh_id, fresh_pieces) = (crate::rng::uuid()?, crate::rng::uuid()?);
        let at = self.env.clock.now();
        let (version, known) = self
            .env
            .store
            .transact(async |tx| {
                let mut plugin = self.plugin_or_new(tx, name, &fresh_id).await?;
                let live = plugin
                    .live
                    .as_ref()
                    .and_then(Release::module)
                    .filter(|module| (&module.sha256, module.bytes) == (&upload.sha256, upload.bytes));
                let known = live.map(|module| module.pieces.clone());
                let stage = if known.is_some() { Stage::Compiling } else { Stage::Uploading };
                let is_known = known.is_some();
                plugin.last += 1;
                let version = plugin.last;
                let module = Module {
                    sha256: upload.sha256.clone(),
                    pieces: known.unwrap_or_else(|| fresh_pieces.clone()),
                    bytes: upload.bytes,
                    manifest: upload.manifest.clone(),
                    secrets: self.env.seal.seal(&secrets_context(&plugin.id, version), &secrets)?,
                };
                let release = Release { version, at, body: Body::Module(Box::new(module)) };
                replace_next(tx, &mut plugin, Some(Next { release, stage, tries: 0 }));
                table::put(tx, &plugin)?;
                Ok((version, is_known))
            })
            .await?;
        if known {
            self.build(name, version);
        }
        log_pools(name, &announced_pools);
        Ok(UploadPlan { version, piece_bytes: table::PIECE, pieces: if known { 0 } else { pieces(upload.bytes) } })
    }

    /// The plugin with this name, or a new one.
    async fn plugin_or_new(&self, tx: &Tx, name: &str, fresh_id: &str) -> Result<Plugin, Fault> {
        if let Some(plugin) = table::get(tx, name).await? {
            return Ok(plugin);
        }
        if table::list(tx, MAX_PLUGINS).await?.len() >= MAX_PLUGINS {
            return Err(Fault::modelled("LimitExceededException", format!("There are {MAX_PLUGINS} plugins already.")));
        }
        Ok(Plugin { name: name.to_owned(), id: fresh_id.to_owned(), last: 0, live: None, next: None })
    }

    /// Stores a piece of an announced version.
    pub async fn piece(&self, name: &str, version: u64, number: u32, bytes: Vec<u8>) -> Result<(), Fault> {
        self.env
            .store
            .transact(async |tx| {
                let plugin = table::get(tx, name).await?.ok_or_else(|| unknown(name))?;
                let module = uploading(&plugin, version)?;
                let before = u64::from(number) * table::PIECE as u64;
                let expected = module.bytes.saturating_sub(before).min(table::PIECE as u64);
                if expected == 0 || bytes.len() as u64 != expected {
                    return Err(Fault::invalid(format!(
                        "Piece {number} must have {expected} bytes, not {}.",
                        bytes.len()
                    )));
                }
                table::put_piece(tx, piece_set(&plugin.id, module), number, bytes.clone())?;
                Ok(())
            })
            .await
    }

    /// Ends an upload and starts compilation in the background.
    pub async fn complete(self: &Arc<Self>, name: &str, version: u64) -> Result<(), Fault> {
        self.env
            .store
            .transact(async |tx| {
                let mut plugin = table::get(tx, name).await?.ok_or_else(|| unknown(name))?;
                uploading(&plugin, version)?;
                if let Some(next) = &mut plugin.next {
                    next.stage = Stage::Compiling;
                }
                table::put(tx, &plugin)?;
                Ok(())
            })
            .await?;
        self.build(name, version);
        Ok(())
    }

    /// Stores a chain. It needs no compilation and is live at once.
    pub async fn put_chain(&self, name: &str, chain: Chain) -> Result<u64, Fault> {
        check_name(name)?;
        check_chain(&chain).map_err(unusable_manifest)?;
        let fresh_id = crate::rng::uuid()?;
        let at = self.env.clock.now();
        let _one = self.changing.lock().await;
        let (id, version) = self
            .env
            .store
            .transact(async |tx| {
                let mut plugin = self.plugin_or_new(tx, name, &fresh_id).await?;
                replace_next(tx, &mut plugin, None);
                plugin.last += 1;
                let release = Release { version: plugin.last, at, body: Body::Chain(chain.clone()) };
                replace_live(tx, &mut plugin, release);
                table::put(tx, &plugin)?;
                Ok((plugin.id, plugin.last))
            })
            .await?;
        log_pools(name, &chain.pools);
        self.publish(VersionRef { name, id: &id, version }, Callable::Chain(Arc::new(chain)));
        Ok(version)
    }

    /// Reads all pieces of a module and checks them against its hash.
    pub(super) async fn module_bytes(&self, plugin_id: &str, module: &Module) -> Result<Vec<u8>, String> {
        let mut whole = Vec::with_capacity(usize::try_from(module.bytes).unwrap_or_default());
        for number in 0..pieces(module.bytes) {
            let piece: Result<_, StoreError> =
                table::piece(&self.env.store, piece_set(plugin_id, module), number).await;
            match piece {
                Ok(Some(bytes)) => whole.extend_from_slice(&bytes),
                Ok(None) => return Err(format!("piece {number} of it was not sent")),
                Err(error) => return Err(error.to_string()),
            }
        }
        if sha256(&whole) == module.sha256 {
            Ok(whole)
        } else {
            Err("its bytes are not those that were announced (Sha256)".into())
        }
    }
}

fn uploading(plugin: &Plugin, version: u64) -> Result<&Module, Fault> {
    let next = plugin.next.as_ref().filter(|next| next.release.version == version && next.stage == Stage::Uploading);
    next.and_then(|next| next.release.module()).ok_or_else(|| {
        Fault::modelled("ConflictException", format!("Version {version} of {} is not being sent.", plugin.name))
    })
}
