//! Whole runs of several contestants in turns, so that a noisy moment of the machine hits all of them.

use std::fmt;
use std::time::Duration;

use crate::interleave::{Effort, median};
use crate::stopwatch::Took;

/// Somebody who sends as many messages as it is told, over a new connection, and checks every answer.
pub struct Contestant<'c> {
    name: &'static str,
    run: Box<dyn FnMut(u64) -> Took + 'c>,
}

impl fmt::Debug for Contestant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl<'c> Contestant<'c> {
    /// `run` gets a number of messages and says how long they took, from the first request to the last answer.
    pub fn new(name: &'static str, run: impl FnMut(u64) -> Took + 'c) -> Self {
        Self { name, run: Box::new(run) }
    }

    /// Doubles the messages until they fill the turn, which also warms up.
    fn messages_in(&mut self, turn: Duration) -> u32 {
        let mut messages = 100;
        while (self.run)(messages.into()).time < turn && messages < u32::MAX / 2 {
            messages *= 2;
        }
        messages
    }
}

/// The medians of one contestant's runs.
#[derive(Clone, Debug)]
pub struct Score {
    /// Whose.
    pub name: &'static str,
    /// Messages a second.
    pub rate: f64,
    /// Nanoseconds of CPU time a message.
    pub cpu: f64,
}

/// The scores of all, in their order.
#[must_use]
pub fn race(effort: Effort, mut contestants: Vec<Contestant<'_>>) -> Vec<Score> {
    let mut runs: Vec<_> = contestants
        .iter_mut()
        .map(|contestant| (contestant.messages_in(turn(effort)), Vec::new(), Vec::new()))
        .collect();
    for _ in 0..rounds(effort) {
        for (contestant, (messages, rates, cpu)) in contestants.iter_mut().zip(&mut runs) {
            let took = (contestant.run)((*messages).into());
            rates.push(f64::from(*messages) / took.time.as_secs_f64());
            cpu.push(took.cpu.as_secs_f64() * 1e9 / f64::from(*messages));
        }
    }
    let scores = contestants.iter().zip(runs);
    scores
        .map(|(Contestant { name, .. }, (_, rates, cpu))| Score {
            name,
            rate: median(rates),
            cpu: median(cpu),
        })
        .collect()
}

const fn rounds(effort: Effort) -> usize {
    match effort {
        Effort::Smoke => 1,
        Effort::Quick => 5,
        Effort::Full => 9,
    }
}

const fn turn(effort: Effort) -> Duration {
    match effort {
        Effort::Smoke => Duration::ZERO,
        Effort::Quick => Duration::from_millis(150),
        Effort::Full => Duration::from_millis(600),
    }
}
