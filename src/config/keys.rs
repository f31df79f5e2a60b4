//! The `[keys]` section.

use serde::{Deserialize, Serialize};

/// The `[keys]` section.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeysConfig {}
