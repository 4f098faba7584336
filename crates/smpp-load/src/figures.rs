//! Numbers as people read them: thousands separators, and a unit that fits.

/// `1234567` as `1,234,567`.
pub(crate) fn thousands(number: u64) -> String {
    grouped(&number.to_string())
}

/// A rate, rounded to a whole number with separators.
pub(crate) fn rate(per_second: f64) -> String {
    grouped(&format!("{:.0}", per_second.max(0.0)))
}

/// Microseconds with three digits and the unit that fits: µs, ms or s.
pub(crate) fn micros(micros: f64) -> String {
    if micros < 999.5 {
        format!("{} µs", three_digits(micros))
    } else if micros < 999_500.0 {
        format!("{} ms", three_digits(micros / 1e3))
    } else {
        format!("{} s", three_digits(micros / 1e6))
    }
}

/// `1 connection`, `2 connections`.
pub(crate) fn counted(number: u64, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {word}{plural}", thousands(number))
}

fn three_digits(number: f64) -> String {
    if number < 9.995 {
        format!("{number:.2}")
    } else if number < 99.95 {
        format!("{number:.1}")
    } else {
        format!("{number:.0}")
    }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
        assert_eq!(rate(312_454.7), "312,455");
    }

    #[test]
    fn the_unit_fits_the_latency() {
        let cases = [
            (0.0, "0.00 µs"),
            (9.314, "9.31 µs"),
            (310.4, "310 µs"),
            (999.6, "1.00 ms"),
            (12_340.0, "12.3 ms"),
        ];
        for (number, text) in cases {
            assert_eq!(micros(number), text);
        }
        assert_eq!(micros(2_310_000.0), "2.31 s");
    }
}
