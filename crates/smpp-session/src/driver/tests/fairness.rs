//! Sessions of one thread: the busy ones don't starve the others, and a full window stops no reads.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use smpp_wire::{DeliverSm, DeliverSmResp};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::*;
use crate::{SubmitError, core::READ_CHUNK};

/// A peer that has always more to say, and reads every answer.
struct Flood {
    /// A bind, and then a message over and over.
    octets: Vec<u8>,
    bind: usize,
    sent: usize,
}

impl Flood {
    fn new() -> Self {
        let bind = pdu(&Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() }, 1);
        let message = pdu(&SubmitSm { short_message: &[b'x'; 100], ..SubmitSm::default() }, 2);
        let messages = message.repeat(READ_CHUNK / message.len());
        Self { bind: bind.len(), octets: [bind, messages].concat(), sent: 0 }
    }
}

impl AsyncRead for Flood {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let rest = &self.octets[self.sent..];
        let count = buffer.remaining().min(rest.len());
        buffer.put_slice(&rest[..count]);
        self.sent += count;
        if self.sent == self.octets.len() {
            self.sent = self.bind;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Flood {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Accepts everything, and counts.
struct Count(Arc<AtomicUsize>);

impl Handler for Count {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        self.0.fetch_add(1, Ordering::Relaxed);
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

/// One of the others: notes how far the flooded session is when it gets its turn.
struct Other {
    flooded: Arc<AtomicUsize>,
    /// The most that it was ahead.
    seen: Arc<AtomicUsize>,
}

impl Handler for Other {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        self.seen.fetch_max(self.flooded.load(Ordering::Relaxed), Ordering::Relaxed);
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

const ROUNDS: u32 = 5;
/// Messages of 133 octets in one poll of a driver: four turns of less than two chunks each.
const AHEAD: usize = 4_000;

#[tokio::test(start_paused = true)]
async fn one_session_that_is_flooded_leaves_their_turns_to_the_others() {
    let [flooded, seen] = [0; 2].map(|count| Arc::new(AtomicUsize::new(count)));
    let mut others = Vec::new();
    for _ in 0..99 {
        let handler = Other { flooded: Arc::clone(&flooded), seen: Arc::clone(&seen) };
        others.push(bound(Limits::default(), handler).await);
    }
    let driver = Driver::new(Flood::new(), Role::Smsc, Limits::default(), Count(Arc::clone(&flooded)));
    let flood = tokio::spawn(driver.run());
    for round in 1..=ROUNDS {
        let before = flooded.load(Ordering::Relaxed);
        for peer in &others {
            peer.send(&requests(2 * round..2 * round + 1));
        }
        for peer in &others {
            peer.pdus(1 + round as usize).await;
        }
        let ahead = seen.load(Ordering::Relaxed) - before;
        assert!(ahead <= AHEAD, "{ahead} messages of one session before one each of the others");
    }
    assert!(flooded.load(Ordering::Relaxed) > ROUNDS as usize * AHEAD / 4, "and the flooded session goes on");
    flood.abort();
}

/// The peer of a session that runs, and is bound.
async fn bound(limits: Limits, handler: impl Handler) -> Peer {
    let peer = Peer::default();
    tokio::spawn(Driver::new(Connection(peer.clone()), Role::Smsc, limits, handler).run());
    peer.bind().await;
    peer
}

#[tokio::test(start_paused = true)]
async fn a_full_window_stops_no_reads() {
    let Bound { peer, session, .. } = Bound::new(Limits { window: 1, ..Limits::default() }).await;
    session.try_submit(&DeliverSm::default(), 1).unwrap();
    assert_eq!(session.try_submit(&DeliverSm::default(), 2), Err(SubmitError::WindowFull));
    peer.send(&requests(100..150));
    assert_eq!(peer.pdus(52).await.len(), 52, "the bind's, the request, and fifty answers");
    peer.send(&pdu(&DeliverSmResp::default(), 1));
    peer.send(&requests(150..151));
    peer.pdus(53).await;
    assert_eq!(session.try_submit(&DeliverSm::default(), 2), Ok(()));
}
