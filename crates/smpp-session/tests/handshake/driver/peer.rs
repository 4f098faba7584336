//! A driver without a connection: it does at the lock what the real one does, and answers what was sent by itself.

use std::{
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use bytes::BytesMut;
use smpp_wire::{CommandId, CommandStatus, Header, Unknown, encode, split_frame};

use super::{
    handle::SessionHandle,
    outbox::{Shared, ToTell},
};
use crate::{Event, Limits, ReplyTo, Role, Session, Verdict};

/// The session of a message centre, bound as transceiver.
pub(crate) struct Peer {
    pub(crate) handle: SessionHandle,
    session: Session,
    out: BytesMut,
    late: Vec<(ReplyTo, Verdict)>,
    tell: ToTell,
    now: Instant,
    /// Requests that it has answered, and answers that handles gave it.
    pub(crate) answered: usize,
    pub(crate) late_answers: usize,
    leaving: bool,
}

impl Peer {
    pub(crate) fn new(window: u16) -> Self {
        let (now, limits) = (Instant::now(), Limits { window, ..Limits::default() });
        let mut session = Session::new(Role::Smsc, limits.clone(), now);
        let (command_id, command_status) = (CommandId::BIND_TRANSCEIVER, CommandStatus::ESME_ROK);
        let bind = Header { command_length: 16, command_id, command_status, sequence_number: 1 };
        session.accept_bind(&bind, b"smsc", &mut BytesMut::new());
        let shared = Shared::new(Role::Smsc, &limits);
        shared.lock().half.follow(&session);
        Self {
            handle: SessionHandle::new(shared),
            session,
            out: BytesMut::new(),
            late: Vec::new(),
            tell: ToTell::default(),
            now,
            answered: 0,
            late_answers: 0,
            leaving: false,
        }
    }

    /// Runs until it has answered so many requests and got so many answers.
    pub(crate) fn run_until(&mut self, requests: usize, late_answers: usize) {
        self.run_while(|peer| peer.answered < requests || peer.late_answers < late_answers);
    }

    /// Runs until somebody unbinds.
    pub(crate) fn run(&mut self) {
        self.run_while(|peer| !peer.leaving);
    }

    fn run_while(&mut self, goes_on: impl Fn(&Self) -> bool) {
        loom::future::block_on(std::future::poll_fn(|context| {
            self.turn(context.waker());
            if goes_on(self) { Poll::Pending } else { Poll::Ready(()) }
        }));
    }

    /// A turn: what handles left is taken, and answered at once.
    fn turn(&mut self, waker: &Waker) {
        {
            let outbox = &mut *self.handle.shared().lock();
            outbox.take(&self.session, waker, false, &mut self.out, &mut self.late);
            outbox.grant(&mut self.tell);
            self.leaving = outbox.half.is_leaving();
        }
        self.tell();
        self.late_answers += self.late.drain(..).count();
        let sent = self.out.split();
        if !sent.is_empty() {
            self.answer(&sent);
        }
    }

    fn answer(&mut self, mut sent: &[u8]) {
        {
            let outbox = &mut *self.handle.shared().lock();
            while let Some(request) = split_frame(sent, u32::MAX).unwrap() {
                sent = sent.get(request.octets().len()..).unwrap();
                let Header { command_id, sequence_number, .. } = request.header();
                let mut answer = Vec::new();
                let pdu = Unknown { command_id: command_id.response(), body: &[0] };
                encode(&pdu, CommandStatus::ESME_ROK, sequence_number, &mut answer).unwrap();
                let answer = split_frame(&answer, u32::MAX).unwrap().unwrap();
                let Event::Answer(answer) = self.session.handle_frame(answer, self.now, &mut self.out) else {
                    panic!("an answer");
                };
                let (owner, _) = self.session.handle_answer(&answer, &mut outbox.half).unwrap();
                outbox.answered(owner, &answer, || Duration::ZERO, &mut self.tell);
                self.answered += 1;
            }
            outbox.half.note_unwritten(0);
            outbox.grant(&mut self.tell);
        }
        self.tell();
    }

    /// The session ends here and now.
    pub(crate) fn end(&mut self) {
        self.session.handle_eof();
        let error = self.session.ended().cloned().unwrap();
        self.handle.shared().lock().end(&error, &mut self.tell);
        self.tell();
    }

    fn tell(&mut self) {
        self.tell.wakers.drain(..).for_each(Waker::wake);
    }
}

/// A context for those who poll by hand.
pub(crate) fn nobody() -> Context<'static> {
    Context::from_waker(Waker::noop())
}
