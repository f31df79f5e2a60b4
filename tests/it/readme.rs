//! The table of operations in README is what the model and the list of those to come say.

use poolhouse::wire::model::Service;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const BEGIN: &str = "<!-- operations: written by POOLHOUSE_BLESS=1 cargo test --test it readme -->\n";
const END: &str = "<!-- end of operations -->\n";
const NOT_AVAILABLE: &str = include_str!("../../src/ops/not_available.txt");

/// Families of `cognito-idp`, and what the names of their operations have in them; the first that fits takes an
/// operation.
const FAMILIES: &[(&str, &[&str])] = &[
    ("point-in-time recovery", &["PointInTime"]),
    ("client metadata documents", &["CIMD", "ClientMetadataURL"]),
    ("import", &["Import", "CSVHeader"]),
    ("replicas and limits", &["Replica", "ProvisionedLimit"]),
    ("sessions", &["Session"]),
    ("risk and logs", &["Risk", "AuthEvent", "LogDelivery"]),
    ("terms and looks", &["Terms", "Branding", "UICustomization"]),
    ("identity providers", &["Provider"]),
    ("domains, resource servers", &["Domain", "ResourceServer", "SigningCertificate"]),
    ("passkeys", &["WebAuthn"]),
    ("devices", &["Device"]),
    ("MFA and factors", &["SoftwareToken", "MFA", "Mfa", "UserSettings", "AuthFactors"]),
    ("sign-in and tokens", &["Auth", "Token", "SignOut"]),
    ("registration and recovery", &["SignUp", "Password", "Confirmation"]),
    ("groups", &["Group"]),
    ("app clients", &["UserPoolClient"]),
    ("user pools, tags", &["UserPool", "CustomAttributes", "Tag", "tag"]),
    ("users and attributes", &["User"]),
];

fn family(operation: &str) -> &'static str {
    let fits = |words: &[&str]| words.iter().any(|word| operation.contains(word));
    FAMILIES
        .iter()
        .find(|(_, words)| fits(words))
        .map(|(name, _)| *name)
        .unwrap_or_else(|| panic!("{operation} is in no family"))
}

/// A line of the table: the name, how many are done, every operation.
fn line(name: &str, operations: &[&str], later: &BTreeSet<&str>) -> String {
    let done = operations.iter().filter(|name| !later.contains(*name)).count();
    let marked: Vec<String> = operations
        .iter()
        .map(|name| if later.contains(name) { format!("○ {name}") } else { format!("✓ {name}") })
        .collect();
    // No line break between a mark and its name.
    format!(
        "| {name} | {done} of {} | {} |\n",
        operations.len(),
        marked.join(", ").replace("✓ ", "✓\u{a0}").replace("○ ", "○\u{a0}")
    )
}

fn section() -> String {
    let mut out = String::from("✓ done, ○ not yet.\n\n| family | done | operations |\n|---|---|---|\n");
    for service in Service::ALL {
        let model = service.model();
        let all: Vec<&str> = model.operations.iter().map(|operation| operation.name).collect();
        let later = NOT_AVAILABLE.lines().filter_map(|line| line.split_once(':'));
        let later: BTreeSet<&str> =
            later.filter(|(service, _)| *service == model.signing_name).map(|(_, name)| name).collect();
        if service == Service::Idp {
            for (name, _) in FAMILIES.iter().rev() {
                let mine: Vec<&str> = all.iter().copied().filter(|operation| family(operation) == *name).collect();
                out.push_str(&line(name, &mine, &later));
            }
        }
        let done = all.len() - later.len();
        let name = format!("**{}**", model.signing_name);
        match service {
            Service::Idp => out.push_str(&format!("| {name} | **{done} of {}** | all of the above |\n", all.len())),
            _ => out.push_str(&line(&name, &all, &later)),
        }
    }
    out
}

#[test]
fn the_table_of_operations_is_current() {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (current, after) = rest.split_once(END).unwrap();
    let wanted = section();
    if std::env::var_os("POOLHOUSE_BLESS").is_some() {
        std::fs::write(&path, [before, BEGIN, &wanted, END, after].concat()).unwrap();
        return;
    }
    assert!(
        current == wanted,
        "README's table of operations is old; write it anew with: POOLHOUSE_BLESS=1 cargo test --test it readme"
    );
}
