//! A PDU that outlives the receive buffer: queued, stored, relayed, and viewed again without copying.

use bytes::{Bytes, BytesMut};

use crate::{
    Buffer, CommandId, CommandStatus, Encode, EncodeError, Header, Pdu, PduError, RawPdu, encode, split_frame,
};

/// One whole PDU, owned. Cloning is a reference count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    header: Header,
    octets: Bytes,
}

impl Frame {
    /// Writes a PDU into a frame of its own: one allocation.
    ///
    /// # Errors
    /// The caller's value does not fit.
    pub fn new(
        pdu: &impl Encode,
        command_status: CommandStatus,
        sequence_number: u32,
    ) -> Result<Self, EncodeError> {
        let mut octets = BytesMut::new();
        let command_length = encode(pdu, command_status, sequence_number, &mut octets)?;
        let command_length = u32::try_from(command_length).unwrap_or(u32::MAX);
        let header = Header { command_length, command_id: pdu.command_id(), command_status, sequence_number };
        Ok(Self { header, octets: octets.freeze() })
    }

    /// Takes octets that are exactly one PDU, as they come from a store; no copy. `None` when they are not.
    #[must_use]
    pub fn from_bytes(octets: Bytes) -> Option<Self> {
        let header = match split_frame(&octets, u32::MAX) {
            Ok(Some(pdu)) if pdu.octets().len() == octets.len() => pdu.header(),
            _ => return None,
        };
        Some(Self { header, octets })
    }

    /// The PDU, its body not looked at.
    #[must_use]
    pub fn raw(&self) -> RawPdu<'_> {
        RawPdu::of(self.header, &self.octets)
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> Header {
        self.header
    }

    /// Checks the body's shape and gives a view of it; no copy.
    ///
    /// # Errors
    /// A [`PduError`] that names the field, the offset and the status to answer.
    pub fn parse(&self) -> Result<Pdu<'_>, PduError> {
        self.raw().parse()
    }

    /// The same PDU under another sequence number.
    ///
    /// Four octets are written when nobody shares the frame; a shared one is copied first, and the others keep theirs.
    #[must_use]
    pub fn with_sequence_number(self, sequence_number: u32) -> Self {
        let header = Header { sequence_number, ..self.header };
        let mut octets = self.octets.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
        if let Some(place) = octets.get_mut(SEQUENCE_NUMBER) {
            place.copy_from_slice(&sequence_number.to_be_bytes());
        }
        Self { header, octets: octets.freeze() }
    }

    /// All octets, header included.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.octets
    }
}

impl RawPdu<'_> {
    /// Copies this PDU out of the receive buffer, and nothing else: no chunk is kept alive by it.
    #[must_use]
    pub fn to_frame(&self) -> Frame {
        Frame { header: self.header(), octets: Bytes::copy_from_slice(self.octets()) }
    }
}

/// Relays the PDU untouched, under the status and sequence number that `encode` is given.
impl Encode for Frame {
    fn command_id(&self) -> CommandId {
        self.header.command_id
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        self.raw().body_len()
    }

    fn encode_body(&self, out: &mut impl Buffer) {
        self.raw().encode_body(out);
    }
}

/// Where the header keeps it (SMPP v3.4 §3.2).
const SEQUENCE_NUMBER: core::ops::Range<usize> = 12..16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SubmitSm, values::Ton};

    fn message() -> SubmitSm<'static> {
        SubmitSm {
            source_addr_ton: Ton::ALPHANUMERIC,
            source_addr: b"TestCo",
            destination_addr: b"4512345678",
            short_message: b"Hello",
            ..SubmitSm::default()
        }
    }

    fn frame(sequence_number: u32) -> Frame {
        Frame::new(&message(), CommandStatus::ESME_ROK, sequence_number).unwrap()
    }

    #[test]
    fn a_frame_outlives_the_buffer_it_was_read_from() {
        let mut buffer = frame(7).into_bytes().to_vec();
        let len = buffer.len();
        buffer.extend_from_slice(b"the next PDU");
        let kept = split_frame(&buffer, 1000).unwrap().unwrap().to_frame();
        drop(buffer);
        assert_eq!(kept.parse(), Ok(Pdu::SubmitSm(message())));
        assert_eq!((kept.raw().octets().len(), kept.header().sequence_number), (len, 7));
        assert_eq!(Frame::from_bytes(kept.clone().into_bytes()), Some(kept));
    }

    #[test]
    fn a_new_sequence_number_is_four_octets_in_place() {
        let ours = frame(7);
        let place = ours.octets.as_ptr();
        let patched = ours.with_sequence_number(8);
        assert_eq!(patched, frame(8));
        assert_eq!(patched.octets.as_ptr(), place);
    }

    #[test]
    fn a_shared_frame_keeps_its_sequence_number() {
        let shared = frame(7);
        assert_eq!(shared.clone().with_sequence_number(8), frame(8));
        assert_eq!(shared, frame(7));
    }

    #[test]
    fn a_pdu_that_is_relayed_unread_differs_in_its_header_alone() {
        let mut out = alloc::vec::Vec::new();
        encode(&frame(7).raw(), CommandStatus::ESME_ROK, 8, &mut out).unwrap();
        assert_eq!(out, frame(8).into_bytes());
    }

    #[test]
    fn octets_that_are_not_exactly_one_pdu_are_no_frame() {
        let octets = frame(7).into_bytes();
        assert_eq!(Frame::from_bytes(octets.slice(..20)), None);
        assert_eq!(Frame::from_bytes([&octets[..], &octets[..]].concat().into()), None);
        assert_eq!(Frame::from_bytes(Bytes::new()), None);
    }
}
