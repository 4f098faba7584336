//! `[restart]` against what is allowed.

use std::time::Duration;

use crate::config::{RestartConfig, reader::Section};

pub(super) fn restart(section: &Section<'_>) -> RestartConfig {
    let default = RestartConfig::default();
    let deadline = section.optional("deadline_milliseconds", 0..=60_000).map(Duration::from_millis);
    RestartConfig { deadline: deadline.unwrap_or(default.deadline) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::testing::{error, parse};

    #[test]
    fn the_deadline_is_kept_and_bounded() {
        assert_eq!(parse("").restart, RestartConfig::default());
        let config = parse("[restart]\ndeadline_milliseconds = 1500");
        assert_eq!(config.restart.deadline, Duration::from_millis(1500));
        assert_eq!(
            error("[restart]\ndeadline_milliseconds = 60001"),
            "restart.deadline_milliseconds is 60001, allowed is 0 to 60000"
        );
    }
}
