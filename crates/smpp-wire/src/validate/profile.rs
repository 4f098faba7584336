//! What values are allowed: every limit and every leniency, as data.

use super::{Len, OctetSet};
use crate::{CommandStatus, Field, Version};

/// What [`Pdu::validate`](crate::Pdu::validate) allows. Take one of the three, and change what your peers do differently:
///
/// ```
/// use smpp_wire::{Len, OctetSet, Profile, values::DataCoding};
///
/// const OURS: Profile = Profile {
///     source_addr: Len::ANY,
///     data_codings: OctetSet::of(&[DataCoding::DEFAULT.0, DataCoding::UCS2.0]),
///     ..Profile::V34
/// };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The newest version whose commands and TLVs are known; TLVs of a newer one are not looked at.
    pub version: Version,
    /// Commands that this crate has no view for, or that are newer than `version`, are let through.
    pub unknown_commands: bool,
    /// A command_status in a request, and a sequence_number in it that is 0 or above 0x7FFFFFFF, are let through.
    pub any_request_header: bool,
    /// A response with `ESME_ROK` may lack the body that its command has.
    pub success_without_body: bool,
    /// A response that has no body may have a string in its place (cancel_sm_resp, replace_sm_resp, cancel_broadcast_sm_resp).
    pub stray_bodies: bool,

    /// system_id of binds, their responses and outbind.
    pub system_id: Len,
    /// password of binds and outbind.
    pub password: Len,
    /// system_type of binds.
    pub system_type: Len,
    /// address_range of binds.
    pub address_range: Len,
    /// service_type.
    pub service_type: Len,
    /// source_addr, but of data_sm and alert_notification.
    pub source_addr: Len,
    /// destination_addr, but of data_sm.
    pub destination_addr: Len,
    /// source_addr and destination_addr of data_sm, source_addr and esme_addr of alert_notification.
    pub long_addr: Len,
    /// dl_name: the name of a distribution list.
    pub dl_name: Len,
    /// message_id of query_sm and replace_sm, which need one.
    pub known_message_id: Len,
    /// message_id of other requests, and of responses but deliver_sm_resp.
    pub message_id: Len,
    /// message_id of deliver_sm_resp.
    pub deliver_sm_resp_message_id: Len,
    /// short_message: sm_length.
    pub sm_length: Len,
    /// How many destinations a submit_multi has.
    pub number_of_dests: Len,
    /// How many destinations a submit_multi_resp tells of.
    pub no_unsuccess: Len,

    /// interface_version of binds.
    pub interface_versions: OctetSet,
    /// Every type of number.
    pub tons: OctetSet,
    /// Every numbering plan.
    pub npis: OctetSet,
    /// esm_class of submit_sm and submit_multi.
    pub submitted_esm_classes: OctetSet,
    /// esm_class of deliver_sm.
    pub delivered_esm_classes: OctetSet,
    /// esm_class of data_sm, which goes in both directions.
    pub data_sm_esm_classes: OctetSet,
    /// priority_flag.
    pub priority_flags: OctetSet,
    /// registered_delivery.
    pub registered_deliveries: OctetSet,
    /// replace_if_present_flag of submit_sm and broadcast_sm.
    pub replace_flags: OctetSet,
    /// replace_if_present_flag of submit_multi.
    pub submit_multi_replace_flags: OctetSet,
    /// replace_if_present_flag of deliver_sm.
    pub deliver_sm_replace_flags: OctetSet,
    /// data_coding.
    pub data_codings: OctetSet,
    /// sm_default_msg_id, but of deliver_sm.
    pub default_msg_ids: OctetSet,
    /// sm_default_msg_id of deliver_sm.
    pub deliver_sm_default_msg_ids: OctetSet,
    /// message_state of query_sm_resp.
    pub message_states: OctetSet,

    /// Times may be any text.
    pub any_times: bool,
    /// A deliver_sm may have times.
    pub deliver_sm_times: bool,

    /// TLVs may have any length; to read one of a wrong length is still an error.
    pub any_tlv_lengths: bool,
    /// TLVs that are strings may lack their NUL.
    pub tlv_strings_without_nul: bool,
    /// TLVs may have values that can't be read: a segment 0 or behind the last, 100 messages or more, no time.
    pub any_tlv_values: bool,
    /// TLVs that others need may be missing: message_payload in a data_sm, a callback_num to its callback_num_pres_ind and
    /// callback_num_atag, a node id to its network id, what describes a broadcast.
    pub missing_tlvs: bool,
    /// A message_payload may stand beside a text in short_message.
    pub text_and_payload: bool,
    /// Segments and ports may be in TLVs although a user data header is announced.
    pub udhi_and_tlvs: bool,
    /// What esm_class announces as a user data header may be none.
    pub broken_udh: bool,
    /// cancel_sm may name neither a message nor a destination, query_broadcast_sm no broadcast, and broadcast_sm two to replace.
    pub unclear_references: bool,

    /// Statuses that answer a bad value of a field, where they are not [`Field::command_status`].
    pub statuses: &'static [(Field, CommandStatus)],
}
