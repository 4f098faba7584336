//! Writing the text of a receipt, octet for octet as appendix B prints it.

use core::fmt;

use super::line::Line;
use super::{ReceiptText, usual};
use crate::Buffer;
use crate::time::digits;

impl ReceiptText<'_> {
    /// Appends the text, in the order of appendix B, and returns its octets: the words that are there, a blank between them.
    ///
    /// # Errors
    /// A word with a blank in it, which a reader would end there; no room. Nothing was written then.
    #[inline]
    pub fn write(&self, out: &mut impl Buffer) -> Result<usize, ReceiptError> {
        match (self.id, usual::written(self), self.err) {
            (Some(id), Some(middle), Some(err)) => {
                check(id)?;
                check(err)?;
                let text = self.text.map_or(0, |text| TEXT.len() + text.len());
                append(out, ID.len() + id.len() + middle.len() + err.len() + text, |out| {
                    out.put(ID);
                    out.put(id);
                    out.put(&middle);
                    out.put(err);
                    if let Some(text) = self.text {
                        out.put(TEXT);
                        out.put(text);
                    }
                })
            }
            _ => self.write_words(out),
        }
    }

    fn write_words(&self, out: &mut impl Buffer) -> Result<usize, ReceiptError> {
        let words = [
            ("id:", self.id),
            ("sub:", self.sub),
            ("dlvrd:", self.dlvrd),
            ("submit date:", self.submit_date),
            ("done date:", self.done_date),
            ("stat:", self.stat),
            ("err:", self.err),
        ];
        words.iter().filter_map(|(_, word)| *word).try_for_each(check)?;
        let words = words.into_iter().chain([("text:", self.text)]);
        let words = words.filter_map(|(key, word)| word.map(|word| (key, word)));
        // A blank before each word, but the first.
        let len =
            words.clone().map(|(key, word)| 1 + key.len() + word.len()).sum::<usize>().saturating_sub(1);
        append(out, len, |out| {
            let mut between: &[u8] = b"";
            for (key, word) in words {
                out.put(between);
                out.put(key.as_bytes());
                out.put(word);
                between = b" ";
            }
        })
    }
}

#[inline]
fn append<B: Buffer>(out: &mut B, len: usize, put: impl FnOnce(&mut B)) -> Result<usize, ReceiptError> {
    out.append(len, put).map(|()| len).map_err(|_| ReceiptError::BufferFull)
}

/// A reader would end a word at a blank in it.
#[inline]
fn check(word: &[u8]) -> Result<(), ReceiptError> {
    if Line::new(word).word_end(0) == word.len() { Ok(()) } else { Err(ReceiptError::BlankInside) }
}

const ID: &[u8] = b"id:";
const TEXT: &[u8] = b" text:";

/// The three digits that a receipt says a number with; beyond 999 it is `999`.
#[must_use]
pub const fn number_word(number: u16) -> [u8; 3] {
    let [_, hundreds, tens, ones] = digits::of_year(if number > 999 { 999 } else { number });
    [hundreds, tens, ones]
}

/// The text of a receipt can't be written; nothing was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReceiptError {
    /// A word (not the text) holds a blank or a control character.
    BlankInside,
    /// The caller's fixed buffer has no room.
    BufferFull,
}

impl fmt::Display for ReceiptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BlankInside => "a word of a receipt contains a blank",
            Self::BufferFull => "the receipt does not fit in the buffer",
        })
    }
}

impl core::error::Error for ReceiptError {}
