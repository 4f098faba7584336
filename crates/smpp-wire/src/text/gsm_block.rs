//! Texts of ASCII and of GSM 03.38 are mostly the same octets: found here by the block.

use super::gsm_table::{EXTENSION, ascii_place, is_plain};

/// How many octets at the front are the same in both: whole blocks of them, or all.
#[inline]
pub(super) fn plain_len(octets: &[u8]) -> usize {
    let (blocks, tail) = octets.as_chunks();
    let plain = blocks.iter().take_while(|block| all_plain(block)).count();
    if plain < blocks.len() || !all_plain(&padded(tail)) {
        return plain * BLOCK;
    }
    octets.len()
}

/// Whether each octet is an ASCII character that takes one septet.
#[inline]
pub(super) fn is_simple(octets: &[u8]) -> bool {
    octets.iter().all(|octet| ascii_place(*octet) < EXTENSION)
}

/// Without a branch, so that the whole block is judged at once.
#[inline]
fn all_plain(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(true, |all, octet| all & is_plain(*octet))
}

/// Less than a block, with spaces behind.
#[inline]
fn padded(tail: &[u8]) -> [u8; BLOCK] {
    let mut block = [b' '; BLOCK];
    if let Some(front) = block.get_mut(..tail.len()) {
        front.copy_from_slice(tail);
    }
    block
}

/// One vector register of the common targets.
pub(super) const BLOCK: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_octets_are_those_that_are_their_own_septet() {
        for octet in 0..=u8::MAX {
            assert_eq!(is_plain(octet), ascii_place(octet) == octet && octet < EXTENSION, "{octet:#04x}");
        }
    }

    #[test]
    fn one_octet_that_differs_ends_the_plain_blocks_before_it() {
        for len in 0..3 * BLOCK {
            assert_eq!(plain_len(&vec![b'x'; len]), len);
            for at in 0..len {
                let mut text = vec![b'x'; len];
                text[at] = b'@';
                assert_eq!(plain_len(&text), at / BLOCK * BLOCK, "{at} of {len}");
            }
        }
    }
}
