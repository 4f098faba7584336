//! What the messages of a run say. Every submit_sm is encoded before the run; a message is a copy of one, with a few octets changed.
//!
//! The messages come in a cycle that holds each text as often as its weight says, in an order that the seed decides. A text of several
//! parts is as many messages, one behind the other: each is a submit_sm with an answer of its own.

mod destination;
mod encoding;
mod fields;
mod mark;
mod part;
mod spec;

use destination::{ADDRESS_MAX, digits};
use fastrand::Rng;
use part::Part;

pub use destination::Destination;
pub(crate) use destination::address;
pub use encoding::{Encoding, Long};
pub(crate) use fields::tlv;
pub use fields::{Receipts, Validity};
pub(crate) use mark::{mark, read_mark};
pub(crate) use part::Message;
pub(crate) use spec::Spec;

/// The messages of one account.
#[derive(Debug)]
pub(crate) struct Content {
    parts: Vec<Part>,
    /// One element a message of the cycle.
    cycle: Vec<Turn>,
    /// Texts of a cycle.
    texts: u64,
    seed: u64,
    /// Octets of the largest submit_sm.
    largest: usize,
}

#[derive(Clone, Copy, Debug)]
struct Turn {
    /// Index of the part.
    part: u32,
    /// Which text of the cycle it belongs to.
    text: u32,
}

impl Content {
    /// Encodes all there is to send. `marked` has each message say its number and its time.
    ///
    /// # Errors
    /// One line: the text that can't be sent, and why.
    pub(crate) fn new(specs: &[Spec], seed: u64, marked: bool) -> Result<Self, String> {
        let mut parts = Vec::new();
        // Of each text, its parts; of each kind of message, its texts.
        let mut kinds = Vec::new();
        for spec in specs {
            let mut texts = Vec::with_capacity(spec.texts.len());
            for text in &spec.texts {
                let from = parts.len();
                parts.extend(spec.parts(text, marked)?);
                texts.push(from..parts.len());
            }
            kinds.push(texts);
        }
        let mut cycle = Vec::new();
        let order = order(specs, &mut Rng::with_seed(seed));
        for (at, (kind, text)) in order.iter().enumerate() {
            let text_parts = kinds.get(*kind).and_then(|texts| texts.get(*text)).cloned().unwrap_or_default();
            let index =
                |number: usize| u32::try_from(number).map_err(|_| "there are too many texts".to_owned());
            for part in text_parts {
                cycle.push(Turn { part: index(part)?, text: index(at)? });
            }
        }
        if cycle.is_empty() {
            return Err("there is no text to send".to_owned());
        }
        let largest =
            parts.iter().map(|part| part.body.len()).max().unwrap_or_default() + smpp_wire::HEADER_LEN;
        Ok(Self { parts, cycle, texts: order.len() as u64, seed, largest })
    }

    /// The message of this number. `intended` is when it is to leave, in nanoseconds since the start of the run.
    pub(crate) fn message(&self, number: u64, intended: u64) -> Option<Message<'_>> {
        let (turn, round) = self.turn(number)?;
        let part = self.parts.get(turn.part as usize)?;
        let text = round.wrapping_mul(self.texts).wrapping_add(turn.text.into());
        let mut destination = [b'0'; ADDRESS_MAX];
        if let Some(place) = part.destination {
            digits(self.seed, text, destination.get_mut(..place.len)?);
        }
        let [.., high, low] = text.to_be_bytes();
        let mark = if part.mark.is_some() { mark(number, intended) } else { NO_MARK };
        Some(Message { part, destination, reference: [high, low], mark })
    }

    /// Which text a message is a part of, counted from the start of the run.
    pub(crate) fn text_of(&self, number: u64) -> u64 {
        self.turn(number)
            .map_or(number, |(turn, round)| round.wrapping_mul(self.texts).wrapping_add(turn.text.into()))
    }

    /// Octets of the largest submit_sm.
    pub(crate) const fn largest(&self) -> usize {
        self.largest
    }

    fn turn(&self, number: u64) -> Option<(Turn, u64)> {
        let number = number % NUMBERS;
        if let [only] = self.cycle[..] {
            return Some((only, number));
        }
        let len = self.cycle.len() as u64;
        let turn = self.cycle.get(usize::try_from(number % len).ok()?)?;
        Some((*turn, number / len))
    }
}

/// The texts of a cycle as (kind, text): each kind as often as its weight says, its texts in turn, shuffled.
fn order(specs: &[Spec], random: &mut Rng) -> Vec<(usize, usize)> {
    let weight = |spec: &Spec| spec.weight.max(1) as usize;
    let divisor = specs.iter().map(weight).fold(0, greatest_common_divisor).max(1);
    let total: usize = specs.iter().map(|spec| weight(spec) / divisor).sum();
    // So many rounds of all weights that every text comes as often as the others of its kind.
    let rounds = specs.iter().fold(1, |rounds, spec| {
        let (texts, share) = (spec.texts.len().max(1), weight(spec) / divisor);
        let needed = texts / greatest_common_divisor(texts, share);
        let both = rounds / greatest_common_divisor(rounds, needed) * needed;
        if both.saturating_mul(total) > CYCLE_MAX { rounds.max(needed) } else { both }
    });
    let mut order = Vec::new();
    for (kind, spec) in specs.iter().enumerate() {
        let count = weight(spec) / divisor * rounds;
        order.extend((0..count).map(|at| (kind, at % spec.texts.len().max(1))));
    }
    random.shuffle(&mut order);
    order
}

const fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// How many messages an account may send: each counts from a multiple of this.
pub(crate) const NUMBERS: u64 = 1 << 48;
/// Texts that a cycle holds where that is enough, so that several files of many texts make no endless one.
const CYCLE_MAX: usize = 1_000_000;
const NO_MARK: mark::Mark = [0; mark::MARK_LEN];

#[cfg(test)]
mod tests;
