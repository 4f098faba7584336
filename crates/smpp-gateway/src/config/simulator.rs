//! How the simulated network behaves.

use std::time::Duration;

use crate::{Outcome, account::numbers::NumberPattern};

/// How the simulated network behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulatorConfig {
    /// How messages end that no rule is for.
    pub outcomes: Vec<OutcomeShare>,
    /// How long they take.
    pub delay: Delay,
    /// When an attempt to deliver them fails, though not for good; see [`Behaviour::attempt`].
    pub attempt: Option<Duration>,
    /// How messages to certain numbers go: the exact number wins, then the longest prefix.
    pub rules: Vec<SimulatorRule>,
    /// How messages end whose time runs out before they would.
    pub expired: Outcome,
    /// What comes in; `None`: nothing.
    pub incoming: Option<IncomingConfig>,
    /// The same seed gives the same outcomes, delays and incoming messages; `None`: they differ from start to start.
    pub seed: Option<u64>,
}

/// How messages go.
#[derive(Clone, Debug, PartialEq)]
pub struct Behaviour {
    /// How they end.
    pub outcomes: Vec<OutcomeShare>,
    /// How long they take.
    pub delay: Delay,
    /// When an attempt to deliver them fails, though not for good: it is told to those who asked for intermediate notifications, unless
    /// they have ended by then. `None`: none fails.
    pub attempt: Option<Duration>,
}

/// How messages to certain numbers go.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulatorRule {
    /// To these.
    pub destination: NumberPattern,
    /// So.
    pub behaviour: Behaviour,
}

/// One way for a message to end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutcomeShare {
    /// The way.
    pub outcome: Outcome,
    /// How often, relative to the sum of all shares.
    pub share: f64,
}

/// How long a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// Always the same.
    Fixed(Duration),
    /// Anything between two bounds.
    Uniform {
        /// The least.
        min: Duration,
        /// The most.
        max: Duration,
    },
    /// Mostly short, sometimes long.
    Exponential {
        /// The mean.
        mean: Duration,
    },
}

/// What comes in from the simulated network.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomingConfig {
    /// Messages a second.
    pub per_second: f64,
    /// To which numbers, each as often.
    pub destinations: Vec<String>,
    /// From which numbers, each as often.
    pub sources: Vec<String>,
    /// What they say, each as often.
    pub texts: Vec<String>,
    /// How many of a hundred are too long for one message: their text is repeated until it takes three.
    pub long_percent: f64,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            outcomes: vec![OutcomeShare { outcome: Outcome::DELIVERED, share: 1.0 }],
            delay: Delay::Fixed(Duration::ZERO),
            attempt: None,
            rules: Vec::new(),
            expired: Outcome::EXPIRED,
            incoming: None,
            seed: None,
        }
    }
}

impl SimulatorConfig {
    /// How messages go that no rule is for.
    #[must_use]
    pub fn behaviour(&self) -> Behaviour {
        Behaviour { outcomes: self.outcomes.clone(), delay: self.delay, attempt: self.attempt }
    }
}

impl IncomingConfig {
    /// One message a second to these numbers.
    #[must_use]
    pub fn to(destinations: Vec<String>) -> Self {
        let texts = ["STOP", "Yes, please", "Ça va? 👍"].map(str::to_owned).to_vec();
        Self {
            per_second: 1.0,
            destinations,
            sources: vec!["4512345678".to_owned()],
            texts,
            long_percent: 0.0,
        }
    }
}
