//! SMPP v3.4 PDUs as octets: framing, parsing, encoding.
//!
//! A PDU is a *view*: [`SubmitSm`] and its siblings borrow from the receive buffer. The crate is `no_std` and has no `unsafe`.
//!
//! # What is checked, and what is not
//! - [`split_frame`] judges `command_length` by the caller's limit before anything is buffered.
//! - [`RawPdu::parse`] checks the whole **shape** (every terminator, count and length, the bounds of every TLV) and allocates nothing:
//!   every accessor of a view is then safe to call. Values are carried, unknown ids, statuses, tags and numbers included.
//! - [`Pdu::validate`] and [`RawPdu::validated`] judge **values** by a [`Profile`] (strict v3.4, v5.0, lenient, or your own). A
//!   [`PduError`] names the field, the octet and the `command_status` to answer; the header can be read all the same.
//! - What may be sent in which **state** is the session's to say.
//!
//! A view lives as long as the octets it borrows from; `Frame` (feature `bytes`) owns its octets and gives the view again without
//! copying. A TLV of a wrong length is an error of its accessor, not of the PDU.
//!
//! # Examples
//! ```
//! use smpp_wire::{CommandStatus, Pdu, SubmitSm, encode, split_frame, values::Ton};
//!
//! let message = SubmitSm {
//!     source_addr: b"TestCo",
//!     dest_addr_ton: Ton::INTERNATIONAL,
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
//! Values ([`Profile`]): what a peer sent is read, and then judged.
//! ```
//! use smpp_wire::{CommandStatus, Profile, SubmitSm, encode, split_frame, values::Ton};
//!
//! let message = SubmitSm { source_addr_ton: Ton(9), destination_addr: b"4512345678", ..SubmitSm::default() };
//! let mut out = Vec::new();
//! encode(&message, CommandStatus::ESME_ROK, 1, &mut out)?;
//! let frame = split_frame(&out, 65_536)?.expect("one whole PDU");
//! let error = frame.validated(&Profile::V34).expect_err("9 is reserved");
//! assert_eq!((error.field.name(), error.offset), ("source_addr_ton", 17));
//! assert_eq!(error.command_status(), CommandStatus::ESME_RINVSRCTON);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Texts ([`text`]): which alphabet a text needs, how many messages it will be, and the octets of each.
//! ```
//! use smpp_wire::text::{Alphabet, Carriage, Meaning, Segmentation, plan};
//!
//! let text = "Grüße für 5 €. ".repeat(20);
//! let planned = plan(&text, Carriage::Udh8);
//! assert_eq!((planned.alphabet, planned.segments), (Alphabet::Gsm, 3));
//! let octets = planned.alphabet.to_vec(&text)?;
//! let segmentation = Segmentation { alphabet: planned.alphabet, reference: 42, ..Segmentation::default() };
//! assert_eq!(segmentation.split(&octets)?.len(), 3);
//! assert_eq!(Meaning::of(planned.data_coding()).to_text(&octets)?, text);
//! # Ok::<(), smpp_wire::text::TextError>(())
//! ```
//!
//! Receipts ([`receipt`]): read as the field sends them, written as the specification prints them.
//! ```
//! use smpp_wire::receipt::{Recognition, Scratch};
//! use smpp_wire::{DeliverSm, values::{EsmClass, MessageState}};
//!
//! let text = b"id:42 sub:001 dlvrd:001 submit date:2501311200 done date:2501311201 stat:DELIVRD err:000";
//! let pdu = DeliverSm { esm_class: EsmClass::RECEIPT, short_message: text, ..DeliverSm::default() };
//! let mut scratch = Scratch::new();
//! let receipt = pdu.receipt(Recognition::EsmClass, &mut scratch).expect("esm_class says so");
//! assert_eq!((receipt.id(), receipt.state()), (Some(&b"42"[..]), Some(MessageState::DELIVERED)));
//! ```
//!
//! Times are in [`time`].
//!
//! # PDUs with a view
//! | PDU | type | specification |
//! |---|---|---|
//! | bind_transmitter, bind_receiver, bind_transceiver | [`Bind`], [`BindResp`] | v3.4 §4.1 |
//! | outbind | [`Outbind`] | v3.4 §4.1.7 |
//! | unbind | [`Unbind`], [`UnbindResp`] | v3.4 §4.2 |
//! | generic_nack | [`GenericNack`] | v3.4 §4.3 |
//! | submit_sm | [`SubmitSm`], [`SubmitSmResp`] | v3.4 §4.4 |
//! | submit_multi | [`SubmitMulti`], [`SubmitMultiResp`] | v3.4 §4.5 |
//! | deliver_sm | [`DeliverSm`], [`DeliverSmResp`] | v3.4 §4.6 |
//! | data_sm | [`DataSm`], [`DataSmResp`] | v3.4 §4.7 |
//! | query_sm | [`QuerySm`], [`QuerySmResp`] | v3.4 §4.8 |
//! | cancel_sm | [`CancelSm`], [`CancelSmResp`] | v3.4 §4.9 |
//! | replace_sm | [`ReplaceSm`], [`ReplaceSmResp`] | v3.4 §4.10 |
//! | enquire_link | [`EnquireLink`], [`EnquireLinkResp`] | v3.4 §4.11 |
//! | alert_notification | [`AlertNotification`] | v3.4 §4.12 |
//! | broadcast_sm | [`BroadcastSm`], [`BroadcastSmResp`] | v5.0 §4.4 |
//! | query_broadcast_sm | [`QueryBroadcastSm`], [`QueryBroadcastSmResp`] | v5.0 §4.6 |
//! | cancel_broadcast_sm | [`CancelBroadcastSm`], [`CancelBroadcastSmResp`] | v5.0 §4.6 |
//! | any other | [`Unknown`] | |
//!
//! # Features
//! | feature | what it brings |
//! |---|---|
//! | `std` (default) | `SystemTime` to and from SMPP times; `alloc` |
//! | `alloc` | `Vec` to write into, texts as `String`, reassembly |
//! | `bytes` | `Frame`, a PDU that is owned, and `BytesMut` to write into |
//! | `serde` | `Serialize` for headers, views, TLVs and values |
//!
//! Without any of them the crate builds for a target without an operating system.
//!
//! A PDU becomes JSON by the specification's names, fields and TLVs in PDU order. A number is a number, an octet string is
//! lower-case hex, and of a C-octet string each octet is the character of its number (Latin-1), so that none is lost:
//! ```
//! # #[cfg(feature = "serde")] {
//! let octets = *b"\0\0\0\x17\x80\0\0\x04\0\0\0\0\0\0\0\x07\0\x14\0\0\x02ok";
//! let pdu = smpp_wire::split_frame(&octets, 65_536).unwrap().unwrap();
//! assert_eq!(
//!     serde_json::to_string(&pdu).unwrap(),
//!     concat!(
//!         r#"{"header":{"command_length":23,"command_id":2147483652,"command_status":0,"sequence_number":7},"#,
//!         r#""command":"submit_sm_resp","fields":{"message_id":""},"tlvs":[{"tag":"0x1400","raw":"6f6b"}]}"#,
//!     )
//! );
//! # }
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
#[cfg(any(feature = "std", test))]
#[cfg_attr(test, macro_use)]
extern crate std;

mod buffer;
mod command;
mod encode;
mod error;
mod frame;
mod leaf;
mod message_id;
#[cfg(feature = "bytes")]
mod owned;
mod pdu;
mod reader;
pub mod receipt;
#[cfg(feature = "serde")]
mod serialize;
mod status;
mod tag;
pub mod text;
pub mod time;
mod tlv;
mod tlv_buf;
mod tlv_reader;
mod tlv_rule;
mod tlv_structs;
mod tlv_table;
mod validate;
pub mod values;

pub use buffer::{Buffer, SliceBuffer};
pub use command::CommandId;
pub use encode::{Encode, c_octet_string_len, encode};
pub use error::{EncodeError, EncodeErrorKind, FrameError, PduError, PduErrorKind};
pub use frame::{HEADER_LEN, Header, RawPdu, split_frame};
pub use message_id::{MESSAGE_ID_MAX, MessageId};
#[cfg(feature = "bytes")]
pub use owned::Frame;
pub use pdu::*;
pub use status::CommandStatus;
pub use tag::Tag;
pub use tlv::{Tlv, TlvIter, Tlvs};
pub use tlv_buf::TlvBuf;
pub use tlv_reader::{TlvError, TlvValue};
pub use tlv_rule::{TlvKind, TlvRule, Version};
pub use tlv_structs::{
    BroadcastArea, BroadcastContentType, BroadcastFrequencyInterval, CallbackNum, CallbackNumAtag,
    ItsSessionInfo, MsValidity, NetworkErrorCode, Subaddress,
};
pub use tlv_table::tlv_rule;
pub use validate::{Len, OctetSet, Profile};
