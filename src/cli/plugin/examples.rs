//! `poolhouse plugin new`: starts a plugin from one of the examples in `plugins/`, one for each language.

use super::super::{Failure, print};
use crate::triggers::plugins::is_name;
use std::fs;
use std::path::Path;

/// The path and contents of a file.
type File = (&'static str, &'static str);

struct Example {
    language: &'static str,
    /// The example's name, which is replaced by the new plugin's.
    name: &'static str,
    files: &'static [File],
    /// Whether it is built with `trigger.wit`.
    wit: bool,
}

/// The files of an example, by their paths in its folder.
macro_rules! files {
    ($example:literal: $($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../plugins/", $example, "/", $path)))),*]
    };
}

const WIT: File = ("wit/trigger.wit", include_str!("../../../plugins/wit/trigger.wit"));

const EXAMPLES: &[Example] = &[
    Example {
        language: "rust",
        name: "add-claims",
        files: files!("add-claims": ".cargo/config.toml", "Cargo.lock", "Cargo.toml", "README.md", "build.sh", "event.json", "manifest.toml", "src/arena.rs", "src/lib.rs"),
        wit: true,
    },
    Example {
        language: "javascript",
        name: "block-domains",
        files: files!("block-domains": "README.md", "build.sh", "event.json", "lambda.js", "manifest.toml", "shim.mjs"),
        wit: true,
    },
    Example {
        language: "python",
        name: "localised-messages",
        files: files!("localised-messages": "README.md", "app.py", "build.sh", "event.json", "lambda_function.py", "manifest.toml", "messages.py"),
        wit: true,
    },
    Example {
        language: "go",
        name: "reserved-names",
        files: files!("reserved-names": "README.md", "build.sh", "event.json", "go.mod", "main.go", "manifest.toml"),
        wit: false,
    },
    Example {
        language: "c",
        name: "office-hours",
        files: files!("office-hours": "README.md", "build.sh", "event.json", "manifest.toml", "office-hours.c"),
        wit: false,
    },
    Example {
        language: "assemblyscript",
        name: "auto-confirm",
        files: files!("auto-confirm": "README.md", "auto-confirm.ts", "build.sh", "event.json", "json.ts", "manifest.toml", "package.json"),
        wit: false,
    },
    Example {
        language: "wat",
        name: "closed",
        files: files!("closed": "README.md", "build.sh", "closed.wat", "event.json", "manifest.toml"),
        wit: false,
    },
];

/// Aliases of languages.
const ALSO: &[(&str, &str)] = &[
    ("js", "javascript"),
    ("node", "javascript"),
    ("ts", "assemblyscript"),
    ("typescript", "assemblyscript"),
    ("py", "python"),
    ("rs", "rust"),
    ("golang", "go"),
];

fn example(language: &str) -> Option<&'static Example> {
    let language = language.to_ascii_lowercase();
    let usual = ALSO.iter().find(|(other, _)| *other == language).map_or(language.as_str(), |(_, usual)| usual);
    EXAMPLES.iter().find(|example| example.language == usual)
}

/// `poolhouse plugin new`.
pub(super) fn new(language: &str, name: &str) -> Result<(), Failure> {
    let Some(example) = example(language) else {
        let all: Vec<_> = EXAMPLES.iter().map(|example| example.language).collect();
        return Err(Failure::usage(format!("there is no example in {language:?}; these are: {}", all.join(", "))));
    };
    if !is_name(name) {
        return Err(Failure::usage("a plugin's name has 1 to 64 letters, digits, - and _"));
    }
    let folder = Path::new(name);
    let to_failure = |error: std::io::Error| Failure::failed(format!("{name}: {error}"));
    fs::create_dir(folder).map_err(to_failure)?;
    for (path, text) in example.files.iter().chain(example.wit.then_some(&WIT)) {
        let file = folder.join(renamed(path, example.name, name));
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(to_failure)?;
        }
        fs::write(&file, renamed(text, example.name, name)).map_err(to_failure)?;
        if path.ends_with(".sh") {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).map_err(to_failure)?;
        }
    }
    print(&format!(
        "{name}/ is a complete plugin in {}, to be changed into yours. {name}/README.md says how to build it; then:\n\n  \
         poolhouse plugin check {name}/{name}.wasm\n  \
         poolhouse plugin run {name}/{name}.wasm --event {name}/event.json\n  \
         poolhouse plugin put {name}/{name}.wasm --name {name}\n",
        example.language
    ))
}

/// Where the name of an example refers to the plugin: the text before and after it.
const AROUND: &[(&str, &str)] = &[
    ("", ".wasm"),
    ("", ".wat"),
    ("", ".ts"),
    ("", ".c"),
    ("--name ", ""),
    ("function:", ""),
    ("name = \"", "\""),
    ("\"name\": \"", "\""),
    ("module ", "\n"),
    ("# ", "\n"),
];

/// Replaces the example's name where it refers to the plugin. The name may also be an ordinary word in the text.
fn renamed(text: &str, from: &str, to: &str) -> String {
    let text = AROUND.iter().fold(text.to_owned(), |text, (before, after)| {
        text.replace(&format!("{before}{from}{after}"), &format!("{before}{to}{after}"))
    });
    // An identifier with an underscore is never an ordinary word.
    if from.contains('-') { text.replace(&from.replace('-', "_"), &to.replace('-', "_")) } else { text }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_symlink() || name == "target" || name == "node_modules" || name.ends_with(".wasm") {
                continue;
            }
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }

    #[test]
    fn examples_are_whole() {
        for example in EXAMPLES {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins").join(example.name);
            let mut found = Vec::new();
            walk(&root, &root, &mut found);
            found.sort();
            let files: Vec<_> = example.files.iter().map(|(path, _)| *path).collect();
            assert_eq!(found, files, "{}", example.name);
            assert_eq!(root.join("wit").exists(), example.wit, "{}", example.name);
        }
    }

    #[test]
    fn languages_have_several_names() {
        for language in ["rust", "JavaScript", "js", "typescript", "py", "Go", "c", "wat"] {
            assert!(example(language).is_some(), "{language}");
        }
        assert!(example("cobol").is_none());
        assert_eq!(renamed("--name add-claims add_claims", "add-claims", "my-own"), "--name my-own my_own");
        assert_eq!(
            renamed("# closed\nclosed.wat: sign-ups are closed.", "closed", "own"),
            "# own\nown.wat: sign-ups are closed."
        );
    }
}
