//! What is judged beside fields and TLVs: headers, commands, bodies that are not there; and profiles that are changed.

use smpp_wire::values::{DataCoding, Ton};
use smpp_wire::{
    CancelSm, CancelSmResp, CommandId, CommandStatus, Field, HEADER_LEN, Header, Len, OctetSet, Outbind,
    PduError, PduErrorKind, Profile, SubmitSm, encode, split_frame,
};

#[test]
fn requests_have_no_status_and_a_sequence_number_from_1_to_7fffffff() {
    let judged = |command_id, status: u32, sequence_number| {
        let command_status = CommandStatus(status);
        Header { command_length: 16, command_id, command_status, sequence_number }.validate(&Profile::V34)
    };
    let place = |error: PduError| (error.field, error.offset);
    let request = CommandId::ENQUIRE_LINK;
    assert_eq!((judged(request, 0, 1), judged(request, 0, 0x7FFF_FFFF)), (Ok(()), Ok(())));
    assert_eq!(judged(request, 0, 0).map_err(place), Err((Field::SequenceNumber, 12)));
    assert_eq!(judged(request, 0, 0x8000_0000).map_err(place), Err((Field::SequenceNumber, 12)));
    assert_eq!(judged(request, 1, 1).map_err(place), Err((Field::CommandStatus, 8)));
    assert_eq!(judged(CommandId::GENERIC_NACK, 2, 0), Ok(()), "responses copy what they were sent");
}

#[test]
fn a_command_is_known_or_refused_and_the_lenient_let_it_pass() {
    for id in [0, 0x0A, 0x0100_0001, 0x8000_0102] {
        let octets = framed(CommandId(id), CommandStatus::ESME_ROK, &[]);
        let error = judged(&octets, &Profile::V50).expect_err("unknown");
        assert_eq!((error.field, error.offset), (Field::CommandId, 4));
        assert_eq!(error.command_status(), CommandStatus::ESME_RINVCMDID);
        assert_eq!(judged(&octets, &Profile::LENIENT), Ok(()));
    }
}

#[test]
fn a_good_response_has_its_body() {
    for id in [CommandId::SUBMIT_SM_RESP, CommandId::BIND_RECEIVER_RESP, CommandId::DATA_SM_RESP] {
        let bare = framed(id, CommandStatus::ESME_ROK, &[]);
        let error = judged(&bare, &Profile::V34).expect_err("no body");
        assert_eq!((error.kind, error.offset), (PduErrorKind::Truncated, HEADER_LEN));
        assert_eq!(error.command_status(), CommandStatus::ESME_RINVCMDLEN);
        assert_eq!(judged(&bare, &Profile::LENIENT), Ok(()));
        assert_eq!(judged(&framed(id, CommandStatus::ESME_RSYSERR, &[]), &Profile::V34), Ok(()));
        assert_eq!(judged(&framed(id, CommandStatus::ESME_ROK, &[0]), &Profile::V34), Ok(()));
    }
    let unbound = framed(CommandId::UNBIND_RESP, CommandStatus::ESME_ROK, &[]);
    assert_eq!(judged(&unbound, &Profile::V34), Ok(()));
}

#[test]
fn a_string_without_an_end_is_too_long_when_it_has_more_octets_than_it_may() {
    let judged = |id, body: &[u8], profile: &Profile| {
        let error = judged(&framed(id, CommandStatus::ESME_ROK, body), profile).expect_err("no NUL");
        (error.field, error.offset, error.command_status())
    };
    let cut = CommandStatus::ESME_RINVCMDLEN;
    let system_id = |len: usize, profile| judged(CommandId::BIND_RECEIVER, &vec![b'x'; len], profile);
    assert_eq!(system_id(15, &Profile::V34), (Field::SystemId, 16, cut));
    assert_eq!(system_id(16, &Profile::V34), (Field::SystemId, 16, CommandStatus::ESME_RINVSYSID));
    assert_eq!(system_id(300, &Profile::LENIENT), (Field::SystemId, 16, cut));
    let refused = Profile { statuses: &[(Field::SystemId, CommandStatus::ESME_RBINDFAIL)], ..Profile::V34 };
    assert_eq!(system_id(16, &refused).2, CommandStatus::ESME_RBINDFAIL);
    let time = |time: &[u8]| judged(CommandId::SUBMIT_SM, &[&[0; 10], time].concat(), &Profile::V34);
    assert_eq!(time(b"250131235959904+"), (Field::ScheduleDeliveryTime, 26, cut));
    assert_eq!(time(b"250131235959904+0").2, CommandStatus::ESME_RINVSCHED);
    let list =
        |name: &[u8]| judged(CommandId::SUBMIT_MULTI, &[b"\0\0\0\0\x01\x02", name].concat(), &Profile::V34);
    assert_eq!(list(&[b'x'; 20]), (Field::DlName, 22, cut));
    assert_eq!(list(&[b'x'; 21]).2, CommandStatus::ESME_RINVDLNAME);
}

#[test]
fn a_response_without_a_body_has_none() {
    let stray = CancelSmResp { body: b"id\0", ..CancelSmResp::default() };
    let error = stray.validate(&Profile::V34).expect_err("a body");
    assert_eq!((error.field, error.offset), (Field::Body, HEADER_LEN));
    assert_eq!(error.command_status(), CommandStatus::ESME_RINVCMDLEN);
    assert_eq!(
        (stray.validate(&Profile::LENIENT), CancelSmResp::default().validate(&Profile::V34)),
        (Ok(()), Ok(()))
    );
}

#[test]
fn what_is_cancelled_is_named_by_its_id_or_its_destination() {
    let error = CancelSm::EMPTY.validate(&Profile::V34).expect_err("nothing named");
    assert_eq!(
        (error.field, error.command_status()),
        (Field::DestinationAddr, CommandStatus::ESME_RINVDSTADR)
    );
    assert_eq!(CancelSm { message_id: b"7", ..CancelSm::EMPTY }.validate(&Profile::V34), Ok(()));
    assert_eq!(CancelSm { destination_addr: b"45", ..CancelSm::EMPTY }.validate(&Profile::V34), Ok(()));
    assert_eq!(CancelSm::EMPTY.validate(&Profile::LENIENT), Ok(()));
}

#[test]
fn a_profile_is_changed_field_by_field() {
    const OURS: Profile = Profile {
        source_addr: Len::ANY,
        destination_addr: Len::between(1, 15),
        data_codings: OctetSet::of(&[0x00, 0x08, 0x10, 0x18]),
        statuses: &[(Field::DestinationAddr, CommandStatus::ESME_RSUBMITFAIL)],
        ..Profile::V34
    };
    let message = SubmitSm { source_addr: &[b'x'; 300], destination_addr: b"4512345678", ..SubmitSm::EMPTY };
    assert_eq!(message.validate(&OURS), Ok(()));
    let status = |message: SubmitSm<'_>| message.validate(&OURS).map_err(|error| error.command_status());
    let coding = SubmitSm { data_coding: DataCoding::LATIN1, ..message };
    assert_eq!(status(coding), Err(CommandStatus::ESME_RINVDCS));
    let nobody = SubmitSm { destination_addr: b"", ..message };
    assert_eq!(status(nobody), Err(CommandStatus::ESME_RSUBMITFAIL));
    let strange = SubmitSm { dest_addr_ton: Ton(7), ..message };
    assert_eq!(status(strange), Err(CommandStatus::ESME_RINVDSTTON));
}

#[test]
fn the_first_bad_field_is_told_and_the_header_is_still_there() {
    let message = SubmitSm { source_addr_ton: Ton(7), dest_addr_ton: Ton(7), ..SubmitSm::EMPTY };
    let mut octets = Vec::new();
    encode(&message, CommandStatus::ESME_ROK, 7, &mut octets).expect("fits");
    let frame = split_frame(&octets, 1000).expect("a true length").expect("a whole PDU");
    let error = frame.validated(&Profile::V34).expect_err("reserved");
    assert_eq!((error.field, error.offset), (Field::SourceAddrTon, 17));
    assert_eq!(
        error.to_string(),
        "source_addr_ton at octet 17 is reserved or not allowed here: ESME_RINVSRCTON"
    );
    assert_eq!(frame.header().sequence_number, 7);
}

#[test]
fn only_a_bad_outbind_ends_the_connection() {
    let error =
        Outbind { password: b"nine char", ..Outbind::EMPTY }.validate(&Profile::V34).expect_err("long");
    assert!(error.closes(CommandId::OUTBIND) && !error.closes(CommandId::SUBMIT_SM));
}

fn judged(octets: &[u8], profile: &Profile) -> Result<(), PduError> {
    let frame = split_frame(octets, 1000).expect("a true length").expect("a whole PDU");
    frame.validated(profile).map(drop)
}

fn framed(command_id: CommandId, command_status: CommandStatus, body: &[u8]) -> Vec<u8> {
    let command_length = u32::try_from(HEADER_LEN + body.len()).expect("short");
    let header = Header { command_length, command_id, command_status, sequence_number: 1 };
    [&header.octets()[..], body].concat()
}
