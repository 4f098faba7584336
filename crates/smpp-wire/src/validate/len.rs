//! How many octets a string may have, or how many elements a list.

/// The fewest and the most octets (or elements), both allowed; the NUL of a string does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Len {
    /// The fewest.
    pub min: usize,
    /// The most.
    pub max: usize,
}

impl Len {
    /// No limit.
    pub const ANY: Self = Self::up_to(usize::MAX);
    /// Empty, and nothing else.
    pub const EMPTY: Self = Self::up_to(0);

    /// So many or fewer.
    #[must_use]
    pub const fn up_to(max: usize) -> Self {
        Self { min: 0, max }
    }

    /// From `min` to `max`.
    #[must_use]
    pub const fn between(min: usize, max: usize) -> Self {
        Self { min, max }
    }

    /// Whether this many are allowed.
    #[must_use]
    #[inline]
    pub const fn allows(&self, len: usize) -> bool {
        self.min <= len && len <= self.max
    }
}
