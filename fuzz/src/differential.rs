//! What is parsed can be written, and what is written is parsed as the same.

use smpp_wire::{EncodeErrorKind, Pdu, RawPdu, SliceBuffer, encode, split_frame};

use super::true_length::with_true_length;

/// Parses the octets as one PDU, writes it, and parses it again.
pub fn differential(octets: &[u8]) {
    let mut octets = octets.to_vec();
    let Some(raw) = with_true_length(&mut octets) else {
        return;
    };
    relay(&raw);
    let Ok(pdu) = raw.parse() else {
        return;
    };
    let written = round_trip(&pdu, &raw);
    into_slices(&pdu, &raw, &written);
}

/// A PDU that nobody looks at differs in its sequence_number alone.
fn relay(raw: &RawPdu<'_>) {
    let mut out = Vec::new();
    encode(raw, raw.header().command_status, !raw.header().sequence_number, &mut out).expect("untouched");
    let (ours, theirs) = (&mut out[..], raw.octets());
    assert_eq!(&ours[12..16], (!raw.header().sequence_number).to_be_bytes());
    ours[12..16].copy_from_slice(&theirs[12..16]);
    assert_eq!(ours, theirs);
}

fn round_trip(pdu: &Pdu<'_>, raw: &RawPdu<'_>) -> Vec<u8> {
    let header = raw.header();
    let mut out = Vec::new();
    encode(&pdu, header.command_status, header.sequence_number, &mut out)
        .expect("what was parsed can be written");
    let again = split_frame(&out, u32::MAX).expect("a true length").expect("a whole PDU");
    assert_eq!(again.parse().as_ref(), Ok(pdu));
    // Only octets that make no sense in an error response are not carried.
    if header.command_status.is_ok() || !header.command_id.is_response() {
        assert_eq!(out, raw.octets());
    }
    out
}

/// A slice takes the same octets as a vector, and one that is too short is left as it was.
fn into_slices(pdu: &Pdu<'_>, raw: &RawPdu<'_>, written: &[u8]) {
    let header = raw.header();
    let mut room = vec![0xAA; written.len()];
    let (_, short) = room.split_at_mut(1);
    let refused = encode(&pdu, header.command_status, header.sequence_number, &mut SliceBuffer::new(short));
    assert_eq!(refused.map_err(|error| error.kind), Err(EncodeErrorKind::BufferFull));
    assert!(room.iter().all(|&octet| octet == 0xAA));
    let len = encode(&pdu, header.command_status, header.sequence_number, &mut SliceBuffer::new(&mut room));
    assert_eq!(len, Ok(written.len()));
    assert_eq!(room, written);
}
