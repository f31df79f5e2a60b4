//! The `[delivery]` section.

use serde::{Deserialize, Serialize};

/// The `[delivery]` section.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryConfig {}
