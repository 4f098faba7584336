//! The three profiles: what v3.4 says, what v5.0 says, and what can still be worked with.

use super::{Len, OctetSet, Profile};
use crate::{
    Version,
    text::{Alphabet, Meaning},
    values::DataCoding,
};

impl Profile {
    /// What SMPP v3.4 says.
    pub const V34: Self = Self {
        version: Version::V34,
        unknown_commands: false,
        any_request_header: false,
        success_without_body: false,
        stray_bodies: false,

        system_id: Len::up_to(15),
        password: Len::up_to(8),
        system_type: Len::up_to(12),
        address_range: Len::up_to(40),
        service_type: Len::up_to(5),
        source_addr: Len::up_to(20),
        destination_addr: Len::up_to(20),
        long_addr: Len::up_to(64),
        dl_name: Len::up_to(20),
        known_message_id: Len::between(1, 64),
        message_id: Len::up_to(64),
        deliver_sm_resp_message_id: Len::EMPTY,
        sm_length: Len::up_to(254),
        number_of_dests: Len::between(1, 254),
        no_unsuccess: Len::up_to(254),

        interface_versions: OctetSet::ALL,
        tons: OctetSet::range(0, 6),
        npis: OctetSet::of(&[0, 1, 3, 4, 6, 8, 9, 10, 14, 18]),
        submitted_esm_classes: esm_classes(&[0, 1, 3], &[0x00, 0x08, 0x10]),
        delivered_esm_classes: esm_classes(&[0, 1, 2, 3], &[0x00, 0x04, 0x08, 0x10, 0x18, 0x20]),
        data_sm_esm_classes: esm_classes(&[0, 1, 2, 3], &[0x00, 0x04, 0x08, 0x10, 0x18, 0x20]),
        priority_flags: OctetSet::range(0, 3),
        registered_deliveries: registered_deliveries(2),
        replace_flags: OctetSet::of(&[0, 1]),
        submit_multi_replace_flags: OctetSet::of(&[0]),
        deliver_sm_replace_flags: OctetSet::of(&[0]),
        data_codings: data_codings(),
        default_msg_ids: OctetSet::range(0, 254),
        deliver_sm_default_msg_ids: OctetSet::of(&[0]),
        message_states: OctetSet::range(1, 8),

        any_times: false,
        deliver_sm_times: false,

        any_tlv_lengths: false,
        tlv_strings_without_nul: false,
        any_tlv_values: false,
        missing_tlvs: false,
        text_and_payload: false,
        udhi_and_tlvs: false,
        broken_udh: false,
        unclear_references: false,

        statuses: &[],
    };

    /// What SMPP v5.0 says.
    pub const V50: Self = Self {
        version: Version::V50,
        deliver_sm_resp_message_id: Len::up_to(64),
        sm_length: Len::up_to(255),
        number_of_dests: Len::between(1, 255),
        no_unsuccess: Len::up_to(255),
        submitted_esm_classes: esm_classes(&[0, 1, 2, 3], &[0x00, 0x08, 0x10]),
        priority_flags: OctetSet::range(0, 4),
        registered_deliveries: registered_deliveries(3),
        submit_multi_replace_flags: OctetSet::of(&[0, 1]),
        deliver_sm_replace_flags: OctetSet::of(&[0, 1]),
        default_msg_ids: OctetSet::ALL,
        deliver_sm_default_msg_ids: OctetSet::ALL,
        message_states: OctetSet::range(0, 9),
        deliver_sm_times: true,
        text_and_payload: true,
        ..Self::V34
    };

    /// What can still be worked with, by either version: only a list of no destinations and a question after no message are refused.
    pub const LENIENT: Self = Self {
        unknown_commands: true,
        any_request_header: true,
        success_without_body: true,
        stray_bodies: true,

        system_id: Len::ANY,
        password: Len::ANY,
        system_type: Len::ANY,
        address_range: Len::ANY,
        service_type: Len::ANY,
        source_addr: Len::ANY,
        destination_addr: Len::ANY,
        long_addr: Len::ANY,
        dl_name: Len::ANY,
        known_message_id: Len::between(1, usize::MAX),
        message_id: Len::ANY,
        deliver_sm_resp_message_id: Len::ANY,
        sm_length: Len::ANY,
        number_of_dests: Len::between(1, usize::MAX),
        no_unsuccess: Len::ANY,

        interface_versions: OctetSet::ALL,
        tons: OctetSet::ALL,
        npis: OctetSet::ALL,
        submitted_esm_classes: OctetSet::ALL,
        delivered_esm_classes: OctetSet::ALL,
        data_sm_esm_classes: OctetSet::ALL,
        priority_flags: OctetSet::ALL,
        registered_deliveries: OctetSet::ALL,
        replace_flags: OctetSet::ALL,
        submit_multi_replace_flags: OctetSet::ALL,
        deliver_sm_replace_flags: OctetSet::ALL,
        data_codings: OctetSet::ALL,
        message_states: OctetSet::ALL,

        any_times: true,

        any_tlv_lengths: true,
        tlv_strings_without_nul: true,
        any_tlv_values: true,
        missing_tlvs: true,
        udhi_and_tlvs: true,
        broken_udh: true,
        unclear_references: true,
        ..Self::V50
    };
}

/// These modes and types, each with and without UDHI and reply path (SMPP v3.4 §5.2.12).
const fn esm_classes(modes: &[u8], types: &[u8]) -> OctetSet {
    let (modes, types) = (OctetSet::of(modes), OctetSet::of(types));
    let (mut set, mut octet) = (OctetSet::NONE, 0_u8);
    loop {
        if modes.contains(octet & 0x03) && types.contains(octet & 0x3C) {
            set = set.with(octet);
        }
        match octet.checked_add(1) {
            Some(next) => octet = next,
            None => return set,
        }
    }
}

/// Receipts up to this value, any acknowledgements, no reserved bit (SMPP v3.4 §5.2.17, v5.0 §4.7.21).
const fn registered_deliveries(last_receipt: u8) -> OctetSet {
    let (mut set, mut octet) = (OctetSet::NONE, 0);
    while octet <= 0x1F {
        if octet & 0x03 <= last_receipt {
            set = set.with(octet);
        }
        octet += 1;
    }
    set
}

/// Those that mean something, GSM's groups included (SMPP v3.4 §5.2.19, 3GPP TS 23.038 §4).
const fn data_codings() -> OctetSet {
    let (mut set, mut octet) = (OctetSet::NONE, 0_u8);
    loop {
        if !matches!(Meaning::of(DataCoding(octet)).alphabet, Alphabet::Reserved) {
            set = set.with(octet);
        }
        match octet.checked_add(1) {
            Some(next) => octet = next,
            None => return set,
        }
    }
}
