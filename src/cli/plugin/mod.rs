//! `poolhouse plugin`: creates plugins, tests them locally with the server's sandbox and limits, and puts them into a
//! running server.

mod examples;
mod file;
mod local;
mod remote;

use super::{Failure, To, print};
use crate::triggers::samples;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[derive(Debug, Subcommand)]
pub(super) enum PluginCommand {
    /// Makes a folder with a small complete plugin to begin from
    New {
        /// What it is written in: rust, javascript, python, go, c, assemblyscript or wat
        #[arg(long = "lang", value_name = "LANGUAGE")]
        language: String,
        /// The plugin's name, and the folder's
        name: String,
    },
    /// Compiles a plugin and tries it with sample events, as the server would before taking it
    Check {
        #[command(flatten)]
        what: What,
    },
    /// Calls a plugin with an event and shows its answer, and what the server would do with it
    Run {
        #[command(flatten)]
        what: What,
        /// A file with the event (- for standard input) [default: the sample of --trigger]
        #[arg(long, value_name = "FILE")]
        event: Option<PathBuf>,
        /// The trigger source, such as PreSignUp_SignUp [default: the event's own]
        #[arg(long, value_name = "SOURCE")]
        trigger: Option<String>,
    },
    /// Puts a plugin, or a chain of functions (.toml), into a running server
    Put {
        /// The module (.wasm or .wat), or a chain (.toml)
        file: PathBuf,
        /// The name that pools call it by
        #[arg(long)]
        name: String,
        /// Its manifest [default: manifest.toml beside the file, if it is there]
        #[arg(long, value_name = "FILE")]
        manifest: Option<PathBuf>,
        #[command(flatten)]
        to: To,
    },
    /// Lists the plugins of a running server
    List {
        #[command(flatten)]
        to: To,
    },
    /// Shows a plugin: its versions, what it may do, what came of its calls
    Show {
        /// The plugin's name
        name: String,
        #[command(flatten)]
        to: To,
    },
    /// Removes a plugin with all that it keeps; pools that name it refuse the events it was asked about
    Remove {
        /// The plugin's name
        name: String,
        #[command(flatten)]
        to: To,
    },
    /// Shows the last lines that a plugin wrote, and why its calls failed
    Logs {
        /// The plugin's name
        name: String,
        /// Goes on showing new lines until it is stopped
        #[arg(long, short)]
        follow: bool,
        #[command(flatten)]
        to: To,
    },
    /// Prints sample events: of one trigger source, or of all
    Events {
        /// The trigger source, such as PreSignUp_SignUp [default: all]
        source: Option<String>,
    },
}

/// A plugin on this machine.
#[derive(Debug, Args)]
pub(super) struct What {
    /// The module (.wasm or .wat)
    file: PathBuf,
    /// Its manifest [default: manifest.toml beside the file, if it is there]
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
}

pub(super) fn run(command: PluginCommand) -> Result<(), Failure> {
    match command {
        PluginCommand::New { language, name } => examples::new(&language, &name),
        PluginCommand::Check { what } => local::check(&what),
        PluginCommand::Run { what, event, trigger } => local::run(&what, event.as_deref(), trigger.as_deref()),
        PluginCommand::Put { file, name, manifest, to } => remote::put(&file, &name, manifest.as_deref(), &to),
        PluginCommand::List { to } => remote::list(&to),
        PluginCommand::Show { name, to } => remote::show(&name, &to),
        PluginCommand::Remove { name, to } => remote::remove(&name, &to),
        PluginCommand::Logs { name, follow, to } => remote::logs(&name, follow, &to),
        PluginCommand::Events { source } => events(source.as_deref()),
    }
}

fn events(source: Option<&str>) -> Result<(), Failure> {
    let sample = |source: &str| {
        samples::sample(source).ok_or_else(|| {
            Failure::usage(format!(
                "there is no trigger source {source}; these are:\n  {}",
                samples::SOURCES.join("\n  ")
            ))
        })
    };
    match source {
        Some(source) => print(&format!("{:#}\n", sample(source)?)),
        None => {
            let all = samples::SOURCES.iter().map(|source| sample(source)).collect::<Result<Vec<_>, _>>()?;
            print(&format!("{:#}\n", serde_json::Value::Array(all)))
        }
    }
}

/// Whether standard error is a terminal.
fn watched() -> bool {
    use std::io::IsTerminal as _;
    std::io::stderr().is_terminal()
}

/// How often progress is printed where the output is not a terminal.
const PRINT_EVERY: Duration = Duration::from_secs(5);

/// Shows progress: updated in place on a terminal, printed every few seconds otherwise.
struct Progress {
    last: String,
    printed: Instant,
}

impl Progress {
    fn begin(text: &str) -> Self {
        let progress = Self { last: text.to_owned(), printed: Instant::now() };
        if watched() {
            eprint!("{text}");
        } else {
            eprintln!("{text}");
        }
        progress
    }

    fn show(&mut self, text: &str) {
        if watched() {
            let gap = self.last.chars().count().saturating_sub(text.chars().count());
            eprint!("\r{text}{}", " ".repeat(gap));
        } else if self.printed.elapsed() >= PRINT_EVERY {
            self.printed = Instant::now();
            eprintln!("{text}");
        }
        text.clone_into(&mut self.last);
    }

    fn end(mut self, text: &str) {
        self.show(text);
        eprintln!("{}", if watched() { "" } else { text });
    }
}
