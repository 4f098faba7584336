//! Which hundred years two digits name.

use super::TimeError;

/// The hundred years that a two-digit year can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Century {
    first: u16,
}

impl Century {
    /// 1938 to 2037 (SMPP v3.4 appendix C).
    pub const V34: Self = Self { first: 1938 };

    /// The hundred years from `year` on, for the time when [`Century::V34`] is over. Years before 1583 count as 1583, the
    /// first whole one of this calendar; years after 9900 as 9900.
    #[must_use]
    pub const fn starting(year: u16) -> Self {
        let first = match year {
            0..FIRST_GREGORIAN => FIRST_GREGORIAN,
            LAST_START.. => LAST_START,
            _ => year,
        };
        Self { first }
    }

    /// The year that two digits (0 to 99) mean.
    pub(super) const fn year(self, two_digits: u8) -> u16 {
        let year = self.first - self.first % 100 + two_digits as u16;
        if year < self.first { year + 100 } else { year }
    }

    /// The two digits of a year.
    pub(super) fn two_digits(self, year: u16) -> Result<u8, TimeError> {
        let within = (self.first..self.first + 100).contains(&year);
        u8::try_from(year % 100).ok().filter(|_| within).ok_or(TimeError::Year)
    }
}

impl Default for Century {
    fn default() -> Self {
        Self::V34
    }
}

const FIRST_GREGORIAN: u16 = 1583;
const LAST_START: u16 = 9900;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_name_each_year_of_a_century_once() {
        for first in [1938, 1950, 2000, 2001, 2099] {
            let century = Century::starting(first);
            for year in first..first + 100 {
                assert_eq!(century.two_digits(year).map(|digits| century.year(digits)), Ok(year));
            }
            assert_eq!(century.two_digits(first - 1), Err(TimeError::Year));
            assert_eq!(century.two_digits(first + 100), Err(TimeError::Year));
        }
    }

    #[test]
    fn the_century_of_the_specification_is_1938_to_2037() {
        assert_eq!([38, 99, 0, 37].map(|digits| Century::V34.year(digits)), [1938, 1999, 2000, 2037]);
    }
}
