//! Properties of all PDUs: what is written is read back, junk never panics, and it does not matter how a stream is cut.

use proptest::collection::vec;
use proptest::prelude::*;
use smpp_wire::values::{Npi, Ton};
use smpp_wire::{
    Bind, BindResp, CommandId, CommandStatus, DeliverSm, DeliverSmResp, DestAddress, DestAddresses,
    EnquireLink, GenericNack, HEADER_LEN, Header, Pdu, SubmitMulti, SubmitMultiResp, SubmitSm, SubmitSmResp,
    Tlvs, Unbind, UnsuccessSme, UnsuccessSmes, encode, split_frame,
};

const LIMIT: u32 = 200_000;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_message_is_read_as_it_was_written(parts in message(), tlvs in tlvs(), sequence_number: u32) {
        written_and_read(Pdu::SubmitSm(submit_sm(&parts, &tlvs)), CommandStatus::ESME_ROK, sequence_number)?;
        written_and_read(Pdu::DeliverSm(deliver_sm(&parts, &tlvs)), CommandStatus::ESME_ROK, sequence_number)?;
    }

    #[test]
    fn a_bind_is_read_as_it_was_written(
        strings in [string(16), string(9), string(13), string(41)],
        octets: [u8; 3],
        tlvs in tlvs(),
    ) {
        let [system_id, password, system_type, address_range] = &strings;
        let [a, b, c] = octets;
        let bind = |command_id| Bind {
            command_id,
            system_id,
            password,
            system_type,
            interface_version: a.into(),
            addr_ton: b.into(),
            addr_npi: c.into(),
            address_range,
            tlvs: checked(&tlvs),
        };
        for pdu in [
            Pdu::BindReceiver(bind(CommandId::BIND_RECEIVER)),
            Pdu::BindTransmitter(bind(CommandId::BIND_TRANSMITTER)),
            Pdu::BindTransceiver(bind(CommandId::BIND_TRANSCEIVER)),
        ] {
            written_and_read(pdu, CommandStatus::ESME_ROK, 1)?;
        }
    }

    #[test]
    fn a_response_is_read_as_it_was_written(id in string(66), tlvs in tlvs(), status: u32) {
        let (message_id, tlvs) = (Some(&id[..]), checked(&tlvs));
        let command_id = CommandId::BIND_TRANSCEIVER_RESP;
        for pdu in [
            Pdu::SubmitSmResp(SubmitSmResp { message_id, tlvs }),
            Pdu::DeliverSmResp(DeliverSmResp { message_id, tlvs }),
            Pdu::BindTransceiverResp(BindResp { command_id, system_id: message_id, tlvs }),
            Pdu::SubmitSmResp(SubmitSmResp::default()),
            Pdu::GenericNack(GenericNack { tlvs }),
            Pdu::EnquireLink(EnquireLink { tlvs }),
            Pdu::Unbind(Unbind { tlvs }),
        ] {
            written_and_read(pdu, CommandStatus(status), 2)?;
        }
    }

    #[test]
    fn a_list_is_read_as_it_was_written(
        destinations in vec((any::<bool>(), any::<[u8; 2]>(), string(21)), 0..256),
        code: u32,
        tlvs in tlvs(),
    ) {
        let (mut all, mut failed) = ([0; 1 + 255 * 24], [0; 1 + 255 * 27]);
        let addresses = destinations.iter().map(|(list, [ton, npi], name)| match list {
            true => DestAddress::DistributionList { dl_name: name },
            false => {
                DestAddress::SmeAddress { dest_addr_ton: Ton(*ton), dest_addr_npi: Npi(*npi), destination_addr: name }
            }
        });
        let unsuccess = destinations.iter().map(|(_, [ton, npi], name)| UnsuccessSme {
            dest_addr_ton: Ton(*ton),
            dest_addr_npi: Npi(*npi),
            destination_addr: name,
            error_status_code: CommandStatus(code),
        });
        let dest_addresses = DestAddresses::write(&mut all, addresses.clone()).expect("room");
        let unsuccess_smes = UnsuccessSmes::write(&mut failed, unsuccess.clone()).expect("room");
        prop_assert!(dest_addresses.iter().eq(addresses));
        prop_assert!(unsuccess_smes.iter().eq(unsuccess));

        let tlvs = checked(&tlvs);
        let submit = SubmitMulti { dest_addresses, short_message: b"Hello", tlvs, ..SubmitMulti::default() };
        written_and_read(Pdu::SubmitMulti(submit), CommandStatus::ESME_ROK, 1)?;
        let response = SubmitMultiResp { message_id: Some(b"1"), unsuccess_smes, tlvs };
        written_and_read(Pdu::SubmitMultiResp(response), CommandStatus::ESME_ROK, 1)?;
    }

    #[test]
    fn junk_is_never_a_panic(junk in vec(any::<u8>(), 0..200), status in prop_oneof![Just(0), any::<u32>()]) {
        if let Ok(Some(frame)) = split_frame(&junk, LIMIT) {
            let _ = frame.parse();
        }
        for id in IDS.into_iter().flat_map(|id| [id, id | RESPONSE]) {
            let frame = framed(id, status, &junk);
            let frame = split_frame(&frame, LIMIT).expect("a true length").expect("a whole PDU");
            match frame.parse() {
                Err(error) => {
                    prop_assert!((HEADER_LEN..=frame.octets().len()).contains(&error.offset), "{error}");
                }
                // Octets that make no sense in an error response are not carried.
                Ok(pdu) if status == 0 => {
                    let mut out = Vec::new();
                    encode(&pdu, CommandStatus::ESME_ROK, 1, &mut out).expect("what was parsed");
                    prop_assert_eq!(&out, frame.octets());
                }
                Ok(_) => {}
            }
        }
    }

    #[test]
    fn a_stream_is_framed_alike_however_it_is_cut(bodies in vec(vec(any::<u8>(), 0..24), 1..5)) {
        let pdus: Vec<_> = bodies.iter().map(|body| framed(4, 0, body)).collect();
        let stream = pdus.concat();
        for chunk_len in 1..=stream.len() {
            prop_assert_eq!(&fed_in_chunks(&stream, chunk_len), &pdus, "in chunks of {}", chunk_len);
        }
    }
}

/// The owned parts of a message.
#[derive(Debug)]
struct Message {
    strings: [Vec<u8>; 5],
    octets: [u8; 11],
    text: Vec<u8>,
}

macro_rules! view {
    ($name:ident, $type:ident) => {
        fn $name<'a>(message: &'a Message, tlvs: &'a [u8]) -> $type<'a> {
            let [service_type, source_addr, destination_addr, schedule_delivery_time, validity_period] =
                &message.strings;
            let [a, b, c, d, e, f, g, h, i, j, k] = message.octets;
            $type {
                service_type,
                source_addr_ton: a.into(),
                source_addr_npi: b.into(),
                source_addr,
                dest_addr_ton: c.into(),
                dest_addr_npi: d.into(),
                destination_addr,
                esm_class: e.into(),
                protocol_id: f,
                priority_flag: g.into(),
                schedule_delivery_time,
                validity_period,
                registered_delivery: h.into(),
                replace_if_present_flag: i.into(),
                data_coding: j.into(),
                sm_default_msg_id: k,
                short_message: &message.text,
                tlvs: checked(tlvs),
            }
        }
    };
}

view!(submit_sm, SubmitSm);
view!(deliver_sm, DeliverSm);

fn message() -> impl Strategy<Value = Message> {
    let strings = [string(6), string(21), string(21), string(17), string(17)];
    (strings, any::<[u8; 11]>(), vec(any::<u8>(), 0..=255)).prop_map(|(strings, octets, text)| Message {
        strings,
        octets,
        text,
    })
}

/// Any octets but NUL.
fn string(below: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(1..=u8::MAX, 0..below)
}

/// The octets of up to four TLVs.
fn tlvs() -> impl Strategy<Value = Vec<u8>> {
    vec((any::<u16>(), vec(any::<u8>(), 0..40)), 0..5).prop_map(|tlvs| {
        let octets = |(tag, value): (u16, Vec<u8>)| {
            let length = u16::try_from(value.len()).expect("short");
            [&tag.to_be_bytes()[..], &length.to_be_bytes(), &value].concat()
        };
        tlvs.into_iter().flat_map(octets).collect()
    })
}

fn checked(tlvs: &[u8]) -> Tlvs<'_> {
    Tlvs::parse(tlvs).expect("well-formed TLVs")
}

fn written_and_read(pdu: Pdu<'_>, status: CommandStatus, sequence_number: u32) -> Result<(), TestCaseError> {
    let mut out = Vec::new();
    let len = encode(&pdu, status, sequence_number, &mut out).expect("a value that fits");
    let frame = split_frame(&out, LIMIT).expect("a true length").expect("a whole PDU");
    prop_assert_eq!((frame.octets().len(), out.len()), (len, len));
    prop_assert_eq!(frame.header().command_status, status);
    prop_assert_eq!(frame.header().sequence_number, sequence_number);
    prop_assert_eq!(frame.parse(), Ok(pdu));
    Ok(())
}

fn framed(command_id: u32, command_status: u32, body: &[u8]) -> Vec<u8> {
    let header = Header {
        command_length: u32::try_from(HEADER_LEN + body.len()).expect("short"),
        command_id: CommandId(command_id),
        command_status: CommandStatus(command_status),
        sequence_number: 1,
    };
    [&header.octets()[..], body].concat()
}

fn fed_in_chunks(stream: &[u8], chunk_len: usize) -> Vec<Vec<u8>> {
    let mut buffer = Vec::new();
    let mut pdus = Vec::new();
    for chunk in stream.chunks(chunk_len) {
        buffer.extend_from_slice(chunk);
        while let Some(frame) = split_frame(&buffer, LIMIT).expect("true lengths") {
            let pdu = frame.octets().to_vec();
            buffer.drain(..pdu.len());
            pdus.push(pdu);
        }
    }
    assert!(buffer.is_empty(), "octets are left");
    pdus
}

/// Ids with a view, ids without one, and ids that nobody has given out; without the response bit.
const IDS: [u32; 21] = [
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    0x0A,
    0x0B,
    0x15,
    0x21,
    0x0102,
    0x0103,
    0x0111,
    0x0112,
    0x0113,
    0x0100_0001,
    0x7FFF_FFFF,
];
const RESPONSE: u32 = 0x8000_0000;
