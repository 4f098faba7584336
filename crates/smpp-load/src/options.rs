//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Parser, value_parser};

use crate::duration::parse_duration;
use crate::goal::Goal;
use crate::refusal;

/// Measures an SMPP v3.4 server: keeps every window full and reports rate, latency and receipts.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "smpp-load", version, max_term_width = 110)]
pub struct Options {
    /// `smpps://SYSTEM_ID[:PASSWORD]@HOST[:PORT]` (TLS) or `smpp://..` (plain); without it a gateway starts in this
    /// process
    pub target: Option<String>,

    /// How long to submit, like 10s, 500ms or 2m [default: 10s, or until --messages]
    #[arg(short, long, value_name = "TIME", allow_negative_numbers = true,
        value_parser = duration)]
    pub duration: Option<Duration>,

    /// How many messages to submit over all connections
    #[arg(short = 'n', long, value_name = "N", allow_negative_numbers = true,
        value_parser = value_parser!(u64).range(1..))]
    pub messages: Option<u64>,

    /// Messages in flight on each connection
    #[arg(short, long, value_name = "N", default_value = "64", allow_negative_numbers = true,
        value_parser = value_parser!(u32).range(1..=10_000))]
    pub window: u32,

    /// Connections, each with its own bind
    #[arg(short, long, value_name = "N", default_value = "1", allow_negative_numbers = true,
        value_parser = value_parser!(u32).range(1..=1000))]
    pub connections: u32,

    /// Ask for a receipt of every message and wait for it
    #[arg(long)]
    pub receipts: bool,

    /// A file whose first line is the password; comes before the URL and SMPP_PASSWORD
    #[arg(long, value_name = "PATH")]
    pub password_file: Option<PathBuf>,

    /// A PEM file of the authorities to trust in place of the system's
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,

    /// Trust a server whose public key has this SHA-256; may be given several times
    #[arg(long = "pin", value_name = "SHA256HEX", value_parser = pin)]
    pub pins: Vec<[u8; 32]>,

    /// Write the report as JSON too
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,

    /// Octets of text in each message
    #[arg(short, long, value_name = "N", default_value = "120", allow_negative_numbers = true,
        value_parser = value_parser!(u8).range(1..=254))]
    pub length: u8,

    /// The source_addr of every message
    #[arg(long, value_name = "ADDR", default_value = "TestCo", value_parser = address)]
    pub source: String,

    /// The destination_addr of every message
    #[arg(long, value_name = "ADDR", default_value = "4512345678", value_parser = address)]
    pub destination: String,

    /// How long to wait for each answer
    #[arg(long, value_name = "TIME", default_value = "10s", allow_negative_numbers = true,
        value_parser = duration)]
    pub timeout: Duration,
}

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one in a process, at its start")]
pub enum Parsed {
    /// A run.
    Run(Options),
    /// The help or the version, to print on stdout.
    Print(String),
}

impl Options {
    /// Reads a command line whose first word is the program's name.
    ///
    /// # Errors
    /// One line without the program's name: the flag, the value, what is allowed.
    pub fn from_args<T: Into<OsString> + Clone>(args: impl IntoIterator<Item = T>) -> Result<Parsed, String> {
        match Self::try_parse_from(args) {
            Ok(options) => Ok(Parsed::Run(options)),
            Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
                Ok(Parsed::Print(error.render().to_string()))
            }
            Err(error) => Err(refusal::line(&error)),
        }
    }

    /// When the run ends: `--messages` alone has no time limit, neither flag means ten seconds.
    #[must_use]
    pub fn goal(&self) -> Goal {
        let duration = self.duration.or_else(|| self.messages.is_none().then_some(DEFAULT_DURATION));
        Goal { duration, messages: self.messages }
    }
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

const DEFAULT_DURATION: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &[&str]) -> Options {
        match Options::from_args([&["smpp-load"], args].concat()) {
            Ok(Parsed::Run(options)) => options,
            other => panic!("{other:?}"),
        }
    }

    fn printed(flag: &str) -> String {
        match Options::from_args(["smpp-load", flag]) {
            Ok(Parsed::Print(text)) => text,
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
    fn help_and_version_are_text_to_print() {
        assert_eq!(printed("--version"), concat!("smpp-load ", env!("CARGO_PKG_VERSION"), "\n"));
        let help = printed("--help");
        assert!(help.contains("Usage: smpp-load") && help.contains("--window <N>"), "{help}");
    }
}
