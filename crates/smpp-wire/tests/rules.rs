//! Each rule of `validate`, both ways: what is refused, with which status and at which octet, and what is let through.

use proptest::prelude::*;
use smpp_wire::{Profile, split_frame};

#[path = "rules/arbitrary.rs"]
mod arbitrary;
#[path = "rules/arbitrary_fields.rs"]
mod arbitrary_fields;
#[path = "rules/arbitrary_tlvs.rs"]
mod arbitrary_tlvs;
#[path = "rules/fields.rs"]
mod fields;
#[path = "rules/spec_pdus.rs"]
mod spec_pdus;
#[path = "rules/tlvs.rs"]
mod tlvs;
#[path = "rules/together.rs"]
mod together;
#[path = "rules/whole.rs"]
mod whole;

proptest! {
    #[test]
    fn junk_is_judged_without_a_panic(id in 0..0x120_u32, response: bool, body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut octets = u32::try_from(body.len() + 16).unwrap().to_be_bytes().to_vec();
        octets.extend((id | u32::from(response) << 31).to_be_bytes());
        octets.extend([0; 4]);
        octets.extend([0, 0, 0, 1]);
        octets.extend(&body);
        let frame = split_frame(&octets, 70_000).unwrap().unwrap();
        for profile in [&Profile::V34, &Profile::V50, &Profile::LENIENT] {
            if let Err(error) = frame.validated(profile) {
                prop_assert!(error.offset <= octets.len(), "{}", error);
            }
        }
        // What the strict profile lets through, the lenient one does.
        if frame.validated(&Profile::V34).is_ok() {
            prop_assert!(frame.validated(&Profile::LENIENT).is_ok());
        }
    }
}
