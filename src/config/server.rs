//! The `[server]` section.

use serde::{Deserialize, Serialize};

/// The `[server]` section.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {}
