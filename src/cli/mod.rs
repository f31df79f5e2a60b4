//! Owns the command line: one file for each subcommand, and an explanation for people when something fails.
//! Hands off the settings to `config`, the server to `app`. Must not know the rules, the wire or the engine.

mod client;
mod config;
mod convert;
mod export;
mod import_report;
mod keys;
mod limits;
mod plugin;
mod profile;
mod roles;
mod serve;
mod show;
mod tls;
mod welcome;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Amazon Cognito that anyone can run: one binary, one data directory, Cognito's own wire protocol.
#[derive(Debug, Parser)]
#[command(name = "poolhouse", version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

const EXIT_CODES: &str = "Without a command, the server starts (serve).\n\n\
    Exit codes: 0 done, 1 failed while running, 2 wrong command line or settings, 3 could not start (port, data directory, master key).";

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the server
    Serve(ServeArgs),
    /// Makes, lists, disables and deletes the access keys of a running server
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Makes, lists, shows and deletes the roles of identity pools on a running server
    #[command(subcommand)]
    Roles(roles::RolesCommand),
    /// Makes, tries and puts plugins: functions of pools as WebAssembly
    #[command(subcommand)]
    Plugin(plugin::PluginCommand),
    /// Writes the users of a running server's pool, as JSON lines or CSV
    Export(export::ExportArgs),
    /// Turns what other systems export into a CSV file for import jobs
    Convert(convert::ConvertArgs),
    /// Shows what a running server allows, and how much of it is used
    Limits(limits::LimitsArgs),
    /// Prints the rows that an import job did not take, and why
    ImportReport(import_report::ImportReportArgs),
    /// Checks the settings, or prints a settings file with every default explained
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Shows where a client's programs find issuer, keys and endpoints, with settings to paste
    Show(show::ShowArgs),
    /// Makes certificates for programs that take no other endpoint than AWS's
    #[command(subcommand)]
    Tls(tls::TlsCommand),
    /// Prints the version
    Version,
}

/// What `serve` takes.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArgs {
    /// The directory that holds everything [default: ./poolhouse-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1:9229]; port 0 takes any free port
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// The settings file [default: poolhouse.toml in the data directory, if it is there]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Development mode: loopback only, any signature is accepted, mails and SMS are shown at /_dev/inbox
    #[arg(long)]
    dev: bool,
    /// TLS: with --dev by a certificate that the server makes and tells how to trust, else by those of the settings
    #[arg(long)]
    tls: bool,
}

/// Which server to speak to, and how to answer.
#[derive(Debug, Args)]
struct To {
    /// The server [default: AWS_ENDPOINT_URL, the AWS profile's endpoint_url, or http://127.0.0.1:9229]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Prints the answer as JSON
    #[arg(long)]
    json: bool,
}

/// Why a command ended without success: what the person reads, and the exit code.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// Something failed while running.
    fn failed(message: impl std::fmt::Display) -> Self {
        Self { code: 1, message: message.to_string() }
    }

    /// The command line or the settings are wrong.
    fn usage(message: impl std::fmt::Display) -> Self {
        Self { code: 2, message: message.to_string() }
    }

    /// The server could not start.
    fn start(message: impl std::fmt::Display) -> Self {
        Self { code: 3, message: message.to_string() }
    }
}

/// Runs the command of the process's arguments.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        None => serve::run(&cli.serve),
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Keys(command)) => keys::run(command),
        Some(Command::Roles(command)) => roles::run(command),
        Some(Command::Plugin(command)) => plugin::run(command),
        Some(Command::Export(args)) => export::run(&args),
        Some(Command::Convert(args)) => convert::run(&args),
        Some(Command::Limits(args)) => limits::run(&args),
        Some(Command::ImportReport(args)) => import_report::run(&args),
        Some(Command::Config(command)) => config::run(&command),
        Some(Command::Show(args)) => show::run(&args),
        Some(Command::Tls(command)) => tls::run(&command),
        Some(Command::Version) => print(concat!("poolhouse ", env!("CARGO_PKG_VERSION"), "\n")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("poolhouse: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

/// Writes to standard output. A reader that has gone away (`| head`) is no failure.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write as _};
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
        assert!(Cli::try_parse_from(["poolhouse"]).unwrap().command.is_none());
        assert!(Cli::try_parse_from(["poolhouse", "--dev"]).unwrap().serve.dev);
        assert!(Cli::try_parse_from(["poolhouse", "serve", "--listen", "127.0.0.1:0"]).is_ok());
        assert!(Cli::try_parse_from(["poolhouse", "keys", "create", "--policy", "admin"]).is_ok());
        assert!(Cli::try_parse_from(["poolhouse", "sreve"]).is_err());
    }
}
