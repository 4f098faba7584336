//! Published codecs, one adapter each. Each takes the fastest path that its crate offers, and gets the values in the form that suits it.

pub(crate) mod rusmpp;
pub(crate) mod rusmpp_core;
pub(crate) mod smpp34;
pub(crate) mod smpp_codec;
pub(crate) mod smpp_pdu;

/// Splits one PDU off, for the crates that leave that to their caller.
#[inline]
fn split(stream: &[u8]) -> Option<(&[u8], &[u8])> {
    let command_length = u32::from_be_bytes(*stream.first_chunk()?);
    stream.split_at_checked(command_length as usize)
}

/// Which PDU it is, for the crates that leave that to their caller.
#[inline]
fn command_id(pdu: &[u8]) -> Option<u32> {
    let (_, [a, b, c, d, ..]) = pdu.split_first_chunk::<4>()? else { return None };
    Some(u32::from_be_bytes([*a, *b, *c, *d]))
}

/// The values of a submit_sm or deliver_sm of rusmpp, owned or borrowed.
macro_rules! rusmpp_message {
    ($pdu:ident, $sequence_number:expr) => {
        smpp_benches::pdus::Message {
            sequence_number: $sequence_number,
            service_type: super::rusmpp_text($pdu.service_type.value().as_ref()),
            source_addr_ton: $pdu.source_addr_ton.into(),
            source_addr_npi: $pdu.source_addr_npi.into(),
            source_addr: super::rusmpp_text($pdu.source_addr.as_ref()),
            dest_addr_ton: $pdu.dest_addr_ton.into(),
            dest_addr_npi: $pdu.dest_addr_npi.into(),
            destination_addr: super::rusmpp_text($pdu.destination_addr.as_ref()),
            esm_class: $pdu.esm_class.into(),
            priority_flag: $pdu.priority_flag.into(),
            validity_period: super::rusmpp_text($pdu.validity_period.as_ref()),
            registered_delivery: $pdu.registered_delivery.into(),
            data_coding: $pdu.data_coding.into(),
            short_message: $pdu.short_message().to_vec(),
            tlvs: {
                let mut tlvs = smpp_benches::pdus::TlvList::default();
                for (tag, value) in $pdu.tlvs().iter().filter_map(|tlv| Some((tlv.tag(), tlv.value()?))) {
                    let mut octets = vec![0; value.length()];
                    Encode::encode(value, &mut octets);
                    tlvs.push(tag.into(), octets);
                }
                tlvs
            },
        }
    };
}
use rusmpp_message;

/// Its strings keep their NUL.
fn rusmpp_text(with_nul: &[u8]) -> smpp_benches::pdus::Text {
    smpp_benches::pdus::Text::new(with_nul.split_last().map_or(&[], |(_, plain)| plain))
}
