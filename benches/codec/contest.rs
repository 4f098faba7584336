//! One row of work, and who does it: each contestant is first checked, then run as often as it is told.

use std::hint::black_box;

use smpp_benches::pdus::{Answer, Message};
use smpp_benches::table::Row;
use smpp_wire::CommandId;

use super::contestant::{Counting, Keeping, Out, Reads, Values, Writes};
use super::floors::{Floor, SUBMIT_SM};
use super::ours::{self, Ours, OursBytesMut};
use super::rivals::{
    rusmpp::Rusmpp, rusmpp_core::RusmppCore, smpp_codec::SmppCodec, smpp_pdu::SmppPdu, smpp34::Smpp34,
};

/// The same work for all of its contestants.
pub(crate) struct Contest {
    /// PDUs that one pass works through.
    pub(crate) pdus: u32,
    /// What is asked of ours.
    pub(crate) goal: Goal,
    /// How many times the floor's instructions ours may take.
    pub(crate) within: f64,
    pub(crate) contestants: Vec<Contestant>,
}

/// What is asked of ours, in time.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// So many times faster than the best rival; nothing where there is none.
    Faster(f64),
    /// At most so many nanoseconds, or three times faster than the best rival.
    Nanoseconds(f64),
    /// At least so many gigabytes a second; one pass works through so many octets.
    Rate { octets: u32, at_least: f64 },
    /// At most what this other contestant takes, in time and in instructions.
    NoMoreThan(&'static str),
    /// Nothing.
    Measured,
}

impl Goal {
    /// The row of a table, of what one pass of each contestant took in nanoseconds.
    pub(crate) fn row(self, name: &str, pdus: u32, passes: impl Iterator<Item = (&'static str, f64)>) -> Row {
        if let Self::Rate { octets, at_least } = self {
            let rates = passes.map(|(name, pass)| (name, f64::from(octets) / pass));
            return Row::rate(name, "GB/s", rates).at_least(at_least);
        }
        let row = Row::cost(name, "ns/PDU", passes.map(|(name, pass)| (name, pass / f64::from(pdus))));
        match self {
            Self::Faster(factor) => row.times_faster_than_rivals(factor),
            Self::Nanoseconds(limit) => row.at_most_or_times_faster(limit, 3.0),
            Self::NoMoreThan(other) => row.no_more_than(other),
            Self::Rate { .. } | Self::Measured => row,
        }
    }
}

/// Ours, the floor, or a rival.
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    /// Asserts that its values or octets are the right ones.
    pub(crate) check: Box<dyn Fn()>,
    /// Makes so many passes.
    pub(crate) run: Box<dyn FnMut(u64)>,
}

impl Contest {
    /// What is asked of its instructions.
    pub(crate) fn instructions(&self, row: Row) -> Row {
        match self.goal {
            Goal::NoMoreThan(other) => row.no_more_than(other),
            _ => row.within_floor(self.within),
        }
    }

    /// Whether a contestant's instructions are asked after, and not only of interest.
    pub(crate) fn is_asked(&self, contestant: &Contestant) -> bool {
        ["ours", "floor"].contains(&contestant.name)
            || matches!(self.goal, Goal::NoMoreThan(other) if other == contestant.name)
    }

    /// Reading a stream of PDUs of one command.
    pub(crate) fn parse<const COMMAND_ID: u32>(values: Vec<Values>) -> Self {
        let values: &'static [Values] = values.leak();
        let stream: &'static [u8] = ours::stream(CommandId(COMMAND_ID), values).leak();
        Self {
            pdus: count(values),
            goal: Goal::Faster(4.0),
            within: 1.4,
            contestants: vec![
                reader::<Ours>(stream, values),
                reader::<Floor<COMMAND_ID>>(stream, values),
                reader::<RusmppCore>(stream, values),
                reader::<Rusmpp>(stream, values),
                reader::<Smpp34>(stream, values),
                reader::<SmppCodec>(stream, values),
                reader::<SmppPdu>(stream, values),
            ],
        }
    }

    /// Building submit_sm of plain values and encoding them.
    pub(crate) fn submit_sm(messages: Vec<Message>) -> Self {
        let messages: &'static [Message] = messages.leak();
        Self { contestants: submit_sm_writers(messages), ..Self::writing(count(messages)) }
    }

    /// The same into a `BytesMut`, which the session writes into; beside the floor with its `Vec`.
    pub(crate) fn submit_sm_bytes_mut(messages: Vec<Message>) -> Self {
        let messages: &'static [Message] = messages.leak();
        let ours = writer::<OursBytesMut, _>(messages, OursBytesMut::submit_sm, Ours::submit_sm);
        let floor = writer::<Floor<SUBMIT_SM>, _>(messages, Floor::submit_sm, Ours::submit_sm);
        Self { contestants: vec![ours, floor], ..Self::writing(count(messages)) }
    }

    /// Building submit_sm_resp of plain values and encoding them.
    pub(crate) fn submit_sm_resp(answers: Vec<Answer>) -> Self {
        let answers: &'static [Answer] = answers.leak();
        Self { contestants: submit_sm_resp_writers(answers), ..Self::writing(count(answers)) }
    }

    /// Work on texts, which has no floor.
    pub(crate) const fn texts(pdus: u32, goal: Goal, contestants: Vec<Contestant>) -> Self {
        Self { pdus, goal, within: 1.0, contestants }
    }

    const fn writing(pdus: u32) -> Self {
        Self { pdus, goal: Goal::Faster(1.5), within: 1.2, contestants: Vec::new() }
    }
}

macro_rules! writers {
    ($name:ident, $method:ident, $source:ty) => {
        fn $name(sources: &'static [$source]) -> Vec<Contestant> {
            vec![
                writer::<Ours, _>(sources, Ours::$method, Ours::$method),
                writer::<Floor<SUBMIT_SM>, _>(sources, Floor::$method, Ours::$method),
                writer::<RusmppCore, _>(sources, RusmppCore::$method, Ours::$method),
                writer::<Rusmpp, _>(sources, Rusmpp::$method, Ours::$method),
                writer::<Smpp34, _>(sources, Smpp34::$method, Ours::$method),
                writer::<SmppCodec, _>(sources, SmppCodec::$method, Ours::$method),
                writer::<SmppPdu, _>(sources, SmppPdu::$method, Ours::$method),
            ]
        }
    };
}
writers!(submit_sm_writers, submit_sm, Message);
writers!(submit_sm_resp_writers, submit_sm_resp, Answer);

pub(crate) fn reader<R: Reads>(stream: &'static [u8], values: &'static [Values]) -> Contestant {
    let check = move || {
        let mut kept = Keeping::default();
        R::read_all(stream, &mut kept);
        assert!(kept.0 == values, "{} reads other values: {:?}", R::NAME, first_difference(&kept.0, values));
    };
    let run = move |times| {
        for _ in 0..times {
            let mut seen = Counting::default();
            R::read_all(black_box(stream), &mut seen);
            assert_eq!(seen.0, values.len(), "{} reads all PDUs", R::NAME);
        }
    };
    Contestant { name: R::NAME, check: Box::new(check), run: Box::new(run) }
}

fn first_difference<'v>(read: &'v [Values], wanted: &'v [Values]) -> Option<(&'v Values, &'v Values)> {
    read.iter().zip(wanted).find(|(read, wanted)| read != wanted)
}

fn writer<W: Writes, S>(
    sources: &'static [S],
    write: impl Fn(&S, &mut W::Out) + Copy + 'static,
    write_ours: impl Fn(&S, &mut Vec<u8>) + 'static,
) -> Contestant {
    let check = move || {
        for source in sources {
            let (mut theirs, mut ours) = (W::Out::with_capacity(ROOM), Vec::new());
            write(source, &mut theirs);
            write_ours(source, &mut ours);
            assert_eq!(theirs.written(), ours, "{} writes the same octets", W::NAME);
        }
    };
    let mut out = W::Out::with_capacity(ROOM * sources.len());
    let run = move |times| {
        for _ in 0..times {
            out.clear();
            for source in black_box(sources) {
                write(source, &mut out);
            }
            black_box(out.written());
        }
    };
    Contestant { name: W::NAME, check: Box::new(check), run: Box::new(run) }
}

pub(crate) fn count<T>(sources: &[T]) -> u32 {
    u32::try_from(sources.len()).unwrap_or(u32::MAX)
}

/// More octets than any PDU of the bench has.
const ROOM: usize = 512;
