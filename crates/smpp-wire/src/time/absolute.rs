//! An instant as SMPP writes it: a local date, and how far its zone is from UTC (SMPP v3.4 §7.1.1.1).

use super::{Century, DateTime, TimeError, digits};

/// A date and time of day to the tenth of a second, and its zone in quarters of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Absolute {
    local: DateTime,
    tenth: u8,
    quarters: i8,
}

impl Absolute {
    /// A date in a zone that is `quarters` of an hour ahead of UTC (behind, when negative).
    ///
    /// # Errors
    /// More than 9 tenths; more than 56 quarters (UTC+14, of which the specification has 48).
    pub const fn new(local: DateTime, tenth: u8, quarters: i8) -> Result<Self, TimeError> {
        if tenth > 9 {
            return Err(TimeError::Tenth);
        }
        if quarters.unsigned_abs() > MAX_QUARTERS {
            return Err(TimeError::Offset);
        }
        Ok(Self { local, tenth, quarters })
    }

    /// The instant so many milliseconds after 1970, said in a zone; what is less than a tenth of a second is cut off.
    ///
    /// # Errors
    /// More than 56 quarters; a year before 1583 or after 9999.
    pub fn from_unix_millis(millis: i64, quarters: i8) -> Result<Self, TimeError> {
        let local = DateTime::from_unix_seconds(millis.div_euclid(1000) + i64::from(quarters) * QUARTER)?;
        let tenth = u8::try_from(millis.rem_euclid(1000) / 100).map_err(|_| TimeError::Tenth)?;
        Self::new(local, tenth, quarters)
    }

    /// The milliseconds since 1970, negative before.
    #[must_use]
    pub fn unix_millis(self) -> i64 {
        let seconds = self.local.unix_seconds() - i64::from(self.quarters) * QUARTER;
        seconds * 1000 + i64::from(self.tenth) * 100
    }

    /// The text `YYMMDDhhmmsstnnp`.
    ///
    /// # Errors
    /// A year of another century.
    pub fn to_octets(self, century: Century) -> Result<[u8; 16], TimeError> {
        let [y, y0, m, m0, d, d0, h, h0, n, n0, s, s0] = self.local.to_octets(century)?;
        let [q, q0] = digits::of(self.quarters.unsigned_abs());
        let sign = if self.quarters < 0 { b'-' } else { b'+' };
        Ok([y, y0, m, m0, d, d0, h, h0, n, n0, s, s0, b'0' + self.tenth, q, q0, sign])
    }

    pub(super) fn from_digits(
        date: &[u8; 12],
        [tenth, tens, ones]: [u8; 3],
        sign: u8,
        century: Century,
    ) -> Result<Self, TimeError> {
        let local = DateTime::from_digits(date, century)?;
        digits::all(&[tenth, tens, ones], date.len())?;
        let ahead = Self::new(local, tenth & 0x0F, digits::number_of(tens, ones).cast_signed())?;
        match sign {
            b'+' => Ok(ahead),
            b'-' => Ok(Self { quarters: -ahead.quarters, ..ahead }),
            _ => Err(TimeError::Sign),
        }
    }

    /// The date and time of day in its zone.
    #[must_use]
    pub const fn local(self) -> DateTime {
        self.local
    }

    /// 0 to 9.
    #[must_use]
    pub const fn tenth(self) -> u8 {
        self.tenth
    }

    /// How many quarters of an hour the zone is ahead of UTC: -56 to 56.
    #[must_use]
    pub const fn quarters(self) -> i8 {
        self.quarters
    }
}

/// UTC+14; the specification ends at 48, which is UTC+12.
pub(super) const MAX_QUARTERS: u8 = 56;
/// In seconds.
const QUARTER: i64 = 15 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_a_tenth_is_cut_off_on_both_sides_of_1970() {
        let back = |millis| Absolute::from_unix_millis(millis, 4).map(Absolute::unix_millis);
        assert_eq!([back(0), back(99), back(100), back(-1)], [Ok(0), Ok(0), Ok(100), Ok(-100)]);
    }

    #[test]
    fn a_zone_further_than_any_is_refused() {
        assert_eq!(Absolute::from_unix_millis(0, 57), Err(TimeError::Offset));
        assert_eq!(Absolute::from_unix_millis(0, i8::MIN), Err(TimeError::Offset));
        assert!(Absolute::from_unix_millis(0, -56).is_ok());
    }
}
