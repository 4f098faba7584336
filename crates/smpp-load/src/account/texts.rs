//! Where texts come from: a flag, a length, a file.

use std::path::Path;

use crate::{ContentOptions, figures::counted};

/// The texts of the flags, and what the report says of them.
pub(super) fn of_flags(flags: &ContentOptions) -> Result<(Vec<String>, String), String> {
    if let Some(path) = &flags.texts {
        let texts = of_file(path)
            .map_err(|wrong| format!("--texts is {} ({wrong}), allowed is {ALLOWED}", path.display()))?;
        let says = format!("{} of {}", counted(texts.len() as u64, "text"), path.display());
        return Ok((texts, says));
    }
    if let Some(text) = &flags.text {
        return Ok((
            vec![text.clone()],
            format!("{} of text", counted(text.chars().count() as u64, "character")),
        ));
    }
    let length = flags.length.unwrap_or(DEFAULT_LENGTH);
    Ok((vec![of_length(length)], format!("{} of text", counted(length.into(), "character"))))
}

/// A text of so many characters.
pub(super) fn of_length(length: u32) -> String {
    TEXT.chars().cycle().take(length as usize).collect()
}

/// One text a line; empty lines are left out.
pub(super) fn of_file(path: &Path) -> Result<Vec<String>, String> {
    let file = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let texts: Vec<String> = file.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    match texts.len() {
        0 => Err("it has no text".to_owned()),
        1..=TEXTS_MAX => Ok(texts),
        _ => Err(format!("it has more than {TEXTS_MAX} texts")),
    }
}

/// What a file of texts must be.
pub(super) const ALLOWED: &str = "a UTF-8 file with one text a line, up to 1000000 of them";
/// Characters of a text that nobody chose.
const DEFAULT_LENGTH: u32 = 120;
const TEXTS_MAX: usize = 1_000_000;
/// The text of every message, repeated to the wanted length.
const TEXT: &str = "The quick brown fox jumps over the lazy dog. ";
