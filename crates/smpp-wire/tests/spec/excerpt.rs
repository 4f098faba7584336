//! Parts of the files of facts, found by what stands around them.

/// What stands between `start` and the next `end`.
pub(crate) fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).expect(start) + start.len();
    &text[from..from + text[from..].find(end).unwrap_or(text.len() - from)]
}

/// The blocks of an array of tables.
pub(crate) fn blocks<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    text.split(name).skip(1).map(|block| block.split("\n[").next().unwrap_or(block))
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(digit).collect()
}

pub(crate) fn number(text: &str) -> u32 {
    let hex = text.trim().strip_prefix("0x");
    hex.map_or_else(|| text.trim().parse(), |hex| u32::from_str_radix(hex, 16)).expect("a number")
}
