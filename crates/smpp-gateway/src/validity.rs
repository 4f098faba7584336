//! How long a message is worth delivering.

use smpp_wire::{
    CommandStatus,
    time::{self, Century, Time, TimeError},
};

/// The second since 1970 at which a message expires that was accepted at `now`; `default` is how many seconds those have that don't say.
///
/// # Errors
/// `ESME_RINVEXPIRY` for a time that is none, or lies beyond the calendar.
pub(crate) fn expiry(validity_period: &[u8], now: u64, default: u64) -> Result<u64, CommandStatus> {
    if validity_period.is_empty() {
        return Ok(now.saturating_add(default));
    }
    read(validity_period, now).map_err(|_| CommandStatus::ESME_RINVEXPIRY)
}

fn read(validity_period: &[u8], now: u64) -> Result<u64, TimeError> {
    let expires_at = match time::parse(validity_period, Century::V34)? {
        Some(Time::Absolute(time)) => time.unix_millis() / 1_000,
        Some(Time::Relative(time)) => time.after(i64::try_from(now).unwrap_or(i64::MAX))?,
        // Without a zone it can only be the message centre's own, which is UTC.
        Some(Time::Local(date)) => date.unix_seconds(),
        _ => return Err(TimeError::Length(validity_period.len())),
    };
    Ok(u64::try_from(expires_at).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2025-01-31T12:00:00Z.
    const NOW: u64 = 1_738_324_800;

    #[test]
    fn a_message_that_does_not_say_has_the_default() {
        assert_eq!(expiry(b"", NOW, 60), Ok(NOW + 60));
        assert_eq!(expiry(b"", NOW, u64::MAX), Ok(u64::MAX));
    }

    #[test]
    fn a_relative_time_counts_from_the_acceptance_and_an_absolute_one_from_nowhere() {
        assert_eq!(expiry(b"000000000010000R", NOW, 60), Ok(NOW + 10));
        assert_eq!(expiry(b"250131130000004+", NOW, 60), Ok(NOW));
        assert_eq!(expiry(b"250131120000000+", NOW + 500, 60), Ok(NOW), "it has expired already");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for wrong in [&b"tomorrow"[..], b"259931120000000+", b"000000000010000X"] {
            assert_eq!(expiry(wrong, NOW, 60), Err(CommandStatus::ESME_RINVEXPIRY));
        }
    }
}
