//! Reads the sources and fails on what the house plan forbids: uses against the direction of the layers, frameworks and
//! engines outside their rooms, the system's clock and randomness elsewhere than in their modules, files that grew too
//! long.

use std::fs;
use std::path::{Path, PathBuf};

/// The longest a source file may be, its tests apart.
const LONGEST: usize = 600;

/// The layers, from those that use to those that are used, and what each may use.
const LAYERS: &[(&str, &[&str])] = &[
    (
        "http",
        &[
            "wire",
            "ops",
            "hosted",
            "oauth",
            "web",
            "domain",
            "context",
            "certificates",
            "triggers",
            "delivery",
            "shapes",
            "model",
        ],
    ),
    (
        "wire",
        &[
            "ops", "oauth", "hosted", "domain", "context", "triggers", "delivery", "risk", "keys", "store", "shapes",
            "model",
        ],
    ),
    ("ops", &["domain", "context", "federation", "triggers", "delivery", "risk", "keys", "store", "shapes", "model"]),
    ("hosted", &["oauth", "web", "domain", "context", "keys", "language", "shapes", "model"]),
    ("oauth", &["web", "domain", "context", "keys", "shapes", "model"]),
    (
        "domain",
        &[
            "context",
            "federation",
            "triggers",
            "delivery",
            "certificates",
            "risk",
            "keys",
            "store",
            "language",
            "shapes",
            "model",
        ],
    ),
    (
        "context",
        &["federation", "triggers", "delivery", "certificates", "risk", "keys", "store", "web", "language", "model"],
    ),
    ("federation", &["keys", "store", "shapes", "model"]),
    ("triggers", &["store", "shapes", "model"]),
    ("delivery", &["store", "shapes", "model"]),
    ("certificates", &["keys"]),
    ("risk", &["store", "shapes", "model"]),
    ("keys", &["store", "shapes", "model"]),
    ("store", &["shapes", "model"]),
    ("shapes", &[]),
    ("web", &["language", "model"]),
    ("language", &[]),
    ("model", &["shapes"]),
    ("config", &[]),
    ("fault", &[]),
    ("outgoing", &[]),
    ("clock", &[]),
    ("rng", &[]),
    ("secret", &[]),
];

/// What every layer may use.
const ANYWHERE: &[&str] = &["clock", "config", "fault", "outgoing", "rng", "secret"];

/// The order inside `domain`: a module uses those of later lines, none of its own line or before.
const DOMAIN: &[&[&str]] = &[
    &["sign_in", "federated", "authorization", "identities"],
    &["tokens"],
    &["providers", "imports"],
    &["users", "sync"],
    &["events", "access_token"],
    &["protection"],
    &["client_authentication"],
    &["branding"],
    &["pools"],
    &["access", "scope"],
];

/// The one use against [`DOMAIN`]: a client and its branding are deleted in the same transaction.
const DOMAIN_EXCEPTIONS: &[(&str, &str)] = &[("pools/clients.rs", "branding")];

struct Source {
    /// The top module: `wire` for `src/wire/json.rs`.
    module: String,
    /// Under `src`, with slashes: `wire/json.rs`.
    relative: String,
    path: PathBuf,
    /// The lines, without a trailing `#[cfg(test)] mod tests { .. }`.
    lines: Vec<String>,
}

fn sources() -> Vec<Source> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found
        .into_iter()
        // The generator is a build script's, and `tests.rs` or `tests/` are tests.
        .filter(|path| !path.starts_with(root.join("wire/codegen")))
        .filter(|path| !path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs"))
        .map(|path| {
            let relative = path.strip_prefix(&root).unwrap();
            let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let inline_tests = lines
                .windows(2)
                .position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{'));
            let end = inline_tests.unwrap_or(lines.len());
            Source {
                module: first.trim_end_matches(".rs").to_owned(),
                relative: relative.to_str().unwrap().to_owned(),
                path: path.clone(),
                lines: lines[..end].to_vec(),
            }
        })
        .collect()
}

/// The parts of a line that are code: nothing after `//`.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// What a line names under a path such as `crate::`: the X of each `crate::X`, empty for `crate::{`.
fn named<'a>(line: &'a str, under: &str) -> Vec<&'a str> {
    code(line)
        .match_indices(under)
        .filter(|(at, _)| !code(line)[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        .map(|(at, found)| {
            let rest = &code(line)[at + found.len()..];
            &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())]
        })
        .collect()
}

fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} places:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn modules_use_only_what_stands_below_them() {
    let mut faults = Vec::new();
    for source in sources() {
        let Some((_, below)) = LAYERS.iter().find(|(module, _)| *module == source.module) else { continue };
        for (number, line) in source.lines.iter().enumerate() {
            for used in named(line, "crate::") {
                if used.is_empty() {
                    faults.push(format!("{}:{}: write one `use` for each module", source.path.display(), number + 1));
                }
                let known =
                    LAYERS.iter().any(|(module, _)| *module == used) || matches!(used, "app" | "cli" | "telemetry");
                if known && used != source.module && !below.contains(&used) && !ANYWHERE.contains(&used) {
                    faults.push(format!(
                        "{}:{}: {} must not use {used}",
                        source.path.display(),
                        number + 1,
                        source.module
                    ));
                }
            }
        }
    }
    report(faults);
}

#[test]
fn modules_of_domain_use_only_what_stands_below_them() {
    let rank = |module: &str| DOMAIN.iter().position(|line| line.contains(&module));
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.module == "domain") {
        let file = source.relative.trim_start_matches("domain/");
        let own = file.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        if own == "mod" {
            continue;
        }
        if rank(own).is_none() {
            faults.push(format!("{}: `{own}` has no place in the order of `domain`", source.path.display()));
        }
        for (number, line) in source.lines.iter().enumerate() {
            for used in named(line, "crate::domain::") {
                if used.is_empty() {
                    faults.push(format!("{}:{}: write one `use` for each module", source.path.display(), number + 1));
                    continue;
                }
                let excepted = DOMAIN_EXCEPTIONS.contains(&(file, used));
                if used != own && rank(used) <= rank(own) && !excepted {
                    faults.push(format!("{}:{}: {own} must not use {used}", source.path.display(), number + 1));
                }
            }
        }
    }
    report(faults);
}

#[test]
fn http_reaches_records_and_keys_through_what_stands_below_it() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.module == "http") {
        for (number, line) in source.lines.iter().enumerate() {
            if ["services.store", "services.keys", "services.risk"].iter().any(|service| code(line).contains(service)) {
                faults.push(format!("{}:{}: http must not use this service", source.path.display(), number + 1));
            }
        }
    }
    report(faults);
}

/// Code that asks a fault for its name or message in order to decide; `wire` renders them.
#[test]
fn nothing_decides_by_the_text_or_name_of_a_fault() {
    let asks = r"\b\w*(?:fault|error)\w*\.(?:name|message)\(\)";
    let decides = regex::Regex::new(&format!(
        r"(?:match|matches!\() *{asks}|{asks} *(?:==|!=)|(?:==|!=) *{asks}|{asks}\.(?:contains|starts_with|ends_with)\("
    ))
    .unwrap();
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !matches!(source.module.as_str(), "wire" | "fault")) {
        for (number, line) in source.lines.iter().enumerate() {
            if decides.is_match(code(line)) {
                faults.push(format!("{}:{}: decide by the fault's cause", source.path.display(), number + 1));
            }
        }
    }
    report(faults);
}

#[test]
fn comments_have_at_most_120_columns() {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("build.rs")];
    for dir in ["src", "tests", "benches"] {
        walk(&root.join(dir), &mut found);
    }
    let mut faults = Vec::new();
    for path in found {
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let text = line.trim_start();
            // A row of a table cannot be wrapped.
            let row = text.trim_start_matches(['/', '!']).trim_start().starts_with('|');
            if text.starts_with("//") && !row && line.chars().count() > 120 {
                faults.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    report(faults);
}

#[test]
fn frameworks_engines_clocks_and_randomness_stay_in_their_rooms() {
    let rules: &[(&str, &[&str], &str)] = &[
        ("actix_web", &["http"], "actix is named under src/http only"),
        ("sled::", &["store"], "sled is named under src/store only"),
        ("wasmtime", &["triggers"], "wasmtime is named under src/triggers only"),
        ("SystemTime::now", &["clock"], "the system's clock is read in clock.rs only"),
        ("OffsetDateTime::now", &["clock"], "the system's clock is read in clock.rs only"),
        ("SystemRandom", &["rng", "keys"], "randomness comes from rng.rs only; keys may hand a generator to RSA"),
        ("thread_rng", &[], "randomness comes from rng.rs only"),
        ("OsRng", &[], "randomness comes from rng.rs only"),
        ("Uuid::new_v4", &[], "randomness comes from rng.rs only"),
        ("rand::", &["rng", "keys"], "randomness comes from rng.rs only; keys may hand a generator to RSA"),
        ("println!", &["cli", "main"], "only the command line prints; the rest logs"),
    ];
    let mut faults = Vec::new();
    for source in sources() {
        for (number, line) in source.lines.iter().enumerate() {
            for (word, rooms, why) in rules {
                let found = code(line).match_indices(word).any(|(at, _)| {
                    // `operand::` is no `rand::`, and `eprintln!` no `println!`.
                    !code(line)[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
                });
                if found && !rooms.contains(&source.module.as_str()) {
                    faults.push(format!("{}:{}: {why}", source.path.display(), number + 1));
                }
            }
        }
    }
    report(faults);
}

#[test]
fn files_stay_short_and_modules_say_what_they_own() {
    let mut faults = Vec::new();
    for source in sources() {
        if source.lines.len() > LONGEST {
            faults.push(format!("{}: {} lines, more than {LONGEST}", source.path.display(), source.lines.len()));
        }
        if !source.lines.first().is_some_and(|line| line.starts_with("//!") || line.starts_with("#!")) {
            faults.push(format!("{}: does not open with a line that says what it is", source.path.display()));
        }
    }
    report(faults);
}

/// Two tables with one tag would read each other's records.
#[test]
fn every_table_of_the_store_has_a_tag_of_its_own() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/tags.rs")).unwrap();
    let mut seen = std::collections::BTreeMap::new();
    let mut faults = Vec::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("pub const ")) {
        let (name, value) = line.trim_end_matches(';').split_once(": u8 = ").unwrap();
        let tag = match (value.strip_prefix("0x"), value.strip_prefix("b'")) {
            (Some(digits), _) => u8::from_str_radix(digits, 16).unwrap(),
            (None, Some(letter)) => letter.as_bytes()[0],
            (None, None) => value.parse().unwrap(),
        };
        if let Some(other) = seen.insert(tag, name) {
            faults.push(format!("{name} and {other} share {value}"));
        }
    }
    assert!(seen.len() > 50, "the tags are read");
    report(faults);
}
