//! Where a client connects next, and when. Instants and random numbers are arguments: no clock, no socket, no task.
//!
//! Each endpoint has a back-off of its own. Without a session, the endpoints are tried in turn, from the one behind that which failed
//! last, each when its back-off is over. With a session, those in front of it are tried again when they had time to recover: the
//! session is left only for one that is bound already.

use std::time::{Duration, Instant};

use smpp_wire::CommandStatus;

use super::retry::Retry;

/// What a client knows of its endpoints.
#[derive(Debug)]
pub(super) struct Policy {
    retry: Retry,
    endpoints: Vec<Health>,
    /// Where the search for an endpoint to try begins.
    first: usize,
    /// The endpoint of the session, and since when.
    bound: Option<(usize, Instant)>,
}

/// What is known of one endpoint.
#[derive(Clone, Debug, Default)]
struct Health {
    /// Attempts and sessions in a row that came to nothing.
    failures: u32,
    /// Binds in a row that were refused.
    refusals: u32,
    /// When a client without a session may try it; `None` for at once.
    retry_at: Option<Instant>,
    /// When a client with a session elsewhere may try it; `None` for at once.
    return_at: Option<Instant>,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Connect to this endpoint now.
    Connect(usize),
    /// Ask again then.
    WaitUntil(Instant),
    /// Nothing, as long as the session lasts.
    Rest,
}

/// Why an attempt came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No answer to the bind.
    Unreachable,
    /// A refusal that may pass.
    Refused,
    /// A refusal that will not pass before somebody changes something.
    Unauthorized,
}

impl Failure {
    /// What a refused bind means (SMPP v3.4 §5.1.3). ESME_RBINDFAIL says nothing of its reason, so it may pass.
    pub(super) const fn of(status: CommandStatus) -> Self {
        match status {
            CommandStatus::ESME_RINVPASWD
            | CommandStatus::ESME_RINVSYSID
            | CommandStatus::ESME_RINVSYSTYP => Self::Unauthorized,
            _ => Self::Refused,
        }
    }
}

impl Policy {
    pub(super) fn new(retry: Retry, endpoints: usize) -> Self {
        Self { retry, endpoints: vec![Health::default(); endpoints], first: 0, bound: None }
    }

    /// What to do now.
    pub(super) fn next(&self, now: Instant) -> Step {
        let mut wait: Option<Instant> = None;
        for (index, due) in self.candidates() {
            match due {
                Some(due) if due > now => wait = Some(wait.map_or(due, |wait| wait.min(due))),
                _ => return Step::Connect(index),
            }
        }
        wait.map_or(Step::Rest, Step::WaitUntil)
    }

    /// An attempt came to nothing; gives how long its endpoint is left alone by a client without a session. `random` is uniform.
    pub(super) fn failed(&mut self, index: usize, failure: Failure, now: Instant, random: u64) -> Duration {
        let retry = self.retry;
        self.first = self.behind(index);
        let Some(health) = self.endpoints.get_mut(index) else {
            return Duration::ZERO;
        };
        health.refusals = match failure {
            Failure::Unreachable => 0,
            Failure::Refused | Failure::Unauthorized => health.refusals.saturating_add(1),
        };
        let slowly = failure == Failure::Unauthorized || health.refusals > retry.fast_refusals;
        let delay = if slowly {
            retry.slow / 2 + share(retry.slow / 2, random)
        } else {
            share(retry.back_off(health.failures), random)
        };
        health.failures = health.failures.saturating_add(1);
        health.retry_at = Some(now + delay);
        health.return_at = Some(now + delay.max(retry.return_after));
        delay
    }

    /// There is a session with this endpoint now, and with no other.
    pub(super) fn bound(&mut self, index: usize, now: Instant) {
        if let Some((left, since)) = self.bound.replace((index, now)) {
            self.lasted(left, since, now);
        }
    }

    /// The session is over. `random` is uniform.
    pub(super) fn lost(&mut self, now: Instant, random: u64) {
        let Some((index, since)) = self.bound.take() else {
            return;
        };
        let retry = self.retry;
        let stable = self.lasted(index, since, now);
        self.first = self.behind(index);
        // Many clients may have lost their server at once: they come to the next one spread out.
        let spread = Some(now + share(retry.first, random));
        for health in &mut self.endpoints {
            health.retry_at = health.retry_at.max(spread);
        }
        if let Some(health) = self.endpoints.get_mut(index) {
            let rest = if stable { retry.return_after } else { retry.slow };
            health.retry_at = Some(now + share(retry.back_off(health.failures), random));
            health.return_at = Some(now + rest);
            health.failures = health.failures.saturating_add(1);
        }
    }

    /// The endpoints that may be tried, in their order, and from when on.
    fn candidates(&self) -> impl Iterator<Item = (usize, Option<Instant>)> + '_ {
        let (from, count) = match self.bound {
            None => (self.first, self.endpoints.len()),
            Some((index, _)) => (0, index),
        };
        let (behind, front) =
            (self.endpoints.iter().enumerate().skip(from), self.endpoints.iter().enumerate());
        behind.chain(front).take(count).map(|(index, health)| match self.bound {
            None => (index, health.retry_at),
            Some(_) => (index, health.return_at),
        })
    }

    const fn behind(&self, index: usize) -> usize {
        if index + 1 < self.endpoints.len() { index + 1 } else { 0 }
    }

    /// A session ended: true when it lasted, which makes its endpoint well.
    fn lasted(&mut self, index: usize, since: Instant, now: Instant) -> bool {
        let stable = now.saturating_duration_since(since) >= self.retry.stable;
        if let Some(health) = self.endpoints.get_mut(index).filter(|_| stable) {
            *health = Health::default();
        }
        stable
    }
}

impl Retry {
    /// The longest delay after so many failures.
    fn back_off(&self, failures: u32) -> Duration {
        self.first.saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX)).min(self.cap)
    }
}

/// A uniform share of a duration: full jitter.
fn share(whole: Duration, random: u64) -> Duration {
    let nanoseconds = (whole.as_nanos() * u128::from(random)) >> 64;
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
