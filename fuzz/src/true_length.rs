//! Lets a fuzzer insert and delete octets without having to mend command_length.

use smpp_wire::{HEADER_LEN, RawPdu, split_frame};

/// The octets as one whole PDU: command_length is made true. `None` when there is no whole header.
pub(crate) fn with_true_length(octets: &mut [u8]) -> Option<RawPdu<'_>> {
    let command_length = u32::try_from(octets.len()).ok().filter(|_| octets.len() >= HEADER_LEN)?;
    octets.first_chunk_mut::<4>()?.copy_from_slice(&command_length.to_be_bytes());
    split_frame(octets, u32::MAX).expect("a length of at least 16")
}
