//! Incoming messages at a rate: deliver_sm to every session that can receive, in turn.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use smpp_session::{DeliverSm, Turn};
use smpp_wire::values::{Npi, Ton};

use super::sink::Shared;

/// Lets `per_second` messages come in, as long as the sink is there.
pub(super) async fn come_in(shared: Arc<Shared>, per_second: f64) {
    let started = Instant::now();
    let (mut given, mut turn) = (0_u64, 0_usize);
    let mut ticks = tokio::time::interval(TICK);
    loop {
        ticks.tick().await;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate times some time is no negative number, and far below 2^64"
        )]
        let due = (started.elapsed().as_secs_f64() * per_second) as u64;
        let receivers = shared.receivers();
        if receivers.is_empty() {
            // Nobody to send them to: they don't pile up.
            given = due;
            continue;
        }
        for _ in given..due {
            turn += 1;
            if let Some(receiver) = receivers.get(turn % receivers.len()) {
                receiver.incoming.fetch_add(1, Ordering::Relaxed);
            }
        }
        if due > given {
            receivers.iter().for_each(|receiver| receiver.handle.wake());
        }
        given = due;
    }
}

/// Sends one; false when there is no room.
pub(super) fn send(turn: &mut Turn<'_>, number: u64) -> bool {
    let text = format!("Incoming message {number}");
    let message = DeliverSm {
        source_addr_ton: Ton::INTERNATIONAL,
        source_addr_npi: Npi::ISDN,
        source_addr: b"4587654321",
        dest_addr_ton: Ton::INTERNATIONAL,
        dest_addr_npi: Npi::ISDN,
        destination_addr: b"4512345678",
        short_message: text.as_bytes(),
        ..DeliverSm::default()
    };
    turn.submit(&message, INCOMING).is_ok()
}

/// The token of an incoming message; receipts have 0.
pub(super) const INCOMING: u64 = 1;
const TICK: Duration = Duration::from_millis(5);
