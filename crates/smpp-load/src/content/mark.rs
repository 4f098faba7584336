//! What a text says of its message, so that the other side of a relay knows which it is: its number and its time.

/// `#NNNNNNNNNNNNNNNN@TTTTTTTTTTTTTTTT`: the number, and when it was to leave in nanoseconds, in hex. GSM, ASCII and Latin-1 write
/// these characters alike but for `@`, so a letter stands in its place.
pub(crate) type Mark = [u8; MARK_LEN];

/// Octets of a mark.
pub(crate) const MARK_LEN: usize = 34;

/// The mark of a message.
pub(crate) fn mark(number: u64, intended: u64) -> Mark {
    let mut mark = [b'#'; MARK_LEN];
    for (at, digit) in mark.iter_mut().enumerate().skip(1) {
        *digit = match at {
            1..=16 => hex(number, 16 - at),
            17 => b'T',
            _ => hex(intended, MARK_LEN - 1 - at),
        };
    }
    mark
}

/// The number and the time of a mark at the front of a text.
pub(crate) fn read_mark(text: &[u8]) -> Option<(u64, u64)> {
    let (mark, _) = text.split_first_chunk::<MARK_LEN>()?;
    let [b'#', rest @ ..] = mark else { return None };
    let (number, rest) = rest.split_at_checked(16)?;
    let (b'T', time) = rest.split_first()? else { return None };
    Some((number_of(number)?, number_of(time)?))
}

fn hex(number: u64, digit: usize) -> u8 {
    let digit = number >> (4 * digit) & 0xF;
    let digit = u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 16));
    digit.and_then(|digit| u8::try_from(digit).ok()).unwrap_or(b'0')
}

fn number_of(digits: &[u8]) -> Option<u64> {
    digits
        .iter()
        .try_fold(0_u64, |number, digit| Some(number << 4 | u64::from(char::from(*digit).to_digit(16)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_and_no_other_text_is_one() {
        for (number, time) in [(0, 0), (1, 2), (u64::MAX, 1 << 40), (0xABCD, u64::MAX)] {
            let mut text = mark(number, time).to_vec();
            text.extend_from_slice(b" and more");
            assert_eq!(read_mark(&text), Some((number, time)));
        }
        let mut other = mark(1, 1);
        other[5] = b'x';
        assert_eq!(read_mark(&other), None);
        assert_eq!(read_mark(b"hello"), None);
    }
}
