//! What each message says.

use clap::{Args, value_parser};

/// The content of the messages.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "What to send")]
pub struct ContentOptions {
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

    /// Ask for a receipt of every message and wait for it
    #[arg(long)]
    pub receipts: bool,
}

fn address(text: &str) -> Result<String, &'static str> {
    let fits =
        (1..=ADDRESS_MAX).contains(&text.len()) && text.bytes().all(|octet| (b' '..=b'~').contains(&octet));
    if fits { Ok(text.to_owned()) } else { Err("not an address") }
}

/// Octets of the longest address without its NUL (SMPP v3.4 §5.2.8, §5.2.9).
const ADDRESS_MAX: usize = 20;
