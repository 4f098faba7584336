//! Encoding: a PDU is measured and checked first, then written in one pass into the caller's buffer.

use crate::{
    Buffer, CommandId, CommandStatus, EncodeError, EncodeErrorKind, Field, HEADER_LEN, Header, Tlvs, leaf,
};

/// A PDU that can be written.
pub trait Encode {
    /// The id its header carries.
    fn command_id(&self) -> CommandId;

    /// Checks the values and says how many octets the body takes.
    ///
    /// # Errors
    /// When a value can't be written: a NUL inside a string, a text that its length field can't count.
    fn body_len(&self) -> Result<usize, EncodeError>;

    /// Puts exactly `body_len` octets; `out` has room for them.
    fn encode_body(&self, out: &mut impl Buffer);
}

impl<E: Encode> Encode for &E {
    #[inline]
    fn command_id(&self) -> CommandId {
        (**self).command_id()
    }

    #[inline]
    fn body_len(&self) -> Result<usize, EncodeError> {
        (**self).body_len()
    }

    #[inline]
    fn encode_body(&self, out: &mut impl Buffer) {
        (**self).encode_body(out);
    }
}

/// Appends one whole PDU to `out` and returns its length in octets.
///
/// # Errors
/// The caller's value does not fit; nothing was written.
#[inline]
pub fn encode(
    pdu: &impl Encode,
    command_status: CommandStatus,
    sequence_number: u32,
    out: &mut impl Buffer,
) -> Result<usize, EncodeError> {
    let len = HEADER_LEN + pdu.body_len()?;
    let command_length =
        u32::try_from(len).map_err(|_| EncodeError { field: Field::Body, kind: EncodeErrorKind::TooLong })?;
    let header = Header { command_length, command_id: pdu.command_id(), command_status, sequence_number };
    out.append(len, |out| {
        out.put(&header.octets());
        pdu.encode_body(out);
    })?;
    Ok(len)
}

/// The octets of a C-octet string with its NUL.
///
/// # Errors
/// When it contains a NUL, which would end it early and turn its tail into other fields.
#[inline]
pub fn c_octet_string_len(octets: &[u8], field: Field) -> Result<usize, EncodeError> {
    // Most strings of a submit_sm are empty.
    if !octets.is_empty() && leaf::has_nul(octets) {
        return Err(EncodeError { field, kind: EncodeErrorKind::NulInside });
    }
    Ok(octets.len() + 1)
}

/// The same for the string of a PDU that has no other: to look through it in place takes less than a call.
#[inline]
pub(crate) fn only_string_len(octets: &[u8], field: Field) -> Result<usize, EncodeError> {
    if leaf::has_nul_in_place(octets) {
        return Err(EncodeError { field, kind: EncodeErrorKind::NulInside });
    }
    Ok(octets.len() + 1)
}

/// The octets of TLVs: their shape was checked when they were made.
#[inline]
pub(crate) const fn tlvs_len(tlvs: Tlvs<'_>) -> usize {
    tlvs.octets().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SliceBuffer, SubmitSm};

    #[test]
    fn a_value_that_does_not_fit_leaves_the_buffer_as_it_was() {
        let mut out = vec![1, 2, 3];
        let bad = SubmitSm { source_addr: b"a\0b", ..SubmitSm::default() };
        let error = encode(&bad, CommandStatus::ESME_ROK, 1, &mut out).unwrap_err();
        assert_eq!((error.field, error.kind), (Field::SourceAddr, EncodeErrorKind::NulInside));
        assert_eq!(out, [1, 2, 3]);
    }

    /// Says that its body has four octets.
    struct Lying(&'static [u8]);

    impl Encode for Lying {
        fn command_id(&self) -> CommandId {
            CommandId::ENQUIRE_LINK
        }

        fn body_len(&self) -> Result<usize, EncodeError> {
            Ok(4)
        }

        fn encode_body(&self, out: &mut impl Buffer) {
            out.put(self.0);
        }
    }

    #[test]
    fn a_body_of_another_length_than_announced_is_taken_back() {
        for body in [&b"123"[..], b"12345"] {
            let (mut growing, mut room) = (vec![1, 2, 3], [0; 64]);
            let mut fixed = SliceBuffer::new(&mut room);
            let errors = [
                encode(&Lying(body), CommandStatus::ESME_ROK, 1, &mut growing).unwrap_err(),
                encode(&Lying(body), CommandStatus::ESME_ROK, 1, &mut fixed).unwrap_err(),
            ];
            assert!(errors.iter().all(|error| error.kind == EncodeErrorKind::WrongLength));
            assert_eq!((&growing[..], fixed.written()), (&[1, 2, 3][..], &[][..]));
        }
    }
}
