//! A limit on messages a second that allows bursts. Instants are arguments; the arithmetic is exact.

use std::time::{Duration, Instant};

/// At most so many messages a second, on average, and so many at once: a token bucket.
///
/// In any stretch of time, at most `messages_per_second` x its seconds + `burst` are allowed; whoever asks always gets no fewer, rounded
/// down; with a `burst` of 1, where nothing can be saved, each message may be late by the rest of a nanosecond. Nothing drifts over days.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    /// Parts that a nanosecond brings; [`MESSAGE`] of them are a message.
    per_nanosecond: u64,
    /// Parts there may be at most.
    capacity: u64,
    /// Parts there were at `updated`.
    level: u64,
    updated: Instant,
}

impl TokenBucket {
    /// A full bucket: `burst` messages may leave at once. Both numbers are at least 1, a 0 counts as 1.
    #[must_use]
    pub fn new(messages_per_second: u32, burst: u32, now: Instant) -> Self {
        let capacity = u64::from(burst.max(1)) * MESSAGE;
        Self {
            per_nanosecond: u64::from(messages_per_second.max(1)),
            capacity,
            level: capacity,
            updated: now,
        }
    }

    /// Takes a message's worth.
    ///
    /// # Errors
    /// It is too early; the instant at which it will not be.
    pub fn take(&mut self, now: Instant) -> Result<(), Instant> {
        self.refill(now);
        if self.take_known() { Ok(()) } else { Err(self.next(1)) }
    }

    /// Messages that may leave now.
    pub fn available(&mut self, now: Instant) -> usize {
        self.refill(now);
        self.known()
    }

    /// Adds what the time since the last look has brought. A clock that steps back brings nothing.
    pub(crate) fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.updated).as_nanos();
        if passed == 0 {
            return;
        }
        let brought = u64::try_from(passed).unwrap_or(u64::MAX).saturating_mul(self.per_nanosecond);
        self.level = self.level.saturating_add(brought).min(self.capacity);
        self.updated = now;
    }

    /// Messages that could leave at the last look.
    pub(crate) fn known(&self) -> usize {
        usize::try_from(self.level / MESSAGE).unwrap_or(usize::MAX)
    }

    /// Takes one of those; false when there is none.
    pub(crate) const fn take_known(&mut self) -> bool {
        let enough = self.level >= MESSAGE;
        if enough {
            self.level -= MESSAGE;
        }
        enough
    }

    /// When there will be so many, or as many as there may be.
    pub(crate) fn next(&self, messages: usize) -> Instant {
        let wanted = (messages as u64).saturating_mul(MESSAGE).min(self.capacity);
        let missing = wanted.saturating_sub(self.level);
        self.updated + Duration::from_nanos(missing.div_ceil(self.per_nanosecond))
    }
}

/// Parts of a message: at n messages a second, a nanosecond brings n parts.
const MESSAGE: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_bucket_gives_its_burst_at_once_and_then_says_when_to_come_again() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(10, 3, start);
        assert_eq!((0..3).map(|_| bucket.take(start)).collect::<Vec<_>>(), [Ok(()); 3]);
        let next = start + Duration::from_millis(100);
        assert_eq!(bucket.take(start), Err(next));
        assert_eq!(bucket.take(next - Duration::from_nanos(1)), Err(next), "not a nanosecond early");
        assert_eq!(bucket.take(next), Ok(()));
    }

    #[test]
    fn a_rate_that_divides_no_second_does_not_drift() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(7, 2, start);
        let (mut now, mut taken) = (start, 0);
        while now <= start + Duration::from_secs(3_600) {
            match bucket.take(now) {
                Ok(()) => taken += 1,
                Err(next) => now = next,
            }
        }
        assert_eq!(taken, 7 * 3_600 + 2);
    }

    #[test]
    fn a_pause_earns_no_more_than_the_burst_however_long_it_was() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(u32::MAX, 5, start);
        assert_eq!(bucket.available(start + Duration::from_secs(100 * 365 * 86_400)), 5);
    }

    #[test]
    fn a_clock_that_steps_back_and_numbers_of_zero_are_harmless() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(0, 0, start + Duration::from_secs(1));
        assert_eq!(bucket.take(start), Ok(()));
        assert_eq!(bucket.take(start), Err(start + Duration::from_secs(2)));
    }

    proptest! {
        /// Between any two of the moments at which somebody asked.
        #[test]
        fn never_more_than_rate_times_time_and_the_burst(
            rate in 1..50_000_u32,
            burst in 1..100_u32,
            steps in prop::collection::vec((0..50_000_000_u64, 1..40_usize), 1..60),
        ) {
            let start = Instant::now();
            let mut bucket = TokenBucket::new(rate, burst, start);
            let (mut now, mut taken) = (start, Vec::new());
            for (nanoseconds, asked) in steps {
                now += Duration::from_nanos(nanoseconds);
                taken.extend((0..asked).filter(|_| bucket.take(now).is_ok()).map(|_| now));
            }
            for (from, first) in taken.iter().enumerate() {
                for (to, last) in taken.iter().enumerate().skip(from) {
                    let allowed = last.duration_since(*first).as_nanos() * u128::from(rate)
                        + u128::from(burst) * 1_000_000_000;
                    prop_assert!((to - from + 1) as u128 * 1_000_000_000 <= allowed);
                }
            }
        }

        #[test]
        fn never_less_for_whoever_asks_always(
            rate in 1..1_000_000_u32,
            burst in 2..1_000_u32,
            nanoseconds in 0..20_000_000_u64,
        ) {
            let start = Instant::now();
            let mut bucket = TokenBucket::new(rate, burst, start);
            let end = start + Duration::from_nanos(nanoseconds);
            let (mut now, mut taken) = (start, 0_u128);
            while now <= end {
                match bucket.take(now) {
                    Ok(()) => taken += 1,
                    Err(next) => now = next,
                }
            }
            let earned = u128::from(nanoseconds) * u128::from(rate) / 1_000_000_000;
            prop_assert_eq!(taken, earned + u128::from(burst));
        }
    }
}
