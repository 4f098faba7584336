//! The text of a receipt.

use std::fmt;

use jiff::{Timestamp, tz::TimeZone};
use smpp_wire::receipt::{ReceiptText, date_word, number_word};
use smpp_wire::time::DateTime;

use crate::{Outcome, Stat};

/// What a receipt says; see [`Receipt::write`] for how.
#[derive(Clone, Copy, Debug)]
pub struct Receipt<'a> {
    /// The id that answered the submit_sm.
    pub id: &'a [u8; 36],
    /// When the message was accepted, in seconds since 1970.
    pub submitted: u64,
    /// When it reached its final state, in seconds since 1970.
    pub done: u64,
    /// How it ended, or how it stands: the state and the internal status code behind it.
    pub outcome: Outcome,
}

/// The length of every receipt in octets.
pub const RECEIPT_LEN: usize = 122;

impl Receipt<'_> {
    /// Appends the text, exactly
    /// `id:<uuid> sub:001 dlvrd:001 submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DELIVRD err:000`; `err` is the absolute value of
    /// the internal status code, beyond -999 it is `999`.
    pub fn write(&self, clock: &mut Clock, out: &mut Vec<u8>) {
        let delivered = self.outcome.stat == Stat::DELIVRD;
        let text = ReceiptText {
            id: Some(self.id),
            sub: Some(b"001"),
            dlvrd: Some(if delivered { b"001" } else { b"000" }),
            submit_date: Some(&clock.date(self.submitted)),
            done_date: Some(&clock.date(self.done)),
            stat: Some(self.outcome.stat.octets()),
            err: Some(&number_word(self.outcome.code.unsigned_abs())),
            text: None,
        };
        let written = text.write(out);
        debug_assert_eq!(written, Ok(RECEIPT_LEN), "no word has a blank, and a vector has room");
    }
}

/// Tells the dates of receipts in one time zone.
///
/// A date is kept for as long as its minute is asked for: the calendar is worked out once a minute, not once a receipt.
pub struct Clock {
    zone: TimeZone,
    minutes: [Minute; KEPT_MINUTES],
}

#[derive(Clone, Copy)]
struct Minute {
    since_1970: u64,
    date: [u8; 10],
}

impl Clock {
    /// A clock in this time zone.
    #[must_use]
    pub const fn new(zone: TimeZone) -> Self {
        let none = Minute { since_1970: u64::MAX, date: [b'0'; 10] };
        Self { zone, minutes: [none; KEPT_MINUTES] }
    }

    /// The date `YYMMDDhhmm` of an instant in seconds since 1970.
    pub fn date(&mut self, seconds: u64) -> [u8; 10] {
        let since_1970 = seconds / 60;
        let slot = usize::try_from(since_1970 % KEPT_MINUTES as u64).unwrap_or(0);
        match self.minutes.get_mut(slot) {
            Some(kept) if kept.since_1970 == since_1970 => kept.date,
            Some(kept) => {
                *kept = Minute { since_1970, date: work_out(seconds, &self.zone) };
                kept.date
            }
            None => work_out(seconds, &self.zone),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("zone", &self.zone).finish_non_exhaustive()
    }
}

/// Works the date out; an instant beyond the calendar gives the calendar's last.
fn work_out(seconds: u64, zone: &TimeZone) -> [u8; 10] {
    let instant = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let instant = instant.unwrap_or(Timestamp::MAX);
    let local = instant.as_second() + i64::from(zone.to_offset(instant).seconds());
    DateTime::from_unix_seconds(local).map_or(*b"9912312359", date_word)
}

/// Messages of one moment end over some minutes; sixteen cover a busy gateway in 256 octets.
const KEPT_MINUTES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &[u8; 36] = b"0f8fad5b-d9cb-469f-a165-70867728950e";

    fn text(receipt: &Receipt<'_>, zone: &str) -> String {
        let mut out = Vec::new();
        receipt.write(&mut Clock::new(TimeZone::get(zone).unwrap()), &mut out);
        String::from_utf8(out).unwrap()
    }

    fn seconds(instant: &str) -> u64 {
        instant.parse::<Timestamp>().unwrap().as_second().try_into().unwrap()
    }

    #[test]
    fn a_delivered_message_gives_exactly_this_text() {
        let submitted = seconds("2025-03-04T05:06:07Z");
        let receipt = Receipt { id: ID, submitted, done: submitted + 60, outcome: Outcome::DELIVERED };
        let expected = "id:0f8fad5b-d9cb-469f-a165-70867728950e sub:001 dlvrd:001 submit date:2503040506 \
                        done date:2503040507 stat:DELIVRD err:000";
        assert_eq!(text(&receipt, "UTC"), expected);
        assert_eq!(expected.len(), RECEIPT_LEN);
    }

    #[test]
    fn a_failed_message_says_000_delivered_and_its_code_without_sign() {
        let outcome = Outcome { stat: Stat::UNDELIV, code: -5 };
        let receipt = Receipt { id: ID, submitted: 0, done: 59, outcome };
        let expected = "id:0f8fad5b-d9cb-469f-a165-70867728950e sub:001 dlvrd:000 submit date:7001010000 \
                        done date:7001010000 stat:UNDELIV err:005";
        assert_eq!(text(&receipt, "UTC"), expected);
    }

    #[test]
    fn codes_have_three_digits() {
        for (code, err) in [(0, "000"), (-5, "005"), (-42, "042"), (-999, "999"), (i16::MIN, "999")] {
            let outcome = Outcome { stat: Stat::UNKNOWN, code };
            let receipt = Receipt { id: ID, submitted: 0, done: 0, outcome };
            assert!(text(&receipt, "UTC").ends_with(&format!(" stat:UNKNOWN err:{err}")));
        }
    }

    #[test]
    fn dates_follow_daylight_saving_time() {
        let mut clock = Clock::new(TimeZone::get("Europe/Copenhagen").unwrap());
        assert_eq!(&clock.date(seconds("2025-03-30T00:59:59Z")), b"2503300159");
        assert_eq!(&clock.date(seconds("2025-03-30T01:00:00Z")), b"2503300300");
        assert_eq!(&clock.date(seconds("2025-10-26T00:30:00Z")), b"2510260230");
        assert_eq!(&clock.date(seconds("2025-10-26T01:30:00Z")), b"2510260230");
        assert_eq!(&clock.date(seconds("2025-12-31T23:00:00Z")), b"2601010000");
    }

    #[test]
    fn a_kept_date_is_the_date_worked_out() {
        let zone = TimeZone::get("Asia/Kathmandu").unwrap();
        let mut clock = Clock::new(zone.clone());
        for step in 0..5_000 {
            let instant = 1_700_000_000 + (step * 37) % 3_000;
            assert_eq!(clock.date(instant), work_out(instant, &zone));
        }
    }

    #[test]
    fn an_instant_beyond_the_calendar_is_its_last() {
        assert_eq!(&Clock::new(TimeZone::UTC).date(u64::MAX)[..4], b"9912");
    }
}
