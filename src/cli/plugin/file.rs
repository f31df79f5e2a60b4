//! Reads plugins, manifests and chains from files.

use super::super::Failure;
use crate::model::{Chain, Manifest};
use crate::secret::Secret;
use crate::triggers::plugins::{Secrets, check, check_chain, sha256};
use crate::triggers::sandbox::ModuleKind;
use std::path::{Path, PathBuf};

/// Largest module, in bytes. The server has a limit of its own in its settings.
const LARGEST: u64 = 256 * 1024 * 1024;
/// Largest manifest, in bytes.
const LARGEST_TEXT: u64 = 1024 * 1024;

/// A module and its manifest.
pub(super) struct Module {
    pub bytes: Vec<u8>,
    pub form: ModuleKind,
    pub sha256: String,
    pub manifest: Manifest,
    pub secrets: Secrets,
}

/// Reads a file with a size limit.
pub(super) fn read(path: &Path, largest: u64) -> Result<Vec<u8>, Failure> {
    let to_failure = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let length = std::fs::metadata(path).map_err(to_failure)?.len();
    if length > largest {
        return Err(Failure::usage(format!("{}: it has {length} bytes, more than {largest}", path.display())));
    }
    std::fs::read(path).map_err(to_failure)
}

fn text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read(path, LARGEST_TEXT)?)
        .map_err(|_| Failure::usage(format!("{}: it is no text", path.display())))
}

/// Reads a module and its manifest.
pub(super) fn module(path: &Path, manifest: Option<&Path>) -> Result<Module, Failure> {
    let to_failure = |why: &dyn std::fmt::Display| Failure::usage(format!("{}: {why}", path.display()));
    let mut bytes = read(path, LARGEST)?;
    if path.extension().is_some_and(|ending| ending == "wat") {
        bytes = wat::parse_bytes(&bytes).map_err(|e| to_failure(&e))?.into_owned();
    }
    let form = ModuleKind::of(&bytes).map_err(|why| to_failure(&why))?;
    let (manifest, secrets) = self::manifest(path, manifest)?;
    Ok(Module { sha256: sha256(&bytes), bytes, form, manifest, secrets })
}

/// The manifest that was named, or the one beside the module, or the default.
fn manifest(module: &Path, named: Option<&Path>) -> Result<(Manifest, Secrets), Failure> {
    let beside: PathBuf = module.with_file_name("manifest.toml");
    let path = match named {
        Some(path) => path,
        None if beside.is_file() => &beside,
        None => return Ok(Default::default()),
    };
    parse_manifest(&text(path)?).map_err(|why| Failure::usage(format!("{}: {why}", path.display())))
}

/// Parses a manifest. Secrets of the form `env:NAME` are read from the environment.
fn parse_manifest(text: &str) -> Result<(Manifest, Secrets), String> {
    let mut table: toml::Table = toml::from_str(text).map_err(|e| e.to_string())?;
    let mut secrets = Secrets::new();
    if let Some(found) = table.remove("secrets") {
        let toml::Value::Table(found) = found else { return Err("secrets: it must be a table, [secrets]".into()) };
        for (name, value) in found {
            let toml::Value::String(value) = value else { return Err(format!("secrets.{name}: it must be a text")) };
            let value = match value.strip_prefix("env:") {
                Some(variable) => std::env::var(variable)
                    .map_err(|_| format!("secrets.{name}: the variable {variable} is not set"))?,
                None => value,
            };
            secrets.insert(name, Secret::new(value));
        }
    }
    let manifest: Manifest = table.try_into().map_err(|e: toml::de::Error| e.to_string())?;
    check(&manifest, &secrets)?;
    Ok((manifest, secrets))
}

pub(super) fn chain(path: &Path) -> Result<Chain, Failure> {
    let to_failure = |why: &dyn std::fmt::Display| Failure::usage(format!("{}: {why}", path.display()));
    let chain: Chain = toml::from_str(&text(path)?).map_err(|e| to_failure(&e))?;
    check_chain(&chain).map_err(|why| to_failure(&why))?;
    Ok(chain)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn manifests_are_read_with_their_secrets_apart() {
        let (manifest, secrets) = parse_manifest(
            "timeout_ms = 100\ngrants = [\"kv\"]\nhttp = [\"https://a.example\"]\n[config]\na = \"b\"\n[secrets]\nkey = \"hush\"\nhome = \"env:PATH\"",
        )
        .unwrap();
        assert_eq!((manifest.timeout_ms, manifest.memory_mb), (100, 128));
        assert_eq!(secrets.get("key").map(Secret::reveal), Some("hush"));
        assert!(secrets.get("home").is_some_and(|value| !value.reveal().starts_with("env:")));
        assert!(!format!("{manifest:?}").contains("hush"));
        for (wrong, why) in [
            ("tiemout_ms = 1", "tiemout_ms"),
            ("[secrets]\na = \"env:NO_SUCH_VARIABLE_HERE\"", "NO_SUCH_VARIABLE_HERE"),
            ("grants = [\"files\"]", "files"),
            ("memory_mb = 0", "memory_mb"),
            ("trial = [\"PreSignUp\"]", "plugin events"),
        ] {
            let error = parse_manifest(wrong).unwrap_err();
            assert!(error.contains(why), "{wrong}: {error}");
        }
    }
}
