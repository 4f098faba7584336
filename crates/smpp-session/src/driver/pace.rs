//! The rate of a session: how many messages the outbox may take now, and when it may take more.

use std::time::Instant;

use crate::TokenBucket;

/// The rate of one session, where it has one.
///
/// While somebody waits for room, only the driver looks at the clock: what time brings is promised to those who wait under the same lock,
/// so that nobody overtakes them.
#[derive(Debug, Default)]
pub(super) struct Pace(Option<TokenBucket>);

impl Pace {
    pub(super) const fn is_set(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn set(&mut self, bucket: TokenBucket) {
        self.0 = Some(bucket);
    }

    /// Counts what time has brought.
    #[inline]
    pub(super) fn refill(&mut self, now: Instant) {
        if let Some(bucket) = &mut self.0 {
            bucket.refill(now);
        }
    }

    /// Of so many messages, those that may leave now.
    #[inline]
    pub(super) fn allowed(&self, messages: usize) -> usize {
        self.0.as_ref().map_or(messages, |bucket| messages.min(bucket.known()))
    }

    /// A message was sent.
    #[inline]
    pub(super) const fn sent(&mut self) {
        if let Some(bucket) = &mut self.0 {
            bucket.take_known();
        }
    }

    /// When so many may leave at once.
    pub(super) fn next(&self, messages: usize) -> Option<Instant> {
        self.0.as_ref().map(|bucket| bucket.next(messages))
    }
}
