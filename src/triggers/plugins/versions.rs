//! Replacing versions of a plugin, with the pieces of modules that nothing needs any more.

use crate::model::{Module, Next, Plugin, Release};
use crate::store::{Tx, plugins as table};

pub(super) fn piece_set<'a>(plugin_id: &'a str, module: &'a Module) -> table::PieceSet<'a> {
    table::PieceSet { plugin_id, upload_id: &module.pieces }
}

/// Removes the pieces of a module unless another version of the plugin still uses them.
fn release_pieces(tx: &Tx, plugin: &Plugin, module: &Module) {
    if plugin.modules().iter().all(|other| other.pieces != module.pieces) {
        table::delete_pieces(tx, piece_set(&plugin.id, module));
    }
}

/// Replaces the pending version and removes pieces that nothing needs any more.
pub(super) fn replace_next(tx: &Tx, plugin: &mut Plugin, next: Option<Next>) {
    let before = std::mem::replace(&mut plugin.next, next);
    if let Some(module) = before.as_ref().and_then(|before| before.release.module()) {
        release_pieces(tx, plugin, module);
    }
}

/// Replaces the live version and removes pieces that nothing needs any more.
pub(super) fn replace_live(tx: &Tx, plugin: &mut Plugin, release: Release) {
    let before = plugin.live.replace(release);
    if let Some(module) = before.as_ref().and_then(Release::module) {
        release_pieces(tx, plugin, module);
    }
}

/// The context that the secrets of a version are sealed with.
pub(super) fn secrets_context(plugin_id: &str, version: u64) -> String {
    format!("{plugin_id} {version}")
}
