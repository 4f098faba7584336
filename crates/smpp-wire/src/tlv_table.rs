//! Every TLV of v3.4 and v5.0: one row each, from which come its rule and its accessor (SMPP v3.4 §5.3.2, v5.0 §4.8.4).

use crate::{
    CommandStatus, Tag, Tlv, TlvError, TlvKind, TlvRule, Tlvs, Version,
    tlv_reader::{Bytes, FromTlv, Text},
    tlv_structs::{
        BroadcastArea, BroadcastContentType, BroadcastFrequencyInterval, CallbackNum, CallbackNumAtag,
        ItsSessionInfo, MsValidity, NetworkErrorCode, Subaddress,
    },
    values::{
        AddrSubunit, AlertOnMessageDelivery, BearerType, BroadcastAreaSuccess, BroadcastChannelIndicator,
        BroadcastMessageClass, CallbackNumPresInd, CongestionState, DeliveryFailureReason,
        DestAddrNpResolution, DisplayTime, DpfResult, InterfaceVersion, ItsReplyType, LanguageIndicator,
        MessageState, MoreMessagesToSend, MsAvailabilityStatus, MsMsgWaitFacilities, NetworkType,
        PayloadType, PrivacyIndicator, SetDpf, UssdServiceOp,
    },
};

macro_rules! accessor {
    (once, $name:ident, $tag:ident, Text<$life:lifetime>) => {
        #[doc = concat!("The first `", stringify!($name), "`, without its NUL.")]
        ///
        /// # Errors
        /// When its length does not fit.
        pub fn $name(&self) -> Result<Option<&'a [u8]>, TlvError> {
            Ok(self.first::<Text<'a>>(Tag::$tag)?.map(|text| text.0))
        }
    };
    ($times:ident, $name:ident, $tag:ident, Bytes<$life:lifetime>) => {
        accessor!($times, $name, $tag, &$life[u8]);
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
        $times:ident $name:ident $tag:ident = $number:literal: $kind:ident as $type:ident $(<$life:lifetime>)?,
        $min:literal ..= $max:literal $(or $also:literal)? $(with $v50:literal)?, $version:ident;
    )*) => {
        impl Tag {
            $(#[doc = concat!("`", stringify!($name), "`.")] pub const $tag: Self = Self($number);)*

            pub(crate) const ROWS: usize = Row::None as usize;

            /// The specification's name, `None` for an unknown or vendor tag.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                Some(match self {
                    $(Self::$tag => stringify!($name),)*
                    _ => return None,
                })
            }

            /// Its row in the table; the number of rows for an unknown or vendor tag.
            #[inline]
            pub(crate) const fn row(self) -> u8 {
                match self {
                    $(Self::$tag => Row::$tag as u8,)*
                    _ => Row::None as u8,
                }
            }
        }

        /// The rows, numbered.
        #[expect(non_camel_case_types, reason = "they are named as the tags are")]
        enum Row {
            $($tag,)*
            None,
        }

        static RULES: [TlvRule; Tag::ROWS] = [
            $(TlvRule {
                name: stringify!($name),
                kind: TlvKind::$kind,
                min: $min,
                max: $max,
                v50: also!($($v50)?),
                also: also!($($also)?),
                version: Version::$version,
                repeatable: repeatable!($times),
            },)*
        ];

        /// Every TLV by its name, read when asked for.
        impl<'a> Tlvs<'a> {
            $(accessor!($times, $name, $tag, $type $(<$life>)?);)*
        }

        impl<'a> Tlv<'a> {
            /// What the specification calls this value; `None` where it has no name, or the wrong length.
            #[must_use]
            pub fn value_name(&self) -> Option<&'static str> {
                let value = self.fitting(tlv_rule(self.tag)?).ok()?;
                match self.tag {
                    $(Tag::$tag => <$type $(<$life>)? as FromTlv<'a>>::value_name(value),)*
                    _ => None,
                }
            }
        }
    };
}

/// What the specification says of this tag; `None` for an unknown or vendor tag.
#[must_use]
#[inline]
pub fn tlv_rule(tag: Tag) -> Option<&'static TlvRule> {
    rule_of(tag.row())
}

/// The rule in a row of the table.
#[inline]
#[expect(clippy::indexing_slicing, reason = "`get` can't be const")]
pub(crate) const fn rule_of(row: u8) -> Option<&'static TlvRule> {
    if (row as usize) < Tag::ROWS { Some(&RULES[row as usize]) } else { None }
}

impl<'a> Tlvs<'a> {
    fn first<T: FromTlv<'a>>(&self, tag: Tag) -> Result<Option<T>, TlvError> {
        self.every(tag).next().transpose()
    }

    fn every<T: FromTlv<'a>>(&self, tag: Tag) -> impl Iterator<Item = Result<T, TlvError>> + use<'a, T> {
        let of_this_tag = self.iter().filter(move |tlv| tlv.tag == tag);
        of_this_tag.map(|tlv| {
            let value = tlv_rule(tlv.tag).map_or(Ok(tlv.value), |rule| tlv.fitting(rule))?;
            Ok(T::from_tlv(value))
        })
    }
}

tlvs! {
    once dest_addr_subunit DEST_ADDR_SUBUNIT = 0x0005: Int1 as AddrSubunit, 1..=1, V34;
    once dest_network_type DEST_NETWORK_TYPE = 0x0006: Int1 as NetworkType, 1..=1, V34;
    once dest_bearer_type DEST_BEARER_TYPE = 0x0007: Int1 as BearerType, 1..=1, V34;
    once dest_telematics_id DEST_TELEMATICS_ID = 0x0008: Int2 as u16, 2..=2, V34;
    once source_addr_subunit SOURCE_ADDR_SUBUNIT = 0x000D: Int1 as AddrSubunit, 1..=1, V34;
    once source_network_type SOURCE_NETWORK_TYPE = 0x000E: Int1 as NetworkType, 1..=1, V34;
    once source_bearer_type SOURCE_BEARER_TYPE = 0x000F: Int1 as BearerType, 1..=1, V34;
    once source_telematics_id SOURCE_TELEMATICS_ID = 0x0010: Int1 as u16, 1..=1 or 2, V34;
    once qos_time_to_live QOS_TIME_TO_LIVE = 0x0017: Int4 as u32, 4..=4, V34;
    once payload_type PAYLOAD_TYPE = 0x0019: Int1 as PayloadType, 1..=1, V34;
    once additional_status_info_text ADDITIONAL_STATUS_INFO_TEXT = 0x001D: CString as Text<'a>, 1..=256, V34;
    once receipted_message_id RECEIPTED_MESSAGE_ID = 0x001E: CString as Text<'a>, 1..=65, V34;
    once ms_msg_wait_facilities MS_MSG_WAIT_FACILITIES = 0x0030: Int1 as MsMsgWaitFacilities, 1..=1, V34;
    once privacy_indicator PRIVACY_INDICATOR = 0x0201: Int1 as PrivacyIndicator, 1..=1, V34;
    once source_subaddress SOURCE_SUBADDRESS = 0x0202: Octets as Subaddress<'a>, 2..=23, V34;
    once dest_subaddress DEST_SUBADDRESS = 0x0203: Octets as Subaddress<'a>, 2..=23, V34;
    once user_message_reference USER_MESSAGE_REFERENCE = 0x0204: Int2 as u16, 2..=2, V34;
    once user_response_code USER_RESPONSE_CODE = 0x0205: Int1 as u8, 1..=1, V34;
    once source_port SOURCE_PORT = 0x020A: Int2 as u16, 2..=2, V34;
    once destination_port DESTINATION_PORT = 0x020B: Int2 as u16, 2..=2, V34;
    once sar_msg_ref_num SAR_MSG_REF_NUM = 0x020C: Int2 as u16, 2..=2, V34;
    once language_indicator LANGUAGE_INDICATOR = 0x020D: Int1 as LanguageIndicator, 1..=1, V34;
    once sar_total_segments SAR_TOTAL_SEGMENTS = 0x020E: Int1 as u8, 1..=1, V34;
    once sar_segment_seqnum SAR_SEGMENT_SEQNUM = 0x020F: Int1 as u8, 1..=1, V34;
    once sc_interface_version SC_INTERFACE_VERSION = 0x0210: Int1 as InterfaceVersion, 1..=1, V34;
    many callback_num_pres_ind CALLBACK_NUM_PRES_IND = 0x0302: Int1 as CallbackNumPresInd, 1..=1, V34;
    many callback_num_atag CALLBACK_NUM_ATAG = 0x0303: Octets as CallbackNumAtag<'a>, 1..=65, V34;
    once number_of_messages NUMBER_OF_MESSAGES = 0x0304: Int1 as u8, 1..=1, V34;
    many callback_num CALLBACK_NUM = 0x0381: Octets as CallbackNum<'a>, 4..=19, V34;
    once dpf_result DPF_RESULT = 0x0420: Int1 as DpfResult, 1..=1, V34;
    once set_dpf SET_DPF = 0x0421: Int1 as SetDpf, 1..=1, V34;
    once ms_availability_status MS_AVAILABILITY_STATUS = 0x0422: Int1 as MsAvailabilityStatus, 1..=1, V34;
    once network_error_code NETWORK_ERROR_CODE = 0x0423: Octets as NetworkErrorCode, 3..=3, V34;
    once message_payload MESSAGE_PAYLOAD = 0x0424: Octets as Bytes<'a>, 0..=65535, V34;
    once delivery_failure_reason DELIVERY_FAILURE_REASON = 0x0425: Int1 as DeliveryFailureReason, 1..=1, V34;
    once more_messages_to_send MORE_MESSAGES_TO_SEND = 0x0426: Int1 as MoreMessagesToSend, 1..=1, V34;
    once message_state MESSAGE_STATE = 0x0427: Int1 as MessageState, 1..=1, V34;
    once congestion_state CONGESTION_STATE = 0x0428: Int1 as CongestionState, 1..=1, V50;
    once ussd_service_op USSD_SERVICE_OP = 0x0501: Int1 as UssdServiceOp, 1..=1, V34;
    once broadcast_channel_indicator BROADCAST_CHANNEL_INDICATOR = 0x0600: Int1 as BroadcastChannelIndicator, 1..=1, V50;
    once broadcast_content_type BROADCAST_CONTENT_TYPE = 0x0601: Octets as BroadcastContentType, 3..=3, V50;
    once broadcast_content_type_info BROADCAST_CONTENT_TYPE_INFO = 0x0602: Octets as Bytes<'a>, 1..=255, V50;
    once broadcast_message_class BROADCAST_MESSAGE_CLASS = 0x0603: Int1 as BroadcastMessageClass, 1..=1, V50;
    once broadcast_rep_num BROADCAST_REP_NUM = 0x0604: Int2 as u16, 2..=2, V50;
    once broadcast_frequency_interval BROADCAST_FREQUENCY_INTERVAL = 0x0605: Octets as BroadcastFrequencyInterval, 3..=3, V50;
    many broadcast_area_identifier BROADCAST_AREA_IDENTIFIER = 0x0606: Octets as BroadcastArea<'a>, 1..=101, V50;
    many broadcast_error_status BROADCAST_ERROR_STATUS = 0x0607: Int4 as CommandStatus, 4..=4, V50;
    many broadcast_area_success BROADCAST_AREA_SUCCESS = 0x0608: Int1 as BroadcastAreaSuccess, 1..=1, V50;
    once broadcast_end_time BROADCAST_END_TIME = 0x0609: CString as Text<'a>, 16..=17, V50;
    once broadcast_service_group BROADCAST_SERVICE_GROUP = 0x060A: Octets as Bytes<'a>, 1..=255, V50;
    once billing_identification BILLING_IDENTIFICATION = 0x060B: Octets as Bytes<'a>, 1..=1024, V50;
    once source_network_id SOURCE_NETWORK_ID = 0x060D: CString as Text<'a>, 7..=65, V50;
    once dest_network_id DEST_NETWORK_ID = 0x060E: CString as Text<'a>, 7..=65, V50;
    once source_node_id SOURCE_NODE_ID = 0x060F: Octets as Bytes<'a>, 6..=6, V50;
    once dest_node_id DEST_NODE_ID = 0x0610: Octets as Bytes<'a>, 6..=6, V50;
    once dest_addr_np_resolution DEST_ADDR_NP_RESOLUTION = 0x0611: Int1 as DestAddrNpResolution, 1..=1, V50;
    once dest_addr_np_information DEST_ADDR_NP_INFORMATION = 0x0612: Octets as Bytes<'a>, 10..=10, V50;
    once dest_addr_np_country DEST_ADDR_NP_COUNTRY = 0x0613: Octets as Bytes<'a>, 1..=5, V50;
    once display_time DISPLAY_TIME = 0x1201: Int1 as DisplayTime, 1..=1, V34;
    once sms_signal SMS_SIGNAL = 0x1203: Int2 as u16, 2..=2, V34;
    once ms_validity MS_VALIDITY = 0x1204: Int1 as MsValidity, 1..=1 with 4, V34;
    once alert_on_message_delivery ALERT_ON_MESSAGE_DELIVERY = 0x130C: EmptyOrInt1 as AlertOnMessageDelivery, 0..=1 with 1, V34;
    once its_reply_type ITS_REPLY_TYPE = 0x1380: Int1 as ItsReplyType, 1..=1, V34;
    once its_session_info ITS_SESSION_INFO = 0x1383: Octets as ItsSessionInfo, 2..=2, V34;
}
