//! How many messages are due by a time: the rate's integral, and its inverse.

use std::time::Duration;

use super::Stages;

/// Rates over time, as pieces that hold or ramp.
#[derive(Clone, Debug)]
pub struct Curve {
    pieces: Vec<Piece>,
}

/// The rate `rate + slope * t`, for t from 0 to `lasts`.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Seconds from the start of the run.
    starts: f64,
    /// Messages due before this piece.
    before: f64,
    /// Messages a second at its start.
    rate: f64,
    /// Messages a second, each second.
    slope: f64,
    /// Seconds; infinite in a run without an end.
    lasts: f64,
}

impl Curve {
    /// One rate in messages a second, for a time or without an end.
    #[must_use]
    pub fn constant(rate: f64, lasts: Option<Duration>) -> Self {
        let lasts = lasts.map_or(f64::INFINITY, |lasts| lasts.as_secs_f64());
        Self { pieces: vec![Piece { starts: 0.0, before: 0.0, rate, slope: 0.0, lasts }] }
    }

    /// One piece a stage.
    #[must_use]
    pub fn new(stages: &Stages) -> Self {
        let (mut starts, mut before) = (0.0, 0.0);
        let pieces = stages.iter().map(|stage| {
            let lasts = stage.lasts.as_secs_f64();
            let piece =
                Piece { starts, before, rate: stage.from, slope: (stage.to - stage.from) / lasts, lasts };
            starts += lasts;
            before += piece.area(lasts);
            piece
        });
        Self { pieces: pieces.collect() }
    }

    /// When the rate's integral reaches `position`; `None` when it never does.
    #[must_use]
    pub fn time_of(&self, position: f64) -> Option<Duration> {
        let piece = self.pieces.iter().find(|piece| position < piece.before + piece.area(piece.lasts))?;
        Duration::try_from_secs_f64(piece.starts + piece.time_of(position - piece.before)).ok()
    }

    /// How long it lasts; `None` without an end.
    #[must_use]
    pub fn lasts(&self) -> Option<Duration> {
        let last = self.pieces.last()?;
        Duration::try_from_secs_f64(last.starts + last.lasts).ok()
    }
}

impl Piece {
    /// Messages due within the first `t` seconds.
    fn area(&self, t: f64) -> f64 {
        if self.slope == 0.0 { self.rate * t } else { t * (self.rate + self.slope * t / 2.0) }
    }

    /// The positive root of `slope t² / 2 + rate t = due`, in the form that loses no digits near 0.
    fn time_of(&self, due: f64) -> f64 {
        if due == 0.0 {
            return 0.0;
        }
        2.0 * due / (self.rate + (self.rate.powi(2) + 2.0 * self.slope * due).max(0.0).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_is_its_closed_form_at_every_message() {
        let (r0, r1, seconds) = (1_000.0_f64, 5_000.0, 120.0);
        let curve = Curve::new(&"2m:1000..5000".parse().unwrap());
        let s = (r1 - r0) / seconds;
        for k in 0..360_000 {
            let k = f64::from(k);
            let closed = (-r0 + (r0 * r0 + 2.0 * s * k).sqrt()) / s;
            let ours = curve.time_of(k).unwrap().as_secs_f64();
            assert!((ours - closed).abs() < 1e-9, "message {k}: {ours} instead of {closed}");
        }
        assert_eq!(curve.time_of(360_000.0), None);
    }

    #[test]
    fn a_ramp_from_and_to_nothing_sends_its_area() {
        let up = Curve::new(&"10s:0..100".parse().unwrap());
        assert_eq!(up.time_of(0.0), Some(Duration::ZERO));
        assert_eq!(up.time_of(125.0), Some(Duration::from_secs(5)));
        let down = Curve::new(&"10s:100..0".parse().unwrap());
        assert_eq!(down.time_of(375.0), Some(Duration::from_secs(5)));
        assert_eq!(down.time_of(500.0), None);
    }

    #[test]
    fn a_pause_sends_nothing_and_takes_its_time() {
        let curve = Curve::new(&"1s:10,5s:0,1s:10".parse().unwrap());
        assert_eq!(curve.time_of(10.0), Some(Duration::from_secs(6)));
        assert_eq!(curve.lasts(), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_run_without_an_end_has_a_time_for_every_message() {
        let curve = Curve::constant(1e6, None);
        assert_eq!(curve.lasts(), None);
        assert_eq!(curve.time_of(3.6e9), Some(Duration::from_secs(3600)));
    }
}
