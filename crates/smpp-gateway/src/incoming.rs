//! Incoming messages as the deliver_sm that they become: one, or several whose texts belong together by a user data header.

use std::sync::atomic::{AtomicU16, Ordering};

use smpp_wire::text::{Alphabet, Meaning, Segmentation, TextError, plan};
use smpp_wire::values::{DataCoding, EsmClass, Npi, Ton};
use smpp_wire::{CommandStatus, DeliverSm, Frame};

/// What an incoming message says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content<'a> {
    /// GSM 7-bit if that has every character, else UTF-16BE.
    Text(&'a str),
    /// Octets that are written so.
    #[cfg(feature = "admin")]
    Octets(DataCoding, &'a [u8]),
}

/// The deliver_sm of a message from `source` to `destination`, both of 20 octets at most.
///
/// # Errors
/// A text of more than 255 parts.
pub(crate) fn frames(source: &str, destination: &str, content: Content<'_>) -> Result<Vec<Frame>, TextError> {
    match content {
        Content::Text(text) => {
            let plan = plan(text, CARRIAGE.carriage);
            split(source, destination, plan.data_coding(), &plan.alphabet.to_vec(text)?)
        }
        #[cfg(feature = "admin")]
        Content::Octets(data_coding, octets) => split(source, destination, data_coding, octets),
    }
}

fn split(
    source: &str,
    destination: &str,
    data_coding: DataCoding,
    octets: &[u8],
) -> Result<Vec<Frame>, TextError> {
    let alphabet = Meaning::of(data_coding).alphabet;
    // Parts of one number's messages that are under way together must differ; 256 of them are enough for that.
    let reference = REFERENCE.fetch_add(1, Ordering::Relaxed);
    let segments = Segmentation { alphabet, reference, ..CARRIAGE }.split(octets)?;
    let mut frames = Vec::with_capacity(segments.len());
    for segment in segments {
        let mut user_data = Vec::with_capacity(segment.octets_len());
        segment.encode(&mut user_data)?;
        let (source_addr_ton, source_addr_npi) = type_of(source);
        let (dest_addr_ton, dest_addr_npi) = type_of(destination);
        let pdu = DeliverSm {
            source_addr_ton,
            source_addr_npi,
            source_addr: source.as_bytes(),
            dest_addr_ton,
            dest_addr_npi,
            destination_addr: destination.as_bytes(),
            esm_class: if segment.has_udh() { EsmClass::default().with_udhi() } else { EsmClass::default() },
            data_coding,
            short_message: &user_data,
            ..DeliverSm::default()
        };
        frames.extend(Frame::new(&pdu, CommandStatus::ESME_ROK, 1));
    }
    Ok(frames)
}

/// A number is taken for an international one when it could be, anything with a letter for a name.
fn type_of(address: &str) -> (Ton, Npi) {
    match address.len() {
        0 => (Ton::UNKNOWN, Npi::UNKNOWN),
        _ if !address.bytes().all(|octet| octet.is_ascii_digit()) => (Ton::ALPHANUMERIC, Npi::UNKNOWN),
        1..SHORTEST_INTERNATIONAL => (Ton::UNKNOWN, Npi::ISDN),
        _ => (Ton::INTERNATIONAL, Npi::ISDN),
    }
}

/// Shorter ones are service numbers.
const SHORTEST_INTERNATIONAL: usize = 7;
/// An 8-bit reference: what every client can read.
const CARRIAGE: Segmentation<'static> = Segmentation {
    alphabet: Alphabet::Gsm,
    carriage: smpp_wire::text::Carriage::Udh8,
    reference: 0,
    elements: &[],
};
static REFERENCE: AtomicU16 = AtomicU16::new(0);

#[cfg(test)]
mod tests {
    use smpp_wire::{Pdu, text::Concat};

    use super::*;

    /// Of each: esm_class, data_coding, which part it is, and its text in octets.
    fn parts(content: Content<'_>) -> Vec<(EsmClass, DataCoding, Option<Concat>, Vec<u8>)> {
        let frames = frames("TestCo", "4366012345", content).unwrap();
        let part = |frame: &Frame| {
            let Pdu::DeliverSm(pdu) = frame.parse().unwrap() else { panic!("{frame:?}") };
            assert_eq!((pdu.source_addr, pdu.destination_addr), (&b"TestCo"[..], &b"4366012345"[..]));
            assert_eq!((pdu.source_addr_ton, pdu.dest_addr_ton), (Ton::ALPHANUMERIC, Ton::INTERNATIONAL));
            let data = pdu.user_data().unwrap();
            (pdu.esm_class, pdu.data_coding, data.concat, data.text.to_vec())
        };
        frames.iter().map(part).collect()
    }

    #[test]
    fn a_short_text_is_one_message() {
        let expected = (EsmClass(0), DataCoding::DEFAULT, None, b"STOP".to_vec());
        assert_eq!(parts(Content::Text("STOP")), [expected]);
    }

    #[test]
    fn a_long_text_is_several_that_say_where_they_belong() {
        let parts = parts(Content::Text(&"Ж".repeat(100)));
        let octets: Vec<_> = parts.iter().flat_map(|(.., text)| text.clone()).collect();
        assert_eq!(octets, [0x04, 0x16].repeat(100));
        let places: Vec<_> = parts.iter().map(|(_, _, concat, _)| concat.unwrap()).collect();
        assert_eq!(
            places.iter().map(|place| (place.number(), place.total())).collect::<Vec<_>>(),
            [(1, 2), (2, 2)]
        );
        assert_eq!(places[0].reference(), places[1].reference());
        assert!(
            parts.iter().all(|(class, coding, ..)| (*class, *coding) == (EsmClass(0x40), DataCoding::UCS2))
        );
    }

    #[test]
    #[cfg(feature = "admin")]
    fn octets_are_taken_as_they_are() {
        let binary = DataCoding(0x04);
        let parts = parts(Content::Octets(binary, &[0xFF; 150]));
        assert_eq!(parts.iter().map(|(.., text)| text.len()).sum::<usize>(), 150);
        assert!(parts.len() == 2 && parts.iter().all(|(_, coding, ..)| *coding == binary));
    }

    #[test]
    fn a_text_of_too_many_parts_is_refused() {
        assert!(frames("1", "2", Content::Text(&"x".repeat(255 * 153 + 1))).is_err());
    }
}
