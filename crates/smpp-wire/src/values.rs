//! The value sets of fields and TLVs, as newtypes with the specification's names (SMPP v3.4 §5.2, §5.3, v5.0 §4.7, §4.8).
//!
//! Any value is carried; `name` knows the specified ones. A number becomes a value by `Ton(5)`, `Ton::from(5)` or `5.into()`.

/// One octet whose values have names; and how a TLV that is such an octet is read.
macro_rules! values {
    ($($(#[$doc:meta])* $type:ident { $($name:ident = $value:literal, $meaning:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(pub u8);

        impl $type {
            $(#[doc = concat!($meaning, ".")] pub const $name: Self = Self($value);)*

            /// What the specification calls this value, `None` for a reserved or vendor value.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($meaning),)*
                    _ => None,
                }
            }
        }

        octet!($type);
    )*};
}

/// What every one-octet type can do.
macro_rules! octet {
    ($type:ident) => {
        impl From<u8> for $type {
            #[inline]
            fn from(value: u8) -> Self {
                Self(value)
            }
        }

        impl From<$type> for u8 {
            #[inline]
            fn from(value: $type) -> Self {
                value.0
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u8(self.0)
            }
        }

        impl crate::tlv_reader::FromTlv<'_> for $type {
            fn from_tlv(octets: &[u8]) -> Self {
                Self(crate::tlv_reader::FromTlv::from_tlv(octets))
            }

            fn value_name(octets: &[u8]) -> Option<&'static str> {
                <Self as crate::tlv_reader::FromTlv<'_>>::from_tlv(octets).name()
            }
        }
    };
}

mod broadcast;
mod fields;
mod flags;
mod service_type;
mod tlvs;

pub use broadcast::{
    BroadcastAreaFormat, BroadcastAreaSuccess, BroadcastChannelIndicator, BroadcastFrequencyUnit,
    BroadcastMessageClass, BroadcastNetworkTag,
};
pub use fields::{
    DataCoding, DestFlag, InterfaceVersion, MessageState, Npi, PriorityFlag, ReplaceIfPresent, Ton,
};
pub use flags::{EsmClass, MessageMode, MessageType, ReceiptRequest, RegisteredDelivery, SmeAck};
pub use service_type::ServiceType;
pub use tlvs::{
    AddrSubunit, AlertOnMessageDelivery, BearerType, CallbackNumPresInd, CongestionState,
    DeliveryFailureReason, DestAddrNpResolution, DigitMode, DisplayTime, DpfResult, ErrorNetworkType,
    ItsReplyType, LanguageIndicator, MoreMessagesToSend, MsAvailabilityStatus, MsMsgWaitFacilities,
    MsValidityBehaviour, MsValidityUnit, NetworkType, PayloadType, Presentation, PrivacyIndicator, Screening,
    SetDpf, SubaddressType, UssdServiceOp, WaitingMessages,
};
