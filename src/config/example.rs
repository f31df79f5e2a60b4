//! The settings file with every setting at its default, explained. It is made from the sections' own sources (field
//! comments and defaults), so it cannot tell of a setting that is not there, nor forget one.

use super::Config;
use std::collections::HashMap;

const SOURCES: [&str; 7] = [
    include_str!("mod.rs"),
    include_str!("server.rs"),
    include_str!("identity.rs"),
    include_str!("store.rs"),
    include_str!("keys.rs"),
    include_str!("delivery.rs"),
    include_str!("limits.rs"),
];

struct Field<'a> {
    name: &'a str,
    kind: &'a str,
    about: Vec<&'a str>,
}

/// A commented TOML file. Explanations start with `# `; settings with `#`, so that taking that one sign away sets them.
pub fn example() -> String {
    let structs: HashMap<&str, Vec<Field<'_>>> = SOURCES.iter().flat_map(|source| structs(source)).collect();
    let mut out = String::from(
        "# Settings of Poolhouse. Every line shows a default; take the # away in front of a setting to change it.\n\
         # The environment can set the same: [server] listen is POOLHOUSE_SERVER__LISTEN.\n",
    );
    let defaults = toml::Table::try_from(Config::default()).unwrap_or_default();
    table(&mut out, &structs, "Config", &[], &defaults);
    out
}

fn table(out: &mut String, structs: &HashMap<&str, Vec<Field<'_>>>, name: &str, path: &[&str], values: &toml::Table) {
    let Some(fields) = structs.get(name) else { return };
    let (tables, plain): (Vec<_>, Vec<_>) = fields.iter().partition(|f| structs.contains_key(f.kind) && values.contains_key(f.name));
    for field in plain {
        out.push('\n');
        explain(out, &field.about);
        match values.get(field.name) {
            Some(value) => out.push_str(&format!("#{} = {value}\n", field.name)),
            None => out.push_str(&format!("# {} is not set.\n", field.name)),
        }
    }
    for field in tables {
        let path = [path, &[field.name]].concat();
        out.push('\n');
        explain(out, &field.about);
        out.push_str(&format!("[{}]\n", path.join(".")));
        if let Some(inner) = values.get(field.name).and_then(toml::Value::as_table) {
            table(out, structs, field.kind, &path, inner);
        }
    }
}

fn explain(out: &mut String, about: &[&str]) {
    for line in about {
        out.push_str(&format!("# {line}\n"));
    }
}

/// The structs of a source with their fields. Reads the plain form that rustfmt leaves: one field a line.
fn structs(source: &str) -> Vec<(&str, Vec<Field<'_>>)> {
    let mut found = Vec::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) else { continue };
        let mut fields = Vec::new();
        let mut about = Vec::new();
        for line in lines.by_ref().map(str::trim).take_while(|line| *line != "}") {
            if let Some(doc) = line.strip_prefix("///") {
                about.push(doc.trim());
            } else if let Some((name, kind)) = line.strip_prefix("pub ").and_then(|rest| rest.split_once(": ")) {
                let kind = kind.trim_end_matches(',').trim_start_matches("Option<").trim_end_matches('>');
                let kind = kind.rsplit("::").next().unwrap_or(kind);
                fields.push(Field { name, kind, about: std::mem::take(&mut about) });
            }
        }
        found.push((name, fields));
    }
    found
}
