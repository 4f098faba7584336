//! The limit on open files, judged before it can refuse connections one by one.

use std::io;

/// Files besides connections: the listener, the runtime's own, logs, and what the application opens.
const RESERVE: usize = 64;
/// Connections without a word from the builder.
const DEFAULT_CONNECTIONS: usize = 10_000;

/// How many connections a server may have: as many as were asked for, or 10,000 or what the limit on open files leaves.
///
/// # Errors
/// When the limit leaves less than was asked for.
pub(super) fn connections(asked: Option<usize>) -> io::Result<usize> {
    judged(asked, open_files())
}

fn judged(asked: Option<usize>, limit: usize) -> io::Result<usize> {
    let room = limit.saturating_sub(RESERVE);
    match asked {
        Some(count) if count > room => Err(io::Error::other(format!(
            "max_connections is {count} and needs {} open files, but the limit is {limit}: raise it (ulimit -n, \
             LimitNOFILE) or lower max_connections to {room}",
            count.saturating_add(RESERVE)
        ))),
        Some(count) => Ok(count),
        None => Ok(room.clamp(1, DEFAULT_CONNECTIONS)),
    }
}

/// The soft limit of this process.
#[cfg(unix)]
fn open_files() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
const fn open_files() -> usize {
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_must_fit_into_the_limit() {
        assert_eq!(judged(Some(960), 1_024).unwrap(), 960);
        let error = judged(Some(961), 1_024).unwrap_err().to_string();
        assert!(error.contains("961") && error.contains("1025") && error.contains("1024"), "{error}");
        assert!(error.contains("ulimit -n") && error.contains("to 960"), "{error}");
    }

    #[test]
    fn without_a_word_the_limit_decides() {
        assert_eq!(judged(None, 1_024).unwrap(), 960);
        assert_eq!(judged(None, 1_000_000).unwrap(), 10_000);
        assert_eq!(judged(None, 10).unwrap(), 1);
    }
}
