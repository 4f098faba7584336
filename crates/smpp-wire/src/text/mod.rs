//! Text in short messages: alphabets, what a `data_coding` means, and long texts in several messages.
//!
//! Nothing here allocates: octets go into any [`Buffer`](crate::Buffer), characters into any [`core::fmt::Write`] ([`Utf8`] makes one of
//! a `Buffer`). With the feature `alloc` there are also `Alphabet::to_vec`, `Meaning::to_text` and `Reassembler`.
//!
//! # Example
//! Send a long text:
//! ```
//! use smpp_wire::text::{Alphabet, Carriage, Meaning, Segmentation, Udh, plan};
//!
//! let text = "Grüße für 5 €. ".repeat(20);
//! let planned = plan(&text, Carriage::Udh8);
//! assert_eq!((planned.alphabet, planned.units, planned.segments), (Alphabet::Gsm, 320, 3));
//!
//! let octets = planned.alphabet.to_vec(&text)?;
//! let segmentation = Segmentation { alphabet: planned.alphabet, reference: 42, ..Segmentation::default() };
//! for segment in segmentation.split(&octets)? {
//!     let mut short_message = Vec::new(); // esm_class 0x40 if segment.has_udh()
//!     segment.encode(&mut short_message)?;
//!
//!     // What the other side reads:
//!     let (udh, part) = Udh::parse(&short_message)?;
//!     assert_eq!(udh.concat(), segment.concat());
//!     assert!(text.contains(&Meaning::of(planned.data_coding()).to_text(part)?));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where things are
//! | question | answer |
//! |---|---|
//! | which encoding does this text need, how many messages will it be? | [`plan`] |
//! | can look-alikes spare it a second message? | [`fold`] |
//! | what does this `data_coding` mean? | [`Meaning::of`] |
//! | octets of a text, text of octets | [`Alphabet`], or [`gsm`], [`ucs2`], [`latin1`], [`ascii`] |
//! | seven bits a character | [`packed`] |
//! | what a PDU carries, its header and which part it is | [`UserData`] |
//! | the parts of a long text | [`Segmentation`] |
//! | a long text of its parts | `Reassembler` |
//! | ports, references and languages in front of a text | [`Udh`], [`udh`] |

mod alphabet;
mod concat;
mod cut;
mod data_coding;
mod error;
mod fold;
mod gsm_block;
mod gsm_table;
mod plan;
#[cfg(any(feature = "alloc", test))]
mod reassemble;
mod room;
mod segment;
mod segmentation;
mod udh_element;
mod udh_names;
mod user_data;

pub mod ascii;
pub mod gsm;
pub mod latin1;
pub mod packed;
pub mod ucs2;
pub mod udh;

pub use concat::{Concat, Reference};
pub(crate) use cut::character_len;
pub use data_coding::{Alphabet, Class, Meaning, Waiting, WaitingKind};
pub use error::{TextError, TextErrorKind, Unfit};
pub use fold::fold;
pub use plan::{Plan, plan};
#[cfg(any(feature = "alloc", test))]
pub use reassemble::{Incomplete, Limits, Outcome, PART_OVERHEAD, Reassembler};
pub use room::Utf8;
pub use segment::Segment;
pub use segmentation::{Carriage, Segmentation, Segments};
pub use udh::Udh;
pub use udh_element::Element;
pub use user_data::UserData;
