//! The `poolhouse` program: arguments to settings to server. See `poolhouse --help`.

/// glibc's allocator keeps what the store's cache gives back: at 1,000,000 users resident memory was half as much
/// again.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    poolhouse::cli::run()
}
