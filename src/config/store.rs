//! The `[store]` section.

use serde::{Deserialize, Serialize};

/// The `[store]` section.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {}
