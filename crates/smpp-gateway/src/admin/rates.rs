//! How many messages a second each account sends, as people want to see it.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;
use tokio::time::{Instant, interval};

use crate::core::Core;

/// The rates of the last look.
#[derive(Debug, Default)]
pub(super) struct Rates {
    /// Messages accepted, by account, at the last look.
    accepted: HashMap<u32, u64>,
    per_second: HashMap<u32, f64>,
}

/// Long enough to be steady, short enough to be now.
const LOOK: Duration = Duration::from_secs(2);

impl Rates {
    pub(super) fn of(&self, account: u32) -> f64 {
        self.per_second.get(&account).copied().unwrap_or(0.0)
    }

    fn look(&mut self, core: &Core, passed: Duration) {
        let before = std::mem::take(&mut self.accepted);
        self.per_second.clear();
        for account in core.door.accounts.all() {
            let accepted = account.accepted();
            let more = accepted.saturating_sub(before.get(&account.id).copied().unwrap_or(accepted));
            // A count of two seconds is far below what a float holds exactly.
            let more = u32::try_from(more).unwrap_or(u32::MAX);
            self.per_second.insert(account.id, f64::from(more) / passed.as_secs_f64().max(f64::MIN_POSITIVE));
            self.accepted.insert(account.id, accepted);
        }
    }
}

/// Looks again and again.
pub(super) async fn sample(core: &Core, rates: &Mutex<Rates>) {
    let (mut ticks, mut last) = (interval(LOOK), Instant::now());
    loop {
        ticks.tick().await;
        let passed = last.elapsed();
        last = Instant::now();
        rates.lock().look(core, passed);
    }
}
