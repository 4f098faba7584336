//! Long texts: cut and put together again in any order, and parts that nobody should send.

use std::time::Duration;

use smpp_wire::text::{
    Alphabet, Carriage, Concat, Element, Limits, Outcome, Reassembler, Reference, Segmentation, Udh,
};

/// The first three octets choose how to cut and in which order parts arrive, the rest is the text; then the same octets once
/// more as parts of a hostile peer.
pub fn segmentation(octets: &[u8]) {
    if let Some(([how, reference, order], text)) = octets.split_first_chunk() {
        cut_and_joined(*how, *reference, *order, text);
    }
    hostile(octets);
}

fn cut_and_joined(how: u8, reference: u8, order: u8, text: &[u8]) {
    let alphabet = [Alphabet::Gsm, Alphabet::Binary, Alphabet::Ucs2][usize::from(how % 3)];
    let carriages = [Carriage::Udh8, Carriage::Udh16, Carriage::Sar, Carriage::Sar16, Carriage::Payload];
    let carriage = carriages[usize::from(how / 3 % 5)];
    let ports = [Element::Ports16 { destination: 2948, originator: reference.into() }];
    let elements: &[Element<'_>] = if how >= 128 { &ports } else { &[] };
    let segmentation = Segmentation { alphabet, carriage, reference: u16::from(reference) << 4, elements };
    let Ok(segments) = segmentation.split(text) else {
        return;
    };
    let mut parts: Vec<_> = segments.map(|segment| received(&segment)).collect();
    if let [(None, alone)] = &parts[..] {
        assert_eq!(alone, text);
        return;
    }
    let turn = usize::from(order) % parts.len();
    parts.rotate_left(turn);
    if order % 2 == 1 {
        parts.reverse();
    }
    joined(&parts, text);
}

/// What the other side makes of a segment's user data, or of its SAR TLVs.
fn received(segment: &smpp_wire::text::Segment<'_, '_>) -> (Option<Concat>, Vec<u8>) {
    let mut user_data = Vec::new();
    assert_eq!(segment.encode(&mut user_data), Ok(segment.octets_len()));
    if !segment.has_udh() {
        return (segment.concat(), user_data);
    }
    let (udh, text) = Udh::parse(&user_data).expect("a header");
    (udh.concat().or_else(|| segment.concat()), text.to_vec())
}

fn joined(parts: &[(Option<Concat>, Vec<u8>)], text: &[u8]) {
    let mut all = Reassembler::new(Limits { max_messages: 1, max_octets: 1 << 20 });
    let (last, first) = parts.split_last().expect("at least two");
    let mut push = |(concat, text): &(Option<Concat>, Vec<u8>)| {
        all.push((), concat.expect("a part"), text, Duration::ZERO)
    };
    for part in first {
        assert_eq!(push(part), Outcome::Waiting);
        assert_eq!(push(part), Outcome::Duplicate);
    }
    assert_eq!(push(last), Outcome::Complete(text.to_vec()));
    assert_eq!(all.waiting(), 0);
}

/// Key, kind and reference, total, number, and the length of a text that follows.
fn hostile(mut octets: &[u8]) {
    let limits = Limits { max_messages: 3, max_octets: 1000 };
    let mut all = Reassembler::new(limits);
    let mut now = Duration::ZERO;
    while let Some(([key, reference, total, number, len], rest)) = octets.split_first_chunk() {
        let (text, rest) = rest.split_at(rest.len().min(usize::from(*len)));
        octets = rest;
        now += Duration::from_secs(1);
        let reference = match key % 3 {
            0 => Reference::Udh8(*reference),
            1 => Reference::Udh16((*reference).into()),
            _ => Reference::Sar((*reference).into()),
        };
        let Some(concat) = Concat::new(reference, *total, *number) else {
            assert!(*number == 0 || number > total);
            continue;
        };
        if let Outcome::Complete(whole) = all.push(key / 64, concat, text, now) {
            assert!(whole.len() <= limits.max_octets + text.len());
        }
        assert!(all.waiting() <= limits.max_messages);
    }
    let _ = all.expire(now);
    let left = all.waiting();
    assert!(left <= 1, "only what started last is not older than now");
    assert_eq!(all.expire(Duration::MAX).len(), left);
    assert_eq!(all.waiting(), 0);
}
