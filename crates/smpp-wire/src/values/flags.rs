//! esm_class and registered_delivery (SMPP v3.4 §5.2.12, §5.2.17): octets that hold several values each.

/// How a message travels and what it is: mode in bits 1 and 0, type in bits 5 to 2, GSM features in bits 7 and 6.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EsmClass(pub u8);

/// Bits 1 and 0 of esm_class in a submission; without meaning in a deliver_sm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MessageMode(pub u8);

/// Bits 5 to 2 of esm_class, one number and no flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MessageType(pub u8);

/// Which receipts and acknowledgements a sender wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegisteredDelivery(pub u8);

/// Bits 1 and 0 of registered_delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReceiptRequest(pub u8);

impl EsmClass {
    /// User data starts with a header.
    pub const UDHI: Self = Self(0x40);
    /// The answer may take the way of the question.
    pub const REPLY_PATH: Self = Self(0x80);
    /// A receipt of the SMSC.
    pub const RECEIPT: Self = Self(MessageType::RECEIPT.0);

    /// How the message travels.
    #[must_use]
    pub const fn mode(self) -> MessageMode {
        MessageMode(self.0 & 0x03)
    }

    /// What the message is.
    #[must_use]
    pub const fn message_type(self) -> MessageType {
        MessageType(self.0 & 0x3C)
    }

    /// True when user data starts with a header.
    #[must_use]
    pub const fn has_udhi(self) -> bool {
        self.0 & Self::UDHI.0 != 0
    }

    /// True when the reply path is set.
    #[must_use]
    pub const fn has_reply_path(self) -> bool {
        self.0 & Self::REPLY_PATH.0 != 0
    }

    /// True for a receipt of the SMSC, whatever its other bits say.
    #[must_use]
    pub const fn is_receipt(self) -> bool {
        self.message_type().0 == MessageType::RECEIPT.0
    }

    /// The same with this mode.
    #[must_use]
    pub const fn with_mode(self, mode: MessageMode) -> Self {
        Self(self.0 & !0x03 | mode.0 & 0x03)
    }

    /// The same with this type.
    #[must_use]
    pub const fn with_message_type(self, message_type: MessageType) -> Self {
        Self(self.0 & !0x3C | message_type.0 & 0x3C)
    }

    /// The same with the UDH indicator set.
    #[must_use]
    pub const fn with_udhi(self) -> Self {
        Self(self.0 | Self::UDHI.0)
    }
}

impl MessageMode {
    /// What the SMSC does by default.
    pub const DEFAULT: Self = Self(0);
    /// Datagram: tried once, and forgotten.
    pub const DATAGRAM: Self = Self(1);
    /// Forward, or transaction in a data_sm: the response waits for the delivery.
    pub const FORWARD: Self = Self(2);
    /// Store and forward.
    pub const STORE_AND_FORWARD: Self = Self(3);
}

impl MessageType {
    /// A message.
    pub const NORMAL: Self = Self(0x00);
    /// A receipt of the SMSC.
    pub const RECEIPT: Self = Self(0x04);
    /// A handset or an ESME says that it has the message.
    pub const DELIVERY_ACK: Self = Self(0x08);
    /// A person says that they have read the message.
    pub const MANUAL_ACK: Self = Self(0x10);
    /// The end of a conversation (Korean CDMA).
    pub const CONVERSATION_ABORT: Self = Self(0x18);
    /// News of a message whose fate is not settled.
    pub const INTERMEDIATE_NOTIFICATION: Self = Self(0x20);
}

impl RegisteredDelivery {
    /// Which receipts the SMSC is asked for.
    #[must_use]
    pub const fn receipt(self) -> ReceiptRequest {
        ReceiptRequest(self.0 & 0x03)
    }

    /// True when the receiving SME is asked to acknowledge the delivery.
    #[must_use]
    pub const fn wants_delivery_ack(self) -> bool {
        self.0 & 0x04 != 0
    }

    /// True when the receiving person is asked to acknowledge the message.
    #[must_use]
    pub const fn wants_manual_ack(self) -> bool {
        self.0 & 0x08 != 0
    }

    /// True when news is asked for before the fate is settled (bit 4; v3.4's text says bit 5 by mistake).
    #[must_use]
    pub const fn wants_intermediate_notification(self) -> bool {
        self.0 & 0x10 != 0
    }

    /// True when a receipt is asked for a message that ended in this way.
    #[must_use]
    pub const fn wants_receipt(self, delivered: bool) -> bool {
        match self.receipt() {
            ReceiptRequest::ALWAYS => true,
            ReceiptRequest::ON_FAILURE => !delivered,
            ReceiptRequest::ON_SUCCESS => delivered,
            _ => false,
        }
    }
}

impl ReceiptRequest {
    /// No receipt.
    pub const NONE: Self = Self(0);
    /// A receipt on success and on failure.
    pub const ALWAYS: Self = Self(1);
    /// A receipt on failure only.
    pub const ON_FAILURE: Self = Self(2);
    /// A receipt on success only (v5.0; reserved in v3.4).
    pub const ON_SUCCESS: Self = Self(3);
}

macro_rules! octets {
    ($($type:ident),*) => {$(
        impl From<u8> for $type {
            fn from(value: u8) -> Self {
                Self(value)
            }
        }

        impl From<$type> for u8 {
            fn from(value: $type) -> Self {
                value.0
            }
        }
    )*};
}

octets!(EsmClass, RegisteredDelivery);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_known_by_its_type_and_not_by_the_whole_octet() {
        assert!(EsmClass(0x04).is_receipt() && EsmClass(0x47).is_receipt());
        assert!(!EsmClass(0x0C).is_receipt() && !EsmClass(0x24).is_receipt());
    }

    #[test]
    fn parts_of_an_esm_class_are_set_without_touching_the_others() {
        let class = EsmClass::RECEIPT.with_udhi().with_mode(MessageMode::STORE_AND_FORWARD);
        assert_eq!(class, EsmClass(0x47));
        assert_eq!(class.with_message_type(MessageType::NORMAL), EsmClass(0x43));
    }

    #[test]
    fn a_receipt_is_wanted_as_its_two_bits_say() {
        let wants = |octet, delivered| RegisteredDelivery(octet).wants_receipt(delivered);
        assert_eq!([0x10, 0x11, 0x12, 0x13].map(|octet| wants(octet, true)), [false, true, false, true]);
        assert_eq!([0x10, 0x11, 0x12, 0x13].map(|octet| wants(octet, false)), [false, true, true, false]);
    }
}
