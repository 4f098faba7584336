//! The least that reading a PDU takes: a borrowed view, the same shape checks, no names of what is wrong and where.

const HEADER_LEN: usize = 16;

/// One whole PDU and what stands behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) command_status: u32,
    pub(crate) sequence_number: u32,
    pub(crate) body: &'a [u8],
    pub(crate) behind: &'a [u8],
}

/// The fields of a submit_sm or deliver_sm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    pub(crate) sequence_number: u32,
    pub(crate) command_status: u32,
    pub(crate) service_type: &'a [u8],
    pub(crate) source_addr_ton: u8,
    pub(crate) source_addr_npi: u8,
    pub(crate) source_addr: &'a [u8],
    pub(crate) dest_addr_ton: u8,
    pub(crate) dest_addr_npi: u8,
    pub(crate) destination_addr: &'a [u8],
    pub(crate) esm_class: u8,
    pub(crate) protocol_id: u8,
    pub(crate) priority_flag: u8,
    pub(crate) schedule_delivery_time: &'a [u8],
    pub(crate) validity_period: &'a [u8],
    pub(crate) registered_delivery: u8,
    pub(crate) replace_if_present_flag: u8,
    pub(crate) data_coding: u8,
    pub(crate) sm_default_msg_id: u8,
    pub(crate) short_message: &'a [u8],
    pub(crate) tlvs: &'a [u8],
}

/// The fields of a submit_sm_resp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resp<'a> {
    pub(crate) sequence_number: u32,
    pub(crate) command_status: u32,
    pub(crate) message_id: &'a [u8],
    pub(crate) tlvs: &'a [u8],
}

/// The PDU at the front of `input`, which has to be of this id.
#[inline(always)]
pub(crate) fn frame(input: &[u8], limit: u32, id: u32) -> Option<Frame<'_>> {
    let (&[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p], _) = input.split_first_chunk::<HEADER_LEN>()?;
    let command_length = u32::from_be_bytes([a, b, c, d]);
    if command_length > limit || u32::from_be_bytes([e, f, g, h]) != id {
        return None;
    }
    let (pdu, behind) = input.split_at_checked(command_length as usize)?;
    Some(Frame {
        command_status: u32::from_be_bytes([i, j, k, l]),
        sequence_number: u32::from_be_bytes([m, n, o, p]),
        body: pdu.get(HEADER_LEN..)?,
        behind,
    })
}

/// A submit_sm or deliver_sm.
#[inline]
pub(crate) fn message<'a>(frame: &Frame<'a>) -> Option<Message<'a>> {
    let (service_type, rest) = c_octet_string(frame.body)?;
    let (&[source_addr_ton, source_addr_npi], rest) = rest.split_first_chunk()?;
    let (source_addr, rest) = c_octet_string(rest)?;
    let (&[dest_addr_ton, dest_addr_npi], rest) = rest.split_first_chunk()?;
    let (destination_addr, rest) = c_octet_string(rest)?;
    let (&[esm_class, protocol_id, priority_flag], rest) = rest.split_first_chunk()?;
    let (schedule_delivery_time, rest) = c_octet_string(rest)?;
    let (validity_period, rest) = c_octet_string(rest)?;
    let (&[registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id, sm_length], rest) =
        rest.split_first_chunk()?;
    let (short_message, tlvs) = rest.split_at_checked(usize::from(sm_length))?;
    check_tlvs(tlvs)?;
    Some(Message {
        sequence_number: frame.sequence_number,
        command_status: frame.command_status,
        service_type,
        source_addr_ton,
        source_addr_npi,
        source_addr,
        dest_addr_ton,
        dest_addr_npi,
        destination_addr,
        esm_class,
        protocol_id,
        priority_flag,
        schedule_delivery_time,
        validity_period,
        registered_delivery,
        replace_if_present_flag,
        data_coding,
        sm_default_msg_id,
        short_message,
        tlvs,
    })
}

/// A submit_sm_resp.
#[inline]
pub(crate) fn resp<'a>(frame: &Frame<'a>) -> Option<Resp<'a>> {
    let (message_id, tlvs) = c_octet_string(frame.body)?;
    check_tlvs(tlvs)?;
    let Frame { sequence_number, command_status, .. } = *frame;
    Some(Resp { sequence_number, command_status, message_id, tlvs })
}

#[inline(always)]
fn c_octet_string(input: &[u8]) -> Option<(&[u8], &[u8])> {
    if let [0, rest @ ..] = input {
        return Some((&[], rest));
    }
    let (value, rest) = input.split_at_checked(position_of_nul(input)?)?;
    Some((value, rest.split_first()?.1))
}

/// Eight octets at a time: addresses have about ten.
#[inline(always)]
pub(crate) fn position_of_nul(input: &[u8]) -> Option<usize> {
    let (words, tail) = input.as_chunks::<8>();
    let mut at = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let zeros = word.wrapping_sub(0x0101_0101_0101_0101) & !word & 0x8080_8080_8080_8080;
        if zeros != 0 {
            return Some(at + (zeros.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    tail.iter().position(|&octet| octet == 0).map(|found| at + found)
}

#[inline(always)]
fn check_tlvs(mut tlvs: &[u8]) -> Option<()> {
    while !tlvs.is_empty() {
        let (&[_, _, high, low], rest) = tlvs.split_first_chunk()?;
        tlvs = rest.get(usize::from(u16::from_be_bytes([high, low]))..)?;
    }
    Some(())
}
