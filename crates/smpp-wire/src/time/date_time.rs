//! A date and a time of day, of no zone; and the calendar.

use core::fmt;

use super::{Century, TimeError, digits};

/// A date of the Gregorian calendar with the time of day, to the second, of no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

impl DateTime {
    /// A date that exists, in the years 1583 to 9999; [`TimeError`] names the first value that is wrong.
    ///
    /// # Errors
    /// A value out of its range, a day that its month does not have.
    pub const fn new(
        year: u16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
    ) -> Result<Self, TimeError> {
        if year < 1583 || year > 9999 {
            return Err(TimeError::Year);
        }
        if month < 1 || month > 12 {
            return Err(TimeError::Month);
        }
        if day < 1 || day > days_in(year, month) {
            return Err(TimeError::Day);
        }
        match check_time_of_day(hour, minute, second) {
            Ok(()) => Ok(Self { year, month, day, hour, minute, second }),
            Err(error) => Err(error),
        }
    }

    /// The date at so many seconds since 1970.
    ///
    /// # Errors
    /// A year before 1583 or after 9999.
    pub fn from_unix_seconds(seconds: i64) -> Result<Self, TimeError> {
        let (year, month, day) = civil(seconds.div_euclid(DAY)).ok_or(TimeError::Year)?;
        let of_day = seconds.rem_euclid(DAY);
        let part = |seconds: i64| u8::try_from(seconds).map_err(|_| TimeError::Year);
        Self::new(year, month, day, part(of_day / 3600)?, part(of_day / 60 % 60)?, part(of_day % 60)?)
    }

    /// The seconds since 1970, when this is a date of UTC.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        let days = days_before(i64::from(self.year), i64::from(self.month)) + i64::from(self.day - 1);
        let minutes = i64::from(self.hour) * 60 + i64::from(self.minute);
        days * DAY + minutes * 60 + i64::from(self.second)
    }

    /// The text `YYMMDDhhmmss`.
    ///
    /// # Errors
    /// A year of another century.
    pub fn to_octets(self, century: Century) -> Result<[u8; 12], TimeError> {
        let [y, y0] = digits::of(century.two_digits(self.year)?);
        let [m, m0] = digits::of(self.month);
        let [d, d0] = digits::of(self.day);
        let [h, h0] = digits::of(self.hour);
        let [n, n0] = digits::of(self.minute);
        let [s, s0] = digits::of(self.second);
        Ok([y, y0, m, m0, d, d0, h, h0, n, n0, s, s0])
    }

    pub(crate) fn from_digits(text: &[u8; 12], century: Century) -> Result<Self, TimeError> {
        let [year, month, day, hour, minute, second] = digits::six_pairs(text)?;
        Self::new(century.year(year), month, day, hour, minute, second)
    }

    /// 1583 to 9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// 0 to 23.
    #[must_use]
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// 0 to 59.
    #[must_use]
    pub const fn minute(self) -> u8 {
        self.minute
    }

    /// 0 to 59.
    #[must_use]
    pub const fn second(self) -> u8 {
        self.second
    }

    /// So many months later, on the last day of that month if it has no such day.
    pub(super) fn months_later(self, months: u32) -> Result<Self, TimeError> {
        let month = u32::from(self.month) - 1 + months;
        let year = u16::try_from(u32::from(self.year) + month / 12).map_err(|_| TimeError::Year)?;
        let month = u8::try_from(month % 12 + 1).map_err(|_| TimeError::Month)?;
        let day = self.day.min(days_in(year, month));
        Self::new(year, month, day, self.hour, self.minute, self.second)
    }
}

/// As ISO 8601 has it: `2025-01-31T12:00:00`.
impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

pub(super) const fn check_time_of_day(hour: u8, minute: u8, second: u8) -> Result<(), TimeError> {
    if hour > 23 {
        return Err(TimeError::Hour);
    }
    if minute > 59 {
        return Err(TimeError::Minute);
    }
    if second > 59 {
        return Err(TimeError::Second);
    }
    Ok(())
}

pub(super) const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The days from 1970 to the first of a month.
///
/// A year that starts in March has its leap day at its end, so that five months have 153 days from any of its thirds on.
const fn days_before(year: i64, month: i64) -> i64 {
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 - MARCH_0_TO_1970
}

/// Year, month and day of so many days since 1970; `None` beyond the years 1583 to 9999.
fn civil(days: i64) -> Option<(u16, u8, u8)> {
    if !(DAYS_FROM..DAYS_TO).contains(&days) {
        return None;
    }
    // By the mean length of a year: one or two too high, and then that year is still to come.
    let mut year = (days + MARCH_0_TO_1970) * 400 / DAYS_IN_400_YEARS + 1;
    while days_before(year, 3) > days {
        year -= 1;
    }
    let of_year = days - days_before(year, 3);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    Some((u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?))
}

const DAY: i64 = 86_400;
const DAYS_IN_400_YEARS: i64 = 400 * 365 + 97;
/// From the first of March of the year 0, where the count of [`days_before`] starts.
const MARCH_0_TO_1970: i64 = 719_468;
const DAYS_FROM: i64 = days_before(1583, 1);
const DAYS_TO: i64 = days_before(10_000, 1);

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn a_day_that_its_month_does_not_have_is_refused() {
        let day = |year, month, day| DateTime::new(year, month, day, 0, 0, 0);
        assert!(day(2024, 2, 29).is_ok() && day(2000, 2, 29).is_ok());
        for (year, month, of_month) in
            [(2023, 2, 29), (2100, 2, 29), (2025, 4, 31), (2025, 1, 0), (2025, 12, 32)]
        {
            assert_eq!(day(year, month, of_month), Err(TimeError::Day));
        }
    }

    #[test]
    fn the_end_of_a_month_stays_the_end() {
        let january = DateTime::new(2024, 1, 31, 12, 0, 0).unwrap();
        assert_eq!(january.months_later(1).unwrap().to_string(), "2024-02-29T12:00:00");
        assert_eq!(january.months_later(13).unwrap().to_string(), "2025-02-28T12:00:00");
        assert_eq!(january.months_later(12 * 8000), Err(TimeError::Year));
    }

    #[test]
    fn years_beyond_the_calendar_are_refused() {
        assert_eq!(DateTime::from_unix_seconds(i64::MAX), Err(TimeError::Year));
        assert_eq!(DateTime::from_unix_seconds(i64::MIN), Err(TimeError::Year));
        let last = DateTime::new(9999, 12, 31, 23, 59, 59).unwrap();
        assert_eq!(DateTime::from_unix_seconds(last.unix_seconds()), Ok(last));
        assert_eq!(DateTime::from_unix_seconds(last.unix_seconds() + 1), Err(TimeError::Year));
    }
}
