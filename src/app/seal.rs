//! Joins delivery and triggers, which do not know `keys`, to the sealing of the outbox and of plugins' data.

use crate::fault::Fault;
use crate::keys::seal::{Purpose, Sealer, bound};
use crate::secret::Seal;

/// Seals messages under the master key.
pub(super) struct OutboxSeal(pub Sealer);

impl Seal for OutboxSeal {
    fn seal(&self, bound_to: &str, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        self.0.seal(Purpose::OutboxMessage, &bound(&[bound_to]), plain)
    }

    fn open(&self, bound_to: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.open(Purpose::OutboxMessage, &bound(&[bound_to]), sealed).ok()
    }
}

/// Seals plugins' secrets and values under the master key.
pub(super) struct PluginSeal(pub Sealer);

impl Seal for PluginSeal {
    fn seal(&self, bound_to: &str, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        self.0.seal(Purpose::PluginData, &bound(&[bound_to]), plain)
    }

    fn open(&self, bound_to: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.open(Purpose::PluginData, &bound(&[bound_to]), sealed).ok()
    }
}
