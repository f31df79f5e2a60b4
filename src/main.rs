//! The `poolhouse` program: arguments to settings to server. See `poolhouse --help`.

fn main() -> std::process::ExitCode {
    poolhouse::cli::run()
}
