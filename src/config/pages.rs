//! The `[pages]` section: the pools' sign-in pages.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The `[pages]` section.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PagesConfig {
    /// A folder with templates, style sheets and messages of your own: each template or style sheet in it takes the
    /// place of the built-in one of the same name (`poolhouse` has them under static/pages), the others stay. Messages
    /// are in `languages/<tag>.ftl`, `pools/<id>/languages/<tag>.ftl` and `clients/<id>/languages/<tag>.ftl`. All are
    /// read when the server starts.
    pub templates: Option<PathBuf>,
}

impl PagesConfig {
    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        match &self.templates {
            Some(folder) if !folder.is_dir() => {
                vec![format!(
                    "pages.templates: {} is no folder that can be read; make it, or leave this out",
                    folder.display()
                )]
            }
            _ => Vec::new(),
        }
    }
}
