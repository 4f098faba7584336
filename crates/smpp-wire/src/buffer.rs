//! What PDUs, TLVs and texts are written into: buffers that grow, and slices for those without an allocator.

use crate::{EncodeError, EncodeErrorKind, Field};

/// Where PDUs are written to: a growing buffer, or a fixed slice ([`SliceBuffer`]).
pub trait Buffer: Sized {
    /// The octets written so far.
    fn written(&self) -> &[u8];

    /// Makes room for `len` more octets.
    ///
    /// # Errors
    /// When there is none.
    fn reserve(&mut self, len: usize) -> Result<(), EncodeError>;

    /// Appends octets; where room was not made for them and can't be, none.
    fn put(&mut self, octets: &[u8]);

    /// Takes back what was written after the first `len` octets.
    fn truncate(&mut self, len: usize);

    /// Appends `len` zeros and lets `fill` overwrite them.
    ///
    /// # Errors
    /// When there is no room.
    fn append_filled(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) -> Result<(), EncodeError>;

    /// Appends what `put` puts, which has to be `len` octets.
    ///
    /// # Errors
    /// When there is no room, or `put` puts another number of octets: then the buffer is as it was.
    #[inline]
    fn append(&mut self, len: usize, put: impl FnOnce(&mut Self)) -> Result<(), EncodeError> {
        self.reserve(len)?;
        let start = self.written().len();
        put(self);
        if self.written().len() == start + len {
            return Ok(());
        }
        self.truncate(start);
        Err(EncodeError { field: Field::Body, kind: EncodeErrorKind::WrongLength })
    }

    /// Appends a string and its NUL.
    #[inline]
    fn put_c_octet_string(&mut self, octets: &[u8]) {
        // Most strings of a submit_sm are empty: no copy for them.
        if !octets.is_empty() {
            self.put(octets);
        }
        self.put(&[0]);
    }
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
    #[inline]
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

const FULL: EncodeError = EncodeError { field: Field::Body, kind: EncodeErrorKind::BufferFull };

impl Buffer for SliceBuffer<'_> {
    #[inline]
    fn written(&self) -> &[u8] {
        self.written()
    }

    #[inline]
    fn reserve(&mut self, len: usize) -> Result<(), EncodeError> {
        if len > self.room.len() - self.len {
            return Err(FULL);
        }
        Ok(())
    }

    #[inline]
    fn put(&mut self, octets: &[u8]) {
        let _ = self.append_filled(octets.len(), |place| place.copy_from_slice(octets));
    }

    #[inline]
    fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    #[inline]
    fn append_filled(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) -> Result<(), EncodeError> {
        let end = self.len.checked_add(len).ok_or(FULL)?;
        fill(self.room.get_mut(self.len..end).ok_or(FULL)?);
        self.len = end;
        Ok(())
    }
}

#[cfg(any(feature = "alloc", test))]
macro_rules! growing_buffer {
    ($($type:ty),*) => {$(
        impl Buffer for $type {
            #[inline]
            fn written(&self) -> &[u8] {
                self
            }

            #[inline]
            fn reserve(&mut self, len: usize) -> Result<(), EncodeError> {
                self.reserve(len);
                Ok(())
            }

            #[inline]
            fn put(&mut self, octets: &[u8]) {
                self.extend_from_slice(octets);
            }

            #[inline]
            fn truncate(&mut self, len: usize) {
                self.truncate(len);
            }

            #[inline]
            fn append_filled(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) -> Result<(), EncodeError> {
                let start = self.len();
                self.resize(start + len, 0);
                fill(self.get_mut(start..).unwrap_or_default());
                Ok(())
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
    use crate::{CommandStatus, EnquireLink, encode};

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
