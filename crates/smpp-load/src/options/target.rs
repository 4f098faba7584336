//! Where to connect, and whom to trust.

use std::{net::IpAddr, path::PathBuf};

use clap::Args;

/// The server, the password, the trust.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "How to connect")]
pub struct TargetOptions {
    /// `smpps://SYSTEM_ID[:PASSWORD]@HOST[:PORT]` (TLS) or `smpp://..` (plain); of several, the first that can be bound
    /// to; without one a gateway starts in this process
    #[arg(value_name = "TARGET", help_heading = "Arguments")]
    pub urls: Vec<String>,

    /// Have the gateway of this process keep its messages on the disk, in a new directory below DIR [default of DIR: the system's
    /// directory for temporary files]
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, conflicts_with = "urls")]
    pub durable: Option<Option<PathBuf>>,

    /// A file whose first line is the password; comes before the URL and SMPP_PASSWORD
    #[arg(long, value_name = "PATH")]
    pub password_file: Option<PathBuf>,

    /// A PEM file of the authorities to trust in place of the system's
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,

    /// Trust a server whose public key has this SHA-256; may be given several times
    #[arg(long = "pin", value_name = "SHA256HEX", value_parser = pin)]
    pub pins: Vec<[u8; 32]>,

    /// Trust every server: whoever stands in the way reads the password and the messages, and no warning ends the run
    #[arg(long, conflicts_with_all = ["ca", "pins"])]
    pub insecure: bool,

    /// The address of this machine to connect from
    #[arg(long, value_name = "ADDRESS")]
    pub local_address: Option<IpAddr>,
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
