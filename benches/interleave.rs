//! Times several contestants in turns, so that a noisy moment of the machine hits all of them.

use std::time::{Duration, Instant};

/// How long a row is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Runs everything once, to see that it works; the figures mean nothing.
    Smoke,
    /// `-- --quick`.
    Quick,
    /// A plain `cargo bench`.
    Full,
}

impl Effort {
    /// From the arguments that `cargo bench` and `cargo test` pass.
    #[must_use]
    pub fn from_args() -> Self {
        let given = |name: &str| std::env::args().any(|argument| argument == name);
        match (given("--bench"), given("--quick")) {
            (false, _) => Self::Smoke,
            (true, true) => Self::Quick,
            (true, false) => Self::Full,
        }
    }

    const fn rounds(self) -> usize {
        match self {
            Self::Smoke => 1,
            Self::Quick => 11,
            Self::Full => 31,
        }
    }

    const fn turn(self) -> Duration {
        match self {
            Self::Smoke => Duration::from_micros(1),
            Self::Quick => Duration::from_millis(20),
            Self::Full => Duration::from_millis(50),
        }
    }
}

/// Runs its operation as many times as it is told.
pub type Contestant<'c> = &'c mut dyn FnMut(u64);

/// The median nanoseconds per operation of each contestant.
#[must_use]
pub fn medians(effort: Effort, mut contestants: Vec<Contestant<'_>>) -> Vec<f64> {
    let operations: Vec<_> =
        contestants.iter_mut().map(|contestant| operations_in(effort.turn(), contestant)).collect();
    let mut times = vec![Vec::new(); contestants.len()];
    for _ in 0..effort.rounds() {
        for ((contestant, operations), times) in contestants.iter_mut().zip(&operations).zip(&mut times) {
            times.push(seconds(contestant, *operations) * 1e9 / f64::from(*operations));
        }
    }
    times.into_iter().map(median).collect()
}

/// Doubles the operations until they fill the turn, which also warms up.
fn operations_in(turn: Duration, contestant: &mut Contestant<'_>) -> u32 {
    let mut operations = 1;
    while seconds(contestant, operations) < turn.as_secs_f64() && operations < u32::MAX / 2 {
        operations *= 2;
    }
    operations
}

fn seconds(contestant: &mut Contestant<'_>, operations: u32) -> f64 {
    let start = Instant::now();
    contestant(u64::from(operations));
    start.elapsed().as_secs_f64()
}

/// The middle one, of an odd number of figures.
#[must_use]
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
