//! Texts: any octets can be read by any data_coding, and any characters come back from the alphabets that have them.

use smpp_wire::text::packed::{Padding, pack, unpack, unpack_padded};
use smpp_wire::text::{Alphabet, Carriage, Meaning, Segmentation, Udh, Unfit, gsm, plan, ucs2};
use smpp_wire::values::DataCoding;

/// The first octet is a data_coding, the rest are octets in it, and characters if they are UTF-8.
pub fn text(octets: &[u8]) {
    let Some((data_coding, octets)) = octets.split_first() else {
        return;
    };
    read(Meaning::of(DataCoding(*data_coding)), octets);
    seven_bits(octets, *data_coding);
    if let Ok((udh, text)) = Udh::parse(octets) {
        assert_eq!(udh.octets_len() + text.len(), octets.len());
    }
    if let Ok(text) = str::from_utf8(octets) {
        write(text);
    }
}

/// What reads without an error is the same when errors are replaced, and comes back when it is written and read again.
fn read(meaning: Meaning, octets: &[u8]) {
    let (mut strict, mut lenient) = (String::new(), String::new());
    let read = meaning.decode(octets, Unfit::Fail, &mut strict);
    let replaced = meaning.decode(octets, Unfit::Replace, &mut lenient);
    match read {
        Err(error) => assert!(error.offset <= octets.len()),
        Ok(()) => {
            assert_eq!(replaced, Ok(()));
            assert_eq!(strict, lenient);
            let again = meaning.alphabet.to_vec(&strict).expect("its own characters");
            assert_eq!(meaning.to_text(&again).as_ref(), Ok(&strict));
        }
    }
}

fn seven_bits(octets: &[u8], fill: u8) {
    let mut packed = Vec::new();
    for padding in [Padding::Zero, Padding::CarriageReturn] {
        packed.clear();
        match pack(octets, fill, padding, &mut packed) {
            Ok(len) => {
                assert_eq!(len, packed.len());
                assert!(unpack(&packed, fill, octets.len()).eq(octets.iter().copied()));
            }
            Err(error) => assert!(octets[error.offset] > 0x7F),
        }
    }
    assert!(unpack(octets, fill, usize::MAX).count() >= unpack_padded(octets, fill).count());
}

/// A text in the alphabet that it needs, and as many messages as were planned.
fn write(text: &str) {
    for carriage in [Carriage::Udh8, Carriage::Udh16, Carriage::Sar, Carriage::Sar16, Carriage::Payload] {
        let planned = plan(text, carriage);
        let octets = planned.alphabet.to_vec(text).expect("planned");
        let segmentation = Segmentation { alphabet: planned.alphabet, carriage, ..Segmentation::default() };
        if let Ok(segments) = segmentation.split(&octets) {
            assert_eq!(segments.len(), planned.segments);
        }
        assert_eq!(planned.alphabet == Alphabet::Gsm, gsm::septets(text) == Ok(octets.len()));
        assert_eq!(Meaning::of(planned.data_coding()).to_text(&octets).as_deref(), Ok(text));
    }
    let wide = Alphabet::Ucs2.to_vec(text).expect("every character");
    assert_eq!(
        (ucs2::units(text), Meaning::of(DataCoding::UCS2).to_text(&wide).as_deref()),
        (wide.len() / 2, Ok(text))
    );
    let mut replaced = Vec::new();
    let len = gsm::encode(text, Unfit::Replace, &mut replaced).expect("room");
    assert_eq!((len, replaced.iter().all(u8::is_ascii)), (replaced.len(), true));
}
