//! `command_id`: which PDU this is (SMPP v3.4 §5.1.2).

use core::fmt;

/// Which PDU this is; bit 31 marks a response (SMPP v3.4 §5.1.2). Unknown ids are carried as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId(pub u32);

const RESPONSE_BIT: u32 = 0x8000_0000;

macro_rules! commands {
    ($($name:ident = $value:literal, $text:literal;)*) => {
        impl CommandId {
            $(#[doc = concat!("`", $text, "`.")] pub const $name: Self = Self($value);)*

            /// The specification's name, `None` for an unknown id.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($text),)*
                    _ => None,
                }
            }
        }
    };
}

impl CommandId {
    /// True when bit 31 is set; `generic_nack` counts as a response.
    #[must_use]
    pub const fn is_response(self) -> bool {
        self.0 & RESPONSE_BIT != 0
    }

    /// The response id that belongs to this request id.
    #[must_use]
    pub const fn response(self) -> Self {
        Self(self.0 | RESPONSE_BIT)
    }

    /// True for the three bind requests.
    #[must_use]
    pub const fn is_bind(self) -> bool {
        matches!(self, Self::BIND_RECEIVER | Self::BIND_TRANSMITTER | Self::BIND_TRANSCEIVER)
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:08X}", self.0),
        }
    }
}

commands! {
    BIND_RECEIVER = 0x00000001, "bind_receiver";
    BIND_TRANSMITTER = 0x00000002, "bind_transmitter";
    QUERY_SM = 0x00000003, "query_sm";
    SUBMIT_SM = 0x00000004, "submit_sm";
    DELIVER_SM = 0x00000005, "deliver_sm";
    UNBIND = 0x00000006, "unbind";
    REPLACE_SM = 0x00000007, "replace_sm";
    CANCEL_SM = 0x00000008, "cancel_sm";
    BIND_TRANSCEIVER = 0x00000009, "bind_transceiver";
    OUTBIND = 0x0000000B, "outbind";
    ENQUIRE_LINK = 0x00000015, "enquire_link";
    SUBMIT_MULTI = 0x00000021, "submit_multi";
    ALERT_NOTIFICATION = 0x00000102, "alert_notification";
    DATA_SM = 0x00000103, "data_sm";
    BROADCAST_SM = 0x00000111, "broadcast_sm";
    QUERY_BROADCAST_SM = 0x00000112, "query_broadcast_sm";
    CANCEL_BROADCAST_SM = 0x00000113, "cancel_broadcast_sm";
    GENERIC_NACK = 0x80000000, "generic_nack";
    BIND_RECEIVER_RESP = 0x80000001, "bind_receiver_resp";
    BIND_TRANSMITTER_RESP = 0x80000002, "bind_transmitter_resp";
    QUERY_SM_RESP = 0x80000003, "query_sm_resp";
    SUBMIT_SM_RESP = 0x80000004, "submit_sm_resp";
    DELIVER_SM_RESP = 0x80000005, "deliver_sm_resp";
    UNBIND_RESP = 0x80000006, "unbind_resp";
    REPLACE_SM_RESP = 0x80000007, "replace_sm_resp";
    CANCEL_SM_RESP = 0x80000008, "cancel_sm_resp";
    BIND_TRANSCEIVER_RESP = 0x80000009, "bind_transceiver_resp";
    ENQUIRE_LINK_RESP = 0x80000015, "enquire_link_resp";
    SUBMIT_MULTI_RESP = 0x80000021, "submit_multi_resp";
    DATA_SM_RESP = 0x80000103, "data_sm_resp";
    BROADCAST_SM_RESP = 0x80000111, "broadcast_sm_resp";
    QUERY_BROADCAST_SM_RESP = 0x80000112, "query_broadcast_sm_resp";
    CANCEL_BROADCAST_SM_RESP = 0x80000113, "cancel_broadcast_sm_resp";
}
