//! The flags of a run.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, value_parser};

use crate::duration::parse_duration;
use crate::goal::Goal;
use crate::{Curve, Schedule, Spacing, Stages, Threshold};

/// The flags of a run.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct Options {
    /// `smpps://SYSTEM_ID[:PASSWORD]@HOST[:PORT]` (TLS) or `smpp://..` (plain); without it a gateway starts in this
    /// process
    pub target: Option<String>,

    /// Messages a second, kept whatever the answers do (open loop); without it every window is kept full
    #[arg(short = 'R', long, value_name = "N", allow_negative_numbers = true, value_parser = rate,
        help_heading = "How to load")]
    pub rate: Option<f64>,

    /// Rates one after the other, like 30s:1000,2m:1000..5000: hold, then ramp
    #[arg(long, value_name = "LIST", conflicts_with_all = ["rate", "duration"], help_heading = "How to load")]
    pub stages: Option<Stages>,

    /// How messages follow each other at a rate: uniform, or poisson as independent customers send
    #[arg(long, value_name = "KIND", default_value = "uniform", help_heading = "How to load")]
    pub arrival: Spacing,

    /// So many messages at once, at the same rate
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "arrival",
        value_parser = value_parser!(u32).range(1..=1_000_000), help_heading = "How to load")]
    pub burst: Option<u32>,

    /// How long to submit, like 10s, 500ms or 2m [default: 10s, or until --messages]
    #[arg(short, long, value_name = "TIME", allow_negative_numbers = true,
        value_parser = duration, help_heading = "How to load")]
    pub duration: Option<Duration>,

    /// How many messages to submit over all connections
    #[arg(short = 'n', long, value_name = "N", allow_negative_numbers = true,
        value_parser = value_parser!(u64).range(1..), help_heading = "How to load")]
    pub messages: Option<u64>,

    /// Send for this long before anything is counted
    #[arg(long, value_name = "TIME", allow_negative_numbers = true, default_value = "0s",
        value_parser = duration_or_none, help_heading = "How to load")]
    pub warmup: Duration,

    /// Messages in flight on each connection
    #[arg(short, long, value_name = "N", default_value = "64", allow_negative_numbers = true,
        value_parser = value_parser!(u32).range(1..=10_000), help_heading = "How to load")]
    pub window: u32,

    /// Connections, each with its own bind
    #[arg(short, long, value_name = "N", default_value = "1", allow_negative_numbers = true,
        value_parser = value_parser!(u32).range(1..=10_000), help_heading = "How to load")]
    pub connections: u32,

    /// How long to wait for each answer, from when the message left
    #[arg(long, value_name = "TIME", default_value = "10s", allow_negative_numbers = true,
        value_parser = duration, help_heading = "How to load")]
    pub timeout: Duration,

    /// How long after its time a message may leave; later it is shed, and counted [default: the timeout]
    #[arg(long, value_name = "TIME", allow_negative_numbers = true,
        value_parser = duration, help_heading = "How to load")]
    pub deadline: Option<Duration>,

    /// Makes a run repeatable: the same seed, the same messages at the same times [default: 0]
    #[arg(long, value_name = "N", help_heading = "How to load")]
    pub seed: Option<u64>,

    /// Octets of text in each message
    #[arg(short, long, value_name = "N", default_value = "120", allow_negative_numbers = true,
        value_parser = value_parser!(u8).range(1..=254), help_heading = "What to send")]
    pub length: u8,

    /// The source_addr of every message
    #[arg(long, value_name = "ADDR", default_value = "TestCo", value_parser = address,
        help_heading = "What to send")]
    pub source: String,

    /// The destination_addr of every message
    #[arg(long, value_name = "ADDR", default_value = "4512345678", value_parser = address,
        help_heading = "What to send")]
    pub destination: String,

    /// Ask for a receipt of every message and wait for it
    #[arg(long, help_heading = "What to send")]
    pub receipts: bool,

    /// A file whose first line is the password; comes before the URL and SMPP_PASSWORD
    #[arg(long, value_name = "PATH", help_heading = "How to connect")]
    pub password_file: Option<PathBuf>,

    /// A PEM file of the authorities to trust in place of the system's
    #[arg(long, value_name = "FILE", help_heading = "How to connect")]
    pub ca: Option<PathBuf>,

    /// Trust a server whose public key has this SHA-256; may be given several times
    #[arg(long = "pin", value_name = "SHA256HEX", value_parser = pin, help_heading = "How to connect")]
    pub pins: Vec<[u8; 32]>,

    /// Fail with exit code 3 unless this holds: 'p99<50ms', 'errors<0.1%', 'rate>10000', 'receipt.p99<5s'; repeatable
    #[arg(long = "threshold", value_name = "RULE", help_heading = "What to demand")]
    pub thresholds: Vec<Threshold>,

    /// Write the report as JSON too
    #[arg(long, value_name = "FILE", help_heading = "What to write")]
    pub json: Option<PathBuf>,

    /// Write the report as a page with plots
    #[arg(long, value_name = "FILE", help_heading = "What to write")]
    pub html: Option<PathBuf>,

    /// Write the time series for a spreadsheet
    #[arg(long, value_name = "FILE", help_heading = "What to write")]
    pub csv: Option<PathBuf>,

    /// Write each message's fate; `smpp-load verify` adds such files up
    #[arg(long, value_name = "FILE", help_heading = "What to write")]
    pub ledger: Option<PathBuf>,
}

impl Options {
    /// When the run ends: `--messages` alone has no time limit, neither flag means ten seconds.
    #[must_use]
    pub fn goal(&self) -> Goal {
        let staged = self.stages.as_ref().and_then(|stages| Curve::new(stages).lasts());
        let given = staged.or(self.duration);
        let duration = given.or_else(|| self.messages.is_none().then_some(DEFAULT_DURATION));
        Goal { duration, messages: self.messages }
    }

    /// When each message is to leave; `None` in a closed loop.
    #[must_use]
    pub fn schedule(&self) -> Option<Schedule> {
        let curve = match (&self.stages, self.rate) {
            (Some(stages), _) => Curve::new(stages),
            (None, Some(rate)) => Curve::constant(rate, self.goal().duration),
            (None, None) => return None,
        };
        let spacing = self.burst.map_or(self.arrival, Spacing::Burst);
        Some(Schedule::new(curve, spacing, self.seed()))
    }

    /// True when the clock decides when a message leaves.
    #[must_use]
    pub const fn is_open_loop(&self) -> bool {
        self.rate.is_some() || self.stages.is_some()
    }

    /// How long after its time a message may leave.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        self.deadline.unwrap_or(self.timeout)
    }

    /// The seed of the run.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or_default()
    }
}

fn rate(text: &str) -> Result<f64, &'static str> {
    let rate: f64 = text.parse().map_err(|_| "not a rate")?;
    let fits = (0.001..=HIGHEST_RATE).contains(&rate);
    if fits { Ok(rate) } else { Err("not a rate") }
}

fn duration_or_none(text: &str) -> Result<Duration, &'static str> {
    if matches!(text, "0" | "0s" | "0ms") { Ok(Duration::ZERO) } else { duration(text) }
}

fn duration(text: &str) -> Result<Duration, &'static str> {
    parse_duration(text).ok_or("not a time")
}

fn address(text: &str) -> Result<String, &'static str> {
    let fits =
        (1..=ADDRESS_MAX).contains(&text.len()) && text.bytes().all(|octet| (b' '..=b'~').contains(&octet));
    if fits { Ok(text.to_owned()) } else { Err("not an address") }
}

fn pin(text: &str) -> Result<[u8; 32], &'static str> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let mut pin = [0; 32];
    if digits.len() != 2 * pin.len() {
        return Err("not 64 digits");
    }
    for (octet, pair) in pin.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let mut value = 0;
        for digit in pair {
            value = value * 16 + char::from(*digit).to_digit(16).ok_or("not a hex digit")?;
        }
        *octet = u8::try_from(value).map_err(|_| "not an octet")?;
    }
    Ok(pin)
}

/// Octets of the longest address without its NUL (SMPP v3.4 §5.2.8, §5.2.9).
const ADDRESS_MAX: usize = 20;

/// Messages a second; more than any machine sends.
const HIGHEST_RATE: f64 = 100e6;

const DEFAULT_DURATION: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Parsed;

    fn options(args: &[&str]) -> Options {
        match Parsed::from_args([&["smpp-load"], args].concat()) {
            Ok(Parsed::Run(options)) => options,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn no_flag_is_needed() {
        let options = options(&[]);
        assert_eq!((options.target.as_deref(), options.window, options.connections), (None, 64, 1));
        assert_eq!(
            (options.length, options.timeout, options.receipts),
            (120, Duration::from_secs(10), false)
        );
        assert_eq!((options.source.as_str(), options.destination.as_str()), ("TestCo", "4512345678"));
    }

    #[test]
    fn every_flag_is_read() {
        let hex = "Ab".repeat(32);
        let line = format!(
            "smpp://a@h -d 500ms -n 7 -w 10000 -c 1000 --receipts --password-file p --ca c --pin {hex} --pin sha256:{hex} \
             --json j -l 254 --source 45 --destination 46 --timeout 2"
        );
        let options = options(&line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(options.pins, [[0xAB; 32]; 2]);
        assert_eq!((options.window, options.connections, options.length), (10_000, 1000, 254));
        assert_eq!((options.timeout, options.receipts), (Duration::from_secs(2), true));
        assert_eq!(options.goal(), Goal { duration: Some(Duration::from_millis(500)), messages: Some(7) });
    }

    #[test]
    fn messages_alone_have_no_time_limit() {
        assert_eq!(options(&["-n", "7"]).goal(), Goal { duration: None, messages: Some(7) });
        assert_eq!(options(&[]).goal(), Goal { duration: Some(DEFAULT_DURATION), messages: None });
    }

    #[test]
    fn a_rate_or_stages_make_an_open_loop() {
        let times = |line: &str| {
            let options = options(&line.split_whitespace().collect::<Vec<_>>());
            assert!(options.is_open_loop());
            options.schedule().expect("an open loop has a schedule").count()
        };
        assert_eq!(times("-R 100 -d 2s"), 200);
        assert_eq!(times("--rate 100 --burst 50"), 1_000);
        assert_eq!(times("--stages 1s:100,1s:100..200"), 250);
        assert!(!options(&[]).is_open_loop() && options(&[]).schedule().is_none());
        assert_eq!(options(&["--stages", "1m:1"]).goal().duration, Some(Duration::from_secs(60)));
    }
}
