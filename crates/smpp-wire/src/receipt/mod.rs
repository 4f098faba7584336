//! Delivery receipts: the text of SMPP v3.4 appendix B as the field sends it, and the TLVs that say the same.
//!
//! A receipt is read leniently and never fails: what is missing or odd is `None`, and the words stay as they came. Nothing
//! allocates; words borrow from the PDU. Some message centres send the whole text as UTF-16BE: its words are narrowed into a
//! [`Scratch`] of the caller.
//!
//! # Example
//! ```
//! use smpp_wire::receipt::{Recognition, ReceiptText, Scratch};
//! use smpp_wire::values::{EsmClass, MessageState};
//! use smpp_wire::DeliverSm;
//!
//! // Written:
//! let receipt = ReceiptText {
//!     id: Some(b"0123456789"),
//!     sub: Some(b"001"),
//!     dlvrd: Some(b"001"),
//!     submit_date: Some(b"2501311200"),
//!     done_date: Some(b"2501311201"),
//!     stat: Some(b"DELIVRD"),
//!     err: Some(b"000"),
//!     text: None, // Some(..) for the long form of appendix B
//! };
//! let mut short_message = Vec::new();
//! receipt.write(&mut short_message)?;
//! assert_eq!(
//!     short_message,
//!     b"id:0123456789 sub:001 dlvrd:001 submit date:2501311200 done date:2501311201 stat:DELIVRD err:000"
//! );
//!
//! // Read:
//! let pdu = DeliverSm { esm_class: EsmClass::RECEIPT, short_message: &short_message, ..DeliverSm::default() };
//! let mut scratch = Scratch::new();
//! let receipt = pdu.receipt(Recognition::EsmClass, &mut scratch).expect("a receipt");
//! assert_eq!((receipt.id(), receipt.state()), (Some(&b"0123456789"[..]), Some(MessageState::DELIVERED)));
//! assert_eq!(receipt.text.done_date().unwrap().to_string(), "2025-01-31T12:01:00");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod date;
mod excerpt;
mod id;
mod key;
mod line;
mod pdu;
mod scratch;
mod stat;
mod text;
mod usual;
mod write;

pub use date::{date, date_word};
pub use excerpt::excerpt;
pub use id::{IdMatching, Radix};
pub use pdu::{Receipt, ReceiptKind, Recognition};
pub use scratch::Scratch;
pub use stat::{stat_word, state};
pub use text::{ReceiptText, comma_form};
pub use write::{ReceiptError, number_word};
