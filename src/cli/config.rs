//! `poolhouse config`: checks and explains the settings.

use super::{Failure, print};
use crate::config::{self, Sources};
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Reads the settings as `serve` would (file and environment) and tells everything that is wrong with them
    Check {
        /// The settings file [default: poolhouse.toml in the data directory, if it is there]
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// The data directory [default: ./poolhouse-data]
        #[arg(long, value_name = "DIR")]
        data_dir: Option<PathBuf>,
    },
    /// Prints a settings file with every setting, its default and what it does
    Example,
}

pub(super) fn run(command: &ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Example => print(&config::example()),
        ConfigCommand::Check { config, data_dir } => {
            let mut sources = Sources::from_env();
            sources.file.clone_from(config);
            sources.flags.extend(data_dir.iter().map(|dir| ("server.data_dir", dir.display().to_string())));
            let settings = config::load(&sources).map_err(Failure::usage)?;
            let warnings: String = settings.server.warnings().iter().map(|w| format!("warning: {w}\n")).collect();
            print(&format!("{warnings}The settings are fine.\n"))
        }
    }
}
