//! SMPP v3.4 PDUs as octets: framing, parsing, encoding.
//!
//! A PDU is a *view*: [`SubmitSm`] and its siblings borrow from the receive buffer. Parsing checks the whole **shape** (every
//! terminator, count and length, the bounds of every TLV) and allocates nothing. Values are not judged: unknown ids, statuses and
//! tags are carried. The crate is `no_std` and has no `unsafe`.
//!
//! # Example
//! ```
//! use smpp_wire::{CommandStatus, Pdu, SubmitSm, encode, split_frame};
//!
//! let message = SubmitSm {
//!     source_addr: b"TestCo",
//!     dest_addr_ton: 1,
//!     destination_addr: b"4512345678",
//!     short_message: b"Hello",
//!     ..SubmitSm::default()
//! };
//! let mut out = Vec::new();
//! encode(&message, CommandStatus::ESME_ROK, 7, &mut out)?;
//!
//! let frame = split_frame(&out, 65_536)?.expect("one whole PDU");
//! assert_eq!(frame.header().sequence_number, 7);
//! assert_eq!(frame.parse()?, Pdu::SubmitSm(message));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # PDUs with a view
//! | PDU | type | SMPP v3.4 |
//! |---|---|---|
//! | bind_transmitter, bind_receiver, bind_transceiver | [`Bind`], [`BindResp`] | §4.1 |
//! | unbind | [`Unbind`], [`UnbindResp`] | §4.2 |
//! | generic_nack | [`GenericNack`] | §4.3 |
//! | submit_sm | [`SubmitSm`], [`SubmitSmResp`] | §4.4 |
//! | deliver_sm | [`DeliverSm`], [`DeliverSmResp`] | §4.6 |
//! | enquire_link | [`EnquireLink`], [`EnquireLinkResp`] | §4.11 |
//! | any other | [`Unknown`] | |
#![no_std]
#![forbid(unsafe_code)]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
#[cfg(any(feature = "std", test))]
#[cfg_attr(test, macro_use)]
extern crate std;

mod command;
mod encode;
mod error;
mod frame;
mod leaf;
mod message_id;
mod pdu;
mod reader;
mod status;
mod tag;
pub mod text;
mod tlv;

pub use command::CommandId;
pub use encode::{Buffer, Encode, SliceBuffer, Writer, c_octet_string_len, encode};
pub use error::{EncodeError, EncodeErrorKind, Field, FrameError, PduError, PduErrorKind};
pub use frame::{HEADER_LEN, Header, RawPdu, split_frame};
pub use message_id::{MESSAGE_ID_MAX, MessageId};
pub use pdu::{
    Bind, BindResp, DeliverSm, DeliverSmResp, EnquireLink, EnquireLinkResp, GenericNack, Pdu, SubmitSm,
    SubmitSmResp, Unbind, UnbindResp, Unknown,
};
pub use status::CommandStatus;
pub use tag::Tag;
pub use tlv::{Tlv, TlvIter, Tlvs};
