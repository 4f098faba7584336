//! The pool that hashes imported passwords: few at once, and few that wait, so that a storm of binds takes neither the processors nor
//! the memory that messages need.

use std::{sync::Arc, thread::available_parallelism};

use tokio::sync::Semaphore;

use crate::PasswordHash;

/// Hashes on threads of its own.
#[derive(Clone, Debug)]
pub(crate) struct Hashing {
    working: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// Binds that may wait for their hash. At 30 ms each the last one is answered before its session_init timer.
const PLACES: usize = 256;

impl Hashing {
    /// On half of the processors.
    pub(crate) fn new() -> Self {
        Self::with(available_parallelism().map_or(1, |count| count.get().div_ceil(2)), PLACES)
    }

    fn with(threads: usize, places: usize) -> Self {
        Self { working: Arc::new(Semaphore::new(threads)), places: Arc::new(Semaphore::new(places)) }
    }

    /// True when this is the password; `None` when too many wait already.
    pub(crate) async fn matches(&self, hash: PasswordHash, password: Box<[u8]>) -> Option<bool> {
        let _place = self.places.try_acquire().ok()?;
        let working = Arc::clone(&self.working).acquire_owned().await.ok()?;
        let hashed = tokio::task::spawn_blocking(move || {
            // Held by the work itself: a client that goes away meanwhile does not make room for more.
            let _working = working;
            hash.matches(&password)
        });
        hashed.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_matched_off_this_thread() {
        let hash = PasswordHash::of(b"secret08").unwrap();
        let hashing = Hashing::new();
        assert_eq!(hashing.matches(hash.clone(), b"secret08"[..].into()).await, Some(true));
        assert_eq!(hashing.matches(hash, b"secret09"[..].into()).await, Some(false));
    }

    #[tokio::test]
    async fn one_more_than_there_are_places_for_is_turned_away_at_once() {
        let hash = PasswordHash::of(b"secret08").unwrap();
        let hashing = Hashing::with(1, 2);
        let verdicts = futures_of(&hashing, &hash, 3).await;
        assert_eq!(verdicts, [Some(true), Some(true), None]);
    }

    async fn futures_of(hashing: &Hashing, hash: &PasswordHash, count: usize) -> Vec<Option<bool>> {
        let begin = |_| {
            let (hashing, hash) = (hashing.clone(), hash.clone());
            tokio::spawn(async move { hashing.matches(hash, b"secret08"[..].into()).await })
        };
        let mut verdicts = Vec::new();
        for task in (0..count).map(begin).collect::<Vec<_>>() {
            verdicts.push(task.await.unwrap());
        }
        verdicts
    }
}
