//! Plugins: functions of pools that lie in the store as WebAssembly, and chains of functions.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is done when a function gives no answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// The call that asked fails.
    #[default]
    Deny,
    /// As if the function had not been asked: the next one of a chain is.
    Skip,
    /// What was answered so far stands, and no further function of a chain is asked.
    Allow,
}

/// Something of the host's that a plugin may import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grant {
    /// Lines in the server's log.
    Log,
    /// `[config]` and `[secrets]` of the manifest.
    Config,
    /// A key-value space of the plugin's own.
    Kv,
}

impl Grant {
    /// The name in manifests, and of the interface in `plugins/wit/trigger.wit`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Config => "config",
            Self::Kv => "kv",
        }
    }
}

/// What a plugin may do and how it is run: `manifest.toml` without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Manifest {
    /// What it is for.
    pub description: String,
    /// The longest a call may take, in milliseconds of wall clock.
    pub timeout_ms: u32,
    /// The most memory of a call, in MiB.
    pub memory_mb: u32,
    /// How often a call that took too long is made again.
    pub retries: u32,
    /// What follows when it fails: takes too long, breaks, gives no answer.
    pub on_error: OnFailure,
    /// What follows when it refuses.
    pub on_refusal: OnFailure,
    /// A function that is run beside this one, with what it answers differently going to the log.
    pub shadow: Option<String>,
    /// Trigger sources whose sample events it must answer before it is taken.
    pub trial: Vec<String>,
    /// What it may import.
    pub grants: Vec<Grant>,
    /// Where it may call: `scheme://host[:port]`. Names must lead to public addresses.
    pub http: Vec<String>,
    /// As `http`, for names that may lead to private addresses.
    pub http_private: Vec<String>,
    /// The pools that may name it in LambdaConfig, as patterns of pool ids (`us-east-1_Ab12Cd34E`, `eu-*`). Empty: all
    /// pools.
    pub pools: Vec<String>,
    /// Settings that are no secret.
    pub config: BTreeMap<String, String>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            description: String::new(),
            timeout_ms: 5000,
            memory_mb: 128,
            retries: 0,
            on_error: OnFailure::Deny,
            on_refusal: OnFailure::Deny,
            shadow: None,
            trial: vec!["PreSignUp_SignUp".to_owned()],
            grants: vec![Grant::Log, Grant::Config],
            http: Vec::new(),
            http_private: Vec::new(),
            pools: Vec::new(),
            config: BTreeMap::new(),
        }
    }
}

/// One function of a chain. What is not said here is as the function's own manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Step {
    /// The function's name.
    pub function: String,
    /// The longest a call may take, in milliseconds.
    pub timeout_ms: Option<u32>,
    /// How often a call that took too long is made again.
    pub retries: Option<u32>,
    /// What follows when it fails.
    pub on_error: Option<OnFailure>,
    /// What follows when it refuses.
    pub on_refusal: Option<OnFailure>,
    /// A function that is run beside this one.
    pub shadow: Option<String>,
}

/// Functions that are asked in order, each with what the ones before it answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chain {
    /// What it is for.
    pub description: String,
    /// The pools that may name it in LambdaConfig, as in [`Manifest::pools`].
    pub pools: Vec<String>,
    /// The functions.
    pub steps: Vec<Step>,
}

/// A WebAssembly module, and how it is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// What its pieces lie under; releases of the same bytes share them.
    pub pieces: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// What it may do.
    pub manifest: Manifest,
    /// `[secrets]` of its manifest (a JSON object of texts), sealed.
    #[serde(with = "serde_bytes")]
    pub secrets: Vec<u8>,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// A module.
    Module(Box<Module>),
    /// A chain.
    Chain(Chain),
}

/// One version of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Counts up from 1 under one name.
    pub version: u64,
    /// When it was put.
    pub at: Timestamp,
    /// What it is.
    pub body: Body,
}

impl Release {
    /// Its module, if it is one.
    pub fn module(&self) -> Option<&Module> {
        match &self.body {
            Body::Module(module) => Some(module),
            Body::Chain(_) => None,
        }
    }
}

/// How far a new version has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Its bytes are on their way.
    Uploading,
    /// It is being compiled and tried.
    Compiling,
    /// It cannot be taken, in words.
    Refused(String),
}

/// A version that does not count yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// The version.
    pub release: Release,
    /// How far it has come.
    pub stage: Stage,
    /// How often it was begun to build it. One that ends the server with it must not do so at every start.
    #[serde(default)]
    pub tries: u32,
}

/// All that stands under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plugin {
    /// The name, as in `arn:aws:lambda:...:function:NAME`.
    pub name: String,
    /// What all that belongs to it lies under; no later plugin of the same name has it.
    pub id: String,
    /// The last version that was given out.
    pub last: u64,
    /// The version that is called.
    pub live: Option<Release>,
    /// The version that is to replace it.
    pub next: Option<Next>,
}

impl Plugin {
    /// The modules that it still needs.
    pub fn modules(&self) -> Vec<&Module> {
        let releases = self.live.iter().chain(self.next.iter().map(|next| &next.release));
        releases.filter_map(Release::module).collect()
    }
}
