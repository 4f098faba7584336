//! Encoding: a PDU is measured and checked first, then written in one pass into the caller's buffer.

use crate::{CommandId, CommandStatus, EncodeError, EncodeErrorKind, Field, HEADER_LEN, Header, Tlvs, leaf};

/// A PDU that can be written.
pub trait Encode {
    /// The id its header carries.
    fn command_id(&self) -> CommandId;

    /// Checks the values and says how many octets the body takes.
    ///
    /// # Errors
    /// When a value can't be written: a NUL inside a string, a text that its length field can't count.
    fn body_len(&self) -> Result<usize, EncodeError>;

    /// Writes exactly `body_len` octets.
    fn encode_body(&self, out: &mut Writer<'_>);
}

impl<E: Encode + ?Sized> Encode for &E {
    #[inline]
    fn command_id(&self) -> CommandId {
        (**self).command_id()
    }

    #[inline]
    fn body_len(&self) -> Result<usize, EncodeError> {
        (**self).body_len()
    }

    #[inline]
    fn encode_body(&self, out: &mut Writer<'_>) {
        (**self).encode_body(out);
    }
}

/// Where PDUs are written to: a growing buffer, or a fixed slice ([`SliceBuffer`]).
pub trait Buffer {
    /// Makes room for `len` more octets, lets `write` fill them, and keeps them.
    ///
    /// # Errors
    /// When there is no room, or `write` fails: then the buffer is as it was.
    fn append(
        &mut self,
        len: usize,
        write: impl FnOnce(&mut [u8]) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError>;
}

/// Appends one whole PDU to `out` and returns its length in octets.
///
/// # Errors
/// The caller's value does not fit; nothing was written.
#[inline]
pub fn encode<E: Encode + ?Sized>(
    pdu: &E,
    command_status: CommandStatus,
    sequence_number: u32,
    out: &mut impl Buffer,
) -> Result<usize, EncodeError> {
    let len = HEADER_LEN + pdu.body_len()?;
    let command_length =
        u32::try_from(len).map_err(|_| EncodeError { field: Field::Body, kind: EncodeErrorKind::TooLong })?;
    let header = Header { command_length, command_id: pdu.command_id(), command_status, sequence_number };
    out.append(len, |room| {
        let mut writer = Writer::new(room);
        writer.put(&header.octets());
        pdu.encode_body(&mut writer);
        writer.finish()
    })?;
    Ok(len)
}

/// The room of one PDU, which shrinks as fields are written.
#[derive(Debug)]
pub struct Writer<'b> {
    rest: &'b mut [u8],
}

impl<'b> Writer<'b> {
    /// Starts at the front of `room`.
    #[inline]
    pub(crate) const fn new(room: &'b mut [u8]) -> Self {
        Self { rest: room }
    }

    /// Writes octets as they are.
    #[inline]
    pub fn put(&mut self, octets: &[u8]) {
        let room = core::mem::take(&mut self.rest);
        if let Some((place, rest)) = room.split_at_mut_checked(octets.len()) {
            place.copy_from_slice(octets);
            self.rest = rest;
        }
    }

    /// Writes a string and its NUL.
    #[inline]
    pub fn put_c_octet_string(&mut self, octets: &[u8]) {
        self.put(octets);
        self.put(&[0]);
    }

    /// A body that is not as long as it said is never sent.
    pub(crate) fn finish(self) -> Result<(), EncodeError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(EncodeError { field: Field::Body, kind: EncodeErrorKind::WrongLength })
    }
}

/// The octets of a C-octet string with its NUL.
///
/// # Errors
/// When it contains a NUL, which would end it early and turn its tail into other fields.
#[inline]
pub fn c_octet_string_len(octets: &[u8], field: Field) -> Result<usize, EncodeError> {
    match leaf::position_of_nul(octets) {
        None => Ok(octets.len() + 1),
        Some(_) => Err(EncodeError { field, kind: EncodeErrorKind::NulInside }),
    }
}

/// The octets of TLVs: their shape was checked when they were made.
#[inline]
pub(crate) const fn tlvs_len(tlvs: Tlvs<'_>) -> usize {
    tlvs.octets().len()
}

/// A fixed buffer for those without an allocator.
#[derive(Debug)]
pub struct SliceBuffer<'b> {
    room: &'b mut [u8],
    len: usize,
}

impl<'b> SliceBuffer<'b> {
    /// Starts at the front of `room`.
    #[must_use]
    pub const fn new(room: &'b mut [u8]) -> Self {
        Self { room, len: 0 }
    }

    /// What was written so far.
    #[must_use]
    pub fn written(&self) -> &[u8] {
        self.room.get(..self.len).unwrap_or_default()
    }

    /// What was written, for as long as the room lives.
    #[must_use]
    pub fn into_written(self) -> &'b [u8] {
        let room: &'b [u8] = self.room;
        room.get(..self.len).unwrap_or_default()
    }
}

impl AsRef<[u8]> for SliceBuffer<'_> {
    fn as_ref(&self) -> &[u8] {
        self.written()
    }
}

impl Buffer for SliceBuffer<'_> {
    fn append(
        &mut self,
        len: usize,
        write: impl FnOnce(&mut [u8]) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let full = EncodeError { field: Field::Body, kind: EncodeErrorKind::BufferFull };
        let end = self.len.checked_add(len).ok_or(full)?;
        write(self.room.get_mut(self.len..end).ok_or(full)?)?;
        self.len = end;
        Ok(())
    }
}

#[cfg(any(feature = "alloc", test))]
macro_rules! growing_buffer {
    ($($type:ty),*) => {$(
        impl Buffer for $type {
            #[inline]
            fn append(
                &mut self,
                len: usize,
                write: impl FnOnce(&mut [u8]) -> Result<(), EncodeError>,
            ) -> Result<(), EncodeError> {
                let start = self.len();
                self.resize(start + len, 0);
                let result = write(self.get_mut(start..).unwrap_or_default());
                if result.is_err() {
                    self.truncate(start);
                }
                result
            }
        }
    )*};
}

#[cfg(any(feature = "alloc", test))]
growing_buffer!(alloc::vec::Vec<u8>);
#[cfg(feature = "bytes")]
growing_buffer!(bytes::BytesMut);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EnquireLink, SubmitSm};

    #[test]
    fn a_value_that_does_not_fit_leaves_the_buffer_as_it_was() {
        let mut out = vec![1, 2, 3];
        let bad = SubmitSm { source_addr: b"a\0b", ..SubmitSm::default() };
        let error = encode(&bad, CommandStatus::ESME_ROK, 1, &mut out).unwrap_err();
        assert_eq!((error.field, error.kind), (Field::SourceAddr, EncodeErrorKind::NulInside));
        assert_eq!(out, [1, 2, 3]);
    }

    #[test]
    fn a_fixed_buffer_says_when_it_is_full() {
        let mut room = [0; 20];
        let mut out = SliceBuffer::new(&mut room);
        assert_eq!(encode(&EnquireLink::default(), CommandStatus::ESME_ROK, 1, &mut out), Ok(16));
        let error = encode(&EnquireLink::default(), CommandStatus::ESME_ROK, 2, &mut out).unwrap_err();
        assert_eq!(error.kind, EncodeErrorKind::BufferFull);
        assert_eq!(out.written().len(), 16);
    }
}
