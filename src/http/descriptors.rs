//! Open files: sockets and the store's files share one limit of the process (RLIMIT_NOFILE).

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that connections leave free: the store's files, plugins, mail, calls to other servers.
const RESERVE: usize = 256;
/// Descriptors of one worker's event loop.
const PER_WORKER: usize = 16;

/// Raises the soft limit of open files to what `connections` need, as far as the hard limit lets it. The usual soft
/// limit of 1,024 is for programs that use `select`, which this one does not.
pub fn raise_descriptor_limit(connections: usize) {
    let limit = getrlimit(Resource::Nofile);
    let wanted = (connections + 2 * RESERVE) as u64;
    let Some(current) = limit.current else { return };
    let wanted = limit.maximum.map_or(wanted, |most| wanted.min(most));
    if wanted > current && setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit }).is_err() {
        tracing::warn!("the limit of open files stays at {current}: the system does not let it be raised");
    }
}

/// How many connections the limit of open files allows: the wanted number, less where the reserve would be used up.
pub(super) fn connection_limit(wanted: usize, workers: usize) -> usize {
    let limit = getrlimit(Resource::Nofile).current;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let allowed = allowed(limit, workers);
    if allowed < wanted {
        tracing::warn!(
            "at most {allowed} connections are served, not {wanted} (server.max_connections): the limit of open files is {limit}"
        );
    }
    wanted.min(allowed)
}

fn allowed(limit: usize, workers: usize) -> usize {
    limit.saturating_sub(RESERVE + PER_WORKER * workers).max(limit / 2).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_stays_free() {
        assert_eq!(allowed(1024, 2), 736);
        assert_eq!(allowed(300, 2), 150);
        assert!(allowed(usize::MAX, 64) > 1_000_000);
    }
}
