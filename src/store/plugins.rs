//! The table of plugins, and the pieces of their modules.

use super::{Key, Read, Record, StoreError, Tx, decode, pools, tags};
use crate::model::Plugin;
use serde::{Deserialize, Serialize};

/// Bytes of a module in one record: a request that brings one passes the smallest `server.max_body_bytes`, and any
/// proxy.
pub const PIECE: usize = 64 * 1024;

impl Record for Plugin {
    const TABLE: &'static str = "plugins";
}

/// A piece of a module.
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
    /// The plugin's id.
    pub plugin_id: &'a str,
    /// The id of the upload ([`crate::model::Module::pieces`]).
    pub upload_id: &'a str,
}

impl PieceSet<'_> {
    fn prefix(self) -> Key {
        Key::new(tags::PLUGIN_PIECE).part(self.plugin_id).part(self.upload_id)
    }
}

/// The plugin of this name.
pub async fn get(read: &impl Read, name: &str) -> Result<Option<Plugin>, StoreError> {
    read.get(&key(name)).await
}

/// Writes a plugin.
pub fn put(tx: &Tx, plugin: &Plugin) -> Result<(), StoreError> {
    tx.put(key(&plugin.name), plugin)
}

/// Removes a plugin with all that it keeps; its bytes go in the background.
pub fn delete(tx: &Tx, plugin: &Plugin) {
    tx.delete(key(&plugin.name));
    pools::purge(tx, &Key::new(tags::PLUGIN_PIECE).part(&plugin.id));
    super::plugin_kv::delete_all(tx, &plugin.id);
}

/// Up to `limit` plugins by name.
pub async fn list(read: &impl Read, limit: usize) -> Result<Vec<Plugin>, StoreError> {
    let page = read.scan(&Key::new(tags::PLUGIN), None, limit).await?;
    page.entries.iter().map(|(_, value)| decode(value)).collect()
}

/// Writes a piece of a module, by the ids of plugin and pieces.
pub fn put_piece(tx: &Tx, set: PieceSet<'_>, number: u32, bytes: Vec<u8>) -> Result<(), StoreError> {
    tx.put(set.prefix().number(number.into()), &Piece { bytes })
}

/// A piece of a module.
pub async fn piece(read: &impl Read, set: PieceSet<'_>, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
    let piece: Option<Piece> = read.get(&set.prefix().number(number.into())).await?;
    Ok(piece.map(|piece| piece.bytes))
}

/// Removes the pieces of a module, in the background.
pub fn delete_pieces(tx: &Tx, set: PieceSet<'_>) {
    pools::purge(tx, &set.prefix());
}
