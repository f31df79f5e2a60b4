//! Plugins as the administration API shows them: without secrets and code.

use super::Plugins;
use crate::clock::Timestamp;
use crate::model::{Body, Chain, Manifest, Next, Plugin, Release, Stage};

#[derive(Debug, Clone, PartialEq)]
pub struct PluginView {
    pub name: String,
    /// The version that is called.
    pub live: Option<Version>,
    /// The version that will replace it, or was refused.
    pub next: Option<Version>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub version: u64,
    /// `Ready`, `Uploading`, `Compiling`, `Refused`, or `Failed` where a version that was live can no longer be
    /// compiled.
    pub state: &'static str,
    /// Why it was refused or failed.
    pub reason: Option<String>,
    pub put: Timestamp,
    pub sha256: Option<String>,
    /// Size of the module.
    pub bytes: Option<u64>,
    pub manifest: Option<Manifest>,
    pub chain: Option<Chain>,
}

impl PluginView {
    /// Leaves out what can be long: settings, origins and steps.
    pub(super) fn in_brief(mut self) -> Self {
        for version in [&mut self.live, &mut self.next].into_iter().flatten() {
            if let Some(manifest) = &mut version.manifest {
                *manifest = Manifest { description: std::mem::take(&mut manifest.description), ..Manifest::default() };
            }
            if let Some(chain) = &mut version.chain {
                chain.steps.clear();
            }
        }
        self
    }
}

fn version(release: &Release, state: &'static str, reason: Option<String>) -> Version {
    let (module, chain) = match &release.body {
        Body::Module(module) => (Some(module), None),
        Body::Chain(chain) => (None, Some(chain.clone())),
    };
    Version {
        version: release.version,
        state,
        reason,
        put: release.at,
        sha256: module.map(|module| module.sha256.clone()),
        bytes: module.map(|module| module.bytes),
        manifest: module.map(|module| module.manifest.clone()),
        chain,
    }
}

impl Plugins {
    pub(super) fn view(&self, plugin: &Plugin) -> PluginView {
        let live = plugin.live.as_ref().map(|release| {
            let (state, why) = self.state(&plugin.name, release.version);
            version(release, state, why)
        });
        let next = plugin.next.as_ref().map(|Next { release, stage, .. }| match stage {
            Stage::Uploading => version(release, "Uploading", None),
            Stage::Compiling => version(release, "Compiling", None),
            Stage::Refused(why) => version(release, "Refused", Some(why.clone())),
        });
        PluginView { name: plugin.name.clone(), live, next }
    }
}
