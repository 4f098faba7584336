//! The least that writing a PDU takes: the same NUL checks, one reservation, then straight on.

use super::decode::{Message, Resp, position_of_nul};

/// Appends a submit_sm or deliver_sm with these TLVs.
///
/// Mended once: it copied TLVs that stood ready, while all others put them together.
#[inline]
pub(crate) fn message(
    pdu: &Message<'_>,
    tlvs: &[(u16, Vec<u8>)],
    id: u32,
    out: &mut Vec<u8>,
) -> Option<usize> {
    let strings = [
        pdu.service_type,
        pdu.source_addr,
        pdu.destination_addr,
        pdu.schedule_delivery_time,
        pdu.validity_period,
    ];
    if strings.iter().any(|string| position_of_nul(string).is_some()) {
        return None;
    }
    let sm_length = u8::try_from(pdu.short_message.len()).ok()?;
    let text_len: usize = strings.iter().map(|string| string.len() + 1).sum();
    let tlvs_len: usize = tlvs.iter().map(|(_, value)| 4 + value.len()).sum();
    let len = 16 + text_len + 12 + pdu.short_message.len() + tlvs_len;
    out.reserve(len);
    header(len, id, pdu.command_status, pdu.sequence_number, out)?;
    out.extend_from_slice(pdu.service_type);
    out.extend_from_slice(&[0, pdu.source_addr_ton, pdu.source_addr_npi]);
    out.extend_from_slice(pdu.source_addr);
    out.extend_from_slice(&[0, pdu.dest_addr_ton, pdu.dest_addr_npi]);
    out.extend_from_slice(pdu.destination_addr);
    out.extend_from_slice(&[0, pdu.esm_class, pdu.protocol_id, pdu.priority_flag]);
    out.extend_from_slice(pdu.schedule_delivery_time);
    out.push(0);
    out.extend_from_slice(pdu.validity_period);
    out.extend_from_slice(&[
        0,
        pdu.registered_delivery,
        pdu.replace_if_present_flag,
        pdu.data_coding,
        pdu.sm_default_msg_id,
        sm_length,
    ]);
    out.extend_from_slice(pdu.short_message);
    for (tag, value) in tlvs {
        let [[a, b], [c, d]] = [tag.to_be_bytes(), u16::try_from(value.len()).ok()?.to_be_bytes()];
        out.extend_from_slice(&[a, b, c, d]);
        out.extend_from_slice(value);
    }
    Some(len)
}

/// Appends a submit_sm_resp.
#[inline]
pub(crate) fn resp(pdu: &Resp<'_>, id: u32, out: &mut Vec<u8>) -> Option<usize> {
    if position_of_nul(pdu.message_id).is_some() {
        return None;
    }
    let len = 16 + pdu.message_id.len() + 1 + pdu.tlvs.len();
    out.reserve(len);
    header(len, id, pdu.command_status, pdu.sequence_number, out)?;
    out.extend_from_slice(pdu.message_id);
    out.push(0);
    out.extend_from_slice(pdu.tlvs);
    Some(len)
}

#[inline]
fn header(len: usize, id: u32, command_status: u32, sequence_number: u32, out: &mut Vec<u8>) -> Option<()> {
    let [a, b, c, d] = u32::try_from(len).ok()?.to_be_bytes();
    let [e, f, g, h] = id.to_be_bytes();
    let [i, j, k, l] = command_status.to_be_bytes();
    let [m, n, o, p] = sequence_number.to_be_bytes();
    out.extend_from_slice(&[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]);
    Some(())
}
