//! How long from now, in calendar units (SMPP v3.4 §7.1.1.2).

use core::time::Duration;

use super::date_time::check_time_of_day;
use super::{DateTime, TimeError, digits};

/// Years, months and so on from the message centre's now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Relative {
    /// 0 to 99.
    pub years: u8,
    /// 0 to 12.
    pub months: u8,
    /// 0 to 31.
    pub days: u8,
    /// 0 to 23.
    pub hours: u8,
    /// 0 to 59.
    pub minutes: u8,
    /// 0 to 59.
    pub seconds: u8,
}

impl Relative {
    /// A duration, in days and smaller units; what is less than a second is cut off. Months have no fixed length: for more than
    /// 31 days use [`Relative::between`].
    ///
    /// # Errors
    /// 32 days and more.
    pub fn from_duration(duration: Duration) -> Result<Self, TimeError> {
        let seconds = duration.as_secs();
        let days = u8::try_from(seconds / DAY).ok().filter(|days| *days <= 31);
        let part = |value: u64| u8::try_from(value).map_err(|_| TimeError::OutOfReach);
        Ok(Self {
            days: days.ok_or(TimeError::OutOfReach)?,
            hours: part(seconds / 3600 % 24)?,
            minutes: part(seconds / 60 % 60)?,
            seconds: part(seconds % 60)?,
            ..Self::default()
        })
    }

    /// What leads from `now` to `then`, both in seconds since 1970: as many whole months as fit, then days.
    ///
    /// # Errors
    /// `then` is earlier, or 100 years later; a year beyond the calendar.
    pub fn between(now: i64, then: i64) -> Result<Self, TimeError> {
        let (from, to) = (DateTime::from_unix_seconds(now)?, DateTime::from_unix_seconds(then)?);
        let month = |at: DateTime| u32::from(at.year()) * 12 + u32::from(at.month());
        let guess = month(to).checked_sub(month(from)).ok_or(TimeError::OutOfReach)?;
        let fits = |months: u32| from.months_later(months).is_ok_and(|at| at <= to);
        let months = if fits(guess) { guess } else { guess.checked_sub(1).ok_or(TimeError::OutOfReach)? };
        let rest = then - from.months_later(months)?.unix_seconds();
        let rest = u64::try_from(rest).map(Duration::from_secs).map_err(|_| TimeError::OutOfReach)?;
        let years =
            u8::try_from(months / 12).ok().filter(|years| *years <= 99).ok_or(TimeError::OutOfReach)?;
        let months = u8::try_from(months % 12).map_err(|_| TimeError::OutOfReach)?;
        Ok(Self { years, months, ..Self::from_duration(rest)? })
    }

    /// The instant that this leads to from `now`, both in seconds since 1970: first the months (a day that the month does not
    /// have is its last), then the rest.
    ///
    /// # Errors
    /// A value out of its range; a year beyond the calendar.
    pub fn after(self, now: i64) -> Result<i64, TimeError> {
        self.check()?;
        let months = u32::from(self.years) * 12 + u32::from(self.months);
        let start = DateTime::from_unix_seconds(now)?.months_later(months)?.unix_seconds();
        let hours = i64::from(self.days) * 24 + i64::from(self.hours);
        Ok(start + (hours * 60 + i64::from(self.minutes)) * 60 + i64::from(self.seconds))
    }

    /// The text `YYMMDDhhmmss000R`.
    ///
    /// # Errors
    /// A value out of its range.
    pub fn to_octets(self) -> Result<[u8; 16], TimeError> {
        self.check()?;
        let [y, y0] = digits::of(self.years);
        let [m, m0] = digits::of(self.months);
        let [d, d0] = digits::of(self.days);
        let [h, h0] = digits::of(self.hours);
        let [n, n0] = digits::of(self.minutes);
        let [s, s0] = digits::of(self.seconds);
        Ok([y, y0, m, m0, d, d0, h, h0, n, n0, s, s0, b'0', b'0', b'0', b'R'])
    }

    /// Tenths and zone are digits, and mean nothing.
    pub(super) fn from_digits(text: &[u8; 12], ignored: [u8; 3]) -> Result<Self, TimeError> {
        let [years, months, days, hours, minutes, seconds] = digits::six_pairs(text)?;
        let relative = Self { years, months, days, hours, minutes, seconds };
        relative.check()?;
        digits::all(&ignored, text.len())?;
        Ok(relative)
    }

    const fn check(self) -> Result<(), TimeError> {
        if self.years > 99 {
            return Err(TimeError::Year);
        }
        if self.months > 12 {
            return Err(TimeError::Month);
        }
        if self.days > 31 {
            return Err(TimeError::Day);
        }
        check_time_of_day(self.hours, self.minutes, self.seconds)
    }
}

const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_said_is_an_error() {
        let day = Duration::from_secs(DAY);
        assert_eq!(Relative::from_duration(day * 31).unwrap().days, 31);
        assert_eq!(Relative::from_duration(day * 32), Err(TimeError::OutOfReach));
        assert_eq!(Relative::from_duration(Duration::MAX), Err(TimeError::OutOfReach));
        assert_eq!(Relative::between(1, 0), Err(TimeError::OutOfReach));
        assert_eq!(Relative::between(0, 3_155_760_000), Err(TimeError::OutOfReach));
        assert_eq!(Relative { hours: 24, ..Relative::default() }.to_octets(), Err(TimeError::Hour));
        assert_eq!(Relative { months: 13, ..Relative::default() }.after(0), Err(TimeError::Month));
    }
}
