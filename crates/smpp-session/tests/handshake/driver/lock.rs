//! loom's mutex, in the shape of the crate's own.

use loom::sync::{Mutex, MutexGuard};

pub(crate) type Guard<'l, T> = MutexGuard<'l, T>;

#[derive(Debug)]
pub(crate) struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> Guard<'_, T> {
        self.0.lock().unwrap()
    }
}
