//! Reads the settings: defaults < file < environment < flags. Reports all faults at once.

use super::{Config, ConfigErrors};
use figment::Figment;
use figment::error::{Actual, Kind};
use figment::providers::Serialized;
use figment::value::{Dict, Value};
use std::path::{Path, PathBuf};

/// The file that is read from the data directory when no other is named.
pub const FILE_NAME: &str = "poolhouse.toml";
const PREFIX: &str = "POOLHOUSE_";
/// The largest settings file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// What the settings are made from.
#[derive(Debug, Default, Clone)]
pub struct Sources {
    /// The file named on the command line; `None`: `poolhouse.toml` in the data directory, if it is there.
    pub file: Option<PathBuf>,
    /// The environment, as (name, value).
    pub env: Vec<(String, String)>,
    /// Settings of the command line, as dotted key and value. They win over all others.
    pub flags: Vec<(&'static str, String)>,
}

impl Sources {
    /// Takes the process's environment alone. Variables that are not Unicode are left out.
    pub fn from_env() -> Self {
        let env =
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect();
        Self { file: None, env, flags: Vec::new() }
    }
}

/// One setting of one source.
struct Setting {
    /// Where it comes from, for messages.
    origin: String,
    path: Vec<String>,
    /// Possible values, best first: a text in the environment may mean a number, a list or a text.
    candidates: Vec<Value>,
}

/// Reads all sources. Every fault is reported, not only the first; messages never show a value.
pub fn load(sources: &Sources) -> Result<Config, ConfigErrors> {
    let mut faults = Vec::new();
    let overrides: Vec<Setting> =
        environment(&sources.env, &mut faults).into_iter().chain(flags(&sources.flags)).collect();
    let mut settings = file_settings(sources, &overrides, &mut faults);
    settings.extend(overrides);

    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    for setting in settings {
        match first_valid(&setting) {
            Ok(value) => figment = figment.merge(Serialized::defaults(nest(&setting.path, value))),
            Err(fault) => faults.push(fault),
        }
    }
    // Each setting was tried alone, so what is left to fail here is a combination of settings.
    match figment.extract::<Config>() {
        Ok(config) => {
            faults.extend(config.validate());
            if faults.is_empty() { Ok(config) } else { Err(ConfigErrors(faults)) }
        }
        Err(errors) => {
            faults.extend(errors.into_iter().map(|e| format!("{}: {}", e.path.join("."), describe(&e.kind))));
            Err(ConfigErrors(faults))
        }
    }
}

/// The first candidate of a setting that fits its place, tried alone over the defaults.
fn first_valid(setting: &Setting) -> Result<Value, String> {
    let mut first = None;
    for candidate in &setting.candidates {
        let alone = Figment::from(Serialized::defaults(Config::default()))
            .merge(Serialized::defaults(nest(&setting.path, candidate.clone())));
        match alone.extract::<Config>() {
            Ok(_) => return Ok(candidate.clone()),
            Err(error) => first = first.or(Some(error)),
        }
    }
    let reason = first.map_or_else(|| "has no value".to_owned(), |e| describe(&e.kind));
    Err(format!("{}: {reason} ({})", setting.path.join("."), setting.origin))
}

fn nest(path: &[String], value: Value) -> Dict {
    let mut path = path.iter().rev();
    let mut dict = Dict::new();
    if let Some(last) = path.next() {
        dict.insert(last.clone(), value);
    }
    for part in path {
        dict = Dict::from([(part.clone(), Value::from(dict))]);
    }
    dict
}

/// What is wrong, without the value: it may be a secret.
fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Message(message) => message.clone(),
        Kind::InvalidType(actual, expected) => format!("must be {expected}, not {}", type_name(actual)),
        Kind::InvalidValue(_, expected) | Kind::InvalidLength(_, expected) => format!("must be {expected}"),
        Kind::UnknownVariant(_, known) => format!("must be one of {}", known.join(", ")),
        Kind::UnknownField(name, known) => {
            format!("there is no setting `{name}` here; the settings are {}", known.join(", "))
        }
        Kind::MissingField(name) => format!("`{name}` is missing"),
        Kind::DuplicateField(name) => format!("`{name}` is set twice"),
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => "is too large a number".into(),
        Kind::Unsupported(actual) | Kind::UnsupportedKey(actual, _) => {
            format!("{} cannot stand here", type_name(actual))
        }
    }
}

fn type_name(actual: &Actual) -> &'static str {
    match actual {
        Actual::Bool(_) => "true or false",
        Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_) => "a number",
        Actual::Char(_) | Actual::Str(_) | Actual::Bytes(_) => "text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "this",
    }
}

/// The settings of the file. A file in the data directory cannot say where the data directory is.
fn file_settings(sources: &Sources, overrides: &[Setting], faults: &mut Vec<String>) -> Vec<Setting> {
    let (path, named) = match &sources.file {
        Some(path) => (path.clone(), true),
        None => (data_dir(overrides).join(FILE_NAME), false),
    };
    if !named && !path.exists() {
        return Vec::new();
    }
    let table = match read(&path) {
        Ok(table) => table,
        Err(fault) => {
            faults.push(fault);
            return Vec::new();
        }
    };
    let Ok(Value::Dict(_, dict)) = Value::serialize(&table) else {
        faults.push(format!("{}: cannot be read as settings", path.display()));
        return Vec::new();
    };
    let mut settings = Vec::new();
    leaves(&path.display().to_string(), Vec::new(), dict, &mut settings);
    if !named && settings.iter().any(|s| s.path == ["server", "data_dir"]) {
        faults.push(format!(
            "server.data_dir: {} lies in the data directory and cannot name another; use --data-dir, or keep the file elsewhere and use --config",
            path.display()
        ));
    }
    settings
}

/// The data directory as environment and flags have it; the file is looked for there.
fn data_dir(overrides: &[Setting]) -> PathBuf {
    let said = overrides
        .iter()
        .rev()
        .find(|s| s.path == ["server", "data_dir"])
        .and_then(|s| s.candidates.last()?.as_str().map(PathBuf::from));
    said.unwrap_or_else(|| Config::default().server.data_dir)
}

fn read(path: &Path) -> Result<toml::Table, String> {
    let shown = path.display();
    let length = std::fs::metadata(path).map_err(|e| format!("{shown}: {e}; name a file that is there"))?.len();
    if length > MAX_FILE_BYTES {
        return Err(format!("{shown}: is larger than 1 MiB; this is not a settings file"));
    }
    let text = std::fs::read_to_string(path)
        .map_err(|e| format!("{shown}: {e}; it must be a UTF-8 text file that this user may read"))?;
    toml::from_str::<toml::Table>(&text).map_err(|error| {
        // The library's own message quotes the line, which may hold a secret.
        let line = error.span().map_or(0, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
        format!("{shown}, line {line}: is not TOML: {}", error.message())
    })
}

/// Splits tables into single settings, down to what is not a table in the defaults.
fn leaves(origin: &str, path: Vec<String>, dict: Dict, out: &mut Vec<Setting>) {
    for (key, value) in dict {
        let mut path = path.clone();
        path.push(key);
        match value {
            Value::Dict(_, inner) if path.len() == 1 || is_table(&path) => leaves(origin, path, inner, out),
            value => out.push(Setting { origin: origin.to_owned(), path, candidates: vec![value] }),
        }
    }
}

fn is_table(path: &[String]) -> bool {
    let defaults = Figment::from(Serialized::defaults(Config::default()));
    matches!(defaults.find_value(&path.join(".")), Ok(Value::Dict(_, dict)) if !dict.is_empty())
}

/// The settings of the environment: `POOLHOUSE_SECTION__KEY`, and the two short names that containers use.
fn environment(env: &[(String, String)], faults: &mut Vec<String>) -> Vec<Setting> {
    let mut settings = Vec::new();
    for (name, value) in env {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        let path: Vec<String> = match rest {
            "LISTEN" => vec!["server".into(), "listen".into()],
            "DATA_DIR" => vec!["server".into(), "data_dir".into()],
            _ if rest.contains("__") => rest.split("__").map(str::to_ascii_lowercase).collect(),
            _ => {
                // Other names belong to others (a service named poolhouse gets POOLHOUSE_SERVICE_HOST from Kubernetes);
                // one that is a setting but for an underscore is a mistake.
                if let Some(fault) = misspelt(name, rest) {
                    faults.push(fault);
                }
                continue;
            }
        };
        settings.push(Setting { origin: format!("environment variable {name}"), path, candidates: candidates(value) });
    }
    // The short names are the weaker ones.
    settings.sort_by_key(|s| s.origin.contains("__"));
    settings
}

fn misspelt(name: &str, rest: &str) -> Option<String> {
    let lower = rest.to_ascii_lowercase();
    let (section, key) = lower.split_once('_')?;
    let defaults = Figment::from(Serialized::defaults(Config::default()));
    defaults.find_value(&format!("{section}.{key}")).ok()?;
    let right = format!("{PREFIX}{}__{}", section.to_ascii_uppercase(), key.to_ascii_uppercase());
    Some(format!("{section}.{key}: the environment variable {name} is not read; with two underscores, {right}, it is"))
}

/// What the text of a variable may mean: a number or `true`, plain text, or a list with commas.
fn candidates(text: &str) -> Vec<Value> {
    let list: Vec<Value> = text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(Value::from).collect();
    let Ok(parsed) = text.parse::<Value>();
    // Text is taken as it stands: the parser would take quotes and outer spaces off a password.
    let parsed = if matches!(parsed, Value::String(..) | Value::Char(..)) { Value::from(text) } else { parsed };
    vec![parsed, Value::from(list), Value::from(text)]
}

fn flags(flags: &[(&'static str, String)]) -> Vec<Setting> {
    let setting = |(key, value): &(&'static str, String)| Setting {
        origin: "command line".into(),
        path: key.split('.').map(str::to_owned).collect(),
        candidates: candidates(value),
    };
    flags.iter().map(setting).collect()
}
