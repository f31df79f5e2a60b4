//! The table of plugins, and the pieces of their modules.

use super::{Key, Read, Record, StoreError, Tx, decode, sweep, tags};
use crate::model::Plugin;
use serde::{Deserialize, Serialize};

/// Size of a piece in bytes. A request with one piece fits into the smallest allowed `server.max_body_bytes`, and
/// through any proxy.
pub const PIECE: usize = 64 * 1024;

impl Record for Plugin {
    const TABLE: &'static str = "plugins";
}

#[derive(Serialize, Deserialize)]
struct Piece {
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

impl Record for Piece {
    const TABLE: &'static str = "plugin pieces";
}

fn key(name: &str) -> Key {
    Key::new(tags::PLUGIN).part(name)
}

/// The pieces of one uploaded module.
#[derive(Debug, Clone, Copy)]
pub struct PieceSet<'a> {
    pub plugin_id: &'a str,
    /// The id of the upload ([`crate::model::Module::pieces`]).
    pub upload_id: &'a str,
}

impl PieceSet<'_> {
    fn prefix(self) -> Key {
        Key::new(tags::PLUGIN_PIECE).part(self.plugin_id).part(self.upload_id)
    }
}

pub async fn get(read: &impl Read, name: &str) -> Result<Option<Plugin>, StoreError> {
    read.get(&key(name)).await
}

pub fn put(tx: &Tx, plugin: &Plugin) -> Result<(), StoreError> {
    tx.put(key(&plugin.name), plugin)
}

/// Removes a plugin and its values. Its pieces are purged in the background.
pub fn delete(tx: &Tx, plugin: &Plugin) {
    tx.delete(key(&plugin.name));
    sweep::purge(tx, &Key::new(tags::PLUGIN_PIECE).part(&plugin.id));
    super::plugin_kv::delete_all(tx, &plugin.id);
}

/// Up to `limit` plugins by name.
pub async fn list(read: &impl Read, limit: usize) -> Result<Vec<Plugin>, StoreError> {
    let page = read.scan(&Key::new(tags::PLUGIN), None, limit).await?;
    page.entries.iter().map(|(_, value)| decode(value)).collect()
}

pub fn put_piece(tx: &Tx, set: PieceSet<'_>, number: u32, bytes: Vec<u8>) -> Result<(), StoreError> {
    tx.put(set.prefix().number(number.into()), &Piece { bytes })
}

pub async fn piece(read: &impl Read, set: PieceSet<'_>, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
    let piece: Option<Piece> = read.get(&set.prefix().number(number.into())).await?;
    Ok(piece.map(|piece| piece.bytes))
}

/// Removes the pieces of a module in the background.
pub fn delete_pieces(tx: &Tx, set: PieceSet<'_>) {
    sweep::purge(tx, &set.prefix());
}
