//! Judging the values of submit_sm, beside reading them.

use std::hint::black_box;

use smpp_benches::pdus::Message;
use smpp_wire::{CommandId, Pdu, Profile, split_frame};

use super::contest::{Contest, Contestant, Goal, count, reader};
use super::contestant::{LIMIT, Values};
use super::ours::{self, Ours};

/// By the strict profile of v3.4, which the compiler is not told.
pub(crate) fn submit_sm(messages: Vec<Message>) -> Contest {
    let values: &'static [Values] = messages.into_iter().map(Values::from).collect::<Vec<_>>().leak();
    let stream: &'static [u8] = ours::stream(CommandId::SUBMIT_SM, values).leak();
    let pdus: &'static [Pdu<'_>] = views(stream).leak();
    let check = move || {
        for pdu in pdus {
            assert_eq!(pdu.validate(&Profile::V34), Ok(()), "{pdu:?}");
        }
    };
    let run = move |times| {
        for _ in 0..times {
            for pdu in black_box(pdus) {
                black_box(&pdu.validate(black_box(&Profile::V34)));
            }
        }
    };
    let parse = Contestant { name: "parse", ..reader::<Ours>(stream, values) };
    Contest {
        pdus: count(pdus),
        goal: Goal::NoMoreThan(parse.name),
        within: 1.0,
        contestants: vec![Contestant { name: "ours", check: Box::new(check), run: Box::new(run) }, parse],
    }
}

fn views(stream: &[u8]) -> Vec<Pdu<'_>> {
    let (mut rest, mut pdus) = (stream, Vec::new());
    while let Ok(Some(frame)) = split_frame(rest, LIMIT) {
        pdus.extend(frame.parse());
        rest = rest.split_at(frame.octets().len()).1;
    }
    pdus
}
