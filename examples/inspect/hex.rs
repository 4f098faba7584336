//! A line of hex, as people copy it: blanks anywhere, upper or lower case.

use std::io::{self, Write};

use smpp_engine::wire::Profile;

use super::object::{self, Fault, Wrong};
use super::stream::Stream;

/// Prints the PDUs of one line; an empty line or a comment has none.
pub(super) fn inspect(line: &str, profile: &'static Profile, output: &mut impl Write) -> io::Result<()> {
    let digits: Vec<char> = line.chars().filter(|char| !char.is_whitespace()).collect();
    if digits.first().is_none_or(|&first| first == '#') {
        return Ok(());
    }
    match octets(&digits) {
        Ok(octets) => Stream::new(profile).read_all(&octets, output),
        Err(error) => object::print(&Wrong { flow: None, header: None, error }, output),
    }
}

fn octets(digits: &[char]) -> Result<Vec<u8>, Fault> {
    let octet = |(offset, pair): (usize, &[char])| {
        let pair: String = pair.iter().collect();
        // A sign is no digit, although the parser takes it.
        let value = u8::from_str_radix(&pair, 16).ok().filter(|_| pair.len() == 2 && !pair.starts_with('+'));
        value.ok_or_else(|| Fault::not_hex(&pair, offset))
    };
    digits.chunks(2).enumerate().map(octet).collect()
}
