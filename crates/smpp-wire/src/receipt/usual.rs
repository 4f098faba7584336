//! The layout that most receipts have, with words of the widths of appendix B: read and written at a glance. Any other layout is read and
//! written word by word, with the same result.

use super::ReceiptText;
use super::line::Line;

/// Reads what stands up to `err` in the usual layout, and gives the place behind it.
#[inline]
pub(super) fn read(text: &[u8]) -> Option<(ReceiptText<'_>, usize)> {
    let (id, rest) = split_word(text.strip_prefix(b"id:")?)?;
    let (octets, rest) = rest.split_first_chunk()?;
    let (err, behind) = split_word(rest)?;
    if !fits(octets) {
        return None;
    }
    let word = |from: usize, len: usize| octets.get(from..from + len);
    let words = ReceiptText {
        id: Some(id),
        sub: word(SUB, 3),
        dlvrd: word(DLVRD, 3),
        submit_date: word(SUBMIT_DATE, 10),
        done_date: word(DONE_DATE, 10),
        stat: word(STAT, 7),
        err: Some(err),
        text: None,
    };
    Some((words, text.len() - behind.len()))
}

/// What stands between id and err, when all of it is there and in the usual widths, and no word has a blank in it.
#[inline]
pub(super) fn written(words: &ReceiptText<'_>) -> Option<[u8; LAYOUT.len()]> {
    let mut octets = *LAYOUT;
    put::<3>(&mut octets, SUB, words.sub)?;
    put::<3>(&mut octets, DLVRD, words.dlvrd)?;
    put::<10>(&mut octets, SUBMIT_DATE, words.submit_date)?;
    put::<10>(&mut octets, DONE_DATE, words.done_date)?;
    put::<7>(&mut octets, STAT, words.stat)?;
    fits(&octets).then_some(octets)
}

#[inline]
fn put<const N: usize>(octets: &mut [u8; LAYOUT.len()], at: usize, word: Option<&[u8]>) -> Option<()> {
    let word: &[u8; N] = word?.try_into().ok()?;
    octets.get_mut(at..at + N)?.copy_from_slice(word);
    Some(())
}

/// An empty word is left to the rules of the general way.
#[inline]
fn split_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    text.split_at_checked(Line::new(text).word_end(0)).filter(|(word, _)| !word.is_empty())
}

/// Whether the keys stand where they usually do, and words between them. Without a branch, so that sixteen octets are judged at once.
#[inline]
fn fits(octets: &[u8; LAYOUT.len()]) -> bool {
    octets.iter().zip(LAYOUT).fold(true, |fits, (octet, usual)| {
        let is_word = (*usual == ANY) & (*octet > b' ');
        fits & (is_word | (octet == usual))
    })
}

/// SMPP v3.4 appendix B, from the blank behind the id to the colon before the error.
const LAYOUT: &[u8; 80] = b" sub:??? dlvrd:??? submit date:?????????? done date:?????????? stat:??????? err:";
/// Stands for an octet of a word; it is in no key.
const ANY: u8 = b'?';
const SUB: usize = 5;
const DLVRD: usize = 15;
const SUBMIT_DATE: usize = 31;
const DONE_DATE: usize = 52;
const STAT: usize = 68;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_where_the_layout_says() {
        let words = [(SUB, 3), (DLVRD, 3), (SUBMIT_DATE, 10), (DONE_DATE, 10), (STAT, 7)];
        let mut octets = *LAYOUT;
        for (at, len) in words {
            assert_eq!(octets[at - 1], b':');
            octets[at..at + len].fill(b'x');
        }
        assert!(fits(&octets) && !octets.contains(&ANY));
    }

    #[test]
    fn one_octet_elsewhere_or_a_blank_in_a_word_is_not_usual() {
        for at in 0..LAYOUT.len() {
            let mut octets = *LAYOUT;
            octets[at] = b' ' - u8::from(octets[at] == b' ');
            assert!(!fits(&octets), "{at}");
        }
    }
}
