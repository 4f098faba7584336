//! The keys of a receipt's text, and the words between them.

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
    /// The key at the front, in any case, and what follows its colon.
    #[inline]
    pub(super) fn at(text: &[u8]) -> Option<(Self, &[u8])> {
        let first = text.first()?.to_ascii_lowercase();
        Some(match first {
            b'i' => (Self::Id, behind(text, b"id:")?),
            b's' => match behind(text, b"stat:") {
                Some(rest) => (Self::Stat, rest),
                None => match behind(text, b"sub:") {
                    Some(rest) => (Self::Sub, rest),
                    None => (Self::SubmitDate, behind_date(behind(text, b"submit")?)?),
                },
            },
            b'd' => match behind(text, b"dlvrd:") {
                Some(rest) => (Self::Dlvrd, rest),
                None => (Self::DoneDate, behind_date(behind(text, b"done")?)?),
            },
            b'e' => (Self::Err, behind(text, b"err:")?),
            b't' => (Self::Text, behind(text, b"text:")?),
            _ => return None,
        })
    }
}

/// `submit date`, `submit_date` and `submitdate` are seen.
#[inline]
fn behind_date(text: &[u8]) -> Option<&[u8]> {
    let text = text.strip_prefix(b"_").unwrap_or_else(|| skip_blanks(text));
    behind(text, b"date:")
}

#[inline]
fn behind<'a, const N: usize>(text: &'a [u8], key: &[u8; N]) -> Option<&'a [u8]> {
    let (head, rest) = text.split_first_chunk::<N>()?;
    head.eq_ignore_ascii_case(key).then_some(rest)
}

/// Takes the blanks from the front.
#[inline]
pub(super) fn skip_blanks(mut text: &[u8]) -> &[u8] {
    while let [0..=BLANK, rest @ ..] = text {
        text = rest;
    }
    text
}

/// The word at the front, and the rest from its blank on.
#[inline]
pub(super) fn split_word(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at_checked(word_len(text)).unwrap_or((text, &[]))
}

/// How many octets at the front are no blanks, eight at a time.
#[inline]
pub(super) fn word_len(text: &[u8]) -> usize {
    let (chunks, tail) = text.as_chunks::<8>();
    let mut len = 0;
    for chunk in chunks {
        let octets = u64::from_le_bytes(*chunk);
        // The top bit of the lowest octet that is a blank; of no octet below it.
        let blanks = octets.wrapping_sub(ABOVE_BLANK) & !octets & TOP_BITS;
        if blanks != 0 {
            return len + (blanks.trailing_zeros() >> 3) as usize;
        }
        len += 8;
    }
    len + tail.iter().position(|octet| *octet <= BLANK).unwrap_or(tail.len())
}

/// A space, and everything below: tabs, line ends and NULs stand between words as well.
const BLANK: u8 = b' ';
const ABOVE_BLANK: u64 = 0x2121_2121_2121_2121;
const TOP_BITS: u64 = 0x8080_8080_8080_8080;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_ends_at_any_blank_wherever_it_stands() {
        for len in 0..40 {
            for blank in [0, b'\t', b'\r', b'\n', b' '] {
                let mut text = vec![b'!'; len];
                text.push(blank);
                text.extend_from_slice(&[0xFF, b' ', 0x80]);
                assert_eq!(word_len(&text), len);
            }
            assert_eq!(word_len(&vec![0xA0; len]), len);
        }
    }

    #[test]
    fn a_key_is_known_with_its_colon_alone() {
        for (text, key) in [
            (&b"Submit_Date:1"[..], Some(Key::SubmitDate)),
            (b"submitdate:1", Some(Key::SubmitDate)),
            (b"done \t date:1", Some(Key::DoneDate)),
            (b"STAT:1", Some(Key::Stat)),
            (b"stat", None),
            (b"status:1", None),
            (b"done:1", None),
            (b"", None),
        ] {
            assert_eq!(Key::at(text).map(|(key, _)| key), key, "{}", text.escape_ascii());
        }
    }
}
