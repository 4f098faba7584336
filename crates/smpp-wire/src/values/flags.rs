//! esm_class and registered_delivery (SMPP v3.4 §5.2.12, §5.2.17): octets that hold several values each.

/// How a message travels and what it is: mode in bits 1 and 0, type in bits 5 to 2, GSM features in bits 7 and 6.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EsmClass(pub u8);

/// Which receipts and acknowledgements a sender wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegisteredDelivery(pub u8);

values! {
    /// Bits 1 and 0 of esm_class in a submission; without meaning in a deliver_sm. In a data_sm 2 is the transaction mode.
    MessageMode {
        DEFAULT = 0, "SMSC default";
        DATAGRAM = 1, "datagram";
        FORWARD = 2, "forward/transaction";
        STORE_AND_FORWARD = 3, "store and forward";
    }

    /// Bits 5 to 2 of esm_class, one number and no flags.
    MessageType {
        NORMAL = 0x00, "normal";
        RECEIPT = 0x04, "SMSC delivery receipt";
        DELIVERY_ACK = 0x08, "delivery acknowledgement";
        MANUAL_ACK = 0x10, "manual/user acknowledgement";
        CONVERSATION_ABORT = 0x18, "conversation abort (Korean CDMA)";
        INTERMEDIATE_NOTIFICATION = 0x20, "intermediate delivery notification";
    }

    /// Bits 1 and 0 of registered_delivery: which receipts.
    ReceiptRequest {
        NONE = 0, "none";
        ALWAYS = 1, "on success and failure";
        ON_FAILURE = 2, "on failure only";
        ON_SUCCESS = 3, "on success only (v5.0)";
    }

    /// Bits 3 and 2 of registered_delivery: which acknowledgements of the receiving side.
    SmeAck {
        NONE = 0x00, "none";
        DELIVERY = 0x04, "SME delivery ack";
        MANUAL = 0x08, "SME manual/user ack";
        BOTH = 0x0C, "both";
    }
}

impl EsmClass {
    /// A message, sent as the SMSC does by default.
    pub const DEFAULT: Self = Self(0);
    /// User data starts with a header.
    pub const UDHI: Self = Self(0x40);
    /// The answer may take the way of the question.
    pub const REPLY_PATH: Self = Self(0x80);
    /// A receipt of the SMSC.
    pub const RECEIPT: Self = Self(MessageType::RECEIPT.0);

    /// The name of the message's type.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        self.message_type().name()
    }

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

impl RegisteredDelivery {
    /// No receipt.
    pub const NONE: Self = Self(ReceiptRequest::NONE.0);
    /// A receipt on success and on failure.
    pub const ALWAYS: Self = Self(ReceiptRequest::ALWAYS.0);
    /// A receipt on failure only.
    pub const ON_FAILURE: Self = Self(ReceiptRequest::ON_FAILURE.0);
    /// A receipt on success only (v5.0; reserved in v3.4).
    pub const ON_SUCCESS: Self = Self(ReceiptRequest::ON_SUCCESS.0);

    /// Which receipts the SMSC is asked for.
    #[must_use]
    pub const fn receipt(self) -> ReceiptRequest {
        ReceiptRequest(self.0 & 0x03)
    }

    /// Which acknowledgements the receiving side is asked for.
    #[must_use]
    pub const fn sme_ack(self) -> SmeAck {
        SmeAck(self.0 & 0x0C)
    }

    /// The name of the receipts asked for.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        self.receipt().name()
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

octet!(EsmClass);
octet!(RegisteredDelivery);

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
