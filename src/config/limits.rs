//! The `[limits]` section.

use serde::{Deserialize, Serialize};

/// The `[limits]` section.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {}
