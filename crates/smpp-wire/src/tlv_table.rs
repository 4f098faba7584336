//! Every TLV of v3.4 and v5.0: one row each, from which come its rule and its accessor (SMPP v3.4 §5.3.2, v5.0 §4.8.4).

use crate::{
    MsValidity, NetworkErrorCode, Tag, TlvError, Tlvs,
    tlv_reader::{FromTlv, Text},
};

/// The version of the protocol that something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Version {
    /// SMPP v3.4.
    V34,
    /// SMPP v5.0.
    V50,
}

/// How a TLV's octets are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlvKind {
    /// A number of one octet.
    Int1,
    /// Nothing, or a number of one octet.
    EmptyOrInt1,
    /// A number of two octets.
    Int2,
    /// A number of four octets.
    Int4,
    /// A string and its NUL.
    CString,
    /// Octets.
    Octets,
}

/// What the specification says of a TLV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlvRule {
    /// Its name.
    pub name: &'static str,
    /// How its octets are read.
    pub kind: TlvKind,
    /// The fewest octets.
    pub min: u16,
    /// The most octets.
    pub max: u16,
    /// One length beyond these bounds that v5.0 allows or peers send.
    pub also: Option<u16>,
    /// Since when there is one.
    pub version: Version,
    /// True when a PDU may have several.
    pub repeatable: bool,
}

impl TlvRule {
    /// True when a value of this many octets can be read.
    #[must_use]
    pub fn fits(&self, len: usize) -> bool {
        (usize::from(self.min)..=usize::from(self.max)).contains(&len)
            || self.also.is_some_and(|also| usize::from(also) == len)
    }
}

macro_rules! accessor {
    (once, $name:ident, $tag:ident, Text) => {
        #[doc = concat!("The first `", stringify!($name), "`, without its NUL.")]
        ///
        /// # Errors
        /// When its length does not fit.
        pub fn $name(&self) -> Result<Option<&'a [u8]>, TlvError> {
            Ok(self.first::<Text<'a>>(Tag::$tag)?.map(|text| text.0))
        }
    };
    ($times:ident, $name:ident, $tag:ident, Bytes) => {
        accessor!($times, $name, $tag, &'a [u8]);
    };
    (once, $name:ident, $tag:ident, $type:ty) => {
        #[doc = concat!("The first `", stringify!($name), "`.")]
        ///
        /// # Errors
        /// When its length does not fit.
        pub fn $name(&self) -> Result<Option<$type>, TlvError> {
            self.first(Tag::$tag)
        }
    };
    (many, $name:ident, $tag:ident, $type:ty) => {
        #[doc = concat!("Every `", stringify!($name), "`, in PDU order; an error where a length does not fit.")]
        pub fn $name(&self) -> impl Iterator<Item = Result<$type, TlvError>> + 'a {
            self.every(Tag::$tag)
        }
    };
}

macro_rules! repeatable {
    (once) => {
        false
    };
    (many) => {
        true
    };
}

macro_rules! also {
    () => {
        None
    };
    ($len:literal) => {
        Some($len)
    };
}

macro_rules! tlvs {
    ($(
        $times:ident $name:ident = $tag:ident: $kind:ident as $type:tt,
        $min:literal ..= $max:literal $(or $also:literal)?, $version:ident;
    )*) => {
        /// What the specification says of this tag; `None` for an unknown or vendor tag.
        #[must_use]
        pub const fn tlv_rule(tag: Tag) -> Option<TlvRule> {
            Some(match tag {
                $(Tag::$tag => TlvRule {
                    name: stringify!($name),
                    kind: TlvKind::$kind,
                    min: $min,
                    max: $max,
                    also: also!($($also)?),
                    version: Version::$version,
                    repeatable: repeatable!($times),
                },)*
                _ => return None,
            })
        }

        /// Every TLV by its name, read when asked for.
        impl<'a> Tlvs<'a> {
            $(accessor!($times, $name, $tag, $type);)*
        }
    };
}

impl<'a> Tlvs<'a> {
    fn first<T: FromTlv<'a>>(&self, tag: Tag) -> Result<Option<T>, TlvError> {
        self.every(tag).next().transpose()
    }

    fn every<T: FromTlv<'a>>(&self, tag: Tag) -> impl Iterator<Item = Result<T, TlvError>> + use<'a, T> {
        let of_this_tag = self.iter().filter(move |tlv| tlv.tag == tag);
        of_this_tag.map(|tlv| {
            let value = tlv_rule(tlv.tag).map_or(Ok(tlv.value), |rule| tlv.fitting(&rule))?;
            Ok(T::from_tlv(value))
        })
    }
}

tlvs! {
    once dest_addr_subunit = DEST_ADDR_SUBUNIT: Int1 as u8, 1..=1, V34;
    once dest_network_type = DEST_NETWORK_TYPE: Int1 as u8, 1..=1, V34;
    once dest_bearer_type = DEST_BEARER_TYPE: Int1 as u8, 1..=1, V34;
    once dest_telematics_id = DEST_TELEMATICS_ID: Int2 as u16, 2..=2, V34;
    once source_addr_subunit = SOURCE_ADDR_SUBUNIT: Int1 as u8, 1..=1, V34;
    once source_network_type = SOURCE_NETWORK_TYPE: Int1 as u8, 1..=1, V34;
    once source_bearer_type = SOURCE_BEARER_TYPE: Int1 as u8, 1..=1, V34;
    once source_telematics_id = SOURCE_TELEMATICS_ID: Int1 as u16, 1..=1 or 2, V34;
    once qos_time_to_live = QOS_TIME_TO_LIVE: Int4 as u32, 4..=4, V34;
    once payload_type = PAYLOAD_TYPE: Int1 as u8, 1..=1, V34;
    once additional_status_info_text = ADDITIONAL_STATUS_INFO_TEXT: CString as Text, 1..=256, V34;
    once receipted_message_id = RECEIPTED_MESSAGE_ID: CString as Text, 1..=65, V34;
    once ms_msg_wait_facilities = MS_MSG_WAIT_FACILITIES: Int1 as u8, 1..=1, V34;
    once privacy_indicator = PRIVACY_INDICATOR: Int1 as u8, 1..=1, V34;
    once source_subaddress = SOURCE_SUBADDRESS: Octets as Bytes, 2..=23, V34;
    once dest_subaddress = DEST_SUBADDRESS: Octets as Bytes, 2..=23, V34;
    once user_message_reference = USER_MESSAGE_REFERENCE: Int2 as u16, 2..=2, V34;
    once user_response_code = USER_RESPONSE_CODE: Int1 as u8, 1..=1, V34;
    once source_port = SOURCE_PORT: Int2 as u16, 2..=2, V34;
    once destination_port = DESTINATION_PORT: Int2 as u16, 2..=2, V34;
    once sar_msg_ref_num = SAR_MSG_REF_NUM: Int2 as u16, 2..=2, V34;
    once language_indicator = LANGUAGE_INDICATOR: Int1 as u8, 1..=1, V34;
    once sar_total_segments = SAR_TOTAL_SEGMENTS: Int1 as u8, 1..=1, V34;
    once sar_segment_seqnum = SAR_SEGMENT_SEQNUM: Int1 as u8, 1..=1, V34;
    once sc_interface_version = SC_INTERFACE_VERSION: Int1 as u8, 1..=1, V34;
    many callback_num_pres_ind = CALLBACK_NUM_PRES_IND: Int1 as u8, 1..=1, V34;
    many callback_num_atag = CALLBACK_NUM_ATAG: Octets as Bytes, 1..=65, V34;
    once number_of_messages = NUMBER_OF_MESSAGES: Int1 as u8, 1..=1, V34;
    many callback_num = CALLBACK_NUM: Octets as Bytes, 4..=19, V34;
    once dpf_result = DPF_RESULT: Int1 as u8, 1..=1, V34;
    once set_dpf = SET_DPF: Int1 as u8, 1..=1, V34;
    once ms_availability_status = MS_AVAILABILITY_STATUS: Int1 as u8, 1..=1, V34;
    once network_error_code = NETWORK_ERROR_CODE: Octets as NetworkErrorCode, 3..=3, V34;
    once message_payload = MESSAGE_PAYLOAD: Octets as Bytes, 0..=65535, V34;
    once delivery_failure_reason = DELIVERY_FAILURE_REASON: Int1 as u8, 1..=1, V34;
    once more_messages_to_send = MORE_MESSAGES_TO_SEND: Int1 as u8, 1..=1, V34;
    once message_state = MESSAGE_STATE: Int1 as u8, 1..=1, V34;
    once congestion_state = CONGESTION_STATE: Int1 as u8, 1..=1, V50;
    once ussd_service_op = USSD_SERVICE_OP: Int1 as u8, 1..=1, V34;
    once broadcast_channel_indicator = BROADCAST_CHANNEL_INDICATOR: Int1 as u8, 1..=1, V50;
    once broadcast_content_type = BROADCAST_CONTENT_TYPE: Octets as Bytes, 3..=3, V50;
    once broadcast_content_type_info = BROADCAST_CONTENT_TYPE_INFO: Octets as Bytes, 1..=255, V50;
    once broadcast_message_class = BROADCAST_MESSAGE_CLASS: Int1 as u8, 1..=1, V50;
    once broadcast_rep_num = BROADCAST_REP_NUM: Int2 as u16, 2..=2, V50;
    once broadcast_frequency_interval = BROADCAST_FREQUENCY_INTERVAL: Octets as Bytes, 3..=3, V50;
    many broadcast_area_identifier = BROADCAST_AREA_IDENTIFIER: Octets as Bytes, 1..=101, V50;
    many broadcast_error_status = BROADCAST_ERROR_STATUS: Int4 as u32, 4..=4, V50;
    many broadcast_area_success = BROADCAST_AREA_SUCCESS: Int1 as u8, 1..=1, V50;
    once broadcast_end_time = BROADCAST_END_TIME: CString as Text, 16..=17, V50;
    once broadcast_service_group = BROADCAST_SERVICE_GROUP: Octets as Bytes, 1..=255, V50;
    once billing_identification = BILLING_IDENTIFICATION: Octets as Bytes, 1..=1024, V50;
    once source_network_id = SOURCE_NETWORK_ID: CString as Text, 7..=65, V50;
    once dest_network_id = DEST_NETWORK_ID: CString as Text, 7..=65, V50;
    once source_node_id = SOURCE_NODE_ID: Octets as Bytes, 6..=6, V50;
    once dest_node_id = DEST_NODE_ID: Octets as Bytes, 6..=6, V50;
    once dest_addr_np_resolution = DEST_ADDR_NP_RESOLUTION: Int1 as u8, 1..=1, V50;
    once dest_addr_np_information = DEST_ADDR_NP_INFORMATION: Octets as Bytes, 10..=10, V50;
    once dest_addr_np_country = DEST_ADDR_NP_COUNTRY: Octets as Bytes, 1..=5, V50;
    once display_time = DISPLAY_TIME: Int1 as u8, 1..=1, V34;
    once sms_signal = SMS_SIGNAL: Int2 as u16, 2..=2, V34;
    once ms_validity = MS_VALIDITY: Int1 as MsValidity, 1..=1 or 4, V34;
    once alert_on_message_delivery = ALERT_ON_MESSAGE_DELIVERY: EmptyOrInt1 as u8, 0..=1, V34;
    once its_reply_type = ITS_REPLY_TYPE: Int1 as u8, 1..=1, V34;
    once its_session_info = ITS_SESSION_INFO: Octets as Bytes, 2..=2, V34;
}
