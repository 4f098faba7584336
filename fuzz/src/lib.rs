//! The bodies of the fuzz targets, one file a subject. `crates/smpp-wire/tests/corpus.rs` includes them and replays the corpora
//! on stable.

mod differential;
mod frame;
mod pdu;
mod receipt;
mod segmentation;
mod text;
mod true_length;

pub use differential::differential;
pub use frame::frame;
pub use pdu::pdu;
pub use receipt::receipt;
pub use segmentation::segmentation;
pub use text::text;
