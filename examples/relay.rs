//! A relay: clients bind to it over TLS, and it hands their messages to one message centre and the receipts back, unparsed:
//! `cargo run --example relay -- LISTEN CERTIFICATE.PEM KEY.PEM HOST PORT SHA256-OF-THE-PUBLIC-KEY SYSTEM_ID PASSWORD`
//!
//! Clients bind with the account of the message centre. The relay keeps nothing: it answers a message with what the message centre
//! answered, so an ESME_ROK is the message centre's own. Where that can't be had, the status says what is known:
//!
//! | status | what happened |
//! |---|---|
//! | ESME_RTHROTTLED | not sent: the window is full |
//! | ESME_RSYSERR | not sent: there is no session with the message centre |
//! | ESME_RUNKNOWNERR | fate unknown: sent, and the session was lost before the answer; sending it again may deliver it twice |
//!
//! A receipt is acknowledged once a client has acknowledged it; else the message centre is told to try again (ESME_RX_T_APPN).

use std::{
    collections::HashMap,
    error::Error,
    net::SocketAddr,
    path::Path,
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use smpp_engine::{
    session::{
        Bind, BindMode, Client, ClientTls, Completion, Handler, Reply, ReplyTo, Request, Server, ServerTls,
        SessionError, SessionHandle, SubmitError, Turn, Verdict,
    },
    wire::{CommandId, CommandStatus, Frame, MessageId},
};
use tokio::signal::unix::{SignalKind, signal};

/// How long clients may take to leave.
const DEADLINE: Duration = Duration::from_secs(10);

/// What both sides share.
struct Relay {
    system_id: String,
    password: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    /// Set once, right after the client was started.
    message_centre: Option<Client>,
    /// Clients that take receipts, by their number.
    receivers: HashMap<u64, SessionHandle>,
    /// Requests that were handed on, and who waits for the answer.
    open: HashMap<u64, (SessionHandle, ReplyTo)>,
}

impl Relay {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn number(&self) -> u64 {
        let mut state = self.lock();
        state.next += 1;
        state.next
    }

    /// Notes who waits for an answer, before that can come.
    fn open(&self, from: &SessionHandle, reply_to: ReplyTo) -> u64 {
        let token = self.number();
        self.lock().open.insert(token, (from.clone(), reply_to));
        token
    }

    /// Hands an answer to whom it belongs.
    fn answer(&self, token: u64, verdict: Verdict) {
        let waiting = self.lock().open.remove(&token);
        if let Some((session, reply_to)) = waiting {
            session.answer([(reply_to, verdict)]);
        }
    }

    /// Hands a client's message on: its body is copied from one buffer to the other.
    fn hand_on(
        &self,
        from: &SessionHandle,
        request: &Request<'_>,
        reply_to: ReplyTo,
    ) -> Result<(), CommandStatus> {
        let session = self.lock().message_centre.as_ref().and_then(Client::session);
        let session = session.ok_or(CommandStatus::ESME_RSYSERR)?;
        let token = self.open(from, reply_to);
        session.try_submit(&request.raw, token).map_err(|error| {
            self.lock().open.remove(&token);
            match error {
                SubmitError::WindowFull | SubmitError::BufferFull => CommandStatus::ESME_RTHROTTLED,
                _ => CommandStatus::ESME_RSYSERR,
            }
        })
    }

    /// Hands a receipt, or an incoming message, to the first client that has room for it.
    fn hand_back(&self, from: &SessionHandle, message: &Frame, reply_to: ReplyTo) -> bool {
        let receivers: Vec<_> = self.lock().receivers.values().cloned().collect();
        let token = self.open(from, reply_to);
        let sent = receivers.iter().any(|session| session.try_submit(message, token).is_ok());
        if !sent {
            self.lock().open.remove(&token);
        }
        sent
    }
}

/// The relay's side of a client.
struct Downstream {
    relay: Arc<Relay>,
    number: u64,
    session: Option<SessionHandle>,
}

impl Handler for Downstream {
    fn bind(&mut self, bind: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        let relay = &self.relay;
        if (bind.system_id, bind.password) != (relay.system_id.as_bytes(), relay.password.as_bytes()) {
            return Err(CommandStatus::ESME_RINVPASWD);
        }
        if BindMode::of(bind.command_id).is_some_and(BindMode::receives) {
            relay.lock().receivers.insert(self.number, session.clone());
        }
        self.session = Some(session.clone());
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, reply_to: ReplyTo) -> Reply {
        if request.raw.header().command_id != CommandId::SUBMIT_SM {
            return Reply::Unsupported;
        }
        let handed_on = match &self.session {
            Some(session) => self.relay.hand_on(session, request, reply_to),
            None => Err(CommandStatus::ESME_RINVBNDSTS),
        };
        handed_on.map_or_else(|status| Reply::Now(Verdict::status(status)), |()| Reply::Later)
    }

    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        let status = match completion {
            Completion::Answered(answer) => answer.command_status,
            Completion::Lost(_) => CommandStatus::ESME_RX_T_APPN,
        };
        self.relay.answer(token, Verdict::status(status));
    }

    fn ended(&mut self, _: &SessionError) {
        self.relay.lock().receivers.remove(&self.number);
    }
}

/// The relay's side of the message centre.
struct Upstream {
    relay: Arc<Relay>,
    received: Vec<(Frame, ReplyTo)>,
}

impl Handler for Upstream {
    fn request(&mut self, request: &Request<'_>, reply_to: ReplyTo) -> Reply {
        if request.raw.header().command_id != CommandId::DELIVER_SM {
            return Reply::Unsupported;
        }
        self.received.push((request.raw.to_frame(), reply_to));
        Reply::Later
    }

    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        let verdict = match completion {
            Completion::Answered(answer) => Verdict {
                command_status: answer.command_status,
                message_id: MessageId::new(answer.message_id).unwrap_or_default(),
            },
            Completion::Lost(error) => {
                say(&format!("a message's fate is unknown: {error}"));
                Verdict::status(CommandStatus::ESME_RUNKNOWNERR)
            }
        };
        self.relay.answer(token, verdict);
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        for (message, reply_to) in self.received.drain(..) {
            if !self.relay.hand_back(turn.session(), &message, reply_to) {
                turn.answer(reply_to, &Verdict::status(CommandStatus::ESME_RX_T_APPN));
            }
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [listen, certificate, key, host, port, pin, system_id, password] = arguments else {
        return Err("usage: relay LISTEN CERTIFICATE KEY HOST PORT SHA256 SYSTEM_ID PASSWORD".into());
    };
    let (system_id, password) = (system_id.clone(), password.clone());
    let upstream = Client::builder(host, port.parse()?, ClientTls::pinned(vec![pin.parse()?])?)
        .credentials(&system_id, &password);
    let relay = Arc::new(Relay { system_id, password, state: Mutex::default() });
    let shared = Arc::clone(&relay);
    let client = upstream.start(move |_| Upstream { relay: Arc::clone(&shared), received: Vec::new() })?;
    relay.lock().message_centre = Some(client.clone());

    let tls = ServerTls::from_files(Path::new(certificate), Path::new(key))?;
    let shared = Arc::clone(&relay);
    let downstream = move |_: SocketAddr| Downstream {
        number: shared.number(),
        relay: Arc::clone(&shared),
        session: None,
    };
    let server = Server::builder(tls).listen(listen.parse()?, downstream).await?;
    say(&format!("listening on {}", server.local_addr()));

    let mut terminate = signal(SignalKind::terminate())?;
    let stop = async {
        terminate.recv().await;
    };
    // Clients first: what they sent is answered by the message centre.
    let end = server.run_until(stop, DEADLINE).await;
    client.shutdown().await;
    say(&format!("{} clients left in order, {} were cut off", end.drained, end.cut_off));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example talks to its user")]
fn say(text: &str) {
    println!("{text}");
}
