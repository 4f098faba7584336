//! A client and a server of smpp-session in one process, on runtimes of their own with one thread each.

use std::net::SocketAddr;

use smpp_session::{
    Bind, Client, ClientTls, CommandStatus, Connection, Fingerprint, Handler, Limits, MessageId, Reply,
    ReplyTo, Request, Server, ServerTls, SessionHandle, Verdict,
};
use tokio::runtime::{Builder, Runtime};

/// Plain or TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// In the clear.
    Plain,
    /// TLS 1.3, the server's key pinned.
    Tls,
}

/// The id that every message gets.
pub const MESSAGE_ID: &[u8] = b"b1e50673-f8b8-41e8-a143-07a43bb8c86b";

/// Accepts every bind, and every message.
#[derive(Clone, Copy, Debug)]
pub struct Accept;

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        let message_id = MessageId::new(MESSAGE_ID).unwrap_or_default();
        Reply::Now(Verdict { command_status: CommandStatus::ESME_ROK, message_id })
    }
}

/// A listening server, and what it takes to connect to it.
#[derive(Debug)]
pub struct Peers {
    /// Where the client runs.
    pub client: Runtime,
    address: SocketAddr,
    pin: Option<Fingerprint>,
    /// Kept alive: dropping it ends the server.
    _server: (Runtime, Server),
}

impl Peers {
    /// Starts the server.
    ///
    /// # Panics
    /// When the machine has no socket or no thread left: there is nothing to measure then.
    #[must_use]
    pub fn start(security: Security) -> Self {
        let (client, server) = (runtime(), runtime());
        let limits = Limits { inbound_window: 2_000, ..Limits::default() };
        let (builder, pin) = match security {
            Security::Plain => (Server::plain(), None),
            Security::Tls => {
                let made =
                    rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
                let pin = Fingerprint::of(made.cert.der()).expect("its fingerprint");
                let key = made.signing_key.serialize_der().try_into().expect("its key");
                let tls = ServerTls::new(vec![made.cert.der().clone()], key).expect("they belong together");
                (Server::builder(tls), Some(pin))
            }
        };
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listening = server.block_on(builder.limits(limits).listen(any, |_| Accept)).expect("a free port");
        Self { client, address: listening.local_addr(), pin, _server: (server, listening) }
    }

    /// A bound client.
    ///
    /// # Panics
    /// When the server can't be reached.
    pub async fn connect(&self, window: u16, handler: impl Handler) -> Connection {
        let (host, port) = (self.address.ip().to_string(), self.address.port());
        let builder = match self.pin {
            None => Client::plain(host, port),
            Some(pin) => Client::builder(host, port, ClientTls::pinned(vec![pin]).expect("a pin")),
        };
        let limits = Limits { window, request_buffer: 1 << 20, ..Limits::default() };
        builder.limits(limits).connect(handler).await.expect("the server accepts")
    }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a thread")
}
