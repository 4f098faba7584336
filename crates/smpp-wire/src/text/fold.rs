//! Look-alikes: the characters that a person did not mean to cost a second message.

use core::fmt;

use super::TextError;

/// Writes a text with characters that GSM 03.38 does not have replaced by those that look alike: typographic quotes and dashes, no-break
/// spaces, some accented letters. What has no look-alike stays.
///
/// This changes the text, so it is for the sender to choose; after it, [`plan`](super::plan) may find that GSM 03.38 is enough.
///
/// # Errors
/// No room.
pub fn fold(text: &str, out: &mut impl fmt::Write) -> Result<(), TextError> {
    let mut rest = text;
    while let Some((at, char, alike)) = first_unlike(rest) {
        let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.write_str(before).and_then(|()| out.write_str(alike)).map_err(|_| TextError::FULL)?;
        rest = behind.strip_prefix(char).unwrap_or_default();
    }
    out.write_str(rest).map_err(|_| TextError::FULL)
}

fn first_unlike(text: &str) -> Option<(usize, char, &'static str)> {
    text.char_indices().find_map(|(at, char)| Some((at, char, look_alike(char)?)))
}

const fn look_alike(char: char) -> Option<&'static str> {
    Some(match char {
        'ç' => "Ç",
        '\u{2019}' | '\u{2018}' | '`' => "'",
        '\u{201C}' | '\u{201D}' => "\"",
        '\u{2013}' | '\u{2014}' => "-",
        '\u{2026}' => "...",
        '\u{A0}' => " ",
        'á' | 'â' => "a",
        'í' => "i",
        'ó' | 'ô' => "o",
        'ú' => "u",
        'ê' => "e",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::string::String;

    use super::*;

    #[test]
    fn look_alikes_are_replaced_and_everything_else_stays() {
        let mut out = String::new();
        fold("\u{201C}Olá\u{201D} – é ж\u{2026}", &mut out).unwrap();
        assert_eq!(out, "\"Ola\" - é ж...");
    }
}
