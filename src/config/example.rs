//! The settings file with every setting at its default, explained. It is made from the sections' own sources (field
//! comments and defaults), so it cannot tell of a setting that is not there, nor forget one.

use super::Config;
use std::collections::HashMap;

const SOURCES: [&str; 17] = [
    include_str!("mod.rs"),
    include_str!("server.rs"),
    include_str!("certificates.rs"),
    include_str!("acme.rs"),
    include_str!("identity.rs"),
    include_str!("store.rs"),
    include_str!("keys.rs"),
    include_str!("delivery.rs"),
    include_str!("federation.rs"),
    include_str!("imports.rs"),
    include_str!("limits.rs"),
    include_str!("logs.rs"),
    include_str!("pages.rs"),
    include_str!("plugins.rs"),
    include_str!("protection.rs"),
    include_str!("quotas.rs"),
    include_str!("triggers.rs"),
];

#[derive(Clone)]
struct Field<'a> {
    name: &'a str,
    kind: &'a str,
    docs: Vec<&'a str>,
}

/// A commented TOML file. Explanations start with `# `; settings with `#`, so that taking that one sign away sets them.
/// Tables that are not there by default are shown in explanations.
pub fn example() -> String {
    let mut example =
        Example { structs: SOURCES.iter().flat_map(|source| structs(source)).collect(), out: String::new(), lead: "" };
    example.out.push_str(
        "# Settings of Poolhouse. Every line shows a default; take the # away in front of a setting to change it.\n\
         # The environment can set the same: [server] listen is POOLHOUSE_SERVER__LISTEN.\n",
    );
    let defaults = toml::Table::try_from(Config::default()).unwrap_or_default();
    example.table("Config", &[], &defaults);
    example.out
}

struct Example<'a> {
    structs: HashMap<&'a str, Vec<Field<'a>>>,
    out: String,
    /// What every line starts with.
    lead: &'static str,
}

impl Example<'_> {
    fn table(&mut self, name: &str, path: &[&str], values: &toml::Table) {
        let Some(fields) = self.structs.get(name).cloned() else { return };
        let (tables, plain): (Vec<_>, Vec<_>) = fields.iter().partition(|field| self.structs.contains_key(field.kind));
        for field in plain {
            self.explain(&field.docs);
            match values.get(field.name) {
                Some(value) if self.lead.is_empty() => self.line(&format!("#{} = {value}", field.name)),
                Some(value) => self.line(&format!("{} = {value}", field.name)),
                None => self.line(&format!("# {} is not set.", field.name)),
            }
        }
        for field in tables {
            let path = [path, &[field.name]].concat();
            self.explain(&field.docs);
            match values.get(field.name).and_then(toml::Value::as_table) {
                Some(inner) => {
                    self.line(&format!("[{}]", path.join(".")));
                    self.table(field.kind, &path, inner);
                }
                None => self.absent(field.kind, &path),
            }
        }
    }

    /// A table that is not there by default, as it would stand there with its own defaults.
    fn absent(&mut self, kind: &str, path: &[&str]) {
        let outer = std::mem::replace(&mut self.lead, "#   ");
        self.line(&format!("[{}]", path.join(".")));
        if let Some(inner) = defaults_of(path) {
            self.table(kind, path, &inner);
        }
        self.lead = outer;
    }

    fn explain(&mut self, docs: &[&str]) {
        self.line("");
        for line in docs {
            self.line(&format!("# {line}"));
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(format!("{}{text}", self.lead).trim_end());
        self.out.push('\n');
    }
}

/// What an optional table holds when it is written down empty.
fn defaults_of(path: &[&str]) -> Option<toml::Table> {
    let written = path
        .iter()
        .rev()
        .fold(toml::Table::new(), |inner, key| toml::Table::from_iter([((*key).to_owned(), inner.into())]));
    let config: Config = written.try_into().ok()?;
    let mut table = toml::Table::try_from(config).ok()?;
    for key in path {
        table = table.remove(*key)?.try_into().ok()?;
    }
    Some(table)
}

/// The structs of a source with their fields. Reads the plain form that rustfmt leaves: one field a line.
fn structs(source: &str) -> Vec<(&str, Vec<Field<'_>>)> {
    let mut found = Vec::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) else { continue };
        let mut fields = Vec::new();
        let mut docs = Vec::new();
        for line in lines.by_ref().map(str::trim).take_while(|line| *line != "}") {
            if let Some(doc) = line.strip_prefix("///") {
                docs.push(doc.trim());
            } else if let Some((name, kind)) = line.strip_prefix("pub ").and_then(|rest| rest.split_once(": ")) {
                let kind = kind.trim_end_matches(',').trim_start_matches("Option<").trim_end_matches('>');
                let kind = kind.rsplit("::").next().unwrap_or(kind);
                fields.push(Field { name, kind, docs: std::mem::take(&mut docs) });
            }
        }
        found.push((name, fields));
    }
    found
}
