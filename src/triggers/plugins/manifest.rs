//! Validates manifests and chains.

use crate::model::{Chain, Manifest};
use crate::secret::Secret;
use crate::triggers::samples;
use crate::triggers::sandbox::check_origins;
use std::collections::BTreeMap;

/// Most steps of a chain.
const MAX_STEPS: usize = 16;
/// Most entries in `[config]` and `[secrets]` together, and their most bytes.
const MAX_SETTINGS: usize = 100;
const MAX_BYTES: usize = 64 * 1024;
/// Most origins that a plugin may call.
const MAX_ORIGINS: usize = 50;
/// Longest description, in characters.
const MAX_DESCRIPTION_CHARS: usize = 500;

/// The `[secrets]` table of a manifest.
pub type Secrets = BTreeMap<String, Secret>;

/// Whether the text can be the NAME in `arn:aws:lambda:REGION:ACCOUNT:function:NAME`.
pub fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn in_range(name: &str, value: u32, least: u32, most: u32) -> Result<(), String> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(format!("{name} must be {least} to {most}, not {value}")) }
}

/// Most patterns of pools, and the longest one in characters (pool ids have at most 55).
const MAX_POOLS: usize = 100;
const MAX_POOL_CHARS: usize = 64;

fn check_pools(pools: &[String]) -> Result<(), String> {
    if pools.len() > MAX_POOLS {
        return Err(format!("pools lists more than {MAX_POOLS} patterns"));
    }
    match pools.iter().find(|pattern| !(1..=MAX_POOL_CHARS).contains(&pattern.chars().count())) {
        Some(pattern) => Err(format!("pools: {pattern:?} is not a pattern of pool ids")),
        None => Ok(()),
    }
}

fn check_shadow(shadow: Option<&str>) -> Result<(), String> {
    match shadow {
        Some(name) if !is_name(name) => Err(format!("shadow: {name:?} cannot be the name of a function")),
        _ => Ok(()),
    }
}

/// Checks a manifest. The error describes the first problem.
pub fn check(manifest: &Manifest, secrets: &Secrets) -> Result<(), String> {
    in_range("timeout_ms", manifest.timeout_ms, 1, 60_000)?;
    in_range("memory_mb", manifest.memory_mb, 1, 3008)?;
    in_range("retries", manifest.retries, 0, 5)?;
    check_shadow(manifest.shadow.as_deref())?;
    check_pools(&manifest.pools)?;
    if manifest.description.chars().count() > MAX_DESCRIPTION_CHARS {
        return Err(format!("description has more than {MAX_DESCRIPTION_CHARS} characters"));
    }
    if let Some(source) = manifest.trial.iter().find(|source| samples::sample(source).is_none()) {
        return Err(format!("trial: there is no trigger source {source:?}; `poolhouse plugin events` lists all"));
    }
    if manifest.trial.len() > samples::SOURCES.len() {
        return Err("trial lists more than there are trigger sources".into());
    }
    if manifest.http.len() + manifest.http_private.len() > MAX_ORIGINS {
        return Err(format!("http and http_private list more than {MAX_ORIGINS} places"));
    }
    check_origins(&manifest.http)?;
    check_origins(&manifest.http_private)?;
    let names = manifest.config.keys().chain(secrets.keys());
    if let Some(name) = names.clone().find(|name| !is_setting(name)) {
        return Err(format!("{name:?} cannot be the name of a setting: use letters, digits, '_', '-' and '.'"));
    }
    if let Some(name) = secrets.keys().find(|name| manifest.config.contains_key(*name)) {
        return Err(format!("{name} is in [config] and in [secrets]"));
    }
    let values = manifest.config.values().map(String::as_str).chain(secrets.values().map(Secret::reveal));
    if values.clone().any(|value| value.contains('\0')) {
        return Err("a value in [config] or [secrets] has a zero byte".into());
    }
    let bytes: usize = names.clone().map(String::len).chain(values.map(str::len)).sum();
    if names.count() > MAX_SETTINGS || bytes > MAX_BYTES {
        return Err(format!("[config] and [secrets] have more than {MAX_SETTINGS} settings or {MAX_BYTES} bytes"));
    }
    Ok(())
}

fn is_setting(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

/// Checks a chain. The error describes the first problem.
pub fn check_chain(chain: &Chain) -> Result<(), String> {
    if !(1..=MAX_STEPS).contains(&chain.steps.len()) {
        return Err(format!("a chain has 1 to {MAX_STEPS} steps"));
    }
    if chain.description.chars().count() > MAX_DESCRIPTION_CHARS {
        return Err(format!("description has more than {MAX_DESCRIPTION_CHARS} characters"));
    }
    check_pools(&chain.pools)?;
    for step in &chain.steps {
        if !is_name(&step.function) {
            return Err(format!("function: {:?} cannot be the name of a function", step.function));
        }
        in_range("timeout_ms", step.timeout_ms.unwrap_or(1), 1, 60_000)?;
        in_range("retries", step.retries.unwrap_or(0), 0, 5)?;
        check_shadow(step.shadow.as_deref())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Step;

    #[test]
    fn manifests_are_bounded() {
        let fine = Manifest::default();
        assert_eq!(check(&fine, &Secrets::new()), Ok(()));
        let config = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let wrong = [
            Manifest { timeout_ms: 0, ..fine.clone() },
            Manifest { timeout_ms: 60_001, ..fine.clone() },
            Manifest { memory_mb: 4096, ..fine.clone() },
            Manifest { retries: 6, ..fine.clone() },
            Manifest { shadow: Some("a b".into()), ..fine.clone() },
            Manifest { trial: vec!["PreSignUp_Nobody".into()], ..fine.clone() },
            Manifest { http: vec!["https://a.example".into(); 51], ..fine.clone() },
            Manifest { http_private: vec!["a.example".into()], ..fine.clone() },
            Manifest { config: config("a=b", ""), ..fine.clone() },
            Manifest { config: config("a", "\0"), ..fine.clone() },
            Manifest { config: config("a", &"x".repeat(70_000)), ..fine.clone() },
            Manifest { description: "x".repeat(501), ..fine.clone() },
            Manifest { pools: vec![String::new()], ..fine.clone() },
            Manifest { pools: vec!["*".into(); 101], ..fine.clone() },
        ];
        for manifest in wrong {
            assert!(check(&manifest, &Secrets::new()).is_err(), "{manifest:?}");
        }
        let twice = Manifest { config: config("a", "b"), ..fine };
        assert!(check(&twice, &Secrets::from([("a".to_owned(), Secret::new("c"))])).is_err());
    }

    #[test]
    fn chains_are_bounded() {
        let step = |function: &str| Step { function: function.into(), ..Step::default() };
        let chain = |steps: Vec<Step>| check_chain(&Chain { steps, ..Chain::default() });
        assert_eq!(chain(vec![step("a"), step("b")]), Ok(()));
        assert!(chain(vec![]).is_err());
        assert!(chain(vec![step("a"); 17]).is_err());
        assert!(chain(vec![step("arn:aws:lambda:eu-west-1:1:function:a")]).is_err());
        assert!(chain(vec![Step { retries: Some(9), ..step("a") }]).is_err());
    }
}
