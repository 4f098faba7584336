//! What comes in from the simulated network: messages at a rate.

use std::{sync::Arc, time::Duration};

use smpp_wire::Frame;
use tokio::time::{Instant, sleep};

use crate::{
    CarrierEvents, IncomingConfig,
    incoming::{Content, frames},
};

/// Draws what comes in; the same seed gives the same messages.
#[derive(Debug)]
pub(crate) struct IncomingTraffic {
    config: IncomingConfig,
    random: fastrand::Rng,
}

impl IncomingTraffic {
    pub(crate) fn new(config: &IncomingConfig, seed: Option<u64>) -> Self {
        // Drawn apart from outcomes: how many messages are sent does not change what comes in.
        let random = seed.map_or_else(fastrand::Rng::new, |seed| fastrand::Rng::with_seed(!seed));
        Self { config: config.clone(), random }
    }

    /// The deliver_sm of the next message.
    fn next(&mut self) -> Vec<Frame> {
        let source = self.random.choice(&self.config.sources).cloned().unwrap_or_default();
        let destination = self.random.choice(&self.config.destinations).cloned().unwrap_or_default();
        let mut text = self.random.choice(&self.config.texts).cloned().unwrap_or_default();
        if self.random.f64() * 100.0 < self.config.long_percent {
            text = longer(&text);
        }
        frames(&source, &destination, Content::Text(&text)).unwrap_or_default()
    }
}

/// The same again and again, until it takes three parts or more, whatever its alphabet.
fn longer(text: &str) -> String {
    let text = if text.is_empty() { "." } else { text };
    text.repeat(LONG.div_ceil(text.chars().count()))
}

/// Runs until it is aborted: as many messages as are due, and what the gateway could not keep again a moment later.
pub(crate) async fn run(mut traffic: IncomingTraffic, events: Arc<impl CarrierEvents>) {
    let (begin, per_second) = (Instant::now(), traffic.config.per_second);
    if per_second <= 0.0 {
        return;
    }
    let mut count = 0.0;
    loop {
        let due = begin.elapsed().as_secs_f64() * per_second;
        let mut frames = Vec::new();
        while count < due && frames.len() < AT_ONCE {
            frames.append(&mut traffic.next());
            count += 1.0;
        }
        if frames.is_empty() {
            let next = Duration::from_secs_f64((count / per_second).min(YEAR_SECONDS));
            sleep((begin + next).duration_since(Instant::now()).max(TICK)).await;
            continue;
        }
        while events.incoming(frames.clone()).await.is_err() {
            sleep(SECOND_TRY).await;
        }
    }
}

/// Messages that are kept together.
const AT_ONCE: usize = 1_000;
const TICK: Duration = Duration::from_millis(5);
/// How long a gateway is left alone that could not keep what came.
const SECOND_TRY: Duration = Duration::from_secs(1);
/// Three parts of the alphabet with the most characters a part have more than 306.
const LONG: usize = 310;
const YEAR_SECONDS: f64 = 31_622_400.0;

#[cfg(test)]
mod tests {
    use smpp_wire::Pdu;

    use super::*;

    fn config() -> IncomingConfig {
        let destinations = vec!["4366011111".to_owned(), "4366022222".to_owned()];
        IncomingConfig { long_percent: 30.0, ..IncomingConfig::to(destinations) }
    }

    fn octets(seed: u64) -> Vec<Vec<u8>> {
        let mut traffic = IncomingTraffic::new(&config(), Some(seed));
        let said = |frame: &Frame| {
            let Pdu::DeliverSm(pdu) = frame.parse().unwrap() else { panic!("{frame:?}") };
            [pdu.destination_addr, pdu.user_data().unwrap().text].concat()
        };
        (0..200).flat_map(|_| traffic.next()).map(|frame| said(&frame)).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_messages() {
        assert_eq!(octets(5), octets(5));
        assert_ne!(octets(5), octets(6));
    }

    #[test]
    fn each_number_is_written_to_and_some_messages_are_long() {
        let mut traffic = IncomingTraffic::new(&config(), Some(1));
        let parts: Vec<_> = (0..500).map(|_| traffic.next().len()).collect();
        let long = parts.iter().filter(|parts| **parts >= 3).count();
        assert_eq!(long + parts.iter().filter(|parts| **parts == 1).count(), 500, "alone, or three and more");
        assert!((100..200).contains(&long), "{long} of 500 are long");
        let to =
            |number: &str| octets(1).iter().filter(|octets| octets.starts_with(number.as_bytes())).count();
        assert!(to("4366011111") > 50 && to("4366022222") > 50);
    }
}
