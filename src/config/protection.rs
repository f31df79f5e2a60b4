//! The `[protection]` section: what threat protection of pools looks things up in.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The `[protection]` section.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProtectionConfig {
    /// Passwords known from leaks, as Pwned Passwords gives them for download, as SHA-1: the folder of range files
    /// (00000 to FFFFF, with or without .txt) or the one file that is ordered by hash. They are searched where they
    /// are, and never loaded. Pools whose AdvancedSecurityMode is not OFF are protected by them, beside the list of the
    /// 30,000 commonest that the server has.
    pub breached_passwords: Option<PathBuf>,
}
