//! Does the time of the answer to a wrong password tell whether the system_id exists? A test of means.
//!
//! Binds with a known and an unknown system_id take turns. Welch's t says how many standard errors lie between their means. Where the
//! means are equal it is above 4 once in 16,000 runs; a difference of the means that could be used shows as a t that grows with the number of
//! binds.

use std::io;
use std::time::Instant;

use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::Effort;
use smpp_benches::table::{Better, Row};
use smpp_gateway::PasswordHash;
use smpp_session::CommandStatus;

use crate::World;
use crate::home::{CUSTOMER, Home};
use crate::process::Process;
use crate::raw::Stranger;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let count: usize = match effort {
        Effort::Smoke => 3,
        Effort::Quick => 200,
        Effort::Full => 1_000,
    };
    let kinds = [
        ("generated password, answered at once", false, 0),
        ("generated password, answered after 20 ms", false, 20),
        ("imported password, answered after multiples of 100 ms", true, 100),
    ];
    let rows = kinds.into_iter().flat_map(|(name, imported, delay)| {
        // A hash is slow by design.
        let count = if imported { count.div_ceil(10) } else { count };
        let (known, unknown) = times(world, imported, delay, count).expect("the gateway answers");
        let name = format!("wrong password, known against unknown id, {count} binds each, {name}: Welch's t");
        let figures = Figures::ours(known.distance(&unknown));
        let row = figures.row(&name, "standard errors", Better::Lower, &[Goal::Value(TOLERANCE)]);
        let means = Figures::ours(known.mean * 1e6).beside("unknown id", unknown.mean * 1e6);
        [row, means.row("mean time of the known id", "µs", Better::Lower, &[])]
    });
    rows.collect()
}

/// Seconds from bind to answer, of a known and of an unknown id.
fn times(world: &World, imported: bool, delay: u32, count: usize) -> io::Result<(Sample, Sample)> {
    let lines = format!("[lockout]\nattempts = 1000000\ndelay_milliseconds = {delay}\n");
    let home = Home::new(&lines)?;
    if imported {
        let hash = PasswordHash::of(home.password().as_bytes())?;
        home.edit(|text| {
            let lines = text.lines().map(|line| match line.starts_with("verifier") {
                true => format!("password_hash = \"{hash}\"\n"),
                false => format!("{line}\n"),
            });
            lines.collect()
        })?;
    }
    let process = Process::start(&home)?;
    let stranger = Stranger::new(&home, &process, 1)?;
    world.client.run(async move {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        // The first ones warm up.
        for number in 0..count + WARM_UP {
            // As long as the known one; each is another one.
            let other = format!("{:0len$}", number, len = CUSTOMER.len());
            let is_measured = number >= WARM_UP;
            for (system_id, times) in [(CUSTOMER, &mut known), (other.as_str(), &mut unknown)] {
                let mut client = stranger.tls().await?;
                let begin = Instant::now();
                let status = client.bind(system_id, "no such").await?;
                let took = begin.elapsed().as_secs_f64();
                if is_measured {
                    times.push(took);
                }
                assert_eq!(status, CommandStatus::ESME_RINVPASWD);
            }
        }
        Ok((Sample::of(&known), Sample::of(&unknown)))
    })
}

/// What is known of some figures.
#[derive(Clone, Copy, Debug)]
struct Sample {
    mean: f64,
    /// Of the mean, squared.
    error: f64,
}

impl Sample {
    #[expect(clippy::cast_precision_loss, reason = "not so many")]
    fn of(figures: &[f64]) -> Self {
        let count = figures.len() as f64;
        let mean = figures.iter().sum::<f64>() / count;
        let variance = figures.iter().map(|figure| (figure - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Self { mean, error: variance / count }
    }

    /// Welch's t.
    fn distance(&self, other: &Self) -> f64 {
        (self.mean - other.mean).abs() / (self.error + other.error).sqrt()
    }
}

/// Standard errors.
const TOLERANCE: f64 = 4.0;
const WARM_UP: usize = 5;
