//! What an SMSC of these tests does, told by the destination of a message.
//!
//! Whatever the destination, a message that asks for a receipt gets one, and a part of a long message is sent back as it came.

/// Refused with ESME_RINVDSTADR.
pub const REFUSE: &str = "1000";
/// Answered, and followed by an incoming message with the text [`INCOMING_TEXT`].
pub const INCOMING: &str = "1001";
/// Answered, and followed by an unbind of the SMSC.
pub const UNBIND: &str = "1002";
/// Answered, and nothing else.
pub const NOTHING: &str = "1003";

/// The text of an incoming message.
pub const INCOMING_TEXT: &str = "incoming";
/// The one account.
pub const SYSTEM_ID: &str = "esme1";
/// Its password.
pub const PASSWORD: &str = "secret08";
/// A text of two parts.
#[must_use]
pub fn long_text() -> String {
    "0123456789".repeat(20)
}

/// The text of a receipt.
#[must_use]
pub fn receipt(message_id: &str) -> String {
    format!(
        "id:{message_id} sub:001 dlvrd:001 submit date:2611240000 done date:2611240000 stat:DELIVRD err:000"
    )
}
