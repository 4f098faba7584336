//! A line of hex, as people copy it: blanks and colons anywhere, upper or lower case, a comment behind it.

use std::io::{self, Write};

use smpp_engine::wire::Profile;

use super::object::{self, Fault, Wrong};
use super::stream::Stream;

/// Prints the PDUs of one line; an empty line or a comment has none.
pub(super) fn inspect(line: &[u8], profile: &'static Profile, output: &mut impl Write) -> io::Result<()> {
    let line = line.split(|&octet| octet == b'#').next().unwrap_or_default();
    let is_between = |octet: u8| octet.is_ascii_whitespace() || octet == b':';
    let digits: Vec<u8> = line.iter().copied().filter(|&octet| !is_between(octet)).collect();
    if digits.is_empty() {
        return Ok(());
    }
    match digits.chunks(2).enumerate().map(octet).collect::<Result<Vec<u8>, Fault>>() {
        Ok(octets) => Stream::new(profile).read_all(&octets, output),
        Err(error) => object::print(&Wrong { flow: None, header: None, error }, output),
    }
}

fn octet((offset, digits): (usize, &[u8])) -> Result<u8, Fault> {
    let digit = |&digit: &u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let octet = match digits {
        [high, low] => digit(high).zip(digit(low)).map(|(high, low)| high << 4 | low),
        _ => None,
    };
    octet.ok_or_else(|| Fault::not_hex(digits, offset))
}
