//! Writing the text of a receipt, octet for octet as appendix B prints it.

use core::fmt;

use super::ReceiptText;
use super::key::word_len;
use crate::time::digits;
use crate::{Buffer, EncodeError, Writer};

impl ReceiptText<'_> {
    /// Appends the text, in the order of appendix B, and returns its octets: the words that are there, a blank between them.
    ///
    /// # Errors
    /// A word with a blank in it, which a reader would end there; no room. Nothing was written then.
    #[inline]
    pub fn write(&self, out: &mut impl Buffer) -> Result<usize, ReceiptError> {
        let len = self.octets_len().ok_or(ReceiptError::BlankInside)?;
        out.append(len, |room| self.fill(Writer::new(room))).map_err(|_| ReceiptError::BufferFull)?;
        Ok(len)
    }

    /// The octets of the text; `None` when a word has a blank in it.
    #[inline]
    fn octets_len(&self) -> Option<usize> {
        let words = [
            (self.id, "id: "),
            (self.sub, "sub: "),
            (self.dlvrd, "dlvrd: "),
            (self.submit_date, "submit date: "),
            (self.done_date, "done date: "),
            (self.stat, "stat: "),
            (self.err, "err: "),
        ];
        let mut len = 0;
        for (word, key) in words {
            if let Some(word) = word {
                if word_len(word) != word.len() {
                    return None;
                }
                len += key.len() + word.len();
            }
        }
        Some(match self.text {
            Some(text) => len + "text:".len() + text.len(),
            // No blank behind the last word.
            None => len.saturating_sub(1),
        })
    }

    #[inline]
    fn fill(&self, mut out: Writer<'_>) -> Result<(), EncodeError> {
        let mut between = false;
        put(&mut out, &mut between, b"id:", self.id);
        put(&mut out, &mut between, b"sub:", self.sub);
        put(&mut out, &mut between, b"dlvrd:", self.dlvrd);
        put(&mut out, &mut between, b"submit date:", self.submit_date);
        put(&mut out, &mut between, b"done date:", self.done_date);
        put(&mut out, &mut between, b"stat:", self.stat);
        put(&mut out, &mut between, b"err:", self.err);
        put(&mut out, &mut between, b"text:", self.text);
        out.finish()
    }
}

#[inline]
fn put<const N: usize>(out: &mut Writer<'_>, between: &mut bool, key: &[u8; N], word: Option<&[u8]>) {
    if let Some(word) = word {
        if *between {
            out.put(b" ");
        }
        *between = true;
        out.put(key);
        out.put(word);
    }
}

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
