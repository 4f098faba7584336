//! TLVs that need no closer look, which nearly all are: told by two looks into tables.

use super::tlvs::{WITH_VALUES, bit_of};
use crate::{Tag, TlvKind, Version, leaf, tlv_table::rule_of};

/// [`Tag::row`] in one look into a table.
#[inline]
pub(super) fn row(tag: Tag) -> u8 {
    ROW_OF.get(usize::from(tag.0)).copied().unwrap_or(UNKNOWN)
}

/// The row of an unknown tag, behind all others.
const UNKNOWN: u8 = Tag(0).row();

#[expect(clippy::indexing_slicing, reason = "a constant: a wrong index would not compile")]
/// The rows of all tags up to the last one that is known.
static ROW_OF: [u8; Tag::ITS_SESSION_INFO.0 as usize + 1] = {
    let (mut all, mut tag) = ([UNKNOWN; Tag::ITS_SESSION_INFO.0 as usize + 1], 0);
    while tag <= Tag::ITS_SESSION_INFO.0 {
        all[tag as usize] = Tag(tag).row();
        tag += 1;
    }
    all
};

/// Whether this is one of the many that need no closer look: right in every version, or unknown.
#[inline]
pub(super) fn is_plain(row: u8, value: &[u8]) -> bool {
    let Some(plain) = PLAIN.get(usize::from(row)) else {
        return true;
    };
    value.len().wrapping_sub(plain.min) <= plain.span && (!plain.is_string || is_string(value))
}

#[inline]
pub(super) fn is_string(value: &[u8]) -> bool {
    matches!(value, [string @ .., 0] if !leaf::has_nul_in_place(string))
}

/// What lets a TLV pass without a closer look.
#[derive(Clone, Copy)]
struct Plain {
    /// The shortest length, and how many more octets there may be.
    min: usize,
    span: usize,
    /// With a NUL at its end and no other.
    is_string: bool,
}

#[expect(clippy::indexing_slicing, reason = "a constant: a wrong index would not compile")]
/// By row; a TLV of which more is to be known than its length is never plain.
static PLAIN: [Plain; Tag::ROWS] = {
    let (mut all, mut row) = ([Plain { min: usize::MAX, span: 0, is_string: false }; Tag::ROWS], 0);
    while let Some(rule) = rule_of(row) {
        let more = bit_of(row) & WITH_VALUES != 0 || rule.v50.is_some();
        if !more && matches!(rule.version, Version::V34) {
            let span = (rule.max - rule.min) as usize;
            let is_string = matches!(rule.kind, TlvKind::CString);
            all[row as usize] = Plain { min: rule.min as usize, span, is_string };
        }
        row += 1;
    }
    all
};
