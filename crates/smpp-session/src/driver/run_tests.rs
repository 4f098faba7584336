//! The driver against a peer in memory that counts writes and says how many octets it takes.

use std::{
    collections::HashMap,
    future::poll_fn,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use parking_lot::Mutex;
use smpp_wire::{
    Bind, CommandId, CommandStatus, DeliverSm, DeliverSmResp, Encode, EnquireLink, EnquireLinkResp, Header,
    SubmitSm, Unbind, encode, split_frame,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    task::{JoinHandle, yield_now},
    time::Instant,
};

use super::{Completion, Driver, Handler, Reply, SessionHandle};
use crate::{Cause, EndedBy, Limits, Outcome, ReplyTo, Request, Role, SessionError, SubmitError, Verdict};

/// Both directions of a connection, as the test sees them.
#[derive(Clone, Default)]
struct Peer(Arc<Mutex<Wire>>);

/// The session's end of it.
struct Connection(Peer);

#[derive(Default)]
struct Wire {
    /// Octets for the session, all given to one read.
    to_session: Vec<u8>,
    reader: Option<Waker>,
    /// Octets that the session wrote, and in how many writes.
    written: Vec<u8>,
    write_count: usize,
    writer: Option<Waker>,
    /// How many octets the peer takes yet; `None` for all.
    allowance: Option<usize>,
    /// The session closed; the peer does so then.
    closed: bool,
    /// The next write fails: the peer is gone, and this is what it said before.
    last_words: Option<Vec<u8>>,
    /// Who waits for octets of the session.
    watcher: Option<Waker>,
}

impl Peer {
    fn send(&self, octets: &[u8]) {
        let mut wire = self.0.lock();
        wire.to_session.extend_from_slice(octets);
        wire.reader.take().map(Waker::wake).unwrap_or_default();
    }

    fn allow(&self, octets: usize) {
        let mut wire = self.0.lock();
        wire.allowance = Some(octets);
        wire.writer.take().map(Waker::wake).unwrap_or_default();
    }

    /// Waits until so many octets were written in all.
    async fn octets(&self, count: usize) {
        poll_fn(|context| self.watch(context, |wire| wire.written.len() >= count)).await;
    }

    /// Waits until so many PDUs were written in all, and gives their headers.
    async fn pdus(&self, count: usize) -> Vec<Header> {
        poll_fn(|context| self.watch(context, |wire| headers(&wire.written).len() >= count)).await;
        headers(&self.0.lock().written)
    }

    fn watch(&self, context: &Context<'_>, arrived: impl Fn(&Wire) -> bool) -> Poll<()> {
        let mut wire = self.0.lock();
        if arrived(&wire) {
            return Poll::Ready(());
        }
        wire.watcher = Some(context.waker().clone());
        Poll::Pending
    }

    fn write_count(&self) -> usize {
        self.0.lock().write_count
    }

    fn unread(&self) -> usize {
        self.0.lock().to_session.len()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut wire = self.0.0.lock();
        if wire.to_session.is_empty() && !wire.closed {
            wire.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = buffer.remaining().min(wire.to_session.len());
        buffer.put_slice(&wire.to_session[..count]);
        wire.to_session.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let mut wire = self.0.0.lock();
        if let Some(last_words) = wire.last_words.take() {
            wire.to_session.extend(last_words);
            wire.closed = true;
        }
        if wire.closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let count = wire.allowance.unwrap_or(usize::MAX).min(octets.len());
        if count == 0 {
            wire.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        wire.allowance = wire.allowance.map(|allowance| allowance - count);
        wire.write_count += 1;
        wire.written.extend_from_slice(&octets[..count]);
        wire.watcher.take().map(Waker::wake).unwrap_or_default();
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.0.lock().closed = true;
        Poll::Ready(Ok(()))
    }
}

/// Accepts everything at once; counts how often each token ended.
#[derive(Clone, Default)]
struct Accept {
    ended: Arc<Mutex<HashMap<u64, usize>>>,
}

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }

    fn completed(&mut self, token: u64, _: Completion<'_>) {
        *self.ended.lock().entry(token).or_default() += 1;
    }
}

/// A message centre's session on its own task, bound as transceiver.
struct Bound {
    peer: Peer,
    session: SessionHandle,
    handler: Accept,
    task: JoinHandle<SessionError>,
}

impl Bound {
    async fn new(limits: Limits) -> Self {
        let (peer, handler) = (Peer::default(), Accept::default());
        let driver = Driver::new(Connection(peer.clone()), Role::Smsc, limits, handler.clone());
        let session = driver.handle().clone();
        let task = tokio::spawn(driver.run());
        peer.send(&pdu(&Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() }, 1));
        peer.pdus(1).await;
        Self { peer, session, handler, task }
    }
}

fn pdu(pdu: &impl Encode, sequence_number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    encode(pdu, CommandStatus::ESME_ROK, sequence_number, &mut out).unwrap();
    out
}

fn headers(mut octets: &[u8]) -> Vec<Header> {
    let mut found = Vec::new();
    while let Some(raw) = split_frame(octets, u32::MAX).unwrap() {
        found.push(raw.header());
        octets = &octets[raw.octets().len()..];
    }
    found
}

/// Requests of the peer in the order of their numbers: every second one an enquire_link.
fn requests(numbers: std::ops::Range<u32>) -> Vec<u8> {
    let one = |number| match number % 2 {
        0 => pdu(&SubmitSm { short_message: b"hello", ..SubmitSm::default() }, number),
        _ => pdu(&EnquireLink::default(), number),
    };
    numbers.flat_map(one).collect()
}

#[tokio::test(start_paused = true)]
async fn fifty_requests_of_one_read_are_answered_in_one_write() {
    let Bound { peer, .. } = Bound::new(Limits::default()).await;
    let before = peer.write_count();
    peer.send(&requests(100..150));
    let answers = peer.pdus(51).await;
    assert_eq!(peer.write_count() - before, 1);
    assert!(answers[1..].iter().map(|answer| answer.sequence_number).eq(100..150), "in their order");
    assert!(answers.iter().all(|answer| answer.command_status == CommandStatus::ESME_ROK));
}

#[tokio::test(start_paused = true)]
async fn requests_of_several_handles_leave_in_one_write() {
    let Bound { peer, session, .. } = Bound::new(Limits::default()).await;
    let before = peer.write_count();
    for token in 0..50 {
        session.clone().try_submit(&DeliverSm::default(), token).unwrap();
    }
    let sent = peer.pdus(51).await;
    assert_eq!(peer.write_count() - before, 1);
    assert!(sent[1..].iter().map(|request| request.sequence_number).eq(1..51), "in their order");
}

#[tokio::test(start_paused = true)]
async fn answers_and_requests_of_one_turn_share_a_write() {
    let Bound { peer, session, .. } = Bound::new(Limits::default()).await;
    let before = peer.write_count();
    peer.send(&requests(100..110));
    session.try_submit(&DeliverSm::default(), 1).unwrap();
    peer.pdus(12).await;
    assert_eq!(peer.write_count() - before, 1);
}

#[tokio::test(start_paused = true)]
async fn a_lone_pdu_waits_for_no_timer() {
    let Bound { peer, session, .. } = Bound::new(Limits::default()).await;
    let before = Instant::now();
    session.try_submit(&DeliverSm::default(), 1).unwrap();
    peer.pdus(2).await;
    assert_eq!(Instant::now(), before, "the paused clock moves only when everybody waits for it");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_one_octet_at_a_time_gets_everything_in_order() {
    let Bound { peer, session, task, .. } = Bound::new(Limits::default()).await;
    peer.allow(0);
    peer.send(&requests(100..120));
    let written = peer.0.lock().written.len();
    let mut taken = written;
    for token in 0..20 {
        session.try_submit(&DeliverSm::default(), token).unwrap();
        for _ in 0..10 {
            taken += 1;
            peer.allow(1);
            peer.octets(taken).await;
        }
    }
    let rest = 20 * (pdu(&DeliverSm::default(), 1).len() + 16) + 10 - (taken - written);
    for _ in 0..rest {
        taken += 1;
        peer.allow(1);
        peer.octets(taken).await;
    }
    let all = headers(&peer.0.lock().written);
    let numbers = |id: fn(CommandId) -> bool| {
        all[1..].iter().filter(move |header| id(header.command_id)).map(|header| header.sequence_number)
    };
    assert!(numbers(CommandId::is_response).eq(100..120));
    assert!(numbers(|id| !id.is_response()).eq(1..21));
    assert!(!task.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_reads_fills_the_buffer_to_its_ceiling_and_is_given_up() {
    let limits = Limits { window: 10_000, request_buffer: 4_096, inbound_window: 8, ..Limits::default() };
    let ceiling = limits.outgoing_ceiling();
    let stall = limits.stall;
    let Bound { peer, session, handler, task } = Bound::new(limits).await;
    let begun = Instant::now();
    peer.allow(0);
    // More than one read: what comes behind the ceiling stays with the peer.
    peer.send(&requests(100..20_000));
    let message = DeliverSm { short_message: &[b'x'; 100], ..DeliverSm::default() };
    let mut sent = 0;
    for _ in 0..10 {
        while session.try_submit(&message, sent).is_ok() {
            sent += 1;
        }
        assert_eq!(session.try_submit(&message, sent), Err(SubmitError::BufferFull));
        // The driver takes what it can.
        yield_now().await;
    }
    let waiting = usize::try_from(sent).unwrap() * pdu(&message, 1).len();
    assert!(waiting <= ceiling, "{waiting} octets of requests wait, {ceiling} may");
    assert!(peer.unread() > 0, "a peer that reads no answers is not read from");

    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::Stalled));
    assert!(begun.elapsed() >= stall && begun.elapsed() < 2 * stall, "{:?}", begun.elapsed());
    let ended = handler.ended.lock();
    assert!((0..sent).all(|token| ended.get(&token) == Some(&1)), "each request is lost, once");
    assert_eq!(ended.len(), usize::try_from(sent).unwrap());
}

#[tokio::test(start_paused = true)]
async fn who_does_not_bind_is_closed_in_time() {
    let limits = Limits::default();
    let begun = Instant::now();
    let driver = Driver::new(Connection(Peer::default()), Role::Smsc, limits.clone(), Accept::default());
    let end = driver.run().await;
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::SessionInitTimeout));
    assert_passed(begun, limits.session_init);
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_asked_once_and_then_given_up() {
    let limits = Limits::default();
    let begun = Instant::now();
    let Bound { peer, task, .. } = Bound::new(limits.clone()).await;
    let asked = peer.pdus(2).await[1];
    assert_eq!(asked.command_id, CommandId::ENQUIRE_LINK);
    assert_passed(begun, limits.enquire_link);
    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::EnquireLinkTimeout));
    assert_passed(begun, limits.enquire_link + limits.response);
    assert_eq!(headers(&peer.0.lock().written).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_answers_enquire_link_lives_and_is_asked_again() {
    let limits = Limits::default();
    let begun = Instant::now();
    let Bound { peer, task, .. } = Bound::new(limits.clone()).await;
    for round in 1..10 {
        let asked = peer.pdus(1 + round).await[round];
        peer.send(&pdu(&EnquireLinkResp::default(), asked.sequence_number));
    }
    assert_passed(begun, 9 * limits.enquire_link);
    assert!(!task.is_finished());
}

#[tokio::test(start_paused = true)]
async fn enquire_link_alone_keeps_no_idle_session() {
    let limits = Limits { inactivity: Some(Duration::from_secs(20)), ..Limits::default() };
    let begun = Instant::now();
    let Bound { peer, task, .. } = Bound::new(limits).await;
    tokio::time::advance(Duration::from_secs(15)).await;
    peer.send(&pdu(&EnquireLink::default(), 2));
    peer.pdus(2).await;
    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Us, Cause::InactivityTimeout));
    assert_passed(begun, Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_request_without_an_answer_is_lost_and_the_session_goes_on() {
    let limits = Limits { enquire_link: Duration::from_secs(3_600), ..Limits::default() };
    let Bound { session, task, .. } = Bound::new(limits.clone()).await;
    let begun = Instant::now();
    let outcome = session.deliver_sm(&DeliverSm::default()).await.unwrap();
    assert_eq!(outcome, Outcome::Lost(SessionError { by: EndedBy::Peer, cause: Cause::ResponseTimeout }));
    assert_passed(begun, limits.response);
    assert_eq!(session.in_flight(), 0);
    assert!(!task.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_session_leaves_nobody_waiting() {
    let Bound { peer, session, task, .. } = Bound::new(Limits { window: 1, ..Limits::default() }).await;
    let message = DeliverSm::default();
    let cancel = async {
        peer.pdus(2).await;
        task.abort();
    };
    let all = async { tokio::join!(session.deliver_sm(&message), session.deliver_sm(&message), cancel) };
    let (sent, queued, ()) =
        tokio::time::timeout(Duration::from_secs(3_600), all).await.expect("nobody waits for ever");
    let end = SessionError { by: EndedBy::Us, cause: Cause::Closed };
    assert_eq!(sent, Ok(Outcome::Lost(end.clone())));
    assert_eq!(queued, Err(SubmitError::Closed(end.clone())));
    assert_eq!(session.ended(), Some(end));
}

#[tokio::test(start_paused = true)]
async fn a_session_counts_what_goes_over_it_each_pdu_once() {
    let limits = Limits { inbound_window: 0, response: Duration::from_secs(5), ..Limits::default() };
    let Bound { peer, session, .. } = Bound::new(limits).await;
    let before = session.counters();
    assert_eq!((before.pdus_in, before.requests_in, before.answers_out.ok), (1, 1, 1), "the bind");
    peer.allow(1);
    let octets = requests(100..110);
    peer.send(&octets);
    let outcome = session.deliver_sm(&DeliverSm::default()).await.unwrap();
    assert!(matches!(outcome, Outcome::Lost(_)));
    let written = peer.0.lock().written.len();
    peer.allow(usize::MAX);
    peer.octets(written + 10 * 16).await;
    peer.send(&pdu(&EnquireLinkResp::default(), 77));
    yield_now().await;
    let counters = session.counters();
    assert_eq!((counters.pdus_in, counters.requests_in, counters.answers_in.ok), (12, 11, 1));
    assert_eq!(counters.octets_in, (pdu_len() + octets.len() + 16) as u64);
    assert_eq!((counters.pdus_out, counters.requests_out, counters.expired), (12, 1, 1));
    assert_eq!((counters.answers_out.ok, counters.answers_out.throttled), (6, 5), "the window is closed");
    assert_eq!(counters.octets_out, peer.0.lock().written.len() as u64);
}

fn pdu_len() -> usize {
    pdu(&Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() }, 1).len()
}

#[tokio::test(start_paused = true)]
async fn answers_that_came_before_the_connection_failed_are_delivered_and_the_rest_is_lost() {
    let Bound { peer, session, task, .. } = Bound::new(Limits::default()).await;
    let message = DeliverSm::default();
    let fail = async {
        peer.pdus(3).await;
        peer.0.lock().last_words = Some(pdu(&DeliverSmResp::default(), 1));
        session.try_submit(&message, 3).unwrap();
    };
    let (first, second, ()) = tokio::join!(session.deliver_sm(&message), session.deliver_sm(&message), fail);
    assert!(matches!(first, Ok(Outcome::Answered(_))), "{first:?}");
    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause.clone()), (EndedBy::Peer, Cause::Closed));
    assert_eq!(second, Ok(Outcome::Lost(end)));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_unbinds_may_still_answer_what_it_was_sent() {
    let Bound { peer, session, task, .. } = Bound::new(Limits::default()).await;
    let message = DeliverSm::default();
    let peer_unbinds = async {
        peer.pdus(2).await;
        peer.send(&pdu(&Unbind::default(), 2));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(headers(&peer.0.lock().written).len(), 2, "its unbind waits for its answer");
        peer.send(&pdu(&DeliverSmResp::default(), 1));
        peer.pdus(3).await
    };
    let (outcome, written) = tokio::join!(session.deliver_sm(&message), peer_unbinds);
    assert!(matches!(outcome, Ok(Outcome::Answered(_))), "{outcome:?}");
    assert_eq!(written[2].command_id, CommandId::UNBIND_RESP);
    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::Unbind));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_unbinds_and_never_answers_is_let_go_when_its_time_is_over() {
    let limits = Limits::default();
    let Bound { peer, session, task, .. } = Bound::new(limits.clone()).await;
    let begun = Instant::now();
    session.try_submit(&DeliverSm::default(), 1).unwrap();
    peer.pdus(2).await;
    peer.send(&pdu(&Unbind::default(), 2));
    assert_eq!(peer.pdus(3).await[2].command_id, CommandId::UNBIND_RESP);
    assert_passed(begun, limits.response);
    assert_eq!(task.await.unwrap().cause, Cause::Unbind);
}

/// The paused clock shows this much more than it did; timers of tokio are precise to a millisecond.
fn assert_passed(begun: Instant, wanted: Duration) {
    let late = begun.elapsed().checked_sub(wanted).expect("not too early");
    assert!(late <= Duration::from_millis(20), "{late:?} late");
}
