//! What each message says.

use std::path::PathBuf;

use clap::{Args, value_parser};
use smpp_wire::Tag;

use crate::content::{Destination, Encoding, Long, Receipts, Validity, address, tlv};

/// The content of the messages.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "What to send")]
pub struct ContentOptions {
    /// The text of every message
    #[arg(short = 'b', long, value_name = "TEXT", conflicts_with_all = ["length", "texts"])]
    pub text: Option<String>,

    /// Characters of text in each message [default: 120]
    #[arg(short, long, value_name = "N", allow_negative_numbers = true,
        value_parser = value_parser!(u32).range(1..=LONGEST), conflicts_with = "texts")]
    pub length: Option<u32>,

    /// A file of texts, one a line, sent in turn
    #[arg(long, value_name = "FILE")]
    pub texts: Option<PathBuf>,

    /// How texts become octets: auto (GSM 7-bit where that has every character, else UCS2), gsm7, ucs2, latin1, class0
    /// or ucs2-class0 (shown at once, not stored)
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub encoding: Encoding,

    /// How texts that one SMS does not hold are sent: whole (up to 254 octets, the server splits them), udh, udh16, sar
    /// or payload; each part counts as a message
    #[arg(long, value_name = "KIND", default_value = "whole")]
    pub long: Long,

    /// The source_addr of every message
    #[arg(long, value_name = "ADDR", default_value = "TestCo", value_parser = address)]
    pub source: String,

    /// The destination_addr of every message, or PREFIX:LEN, like 45:10, for numbers of 10 digits that begin with 45
    #[arg(long, value_name = "ADDR", default_value = "4512345678")]
    pub destination: Destination,

    /// Ask for receipts of every message: final (of each, waited for), failure, success, intermediate (final ones and
    /// notifications before), or none
    #[arg(long, value_name = "KIND", num_args = 0..=1, require_equals = true, default_value = "none",
        default_missing_value = "final")]
    pub receipts: Receipts,

    /// How long a message is worth delivering, like 10m, or as SMPP writes times in 16 characters
    #[arg(long, value_name = "TIME")]
    pub validity: Option<Validity>,

    /// A TLV for every message as TAG=HEX, like 0x1400=0A0B; repeatable
    #[arg(long = "tlv", value_name = "TAG=HEX", value_parser = tlv)]
    pub tlvs: Vec<(Tag, Vec<u8>)>,

    /// A TOML file of several accounts, kinds of messages and rates, in place of the flags of this group and of those
    /// that it says itself
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "length", "texts", "encoding", "long", "source",
        "destination", "receipts", "validity", "tlvs", "rate", "stages", "connections", "window", "bind"])]
    pub mix: Option<PathBuf>,
}

/// Characters in 255 parts with a user data header.
const LONGEST: i64 = 255 * 153;
