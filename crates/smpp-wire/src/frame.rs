//! Framing: where one PDU ends and the next begins. Knows the header (SMPP v3.4 §3.2) and nothing of bodies.

use crate::{Buffer, CommandId, CommandStatus, Encode, EncodeError, FrameError, Pdu, PduError};

/// Octets of a header (SMPP v3.4 §3.2).
pub const HEADER_LEN: usize = 16;

/// The four numbers that every PDU starts with (SMPP v3.4 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Octets of the whole PDU, these four included.
    pub command_length: u32,
    /// Which PDU it is.
    pub command_id: CommandId,
    /// The result, in a response.
    pub command_status: CommandStatus,
    /// Pairs a response with its request.
    pub sequence_number: u32,
}

impl Header {
    /// Reads the first [`HEADER_LEN`] octets; `None` when there are fewer.
    #[must_use]
    #[inline]
    pub fn read(octets: &[u8]) -> Option<Self> {
        let (head, _) = octets.split_first_chunk::<HEADER_LEN>()?;
        let &[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = head;
        Some(Self {
            command_length: u32::from_be_bytes([a, b, c, d]),
            command_id: CommandId(u32::from_be_bytes([e, f, g, h])),
            command_status: CommandStatus(u32::from_be_bytes([i, j, k, l])),
            sequence_number: u32::from_be_bytes([m, n, o, p]),
        })
    }

    /// The header's octets.
    #[must_use]
    #[inline]
    pub const fn octets(&self) -> [u8; HEADER_LEN] {
        let [a, b, c, d] = self.command_length.to_be_bytes();
        let [e, f, g, h] = self.command_id.0.to_be_bytes();
        let [i, j, k, l] = self.command_status.0.to_be_bytes();
        let [m, n, o, p] = self.sequence_number.to_be_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
    }
}

/// One whole PDU in the receive buffer: its header is read, its body is not looked at yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawPdu<'f> {
    header: Header,
    octets: &'f [u8],
}

impl<'f> RawPdu<'f> {
    /// Octets that are known to be one whole PDU.
    #[cfg(feature = "bytes")]
    pub(crate) const fn of(header: Header, octets: &'f [u8]) -> Self {
        Self { header, octets }
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> Header {
        self.header
    }

    /// All octets, header included.
    #[must_use]
    pub const fn octets(&self) -> &'f [u8] {
        self.octets
    }

    /// The octets after the header.
    #[must_use]
    #[inline]
    pub fn body(&self) -> &'f [u8] {
        self.octets.split_at_checked(HEADER_LEN).map_or(&[], |(_, body)| body)
    }

    /// Checks the body's shape and gives a view of it.
    ///
    /// # Errors
    /// A [`PduError`] that names the field, the offset and the status to answer; the header stays readable.
    #[inline]
    pub fn parse(&self) -> Result<Pdu<'f>, PduError> {
        Pdu::parse_body(&self.header, self.body())
    }
}

/// Relays a PDU untouched, under the status and sequence number that `encode` is given.
impl Encode for RawPdu<'_> {
    fn command_id(&self) -> CommandId {
        self.header.command_id
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        Ok(self.body().len())
    }

    fn encode_body(&self, out: &mut impl Buffer) {
        out.put(self.body());
    }
}

/// Takes one PDU from the front of `input`.
///
/// `Ok(None)` means that more octets are needed. The length is judged as soon as its four octets are there, so a caller never
/// buffers by a peer's number. The next PDU starts `pdu.octets().len()` octets further on.
///
/// # Errors
/// [`FrameError`] when `command_length` is below 16 or above `limit`; the stream can't be followed any more.
#[inline]
pub fn split_frame(input: &[u8], limit: u32) -> Result<Option<RawPdu<'_>>, FrameError> {
    let Some((length, _)) = input.split_first_chunk::<4>() else {
        return Ok(None);
    };
    let command_length = u32::from_be_bytes(*length);
    let len = command_length as usize;
    if len < HEADER_LEN || command_length > limit {
        return Err(FrameError { command_length, limit });
    }
    let Some((octets, _)) = input.split_at_checked(len) else {
        return Ok(None);
    };
    Ok(Header::read(octets).map(|header| RawPdu { header, octets }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_refused_before_its_body_arrives() {
        assert_eq!(split_frame(&[0, 0, 0], 100), Ok(None));
        assert_eq!(split_frame(&[0, 0, 0, 15], 100), Err(FrameError { command_length: 15, limit: 100 }));
        assert_eq!(split_frame(b"HTTP", 65536).map_err(|e| e.command_length), Err(0x4854_5450));
        assert_eq!(split_frame(&[0, 0, 0, 100], 100), Ok(None));
    }

    #[test]
    fn a_header_writes_the_octets_it_was_read_from() {
        let octets: [u8; 16] = core::array::from_fn(|i| u8::try_from(i * 16).unwrap());
        assert_eq!(Header::read(&octets).unwrap().octets(), octets);
    }
}
