//! The bodies of the fuzz targets. `crates/smpp-wire/tests/corpus.rs` includes this file and replays the corpus on stable.

use smpp_wire::{RawPdu, encode, split_frame};

/// Reads the octets as a stream; every PDU that parses is written and read again.
pub fn pdu(octets: &[u8]) {
    let mut rest = octets;
    while let Ok(Some(frame)) = split_frame(rest, LIMIT) {
        round_trip(&frame);
        rest = rest.split_at(frame.octets().len()).1;
    }
}

fn round_trip(frame: &RawPdu<'_>) {
    let Ok(pdu) = frame.parse() else {
        return;
    };
    let header = frame.header();
    let mut out = Vec::new();
    encode(pdu.as_encode(), header.command_status, header.sequence_number, &mut out)
        .expect("what was parsed can be written");
    let again = split_frame(&out, LIMIT).expect("a true length").expect("a whole PDU");
    assert_eq!(again.parse(), Ok(pdu));
    // Only octets that make no sense in an error response are not carried.
    if header.command_status.is_ok() || !header.command_id.is_response() {
        assert_eq!(out, frame.octets());
    }
}

/// Room for a TLV of the greatest length.
const LIMIT: u32 = 70_000;
