//! The one lock of a session, in a file of its own so that a model checker can put its own in its place.

pub(crate) type Guard<'l, T> = parking_lot::MutexGuard<'l, T>;

/// A mutex that a panic does not poison: what it guards is consistent between any two statements that could.
#[derive(Debug)]
pub(crate) struct Lock<T>(parking_lot::Mutex<T>);

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(parking_lot::Mutex::new(value))
    }

    #[inline]
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        self.0.lock()
    }
}
