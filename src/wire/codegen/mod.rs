//! Owns the generator that `build.rs` runs: API models in, Rust text out (types, descriptor tables, dispatch).
//! Hands off nothing. Must not know what the operations do; it is not part of the server.

mod dispatch;
mod model;
mod names;
mod patterns;
mod tables;
mod types;

use model::Model;
use std::collections::BTreeSet;
use std::path::Path;

/// The services: module name, model file, variant of `wire::model::Service`.
const SERVICES: [(&str, &str, &str); 6] = [
    ("idp", "cognito-idp", "Idp"),
    ("identity", "cognito-identity", "Identity"),
    ("sync", "cognito-sync", "Sync"),
    ("sts", "sts", "Sts"),
    ("secrets_manager", "secretsmanager", "SecretsManager"),
    ("admin", "poolhouse", "Admin"),
];

/// Reads the models under `src` and writes `shapes_*.rs`, `tables_*.rs`, `dispatch_*.rs` and (for tests)
/// `round_trip_*.rs` into `out`.
pub fn generate(src: &Path, out: &Path) -> Result<(), String> {
    let list = read(&src.join("ops/not_available.txt"))?;
    let mut unavailable: BTreeSet<(String, String)> = BTreeSet::new();
    for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (service, operation) =
            line.split_once(':').ok_or_else(|| format!("not_available.txt: `{line}` is not `service:Operation`"))?;
        unavailable.insert((service.to_owned(), operation.to_owned()));
    }
    for (module, file, variant) in SERVICES {
        let model = Model::parse(&read(&src.join(format!("wire/models/{file}.json")))?)
            .map_err(|e| format!("{file}.json: {e}"))?;
        write(out, &format!("shapes_{module}.rs"), &types::types(&model)?)?;
        write(out, &format!("tables_{module}.rs"), &tables::tables(&model, variant)?)?;
        let mine: BTreeSet<String> =
            unavailable.iter().filter(|(service, _)| service == file).map(|(_, operation)| operation.clone()).collect();
        if let Some(unknown) = mine.iter().find(|name| !model.operations.contains_key(*name)) {
            return Err(format!("not_available.txt: {file} has no operation {unknown}"));
        }
        write(out, &format!("dispatch_{module}.rs"), &dispatch::dispatch(&model, module, &mine))?;
        write(out, &format!("round_trip_{module}.rs"), &dispatch::round_trip(&model, module))?;
        unavailable.retain(|(service, _)| service != file);
    }
    match unavailable.first() {
        Some((service, _)) => Err(format!("not_available.txt: there is no service {service}")),
        None => Ok(()),
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Writes a file if its text changed. It appears whole, by a rename: a build that is stopped leaves no half of one.
fn write(out: &Path, name: &str, text: &str) -> Result<(), String> {
    let (file, draft) = (out.join(name), out.join(format!("{name}.draft")));
    if std::fs::read(&file).is_ok_and(|current| current == text.as_bytes()) {
        return Ok(());
    }
    std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, &file)).map_err(|e| format!("{name}: {e}"))
}
