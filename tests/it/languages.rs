//! The catalogues: every message is there in every language, translated, with the same arguments, and used.

use fluent_bundle::FluentResource;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Words that are the same in another language than English.
const SAME: &[(&str, &str)] = &[
    ("es", "title_error"),
    ("de", "code"),
    ("de", "attribute_name"),
    ("de", "attribute_website"),
    ("fr", "code"),
    ("it", "password"),
    ("it", "attribute_email"),
    ("nl", "code"),
    ("nl", "attribute_website"),
];
/// Words of which that is so everywhere.
const NAMES: &[&str] = &["choose_passkey"];
/// Sentences that a language puts in a way that needs none of the arguments.
const SHORTER: &[&str] = &["forgot_lead"];

/// A catalogue's messages: each key with its text as it is written, spaces apart.
fn messages(file: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(FluentResource::try_new(text.clone()).is_ok(), "{}", file.display());
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut key = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match line.split_once(" = ").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            Some((name, value)) => {
                key = name.to_owned();
                let before = found.insert(key.clone(), value.to_owned());
                assert!(before.is_none(), "{}: {key} is there twice", file.display());
            }
            None => found.entry(key.clone()).or_default().push_str(line.trim()),
        }
    }
    found.remove("");
    found
}

fn arguments(text: &str) -> BTreeSet<&str> {
    let names = text.split('$').skip(1);
    names.map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap()).collect()
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files(dir: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if path.extension().is_some_and(|e| extensions.iter().any(|wanted| e == *wanted)) {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_language_has_every_message_translated() {
    let english = messages(&folder("static/languages/en.ftl"));
    let mut faults = Vec::new();
    let catalogue = poolhouse::language::Catalogue::new(None).unwrap();
    let built_in: BTreeSet<String> = catalogue.tags().map(str::to_owned).collect();
    let mut there = BTreeSet::new();
    for file in files(&folder("static/languages"), &["ftl"]) {
        let tag = file.file_stem().unwrap().to_str().unwrap().to_owned();
        there.insert(tag.clone());
        if tag == "en" {
            continue;
        }
        let own = messages(&file);
        faults
            .extend(english.keys().filter(|key| !own.contains_key(*key)).map(|key| format!("{tag}: {key} is missing")));
        for (key, text) in &own {
            let Some(original) = english.get(key) else {
                faults.push(format!("{tag}: {key} is not in English"));
                continue;
            };
            let same = NAMES.contains(&key.as_str()) || SAME.contains(&(tag.as_str(), key.as_str()));
            if text == original && !same && text.chars().any(char::is_alphabetic) {
                faults.push(format!("{tag}: {key} is not translated"));
            }
            // A message that refers to another has the other's arguments.
            let refers = text.starts_with("{ ") && !text.contains('$');
            let (given, wanted) = (arguments(text), arguments(original));
            let fits = given == wanted || refers || (SHORTER.contains(&key.as_str()) && given.is_subset(&wanted));
            if !fits {
                faults.push(format!("{tag}: {key} has {given:?}, and in English {wanted:?}"));
            }
        }
    }
    assert_eq!(there, built_in, "the files, and what is built in");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_message_is_used() {
    let sources: Vec<String> = files(&folder("src"), &["rs"])
        .into_iter()
        .chain(files(&folder("static/pages"), &["html"]))
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    let english = messages(&folder("static/languages/en.ftl"));
    let is_used = |key: &str| {
        // Labels of attributes are found by the attribute's name.
        key.starts_with("attribute_")
            || [
                format!("\"{key}\""),
                format!("t.{key} "),
                format!("t.{key}("),
                format!("t.{key},"),
                format!("t.{key}}}"),
            ]
            .iter()
            .any(|use_| sources.iter().any(|source| source.contains(use_)))
    };
    let unused: Vec<&String> = english.keys().filter(|key| !is_used(key)).collect();
    assert!(unused.is_empty(), "messages that nothing shows: {unused:?}");
    // And the other way round: a template that asks for a message which is not there shows an error.
    for source in &sources {
        for (at, _) in source.match_indices("{{ t.") {
            let rest = &source[at + 5..];
            let key = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap()];
            assert!(english.contains_key(key), "{key} is no message");
        }
    }
}
