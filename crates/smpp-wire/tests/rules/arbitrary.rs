//! Arbitrary right PDUs of every command, made of the table of facts: each is let through by the profile of its version, written as it
//! was read, and read again as it was.

use std::fmt;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use smpp_wire::{CommandStatus, HEADER_LEN, Header, Pdu, Profile, encode, split_frame};

use crate::arbitrary_fields::{Values, value};
use crate::arbitrary_tlvs::{groups, payload};
use crate::fields::PROFILES;
use crate::spec_pdus::{Octets, pdus, text};

#[test]
fn right_pdus_of_every_command_pass_and_are_written_as_they_were_read() {
    for (version, profile) in PROFILES {
        for pdu in pdus(version) {
            let config = ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() };
            let result = TestRunner::new(config)
                .run(&arbitrary(&pdu, version), |Hex(octets)| passes_and_is_written_back(&octets, &profile));
            assert_eq!(result, Ok(()), "{} of v{version}", pdu.name);
        }
    }
}

fn passes_and_is_written_back(octets: &[u8], profile: &Profile) -> Result<(), TestCaseError> {
    let frame = split_frame(octets, 100_000).expect("a true length").expect("a whole PDU");
    let header = frame.header();
    let read = frame.validated(profile).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(!matches!(read, Pdu::Unknown(_)));
    prop_assert_eq!(read.validate(profile), Ok(()));
    let mut written = Vec::new();
    encode(&read, header.command_status, header.sequence_number, &mut written).expect("what was read");
    prop_assert_eq!(&written, octets);
    let again = split_frame(&written, 100_000).expect("a true length").expect("a whole PDU");
    prop_assert_eq!((again.header(), again.parse()), (header, Ok(read)));
    Ok(())
}

/// Any right octets of this command.
fn arbitrary(pdu: &Octets, version: &'static str) -> BoxedStrategy<Hex> {
    let fields: Vec<_> = pdu.fields.iter().map(|field| value(pdu, field, version)).collect();
    let message = (proptest::collection::vec(any::<u8>(), 0..=254), any::<bool>());
    let header = (status(pdu), 1..=0x7FFF_FFFF_u32);
    let pdu = pdu.clone();
    (fields, message, groups(&pdu.name, version), header)
        .prop_map(move |(values, message, tlvs, header)| assembled(&pdu, &values, message, &tlvs, header))
        .boxed()
}

/// A response tells of success or of an error, and then it may lack its body.
fn status(pdu: &Octets) -> BoxedStrategy<(CommandStatus, bool)> {
    if !pdu.id.is_response() {
        return Just((CommandStatus::ESME_ROK, true)).boxed();
    }
    prop_oneof![
        2 => Just((CommandStatus::ESME_ROK, true)),
        1 => (1..=u32::MAX, any::<bool>()).prop_map(|(status, body)| (CommandStatus(status), body)),
    ]
    .boxed()
}

fn assembled(
    pdu: &Octets,
    values: &[Values],
    (text_octets, in_payload): (Vec<u8>, bool),
    tlvs: &[Option<Group>],
    ((command_status, has_body), sequence_number): ((CommandStatus, bool), u32),
) -> Hex {
    let mut changed = pdu.clone();
    for (field, value) in pdu.fields.iter().zip(values) {
        changed = value.put(changed, text(field, "name"));
    }
    // The text starts with a header where one is announced, and then TLVs don't say the same.
    let has_header =
        matches!(changed.values.get("esm_class").map(Vec::as_slice), Some([octet]) if octet & 0x40 != 0);
    let header: &[u8] = if has_header { b"\x05\0\x03\x2A\x02\x01" } else { b"" };
    let message: Vec<u8> = header.iter().chain(&text_octets).copied().take(254).collect();
    if pdu.name == "data_sm" || pdu.has("sm_length") && in_payload {
        changed.tlvs = payload(&message);
    } else if pdu.has("sm_length") {
        changed = changed.with("sm_length", vec![u8::try_from(message.len()).expect("254 at most")]);
        changed = changed.with("short_message", message);
    }
    let others = tlvs.iter().flatten().filter(|group| !(has_header && group.said_by_header));
    changed.tlvs.extend(others.flat_map(|group| &group.octets));
    let body = if has_body { changed.octets().split_off(HEADER_LEN) } else { Vec::new() };
    let command_length = u32::try_from(HEADER_LEN + body.len()).expect("short");
    let header = Header { command_length, command_id: pdu.id, command_status, sequence_number };
    Hex([&header.octets()[..], &body].concat())
}

/// TLVs that stand together.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) octets: Vec<u8>,
    /// A user data header would say the same.
    pub(crate) said_by_header: bool,
}

/// A PDU, shown so that it can be given to `inspect`.
#[derive(Clone, PartialEq)]
struct Hex(Vec<u8>);

impl fmt::Debug for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}
