//! What ours, the floor and each rival have to do: read a stream of PDUs, and append PDUs made of plain values.

use std::hint::black_box;

use smpp_benches::pdus::{Answer, Message};

/// Reads PDUs.
pub(crate) trait Reads {
    /// Its name in the table.
    const NAME: &'static str;

    /// Reads all PDUs of `stream`, one after the other, and shows each where it lies: to move a view of some hundred octets
    /// first would cost as much as to read it.
    fn read_all(stream: &[u8], eye: &mut impl Eye);
}

/// Builds PDUs of plain values and encodes them.
pub(crate) trait Writes {
    /// Its name in the table.
    const NAME: &'static str;
    /// The buffer that suits it best.
    type Out: Out + 'static;

    fn submit_sm(message: &Message, out: &mut Self::Out);
    fn submit_sm_resp(answer: &Answer, out: &mut Self::Out);
}

/// An outgoing buffer.
pub(crate) trait Out {
    fn with_capacity(octets: usize) -> Self;
    fn clear(&mut self);
    fn written(&self) -> &[u8];
}

/// Looks at what was read.
pub(crate) trait Eye {
    fn see<T: Decoded>(&mut self, sequence_number: u32, pdu: &T);
}

/// A PDU of one of the contestants, to be compared with the values that it was made of.
pub(crate) trait Decoded {
    fn values(&self, sequence_number: u32) -> Values;
}

/// The values of a PDU, in nobody's own form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Of a submit_sm or deliver_sm.
    Message(Box<Message>),
    /// Of a submit_sm_resp.
    Answer(Answer),
    /// Another PDU, or an error.
    Other,
}

impl From<Message> for Values {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

/// Makes the compiler finish each PDU in memory, and only counts them.
#[derive(Default)]
pub(crate) struct Counting(pub(crate) usize);

impl Eye for Counting {
    #[inline(always)]
    fn see<T: Decoded>(&mut self, sequence_number: u32, pdu: &T) {
        black_box((sequence_number, pdu));
        self.0 += 1;
    }
}

/// Keeps the values.
#[derive(Default)]
pub(crate) struct Keeping(pub(crate) Vec<Values>);

impl Eye for Keeping {
    fn see<T: Decoded>(&mut self, sequence_number: u32, pdu: &T) {
        self.0.push(pdu.values(sequence_number));
    }
}

impl Out for Vec<u8> {
    fn with_capacity(octets: usize) -> Self {
        Self::with_capacity(octets)
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn written(&self) -> &[u8] {
        self
    }
}

impl Out for bytes::BytesMut {
    fn with_capacity(octets: usize) -> Self {
        Self::with_capacity(octets)
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn written(&self) -> &[u8] {
        self
    }
}

/// The largest command_length that is accepted, in octets.
pub(crate) const LIMIT: u32 = 65_536;
