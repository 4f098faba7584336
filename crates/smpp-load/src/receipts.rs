//! The id that a receipt names.

use smpp_wire::{Tag, Tlvs};

/// The message id that a receipt names: the TLV receipted_message_id, else the word `id:` of its text (SMPP v3.4 appendix B).
#[must_use]
pub fn receipt_id<'a>(text: &'a [u8], tlvs: Tlvs<'a>) -> Option<&'a [u8]> {
    let by_tlv = tlvs.get(Tag::RECEIPTED_MESSAGE_ID).map(|value| value.strip_suffix(&[0]).unwrap_or(value));
    by_tlv.filter(|id| !id.is_empty()).or_else(|| id_word(text))
}

fn id_word(text: &[u8]) -> Option<&[u8]> {
    let mut words = text.split(|octet| octet.is_ascii_whitespace() || *octet == 0);
    words.find_map(|word| {
        let (label, id) = word.split_at_checked(ID_LABEL.len())?;
        (label.eq_ignore_ascii_case(ID_LABEL) && !id.is_empty()).then_some(id)
    })
}

const ID_LABEL: &[u8] = b"id:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tlv_names_the_message_before_the_text_does() {
        let tlvs = Tlvs::parse(&[0x00, 0x1E, 0, 3, b'4', b'2', 0]).unwrap();
        assert_eq!(receipt_id(b"id:7 sub:001", tlvs), Some(&b"42"[..]));
        let empty = Tlvs::parse(&[0x00, 0x1E, 0, 1, 0]).unwrap();
        assert_eq!(receipt_id(b"id:7 sub:001", empty), Some(&b"7"[..]));
    }

    #[test]
    fn the_word_id_is_found_in_any_case_and_only_as_a_word() {
        let cases: [(&[u8], Option<&[u8]>); 6] = [
            (b"id:7 sub:001", Some(b"7")),
            (b"sub:001 ID:a-b", Some(b"a-b")),
            (b"msgid:7 Id:8\0", Some(b"8")),
            (b"msgid:7", None),
            (b"id: sub:001", None),
            (b"", None),
        ];
        for (text, id) in cases {
            assert_eq!(receipt_id(text, Tlvs::default()), id);
        }
    }
}
