//! Every field of every PDU against the limits and value sets of `spec/smpp34.toml`: what is allowed passes, what is not is refused with
//! the field's status at the field's octet.

use smpp_wire::{CommandStatus, HEADER_LEN, PduErrorKind, Profile, time};
use toml::{Table, Value};

use crate::spec_pdus::{ended, err, facts, list, max_len, pdus, string, text};

#[test]
fn strings_may_be_as_long_as_the_table_says_and_no_longer() {
    let mut count = 0;
    for (version, profile) in PROFILES {
        for pdu in pdus(version) {
            for field in pdu.fields.clone() {
                let Some(max) = max_len(&field, version) else { continue };
                let name = text(&field, "name");
                assert_eq!(
                    pdu.with(name, string(max)).judged(&profile),
                    Ok(()),
                    "{} {name} v{version}",
                    pdu.name
                );
                let long = pdu.with(name, string(max + 1));
                long.assert_refused(&profile, name, PduErrorKind::TooLong, err(&field));
                assert_eq!(long.judged(&Profile::LENIENT), Ok(()), "{} {name}", pdu.name);
                count += 1;
            }
        }
    }
    assert!(count > 90, "only {count} strings");
}

#[test]
fn octets_may_have_the_values_of_their_set_and_no_others() {
    let mut count = 0;
    for (version, profile) in PROFILES {
        for pdu in pdus(version) {
            for field in pdu.fields.clone().into_iter().filter(|field| text(field, "type") == "int1") {
                let name = text(&field, "name");
                if matches!(name, "sm_length" | "number_of_dests" | "no_unsuccess") {
                    continue;
                }
                for value in 0..=u8::MAX {
                    // UDHI needs a header in the text.
                    if name == "esm_class" && value & 0x40 != 0 {
                        continue;
                    }
                    let changed = pdu.with(name, vec![value]);
                    if is_allowed(&pdu.name, &field, value, version) {
                        assert_eq!(
                            changed.judged(&profile),
                            Ok(()),
                            "{} {name} {value} v{version}",
                            pdu.name
                        );
                    } else {
                        changed.assert_refused(&profile, name, PduErrorKind::NotAllowed, err(&field));
                    }
                    assert_eq!(changed.judged(&Profile::LENIENT), Ok(()), "{} {name} {value}", pdu.name);
                }
                count += 1;
            }
        }
    }
    assert!(count > 100, "only {count} octets");
}

#[test]
fn times_are_times_or_empty() {
    let facts = facts();
    let list = |key| facts[key].as_array().expect("a list").iter().filter_map(Value::as_table);
    let right = list("time_example").filter(|time| text(time, "form") != "response");
    let right: Vec<_> = right.map(|time| text(time, "text").as_bytes().to_vec()).collect();
    let wrong: Vec<_> = list("time_invalid").map(|time| text(time, "text").as_bytes().to_vec()).collect();
    for (version, profile) in PROFILES {
        for pdu in pdus(version) {
            for field in pdu.fields.clone() {
                let name = text(&field, "name");
                if field.get("format").is_none() {
                    continue;
                }
                let unused = pdu.name == "deliver_sm" && version == "3.4";
                for time in &right {
                    let changed = pdu.with(name, ended(time));
                    if unused {
                        changed.assert_refused(&profile, name, PduErrorKind::NotAllowed, err(&field));
                    } else {
                        assert_eq!(changed.judged(&profile), Ok(()), "{} {name} {time:?}", pdu.name);
                    }
                }
                for time in &wrong {
                    assert!(time::check(time).is_err());
                    let kind = if unused { PduErrorKind::NotAllowed } else { PduErrorKind::BadTime };
                    pdu.with(name, ended(time)).assert_refused(&profile, name, kind, err(&field));
                }
            }
        }
    }
}

#[test]
fn a_final_date_may_be_a_local_one() {
    let pdus = pdus("3.4");
    let response = pdus.iter().find(|pdu| pdu.name == "query_sm_resp").expect("query_sm_resp");
    assert_eq!(response.with("final_date", ended(b"250131235959")).judged(&Profile::V34), Ok(()));
    let submit = pdus.iter().find(|pdu| pdu.name == "submit_sm").expect("submit_sm");
    let changed = submit.with("validity_period", ended(b"250131235959"));
    changed.assert_refused(&Profile::V34, "validity_period", PduErrorKind::BadTime, Some("ESME_RINVEXPIRY"));
}

#[test]
fn texts_may_have_254_octets_and_in_v50_255() {
    for (version, profile) in PROFILES {
        for pdu in pdus(version).iter().filter(|pdu| pdu.has("sm_length")) {
            let with_text = |len: u8| {
                let pdu = pdu.with("sm_length", vec![len]);
                pdu.with("short_message", vec![b'x'; usize::from(len)])
            };
            assert_eq!(with_text(254).judged(&profile), Ok(()));
            if version == "5.0" {
                assert_eq!(with_text(255).judged(&profile), Ok(()));
            } else {
                let status = Some("ESME_RINVMSGLEN");
                with_text(255).assert_refused(&profile, "sm_length", PduErrorKind::TooLong, status);
            }
        }
    }
}

#[test]
fn lists_may_have_1_to_254_elements_and_in_v50_255() {
    for (version, profile) in PROFILES {
        let pdus = pdus(version);
        let multi = pdus.iter().find(|pdu| pdu.name == "submit_multi").expect("submit_multi");
        let to = |count: u8| {
            let element = [&[1, 1, 1][..], b"4512345678\0"].concat();
            let pdu = multi.with("number_of_dests", vec![count]);
            pdu.with("dest_address", element.repeat(usize::from(count)))
        };
        let status = Some("ESME_RINVNUMDESTS");
        to(0).assert_refused(&profile, "number_of_dests", PduErrorKind::TooShort, status);
        to(0).assert_refused(&Profile::LENIENT, "number_of_dests", PduErrorKind::TooShort, status);
        assert_eq!((to(1).judged(&profile), to(254).judged(&profile)), (Ok(()), Ok(())));
        if version == "5.0" {
            assert_eq!(to(255).judged(&profile), Ok(()));
        } else {
            to(255).assert_refused(&profile, "number_of_dests", PduErrorKind::TooLong, status);
        }
        let response = pdus.iter().find(|pdu| pdu.name == "submit_multi_resp").expect("submit_multi_resp");
        let failed = |count: u8| {
            let pdu = response.with("no_unsuccess", vec![count]);
            pdu.with(
                "unsuccess_sme",
                [&[1, 1][..], b"45\0", &[0, 0, 0, 11]].concat().repeat(usize::from(count)),
            )
        };
        assert_eq!((failed(0).judged(&profile), failed(254).judged(&profile)), (Ok(()), Ok(())));
        assert_eq!(failed(255).judged(&profile).is_ok(), version == "5.0");
    }
}

#[test]
fn elements_of_lists_are_judged_where_they_stand() {
    let pdus = pdus("3.4");
    let multi = pdus.iter().find(|pdu| pdu.name == "submit_multi").expect("submit_multi");
    let with = |second: &[u8]| {
        let list = [&[2][..], b"staff\0", second].concat();
        multi.with("number_of_dests", vec![2]).with("dest_address", list)
    };
    let start = HEADER_LEN + multi.offset("dest_address") + 7;
    let refused = |second: &[u8]| {
        let error = with(second).judged(&Profile::V34).expect_err("refused");
        (error.field.name(), error.offset - start, error.command_status())
    };
    let (ton, npi) = (CommandStatus::ESME_RINVDSTTON, CommandStatus::ESME_RINVDSTNPI);
    assert_eq!(refused(b"\x01\x07\x01\x34\0"), ("dest_addr_ton", 1, ton));
    assert_eq!(refused(b"\x01\x01\x02\x34\0"), ("dest_addr_npi", 2, npi));
    let long = [&[1, 1, 1][..], &string(21)].concat();
    assert_eq!(refused(&long), ("destination_addr", 3, CommandStatus::ESME_RINVDSTADR));
    let long = [&[2][..], &string(21)].concat();
    assert_eq!(refused(&long), ("dl_name", 1, CommandStatus::ESME_RINVDLNAME));
    assert_eq!(with(&[&[2][..], &string(20)].concat()).judged(&Profile::V34), Ok(()));

    let response = pdus.iter().find(|pdu| pdu.name == "submit_multi_resp").expect("submit_multi_resp");
    let failed = [&[1, 9][..], &string(21), &[0; 4]].concat();
    let error = response.with("no_unsuccess", vec![1]).with("unsuccess_sme", failed).judged(&Profile::V34);
    let error = error.expect_err("refused");
    let start = HEADER_LEN + response.offset("unsuccess_sme");
    assert_eq!((error.field.name(), error.offset - start), ("destination_addr", 2));
}

#[test]
fn a_question_names_its_message() {
    for (version, profile) in PROFILES {
        for pdu in pdus(version) {
            if matches!(&pdu.name[..], "query_sm" | "replace_sm") {
                let (empty, status) = (pdu.with("message_id", vec![0]), Some("ESME_RINVMSGID"));
                empty.assert_refused(&profile, "message_id", PduErrorKind::TooShort, status);
                empty.assert_refused(&Profile::LENIENT, "message_id", PduErrorKind::TooShort, status);
            }
        }
    }
}

pub(crate) fn is_allowed(pdu: &str, field: &Table, value: u8, version: &str) -> bool {
    let facts = facts();
    let (v50, name) = (version == "5.0", text(field, "name"));
    let keys = |set: &str| facts[set].as_table().expect("a table").contains_key(&value.to_string());
    match (name, text(field, "values_ref")) {
        (_, "ton" | "npi") => keys(text(field, "values_ref")),
        (_, "priority_flag") => keys("priority_flag") && (v50 || value < 4),
        (_, "registered_delivery") => value & 0xE0 == 0 && (v50 || value & 0x03 != 3),
        (_, "esm_class") => {
            let types = match pdu {
                "submit_sm" | "submit_multi" => &["type_esme_to_smsc"][..],
                "deliver_sm" => &["type_smsc_to_esme"],
                _ => &["type_esme_to_smsc", "type_smsc_to_esme"],
            };
            let sets = facts["esm_class"].as_table().expect("a table");
            let known =
                |set: &&str| sets.get(*set).and_then(|types| types.get((value & 0x3C).to_string())).is_some();
            let transaction = value & 0x03 == 2 && pdu.starts_with("submit");
            types.iter().any(known) && (v50 || !transaction)
        }
        (_, "message_state") => list(facts, "message_state").iter().any(|state| {
            state["value"].as_integer() == Some(i64::from(value)) && (v50 || text(state, "v") == "3.4")
        }),
        // In practice 0x10 to 0x7F are read as GSM does, and 0xE0 to 0xEF too.
        (_, "data_coding") => {
            !matches!(value, 0x0B | 0x0C | 0x0F | 0x80..=0xBF)
                && !matches!(value, 0x10..=0x7F if value & 0x0C == 0x0C)
        }
        ("replace_if_present_flag", _) => {
            let listed = field["values"].as_array().expect("a list").contains(&Value::Integer(value.into()));
            listed || v50 && value < 2
        }
        ("sm_default_msg_id", _) if pdu == "deliver_sm" => v50 || value == 0,
        ("sm_default_msg_id", _) => v50 || value < 255,
        _ => true,
    }
}

pub(crate) const PROFILES: [(&str, Profile); 2] = [("3.4", Profile::V34), ("5.0", Profile::V50)];
