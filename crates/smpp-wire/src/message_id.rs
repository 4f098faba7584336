//! A message_id held inline, so that responses can be kept without allocating.

use core::fmt;

/// Octets of the longest message_id without its NUL (SMPP v3.4 §5.2.23).
pub const MESSAGE_ID_MAX: usize = 64;

/// A message_id of up to [`MESSAGE_ID_MAX`] octets (and one more, which some peers use), inline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId {
    len: u8,
    octets: [u8; MESSAGE_ID_MAX + 1],
}

impl MessageId {
    /// Copies an id; `None` when it is longer than 65 octets.
    #[must_use]
    #[inline]
    pub fn new(id: &[u8]) -> Option<Self> {
        let mut octets = [0; MESSAGE_ID_MAX + 1];
        octets.get_mut(..id.len())?.copy_from_slice(id);
        Some(Self { len: u8::try_from(id.len()).ok()?, octets })
    }

    /// Copies an id to where it stays; false when it is longer than 65 octets, and then nothing is changed.
    #[inline]
    pub fn assign(&mut self, id: &[u8]) -> bool {
        if id.len() > self.octets.len() {
            return false;
        }
        *self = Self { len: u8::try_from(id.len()).unwrap_or_default(), ..Self::default() };
        if let Some(place) = self.octets.get_mut(..id.len()) {
            place.copy_from_slice(id);
        }
        true
    }

    /// The id without its NUL.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl Default for MessageId {
    fn default() -> Self {
        Self { len: 0, octets: [0; MESSAGE_ID_MAX + 1] }
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({})", self.as_bytes().escape_ascii())
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_bytes().escape_ascii())
    }
}
