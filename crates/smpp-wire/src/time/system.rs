//! Times to and from the standard library's clock readings.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Absolute, Relative, Time, TimeError};

impl Time {
    /// The instant that is meant, when the message centre's clock shows `now`.
    ///
    /// # Errors
    /// A date without a zone; an instant that the system's clock can't show.
    pub fn to_system_time(self, now: SystemTime) -> Result<SystemTime, TimeError> {
        match self {
            Self::Absolute(time) => time.to_system_time(),
            Self::Relative(time) => time.after_system_time(now),
            Self::Local(_) => Err(TimeError::NoZone),
        }
    }
}

impl Absolute {
    /// A reading of the clock, said in a zone; what is less than a tenth of a second is cut off.
    ///
    /// # Errors
    /// More than 56 quarters; a year before 1583 or after 9999.
    pub fn from_system_time(time: SystemTime, quarters: i8) -> Result<Self, TimeError> {
        let (seconds, nanos) = since_1970(time)?;
        let millis = seconds.checked_mul(1000).ok_or(TimeError::Year)? + i64::from(nanos / 1_000_000);
        Self::from_unix_millis(millis, quarters)
    }

    /// The instant.
    ///
    /// # Errors
    /// An instant that the system's clock can't show.
    pub fn to_system_time(self) -> Result<SystemTime, TimeError> {
        let millis = self.unix_millis();
        let nanos = u32::try_from(millis.rem_euclid(1000)).map_err(|_| TimeError::Year)? * 1_000_000;
        system_time(millis.div_euclid(1000), nanos)
    }
}

impl Relative {
    /// What leads from `now` to `then`, cut to whole seconds: as many whole months as fit, then days.
    ///
    /// # Errors
    /// `then` is earlier, or 100 years later.
    pub fn between_system_times(now: SystemTime, then: SystemTime) -> Result<Self, TimeError> {
        let ((now, now_nanos), (then, then_nanos)) = (since_1970(now)?, since_1970(then)?);
        let begun = i64::from(then_nanos < now_nanos);
        Self::between(now, then.saturating_sub(begun))
    }

    /// The instant that this leads to from `now`.
    ///
    /// # Errors
    /// A value out of its range; a year beyond the calendar.
    pub fn after_system_time(self, now: SystemTime) -> Result<SystemTime, TimeError> {
        let (seconds, nanos) = since_1970(now)?;
        system_time(self.after(seconds)?, nanos)
    }
}

/// Whole seconds since 1970, rounded down, and the nanoseconds on top.
fn since_1970(time: SystemTime) -> Result<(i64, u32), TimeError> {
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).map_err(|_| TimeError::Year);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => Ok((seconds(after)?, after.subsec_nanos())),
        Err(before) => match (seconds(before.duration())?, before.duration().subsec_nanos()) {
            (seconds, 0) => Ok((-seconds, 0)),
            (seconds, nanos) => Ok((-seconds - 1, 1_000_000_000 - nanos)),
        },
    }
}

fn system_time(seconds: i64, nanos: u32) -> Result<SystemTime, TimeError> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let whole = if seconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
    whole.and_then(|whole| whole.checked_add(Duration::from_nanos(nanos.into()))).ok_or(TimeError::Year)
}
