//! The command line: where octets come from, and by which profile they are judged.

use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use smpp_engine::wire::Profile;

use self::stream::Stream;

mod capture;
mod detail;
mod hex;
mod object;
mod stream;
mod text;

/// Parses and validates SMPP PDUs, and prints one JSON object a PDU.
///
/// Reads stdin: a line of hex is a PDU, or several; blanks, colons and what follows a # are skipped.
#[derive(Debug, Parser)]
#[command(name = "inspect")]
struct Options {
    /// Stdin is a stream of octets, as it was sent
    #[arg(long, conflicts_with = "pcap")]
    binary: bool,
    /// Reads a capture (pcap or pcapng) instead of stdin: every TCP connection of the SMPP port
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
    /// The port of the SMSC in a capture
    #[arg(long, default_value_t = 2775, requires = "pcap")]
    port: u16,
    /// What is right
    #[arg(long, value_enum, default_value_t = Judge::V34)]
    profile: Judge,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Judge {
    /// SMPP v3.4, strictly
    V34,
    /// SMPP v5.0
    V50,
    /// What the field sends
    Lenient,
}

/// Reads all there is, and prints an object for each PDU.
///
/// # Errors
/// Bad flags (then its Display is what to tell the user), and what can't be read or written.
pub(crate) fn run(
    arguments: impl IntoIterator<Item = OsString>,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let options = Options::try_parse_from(arguments)?;
    let profile = options.profile.rules();
    if let Some(path) = options.pcap {
        let file = File::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        return capture::inspect(file, options.port, profile, output);
    }
    if options.binary {
        return Ok(binary(profile, input, output)?);
    }
    for line in input.split(b'\n') {
        hex::inspect(&line?, profile, output)?;
    }
    Ok(())
}

impl Judge {
    const fn rules(self) -> &'static Profile {
        match self {
            Self::V34 => &Profile::V34,
            Self::V50 => &Profile::V50,
            Self::Lenient => &Profile::LENIENT,
        }
    }
}

fn binary(profile: &'static Profile, input: &mut impl BufRead, output: &mut impl Write) -> io::Result<()> {
    let mut stream = Stream::new(profile);
    loop {
        let octets = input.fill_buf()?;
        if octets.is_empty() {
            return stream.end(output);
        }
        let len = octets.len();
        stream.read(octets, output)?;
        input.consume(len);
    }
}
