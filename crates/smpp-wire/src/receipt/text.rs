//! The text of a receipt: its words as they came, and what they mean when asked.

use super::key::Key;
use super::line::Line;
use super::{Scratch, date, state, usual};
use crate::time::{Century, DateTime};
use crate::values::MessageState;

/// The words of a receipt's text, as they came (SMPP v3.4 appendix B). Each may be missing, or empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReceiptText<'a> {
    /// `id`: the message_id of the response, usually.
    pub id: Option<&'a [u8]>,
    /// `sub`: how many messages were submitted; three digits in appendix B.
    pub sub: Option<&'a [u8]>,
    /// `dlvrd`: how many were delivered; three digits in appendix B.
    pub dlvrd: Option<&'a [u8]>,
    /// `submit date`: `YYMMDDhhmm` in appendix B, in the message centre's zone.
    pub submit_date: Option<&'a [u8]>,
    /// `done date`: the same of the final state.
    pub done_date: Option<&'a [u8]>,
    /// `stat`: seven letters in appendix B.
    pub stat: Option<&'a [u8]>,
    /// `err`: a code of the network or the message centre, three characters in appendix B; not always a number.
    pub err: Option<&'a [u8]>,
    /// `text`: how the message began, up to 20 characters in appendix B; any octets, to the end.
    pub text: Option<&'a [u8]>,
}

impl<'a> ReceiptText<'a> {
    /// Reads a text: keys in any case and order, each optional, the first of its kind counts; unknown ones are skipped. A text in
    /// UTF-16BE is narrowed into `scratch` first, where a character beyond Latin-1 becomes `?`.
    #[must_use]
    pub fn parse(text: &'a [u8], scratch: &'a mut Scratch) -> Self {
        Self::words(scratch.narrow(text))
    }

    #[inline]
    pub(super) fn words(text: &'a [u8]) -> Self {
        let text = text.strip_suffix(&[0]).unwrap_or(text);
        let line = Line::new(text);
        let (mut words, at) = usual::read(text).unwrap_or_default();
        let mut at = line.skip_blanks(at);
        while at < line.len() {
            let Some((key, from)) = Key::at(line, at) else {
                at = line.skip_blanks(line.word_end(at));
                continue;
            };
            let place = match key {
                Key::Id => &mut words.id,
                Key::Sub => &mut words.sub,
                Key::Dlvrd => &mut words.dlvrd,
                Key::SubmitDate => &mut words.submit_date,
                Key::DoneDate => &mut words.done_date,
                Key::Stat => &mut words.stat,
                Key::Err => &mut words.err,
                Key::Text => {
                    words.text = Some(line.slice(from, line.len()));
                    return words;
                }
            };
            let (from, end) = value(line, from);
            if place.is_none() {
                *place = Some(line.slice(from, end));
            }
            at = line.skip_blanks(end);
        }
        words
    }

    /// `sub` as a number, if it is one of up to ten digits.
    #[must_use]
    pub fn sub(&self) -> Option<u64> {
        self.sub.and_then(number)
    }

    /// `dlvrd` as a number, if it is one of up to ten digits.
    #[must_use]
    pub fn dlvrd(&self) -> Option<u64> {
        self.dlvrd.and_then(number)
    }

    /// `submit date`, if it is a date; see [`date`] for its forms, and for other centuries than [`Century::V34`].
    #[must_use]
    pub fn submit_date(&self) -> Option<DateTime> {
        self.submit_date.and_then(|word| date(word, Century::V34))
    }

    /// `done date`, if it is a date; see [`date`] for its forms, and for other centuries than [`Century::V34`].
    #[must_use]
    pub fn done_date(&self) -> Option<DateTime> {
        self.done_date.and_then(|word| date(word, Century::V34))
    }

    /// The state that `stat` names, if this crate knows the word; see [`state`].
    #[must_use]
    pub fn state(&self) -> Option<MessageState> {
        self.stat.and_then(state)
    }

    /// `err` as a number, if it is one of up to five digits and fits.
    #[must_use]
    pub fn error_code(&self) -> Option<u16> {
        self.err.and_then(number).and_then(|code| u16::try_from(code).ok())
    }
}

/// Where the word behind a colon is. Behind blanks, what has a colon itself is the next key, and this word is empty.
#[inline]
fn value(line: Line<'_>, from: usize) -> (usize, usize) {
    if !line.is_blank(from) {
        return (from, line.word_end(from));
    }
    value_behind_blanks(line, from)
}

#[cold]
fn value_behind_blanks(line: Line<'_>, from: usize) -> (usize, usize) {
    let start = line.skip_blanks(from);
    let end = line.word_end(start);
    let is_next = line.slice(start, end).contains(&b':') || Key::at(line, start).is_some();
    (start, if is_next { start } else { end })
}

fn number(word: &[u8]) -> Option<u64> {
    if !(1..=10).contains(&word.len()) {
        return None;
    }
    word.iter()
        .try_fold(0, |number, octet| octet.is_ascii_digit().then(|| number * 10 + u64::from(octet & 0x0F)))
}

/// The seven fields of another form, that one large carrier sends: status, time of the status, time of acceptance, error,
/// destination, source, reference, with commas between. `None` when it is not seven fields that start with a number.
#[must_use]
pub fn comma_form(text: &[u8]) -> Option<[&[u8]; 7]> {
    let mut parts = text.split(|octet| *octet == b',');
    let fields = core::array::from_fn(|_| parts.next());
    let [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f), Some(g)] = fields else { return None };
    let whole = parts.next().is_none() && !a.is_empty() && a.iter().all(u8::is_ascii_digit);
    whole.then_some([a, b, c, d, e, f, g])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &[u8]) -> ReceiptText<'_> {
        ReceiptText::words(text)
    }

    #[test]
    fn the_first_of_a_key_counts_and_unknown_ones_are_skipped() {
        let read = words(b"msgid:7 final date:2 Id:8 foo id:9 bar: baz stat:x\0");
        assert_eq!(read, ReceiptText { id: Some(b"8"), stat: Some(b"x"), ..ReceiptText::default() });
    }

    #[test]
    fn a_value_may_hold_colons_but_not_behind_a_blank() {
        assert_eq!(words(b"id:a:b err:id:").id, Some(&b"a:b"[..]));
        let read = words(b"id:\t mcc:238 err:  stat:  sub: ");
        assert_eq!([read.id, read.err, read.stat, read.sub], [Some(&b""[..]); 4]);
    }

    #[test]
    fn numbers_that_are_none_are_kept_as_words() {
        let read = words(b"sub:9999999999 dlvrd:12345678901 err:-1");
        assert_eq!((read.sub(), read.dlvrd(), read.error_code()), (Some(9_999_999_999), None, None));
        assert_eq!((read.dlvrd, read.err), (Some(&b"12345678901"[..]), Some(&b"-1"[..])));
        assert_eq!(words(b"err:65535").error_code(), Some(65_535));
        assert_eq!(words(b"err:65536 sub:").sub(), None);
    }

    #[test]
    fn another_number_of_commas_is_no_comma_form() {
        assert!(comma_form(b"00,1,2,,3,4,5").is_some());
        for text in [&b""[..], b"00,1,2,,3,4", b"00,1,2,,3,4,5,6", b"a,b,c,d,e,f,g", b",,,,,,"] {
            assert_eq!(comma_form(text), None);
        }
    }
}
