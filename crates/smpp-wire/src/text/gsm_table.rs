//! The GSM 03.38 default alphabet and its extension table, both ways (3GPP TS 23.038 §6.2.1).

/// Leads to the extension table.
pub(super) const ESCAPE: u8 = 0x1B;

/// Where a character is found: its septet, with [`EXTENSION`] set when that is behind an escape, or [`NONE`].
pub(super) type Place = u8;
/// Set in the place of a character of the extension table.
pub(super) const EXTENSION: Place = 0x80;
/// GSM 03.38 does not have it; no septet of the extension table is 0x7F.
pub(super) const NONE: Place = 0xFF;

/// Where a character is found.
#[inline]
pub(super) fn place_of(char: char) -> Place {
    match u8::try_from(char) {
        Ok(octet) if octet.is_ascii() => ascii_place(octet),
        _ if char == '€' => 0x65 | EXTENSION,
        _ => national(char).unwrap_or(NONE),
    }
}

/// Where an ASCII character is found; any other octet is [`NONE`].
#[inline]
pub(super) fn ascii_place(octet: u8) -> Place {
    PLACES.get(usize::from(octet)).copied().unwrap_or(NONE)
}

/// How many septets the character at this place takes, 1 or 2.
#[inline]
pub(super) const fn count(place: Place) -> usize {
    1 + (place >> 7) as usize
}

/// The character of a septet when that is an ASCII one; above 0x7F for any other, for the escape and for an octet that is no septet.
#[inline]
pub(super) fn ascii_char(septet: u8) -> u8 {
    ASCII_CHARS.get(usize::from(septet)).copied().unwrap_or(NONE)
}

/// The octets that are the same in GSM 03.38 and in ASCII, and can be copied in runs.
#[inline]
pub(super) const fn is_plain(octet: u8) -> bool {
    // No short circuits and no table, so that the compiler judges many octets at once.
    let letter = (octet | 0x20).wrapping_sub(b'a') < 26;
    let sign = (octet & 0xE0 == 0x20) & (octet != b'$');
    letter | sign | (octet == b'\n') | (octet == b'\r')
}

/// The character of a septet; an escape alone is shown as a space, an octet above 0x7F is none.
#[inline]
pub(super) fn default_char(septet: u8) -> Option<char> {
    DEFAULT.get(usize::from(septet)).copied()
}

/// The character of a septet behind an escape.
#[inline]
pub(super) const fn extension_char(septet: u8) -> Option<char> {
    Some(match septet {
        0x0A => '\u{C}',
        0x14 => '^',
        0x28 => '{',
        0x29 => '}',
        0x2F => '\\',
        0x3C => '[',
        0x3D => '~',
        0x3E => ']',
        0x40 => '|',
        0x65 => '€',
        _ => return None,
    })
}

/// The characters of the default alphabet that ASCII does not have.
const fn national(char: char) -> Option<u8> {
    Some(match char {
        '£' => 0x01,
        '¥' => 0x03,
        'è' => 0x04,
        'é' => 0x05,
        'ù' => 0x06,
        'ì' => 0x07,
        'ò' => 0x08,
        'Ç' => 0x09,
        'Ø' => 0x0B,
        'ø' => 0x0C,
        'Å' => 0x0E,
        'å' => 0x0F,
        'Δ' => 0x10,
        'Φ' => 0x12,
        'Γ' => 0x13,
        'Λ' => 0x14,
        'Ω' => 0x15,
        'Π' => 0x16,
        'Ψ' => 0x17,
        'Σ' => 0x18,
        'Θ' => 0x19,
        'Ξ' => 0x1A,
        'Æ' => 0x1C,
        'æ' => 0x1D,
        'ß' => 0x1E,
        'É' => 0x1F,
        '¤' => 0x24,
        '¡' => 0x40,
        'Ä' => 0x5B,
        'Ö' => 0x5C,
        'Ñ' => 0x5D,
        'Ü' => 0x5E,
        '§' => 0x5F,
        '¿' => 0x60,
        'ä' => 0x7B,
        'ö' => 0x7C,
        'ñ' => 0x7D,
        'ü' => 0x7E,
        'à' => 0x7F,
        _ => return None,
    })
}

/// The character of each septet; 0x1B as a space, which a receiver without the extension table shows.
#[rustfmt::skip]
const DEFAULT: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å',
    'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', ' ', 'Æ', 'æ', 'ß', 'É',
    ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/',
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?',
    '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O',
    'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§',
    '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];

/// Both ways between ASCII and septets, from the tables above.
static PLACES: [Place; 256] = places();
static ASCII_CHARS: [u8; 256] = ascii_chars();

#[expect(clippy::indexing_slicing, reason = "an index out of bounds does not compile here")]
const fn places() -> [Place; 256] {
    let mut places = [NONE; 256];
    let mut septet = 0;
    while septet <= 0x7F {
        let char = DEFAULT[septet as usize];
        if char.is_ascii() && septet != ESCAPE {
            places[char as usize] = septet;
        }
        if let Some(char) = extension_char(septet)
            && char.is_ascii()
        {
            places[char as usize] = septet | EXTENSION;
        }
        septet += 1;
    }
    places
}

#[expect(clippy::indexing_slicing, reason = "an index out of bounds does not compile here")]
const fn ascii_chars() -> [u8; 256] {
    let places = places();
    let mut chars = [NONE; 256];
    let mut char = 0;
    while char <= 0x7F {
        let place = places[char as usize];
        if place < EXTENSION {
            chars[place as usize] = char;
        }
        char += 1;
    }
    chars
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_septet_but_the_escape_goes_there_and_back() {
        for septet in (0..=0x7F).filter(|septet| *septet != ESCAPE) {
            let char = default_char(septet).unwrap();
            assert_eq!(place_of(char), septet, "{septet:#04x} {char:?}");
            let ascii = u8::try_from(char).ok().filter(u8::is_ascii);
            assert_eq!(ascii_char(septet), ascii.unwrap_or(NONE));
        }
        for septet in 0..=u8::MAX {
            if let Some(char) = extension_char(septet) {
                assert_eq!(place_of(char), septet | EXTENSION);
            }
        }
    }

    #[test]
    fn characters_outside_the_tables_have_no_septets() {
        for char in ['`', 'ç', 'ж', '\u{1B}', '\0', '\u{7F}', '😀'] {
            assert_eq!(place_of(char), NONE, "{char:?}");
        }
    }
}
