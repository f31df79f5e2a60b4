//! The table of AWS's error texts (`src/fault_texts.md`) speaks of texts that the server has.

use std::fs;
use std::path::Path;

/// The library's sources, without what breaks lines within a text.
fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let mut continued = false;
            for line in fs::read_to_string(&path).unwrap().lines() {
                let line = if continued { line.trim_start() } else { line };
                continued = line.ends_with('\\');
                into.push_str(line.strip_suffix('\\').unwrap_or(line));
                if !continued {
                    into.push('\n');
                }
            }
        }
    }
}

#[test]
fn every_text_of_the_table_is_in_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let table = fs::read_to_string(root.join("fault_texts.md")).unwrap();
    let mut text = String::new();
    sources(&root, &mut text);
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect())
        .collect();
    assert!(rows.len() > 70);
    for row in rows {
        let [words, exceptions, _, sure] = row.as_slice() else { panic!("{row:?} is no row") };
        assert!(["recorded", "public", "near"].contains(sure), "{row:?}");
        for part in words.split('<').flat_map(|part| part.split('>').next_back()).map(str::trim) {
            assert!(text.contains(part), "{words}: nobody says {part:?}");
        }
        for exception in exceptions.split(", ") {
            let made = text.contains(exception) || exception == "InvalidParameterException";
            assert!(made, "{words}: nobody raises {exception}");
        }
    }
}
