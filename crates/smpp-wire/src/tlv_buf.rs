//! Building TLVs, into a growing buffer or a fixed one.

use crate::{Buffer, EncodeError, EncodeErrorKind, Field, Tag, Tlv, Tlvs};

/// TLVs that are being built, in any [`Buffer`] that can be read again.
///
/// ```
/// use smpp_wire::{SliceBuffer, Tag, TlvBuf};
///
/// let mut room = [0; 64];
/// let mut tlvs = TlvBuf::new(SliceBuffer::new(&mut room));
/// tlvs.push(Tag::MESSAGE_PAYLOAD, b"Hello")?.push_int2(Tag::USER_MESSAGE_REFERENCE, 7)?;
/// assert_eq!(tlvs.as_tlvs().message_payload()?, Some(&b"Hello"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TlvBuf<B> {
    buffer: B,
    start: usize,
}

impl<B: Buffer> TlvBuf<B> {
    /// Starts behind what `buffer` holds.
    pub fn new(buffer: B) -> Self {
        let start = buffer.written().len();
        Self { buffer, start }
    }

    /// Adds a TLV with these octets.
    ///
    /// # Errors
    /// When the value has more than 65,535 octets or the buffer is full: nothing was added.
    #[inline]
    pub fn push(&mut self, tag: Tag, value: &[u8]) -> Result<&mut Self, EncodeError> {
        self.add(tag, &[value])
    }

    /// Adds a TLV with one octet: a number or a value of one of the [`values`](crate::values).
    ///
    /// # Errors
    /// When the buffer is full.
    pub fn push_int1(&mut self, tag: Tag, value: impl Into<u8>) -> Result<&mut Self, EncodeError> {
        self.push(tag, &[value.into()])
    }

    /// Adds a TLV with a number of two octets.
    ///
    /// # Errors
    /// When the buffer is full.
    pub fn push_int2(&mut self, tag: Tag, value: u16) -> Result<&mut Self, EncodeError> {
        self.push(tag, &value.to_be_bytes())
    }

    /// Adds a TLV with a number of four octets.
    ///
    /// # Errors
    /// When the buffer is full.
    pub fn push_int4(&mut self, tag: Tag, value: u32) -> Result<&mut Self, EncodeError> {
        self.push(tag, &value.to_be_bytes())
    }

    /// Adds a TLV with a string and its NUL.
    ///
    /// # Errors
    /// When the value contains a NUL, is too long, or the buffer is full: nothing was added.
    pub fn push_c_octet_string(&mut self, tag: Tag, value: &[u8]) -> Result<&mut Self, EncodeError> {
        crate::c_octet_string_len(value, Field::Tlvs)?;
        self.add(tag, &[value, &[0]])
    }

    /// Adds TLVs as they stand in another PDU.
    ///
    /// # Errors
    /// When the buffer is full: those before it were added.
    pub fn extend<'a>(&mut self, tlvs: impl IntoIterator<Item = Tlv<'a>>) -> Result<&mut Self, EncodeError> {
        for tlv in tlvs {
            self.push(tlv.tag, tlv.value)?;
        }
        Ok(self)
    }

    /// What was built so far.
    #[must_use]
    #[inline]
    pub fn as_tlvs(&self) -> Tlvs<'_> {
        Tlvs::of_right_shape(self.buffer.written().get(self.start..).unwrap_or_default())
    }

    /// The buffer.
    pub fn into_inner(self) -> B {
        self.buffer
    }

    #[inline]
    fn add(&mut self, tag: Tag, parts: &[&[u8]]) -> Result<&mut Self, EncodeError> {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        let length = u16::try_from(len)
            .map_err(|_| EncodeError { field: Field::Tlvs, kind: EncodeErrorKind::TooLong })?;
        let [[a, b], [c, d]] = [tag.0.to_be_bytes(), length.to_be_bytes()];
        self.buffer.append(TLV_HEADER_LEN + len, |out| {
            out.put(&[a, b, c, d]);
            parts.iter().for_each(|part| out.put(part));
        })?;
        Ok(self)
    }
}

/// Octets of a tag and a length (SMPP v3.4 §3.2.4.1).
const TLV_HEADER_LEN: usize = 4;

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::{SliceBuffer, values::MessageState};

    #[test]
    fn tlvs_are_read_as_they_were_built() {
        let mut tlvs = TlvBuf::new(vec![1, 2, 3]);
        tlvs.push_c_octet_string(Tag::RECEIPTED_MESSAGE_ID, b"0A1B").unwrap();
        tlvs.push_int1(Tag::MESSAGE_STATE, MessageState::DELIVERED)
            .unwrap()
            .push_int4(Tag::QOS_TIME_TO_LIVE, 60)
            .unwrap();
        assert_eq!(tlvs.as_tlvs().receipted_message_id(), Ok(Some(&b"0A1B"[..])));
        assert_eq!(tlvs.as_tlvs().message_state(), Ok(Some(MessageState::DELIVERED)));
        assert_eq!(tlvs.as_tlvs().qos_time_to_live(), Ok(Some(60)));

        let mut copy = TlvBuf::new(Vec::new());
        copy.extend(tlvs.as_tlvs()).unwrap();
        assert_eq!(copy.as_tlvs(), tlvs.as_tlvs());
    }

    #[test]
    fn what_does_not_fit_is_not_added() {
        let mut room = [0; 10];
        let mut tlvs = TlvBuf::new(SliceBuffer::new(&mut room));
        tlvs.push_int1(Tag::MESSAGE_STATE, 2).unwrap();
        assert_eq!(tlvs.push_int2(Tag::SOURCE_PORT, 9).unwrap_err().kind, EncodeErrorKind::BufferFull);
        let nul = tlvs.push_c_octet_string(Tag::RECEIPTED_MESSAGE_ID, b"\0").unwrap_err();
        assert_eq!(nul.kind, EncodeErrorKind::NulInside);
        assert_eq!(tlvs.push(Tag(0x1400), &[0; 65_536]).unwrap_err().kind, EncodeErrorKind::TooLong);
        assert_eq!(tlvs.as_tlvs().octets().len(), 5);
    }
}
