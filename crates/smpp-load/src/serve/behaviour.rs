//! What a sink does with each message.

use std::{str::FromStr, time::Duration};

use super::{Delay, Refusals, Share, States};
use crate::duration::parse_duration;

/// How a sink behaves; the default answers everything at once with ESME_ROK.
#[derive(Clone, Debug, PartialEq)]
pub struct Behaviour {
    /// From a submit_sm to its answer.
    pub delay: Delay,
    /// The statuses that messages are refused with.
    pub refusals: Refusals,
    /// The share of messages that are never answered.
    pub silent: Share,
    /// A time in which nothing is answered.
    pub stall: Option<Stall>,
    /// From an answer to its receipt.
    pub receipt_delay: Delay,
    /// The share of receipts that are sent twice.
    pub receipt_twice: Share,
    /// The share of receipts that are never sent.
    pub receipt_missing: Share,
    /// The share of answers that are sent twice; not behind TLS.
    pub answer_twice: Share,
    /// What receipts say.
    pub receipt_states: States,
    /// Incoming messages a second, over all sessions that can receive.
    pub incoming: Option<f64>,
    /// Of all the dice.
    pub seed: u64,
}

/// A time in which nothing is answered; what came meanwhile is answered at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stall {
    /// From the first submit_sm to its start.
    pub after: Duration,
    /// How long it lasts.
    pub lasts: Duration,
}

impl Stall {
    /// When something that is due at `due` leaves, both counted from the first submit_sm.
    pub(super) fn postpone(&self, due: Duration) -> Duration {
        let ends = self.after + self.lasts;
        if (self.after..ends).contains(&due) { ends } else { due }
    }
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            delay: Delay::NONE,
            refusals: Refusals::default(),
            silent: Share::default(),
            stall: None,
            receipt_delay: Delay::NONE,
            receipt_twice: Share::default(),
            receipt_missing: Share::default(),
            answer_twice: Share::default(),
            receipt_states: States::default(),
            incoming: None,
            seed: 0,
        }
    }
}

impl FromStr for Stall {
    type Err = &'static str;

    /// `AFTER:LASTS`, like `5s:2s`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (after, lasts) = text.split_once(':').ok_or("not a stall")?;
        let (after, lasts) = (parse_duration(after), parse_duration(lasts));
        after.zip(lasts).map(|(after, lasts)| Self { after, lasts }).ok_or("not a stall")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_postpones_what_is_due_within_it() {
        let stall: Stall = "5s:2s".parse().unwrap();
        let seconds = Duration::from_secs;
        assert_eq!([4, 5, 6, 7, 8].map(|due| stall.postpone(seconds(due))), [4, 7, 7, 7, 8].map(seconds));
        assert!("5s".parse::<Stall>().is_err());
    }
}
