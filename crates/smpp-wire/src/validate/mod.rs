//! Are the values right? Each field is judged by its name and its PDU, then the TLVs, then what they say together.
//!
//! A right PDU costs a few instructions a field; where a wrong value stands is found out only when there is one.

mod bad;
mod fields;
mod header;
mod len;
mod octet_set;
mod partners;
mod plain_tlv;
mod profile;
mod profiles;
mod tlvs;
mod whole;

pub(crate) use bad::{At, Bad};
pub(crate) use fields::{known, list, octet, string, text};
pub(crate) use tlvs::tlvs;
pub(crate) use whole::{broadcast, broadcast_state, cancel, data, message, query_broadcast, stray_body};

pub use len::Len;
pub use octet_set::OctetSet;
pub use profile::Profile;
