//! Right octets for any field of the table of facts.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use toml::Table;

use crate::fields::is_allowed;
use crate::spec_pdus::{Octets, ended, max_len, text};

/// What a strategy gives for a field.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    /// As it is: a length or a text, which come from somewhere else.
    Same,
    Octets(Vec<u8>),
    /// The elements of a list; their number is the field before.
    List(&'static str, Vec<Vec<u8>>),
}

impl Values {
    pub(crate) fn put(&self, pdu: Octets, field: &str) -> Octets {
        match self {
            Self::Same => pdu,
            Self::Octets(octets) => pdu.with(field, octets.clone()),
            Self::List(count, elements) => {
                let number = u8::try_from(elements.len()).expect("254 at most");
                pdu.with(count, vec![number]).with(field, elements.concat())
            }
        }
    }
}

pub(crate) fn value(pdu: &Octets, field: &Table, version: &str) -> BoxedStrategy<Values> {
    let name = text(field, "name");
    if let Some(max) = max_len(field, version) {
        // Those who ask after a message name it.
        let min = usize::from(name == "message_id").min(max);
        return string(min..=max).prop_map(Values::Octets).boxed();
    }
    if field.get("format").is_some() {
        let unused = pdu.name == "deliver_sm" && version == "3.4";
        return if unused { Just(Values::Same).boxed() } else { time().prop_map(Values::Octets).boxed() };
    }
    match name {
        "dest_address" => return list("number_of_dests", prop_oneof![address(1), dl_name()].boxed(), 1),
        "unsuccess_sme" => return list("no_unsuccess", failed().boxed(), 0),
        "sm_length" | "number_of_dests" | "no_unsuccess" => return Just(Values::Same).boxed(),
        _ => {}
    }
    if text(field, "type") != "int1" {
        return Just(Values::Same).boxed();
    }
    // A receipt may lack its text, but here everything has one.
    let allowed: Vec<u8> =
        (0..=u8::MAX).filter(|&octet| is_allowed(&pdu.name, field, octet, version)).collect();
    select(allowed).prop_map(|octet| Values::Octets(vec![octet])).boxed()
}

pub(crate) fn string(len: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<u8>> {
    vec(1..=u8::MAX, len).prop_map(|text| ended(&text))
}

/// None, a moment, or a time from now.
pub(crate) fn time() -> impl Strategy<Value = Vec<u8>> {
    let date = (0..100_u8, 1..=12_u8, 1..=28_u8);
    let clock = (0..24_u8, 0..60_u8, 0..60_u8);
    let zone = (0..10_u8, 0..=48_u8, select(vec!['+', '-', 'R']));
    let some = (date, clock, zone).prop_map(
        |((year, month, day), (hour, minute, second), (tenth, quarters, sign))| {
            let text = format!(
                "{year:02}{month:02}{day:02}{hour:02}{minute:02}{second:02}{tenth}{quarters:02}{sign}"
            );
            ended(text.as_bytes())
        },
    );
    prop_oneof![1 => Just(ended(b"")), 2 => some]
}

fn list(count: &'static str, element: BoxedStrategy<Vec<u8>>, min: usize) -> BoxedStrategy<Values> {
    let few = vec(element.clone(), min..=8);
    let many = vec(element, 200..=254);
    prop_oneof![9 => few, 1 => many].prop_map(move |elements| Values::List(count, elements)).boxed()
}

fn address(dest_flag: u8) -> BoxedStrategy<Vec<u8>> {
    let flagged = move |address: Vec<u8>| [vec![dest_flag], address].concat();
    plain_address().prop_map(flagged).boxed()
}

fn plain_address() -> impl Strategy<Value = Vec<u8>> {
    let npis = select(vec![0_u8, 1, 3, 4, 6, 8, 9, 10, 14, 18]);
    (0..=6_u8, npis, string(0..=20)).prop_map(|(ton, npi, address)| [vec![ton, npi], address].concat())
}

fn dl_name() -> BoxedStrategy<Vec<u8>> {
    string(0..=20).prop_map(|name| [vec![2], name].concat()).boxed()
}

fn failed() -> impl Strategy<Value = Vec<u8>> {
    let status = any::<u32>().prop_map(u32::to_be_bytes);
    (plain_address(), status).prop_map(|(address, status)| [&address[..], &status].concat())
}
