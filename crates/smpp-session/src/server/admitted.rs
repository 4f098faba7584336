//! The application's handler behind the server's own: a bind gives the place of the unbound back.

use std::sync::Arc;

use smpp_wire::{Bind, CommandStatus};
use tracing::Span;

use super::{connections::Connections, counters::count};
use crate::{
    Completion, Handler, Reply, ReplyTo, Request, SessionError, SessionHandle, Turn, span::record_system_id,
};

/// A handler whose bind is watched.
pub(super) struct Admitted<H> {
    handler: H,
    connections: Arc<Connections>,
    number: u64,
}

impl<H> Admitted<H> {
    pub(super) const fn new(handler: H, connections: Arc<Connections>, number: u64) -> Self {
        Self { handler, connections, number }
    }
}

impl<H: Handler> Handler for Admitted<H> {
    fn bind(&mut self, bind: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        // Its place was taken away: the connection closes in a moment, and the application must not hold a seat for it.
        if !self.connections.unbound.leave(self.number) {
            return Err(CommandStatus::ESME_RBINDFAIL);
        }
        record_system_id(&Span::current(), bind.system_id);
        self.handler.bind(bind, session)?;
        count(&self.connections.door.bound);
        Ok(())
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
    }

    fn ended(&mut self, error: &SessionError) {
        self.handler.ended(error);
    }
}
