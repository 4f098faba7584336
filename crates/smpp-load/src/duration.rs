//! Times on the command line: `10s`, `500ms`, `2m`, `1h`; a plain number is seconds.

use std::time::Duration;

/// Reads a time; `None` when it is not one, is zero, or is longer than [`LONGEST`].
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(unit_at)?;
    let seconds = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let duration = Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
    (!duration.is_zero() && duration <= LONGEST).then_some(duration)
}

/// A week: long enough for a soak test, short enough that an instant plus this never overflows.
const LONGEST: Duration = Duration::from_secs(168 * 3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read_and_a_plain_number_is_seconds() {
        for (text, millis) in
            [("500ms", 500), ("10s", 10_000), ("10", 10_000), ("1.5s", 1500), ("2m", 120_000)]
        {
            assert_eq!(parse_duration(text), Some(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(parse_duration("168h"), Some(LONGEST));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "s", "0", "0ms", "-1s", "1e3", "10 s", "1d", "ten", "1.2.3", "inf", "169h", "10µs"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
