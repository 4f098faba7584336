//! One submit_sm that was encoded before the run, and what differs from message to message.

use smpp_wire::{Buffer, CommandId, Encode, EncodeError};

use super::{destination::ADDRESS_MAX, mark::Mark};

/// The body of a submit_sm, and where it is overwritten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) body: Vec<u8>,
    /// Digits of the destination.
    pub(super) destination: Option<Place>,
    /// The reference of a long text: its low octet, or both.
    pub(super) reference: Option<Place>,
    /// The number of the message within its text.
    pub(super) mark: Option<Place>,
}

/// Octets of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) at: usize,
    pub(super) len: usize,
}

/// A message as it leaves: nothing is encoded, the body is copied around its changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'c> {
    pub(super) part: &'c Part,
    pub(super) destination: [u8; ADDRESS_MAX],
    pub(super) reference: [u8; 2],
    pub(super) mark: Mark,
}

impl Message<'_> {
    fn changes(&self) -> [Option<(Place, &[u8])>; 3] {
        let Part { destination, reference, mark, .. } = self.part;
        let [_, low] = &self.reference;
        let reference_octets = match reference {
            Some(Place { len: 1, .. }) => std::slice::from_ref(low),
            _ => &self.reference[..],
        };
        let mark = mark.map(|place| (place, &self.mark[..]));
        let reference = reference.map(|place| (place, reference_octets));
        // In the order of their places: a user data header stands before its text, TLVs behind it.
        let (first, second) = match (reference, mark) {
            (Some(reference), Some(mark)) if reference.0.at > mark.0.at => (Some(mark), Some(reference)),
            other => other,
        };
        [destination.map(|place| (place, &self.destination[..])), first, second]
    }
}

impl Encode for Message<'_> {
    fn command_id(&self) -> CommandId {
        CommandId::SUBMIT_SM
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        Ok(self.part.body.len())
    }

    #[inline]
    fn encode_body(&self, out: &mut impl Buffer) {
        let body = &self.part.body;
        let mut written = 0;
        for (place, octets) in self.changes().into_iter().flatten() {
            out.put(body.get(written..place.at).unwrap_or_default());
            out.put(octets.get(..place.len).unwrap_or_default());
            written = place.at + place.len;
        }
        out.put(body.get(written..).unwrap_or_default());
    }
}
