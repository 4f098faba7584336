//! The application's handler behind the server's own: a bind gives the place of the unbound back.

use std::sync::Arc;

use smpp_wire::{Bind, CommandStatus};
use tracing::Span;

use super::{connections::Connections, counters::count};
use crate::{
    BindReply, Cause, Completion, Handler, Reply, ReplyTo, Request, SessionError, SessionHandle, Turn,
    span::record_system_id,
};

/// A handler whose bind is watched.
pub(super) struct Admitted<H> {
    handler: H,
    connections: Arc<Connections>,
    number: u64,
    /// The handler needs time to judge the bind: until then its connection keeps the place of a stranger.
    judging: bool,
    /// The handler was told of the end already.
    over: bool,
}

impl<H> Admitted<H> {
    pub(super) const fn new(handler: H, connections: Arc<Connections>, number: u64) -> Self {
        Self { handler, connections, number, judging: false, over: false }
    }
}

impl<H: Handler> Admitted<H> {
    /// A judged bind gives the place of a stranger back.
    fn admit(&mut self, reply: BindReply) -> BindReply {
        if self.connections.unbound.leave(self.number) {
            if !matches!(reply, BindReply::Refuse(_)) {
                count(&self.connections.door.bound);
            }
            return reply;
        }
        // Its place was taken away: the connection closes in a moment, and the application must not hold a seat for it.
        self.over = true;
        let status = CommandStatus::ESME_RBINDFAIL;
        self.handler.ended(&SessionError::us(Cause::BindRefused(status)));
        BindReply::Refuse(status)
    }
}

impl<H: Handler> Handler for Admitted<H> {
    fn judge_bind(&mut self, bind: &Bind<'_>, session: &SessionHandle) -> BindReply {
        record_system_id(&Span::current(), bind.system_id);
        let reply = self.handler.judge_bind(bind, session);
        self.judging = reply == BindReply::Later;
        if self.judging { reply } else { self.admit(reply) }
    }

    #[inline]
    fn request(&mut self, request: &Request<'_>, reply_to: ReplyTo) -> Reply {
        self.handler.request(request, reply_to)
    }

    #[inline]
    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        self.handler.completed(token, completion);
    }

    #[inline]
    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        self.handler.turn_end(turn);
        if self.judging && !turn.holds_bind() {
            self.judging = false;
            if self.connections.unbound.leave(self.number) && turn.is_bound() {
                count(&self.connections.door.bound);
            }
        }
    }

    fn ended(&mut self, error: &SessionError) {
        if !self.over {
            self.handler.ended(error);
        }
    }
}
