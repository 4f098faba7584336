//! How many files this process may have open: each session is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Makes sure that `sessions` sessions fit beside what else is open: raises the limit of the process where it may.
///
/// # Errors
/// One line: how many are needed, how many may be, what to do.
pub fn allow_sessions(sessions: u64) -> Result<(), String> {
    let needed = sessions + BESIDE;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let higher = Rlimit { current: Some(needed), maximum: maximum.map(|maximum| maximum.max(needed)) };
    setrlimit(Resource::Nofile, higher).map_err(|_| {
        let most = maximum.or(current).unwrap_or_default();
        format!(
            "{sessions} sessions need {needed} open files and this process may have {most}, allowed is up to {} sessions, \
             or more behind `ulimit -n {needed}`",
            most.saturating_sub(BESIDE)
        )
    })
}

/// Files that are open beside sessions: reports, a ledger, the runtime's own.
const BESIDE: u64 = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_can_not_be_raised_is_told_with_what_to_do() {
        assert_eq!(allow_sessions(1), Ok(()));
        // The kernel's own limit (fs.nr_open) is far below.
        let error = allow_sessions(u64::from(u32::MAX)).unwrap_err();
        assert!(error.contains("4294967295 sessions") && error.contains("ulimit -n"), "{error}");
    }
}
