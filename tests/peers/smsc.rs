//! Our server as the SMSC of a test: it obeys the numbers of [`dial`] and tells what it sees.

use std::net::SocketAddr;

use smpp_session::{
    Bind, CommandStatus, Completion, DeliverSm, Handler, Limits, MessageId, Reply, ReplyTo, Request, Server,
    SessionError, SessionHandle, SubmitSm, Turn, Verdict,
};
use smpp_wire::Pdu;
use smpp_wire::values::{EsmClass, ReceiptRequest};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::dial;
use crate::trust::Trust;

/// An SMSC that listens.
#[derive(Debug)]
pub struct Smsc {
    /// The server.
    pub server: Server,
    seen: UnboundedReceiver<Seen>,
}

/// What it saw.
#[derive(Clone, Debug)]
pub enum Seen {
    /// A client had the wrong credentials.
    Refused,
    /// A client is bound.
    Bound(SessionHandle),
    /// A message came and was accepted.
    Message(Received),
    /// The peer answered a receipt or an incoming message with this status.
    Delivered(CommandStatus),
    /// A session ended.
    Ended(SessionError),
}

/// A message that came.
#[derive(Clone, Debug)]
pub struct Received {
    /// Where from.
    pub source_addr: String,
    /// Where to.
    pub destination_addr: String,
    /// What it is.
    pub esm_class: EsmClass,
    /// As it came.
    pub short_message: Vec<u8>,
}

impl Smsc {
    /// Starts it; without `trust` in the clear.
    pub async fn start(trust: Option<&Trust>, limits: Limits) -> Self {
        let (tell, seen) = unbounded_channel();
        let builder = trust.map_or_else(Server::plain, |trust| Server::builder(trust.server()));
        let listen = builder.limits(limits).listen(([127, 0, 0, 1], 0).into(), move |_| Session {
            tell: tell.clone(),
            session: None,
            messages: 0,
            waiting: Vec::new(),
        });
        Self { server: listen.await.unwrap(), seen }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// The next thing it sees.
    pub async fn see(&mut self, what: &str) -> Seen {
        crate::soon(what, self.seen.recv()).await.unwrap()
    }

    /// The next bind; nothing else may come first.
    pub async fn see_bound(&mut self) -> SessionHandle {
        match self.see("bind").await {
            Seen::Bound(session) => session,
            other => unreachable!("a bind is due, not {other:?}"),
        }
    }

    /// The next message; nothing else may come first.
    pub async fn see_message(&mut self) -> Received {
        match self.see("message").await {
            Seen::Message(message) => message,
            other => unreachable!("a message is due, not {other:?}"),
        }
    }

    /// The next answer to what was delivered; nothing else may come first.
    pub async fn see_delivered(&mut self) -> CommandStatus {
        match self.see("deliver_sm_resp").await {
            Seen::Delivered(status) => status,
            other => unreachable!("a deliver_sm_resp is due, not {other:?}"),
        }
    }

    /// The next end of a session; nothing else may come first.
    pub async fn see_ended(&mut self) -> SessionError {
        match self.see("end").await {
            Seen::Ended(error) => error,
            other => unreachable!("an end is due, not {other:?}"),
        }
    }
}

struct Session {
    tell: UnboundedSender<Seen>,
    session: Option<SessionHandle>,
    messages: u64,
    waiting: Vec<Delivery>,
}

/// What goes back to the client.
struct Delivery {
    source_addr: Vec<u8>,
    destination_addr: Vec<u8>,
    esm_class: EsmClass,
    short_message: Vec<u8>,
}

impl Session {
    fn tell(&self, seen: Seen) {
        // The test may be over.
        let _nobody = self.tell.send(seen);
    }

    fn message(&mut self, message: &SubmitSm<'_>) -> Verdict {
        if message.destination_addr == dial::REFUSE.as_bytes() {
            return Verdict::status(CommandStatus::ESME_RINVDSTADR);
        }
        self.messages += 1;
        let message_id = format!("our-{:08}", self.messages);
        let back = |esm_class, text: &[u8]| Delivery {
            source_addr: message.destination_addr.to_vec(),
            destination_addr: message.source_addr.to_vec(),
            esm_class,
            short_message: text.to_vec(),
        };
        if message.registered_delivery.receipt() != ReceiptRequest::NONE {
            self.waiting.push(back(EsmClass::RECEIPT, dial::receipt(&message_id).as_bytes()));
        }
        if message.esm_class.has_udhi() {
            self.waiting.push(back(message.esm_class, message.short_message));
        }
        if message.destination_addr == dial::INCOMING.as_bytes() {
            self.waiting.push(back(EsmClass::DEFAULT, dial::INCOMING_TEXT.as_bytes()));
        }
        if message.destination_addr == dial::UNBIND.as_bytes() {
            self.session.as_ref().unwrap().unbind();
        }
        self.tell(Seen::Message(Received {
            source_addr: String::from_utf8_lossy(message.source_addr).into_owned(),
            destination_addr: String::from_utf8_lossy(message.destination_addr).into_owned(),
            esm_class: message.esm_class,
            short_message: message.short_message.to_vec(),
        }));
        let message_id = MessageId::new(message_id.as_bytes()).unwrap_or_default();
        Verdict { command_status: CommandStatus::ESME_ROK, message_id }
    }
}

impl Handler for Session {
    fn bind(&mut self, bind: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        if (bind.system_id, bind.password) != (dial::SYSTEM_ID.as_bytes(), dial::PASSWORD.as_bytes()) {
            self.tell(Seen::Refused);
            return Err(CommandStatus::ESME_RINVPASWD);
        }
        self.session = Some(session.clone());
        self.tell(Seen::Bound(session.clone()));
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        match &request.pdu {
            Pdu::SubmitSm(message) => Reply::Now(self.message(message)),
            _ => Reply::Unsupported,
        }
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        let room = turn.window_free().min(self.waiting.len());
        for Delivery { source_addr, destination_addr, esm_class, short_message } in self.waiting.drain(..room)
        {
            let message = DeliverSm {
                source_addr: &source_addr,
                destination_addr: &destination_addr,
                esm_class,
                short_message: &short_message,
                ..DeliverSm::default()
            };
            turn.submit(&message, 0).unwrap();
        }
    }

    fn completed(&mut self, _: u64, completion: Completion<'_>) {
        match completion {
            Completion::Answered(answer) => self.tell(Seen::Delivered(answer.command_status)),
            Completion::Lost(_) => {}
        }
    }

    fn ended(&mut self, error: &SessionError) {
        if self.session.is_some() {
            self.tell(Seen::Ended(error.clone()));
        }
    }
}
