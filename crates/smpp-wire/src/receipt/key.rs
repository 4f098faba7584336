//! The keys of a receipt's text: known by one comparison each.

use super::line::Line;

/// What a word of the text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Id,
    Sub,
    Dlvrd,
    SubmitDate,
    DoneDate,
    Stat,
    Err,
    Text,
}

impl Key {
    /// The key at a place, in any case, and the place behind its colon.
    #[inline]
    pub(super) fn at(line: Line<'_>, at: usize) -> Option<(Self, usize)> {
        let octets = line.eight(at);
        let [first, ..] = octets.to_le_bytes();
        let (key, pattern) = match first.to_ascii_lowercase() {
            b'i' => (Self::Id, ID),
            b's' if STAT.fits(octets) => (Self::Stat, STAT),
            b's' if SUB.fits(octets) => (Self::Sub, SUB),
            b's' => (Self::SubmitDate, SUBMIT),
            b'd' if DLVRD.fits(octets) => (Self::Dlvrd, DLVRD),
            b'd' => (Self::DoneDate, DONE),
            b'e' => (Self::Err, ERR),
            b't' => (Self::Text, TEXT),
            _ => return None,
        };
        let behind = pattern.fits(octets).then_some(at + pattern.len)?;
        match key {
            Self::SubmitDate | Self::DoneDate => Some((key, behind_date(line, behind)?)),
            _ => Some((key, behind)),
        }
    }
}

/// `submit date`, `submit_date` and `submitdate` are seen.
#[inline]
fn behind_date(line: Line<'_>, at: usize) -> Option<usize> {
    let at = if line.slice(at, at + 1) == b"_" { at + 1 } else { line.skip_blanks(at) };
    DATE.fits(line.eight(at)).then_some(at + DATE.len)
}

/// Up to eight octets, letters in any case.
#[derive(Clone, Copy)]
struct Pattern {
    octets: u64,
    /// The bit that makes a capital letter small.
    letters: u64,
    mask: u64,
    len: usize,
}

impl Pattern {
    const fn new(text: &[u8]) -> Self {
        let mut pattern = Self { octets: 0, letters: 0, mask: 0, len: text.len() };
        let mut rest = text;
        while let [before @ .., last] = rest {
            pattern.octets = pattern.octets << 8 | *last as u64;
            pattern.letters = pattern.letters << 8 | if last.is_ascii_alphabetic() { 0x20 } else { 0 };
            pattern.mask = pattern.mask << 8 | 0xFF;
            rest = before;
        }
        pattern
    }

    #[inline]
    const fn fits(self, octets: u64) -> bool {
        (octets | self.letters) & self.mask == self.octets
    }
}

const ID: Pattern = Pattern::new(b"id:");
const SUB: Pattern = Pattern::new(b"sub:");
const DLVRD: Pattern = Pattern::new(b"dlvrd:");
const SUBMIT: Pattern = Pattern::new(b"submit");
const DONE: Pattern = Pattern::new(b"done");
const DATE: Pattern = Pattern::new(b"date:");
const STAT: Pattern = Pattern::new(b"stat:");
const ERR: Pattern = Pattern::new(b"err:");
const TEXT: Pattern = Pattern::new(b"text:");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_with_its_colon_alone() {
        for (text, key) in [
            (&b"Submit_Date:1"[..], Some(Key::SubmitDate)),
            (b"submitdate:1", Some(Key::SubmitDate)),
            (b"done \t date:1", Some(Key::DoneDate)),
            (b"STAT:1", Some(Key::Stat)),
            (b"stat", None),
            (b"stat\x1A", None),
            (b"status:1", None),
            (b"done:1", None),
            (b"submit\0", None),
            (b"", None),
        ] {
            assert_eq!(Key::at(Line::new(text), 0).map(|(key, _)| key), key, "{}", text.escape_ascii());
        }
    }
}
