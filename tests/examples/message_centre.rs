//! What the examples talk to: the gateway, or a message centre that remembers what it has seen.

use std::{
    collections::HashSet,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex},
};

use smpp_engine::{
    session::{
        Bind, Fingerprint, Handler, Reply, ReplyTo, Request, Server, ServerTls, SessionHandle, Verdict,
    },
    wire::{CommandStatus, MessageId, Pdu},
};
use smpp_gateway::{AccountConfig, Config, Gateway, Identity, StoreKind, VerifierKey};
use tempfile::TempDir;

pub(crate) const SYSTEM_ID: &str = "esme1";
pub(crate) const PASSWORD: &str = "secret08";

/// A gateway whose messages are delivered at once.
pub(crate) async fn gateway() -> Gateway {
    let key = VerifierKey::generate().unwrap();
    let account = AccountConfig::new(SYSTEM_ID, key.verifier(SYSTEM_ID.as_bytes(), PASSWORD.as_bytes()));
    let mut config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        accounts: vec![account],
        ..Config::default()
    };
    config.store.kind = StoreKind::Memory;
    Gateway::start_with(config, Identity::ephemeral().unwrap(), key).await.unwrap()
}

/// A self-signed certificate and its key, as files.
pub(crate) struct Certificate {
    pub(crate) directory: TempDir,
    pub(crate) pin: Fingerprint,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let directory = TempDir::new().unwrap();
        std::fs::write(directory.path().join("certificate.pem"), made.cert.pem()).unwrap();
        std::fs::write(directory.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        Self { directory, pin: Fingerprint::of(made.cert.der()).unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_str().unwrap().to_owned()
    }
}

/// A message centre that can be restarted: who comes meanwhile waits in the queue of its socket.
pub(crate) struct MessageCentre {
    listener: TcpListener,
    tls: ServerTls,
    pub(crate) pin: Fingerprint,
    server: Option<Server>,
    seen: Arc<Seen>,
}

/// What outlives its restarts.
#[derive(Default)]
struct Seen {
    texts: Mutex<HashSet<Vec<u8>>>,
    session: Mutex<Option<SessionHandle>>,
}

impl MessageCentre {
    pub(crate) fn new() -> Self {
        let certificate = Certificate::new();
        let path = |name| certificate.directory.path().join(name);
        let tls = ServerTls::from_files(&path("certificate.pem"), &path("key.pem")).unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut centre =
            Self { listener, tls, pin: certificate.pin, server: None, seen: Arc::new(Seen::default()) };
        centre.restart();
        centre
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    /// Breaks every connection, as a crash does, and starts anew.
    pub(crate) fn restart(&mut self) {
        self.server = None;
        let seen = Arc::clone(&self.seen);
        let server = Server::builder(self.tls.clone())
            .serve(self.listener.try_clone().unwrap(), move |_| Remember(Arc::clone(&seen)))
            .unwrap();
        self.server = Some(server);
    }

    /// The texts that reached it.
    pub(crate) fn seen(&self) -> HashSet<Vec<u8>> {
        self.seen.texts.lock().unwrap().clone()
    }

    /// Who bound last.
    pub(crate) fn session(&self) -> Option<SessionHandle> {
        self.seen.session.lock().unwrap().clone()
    }
}

/// Accepts every message, under its own text as the id.
struct Remember(Arc<Seen>);

impl Handler for Remember {
    fn bind(&mut self, _: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        self.0.session.lock().unwrap().replace(session.clone());
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::SubmitSm(message) = &request.pdu else {
            return Reply::Unsupported;
        };
        assert!(self.0.texts.lock().unwrap().insert(message.short_message.to_vec()), "never sent twice");
        let message_id = MessageId::new(message.short_message).unwrap();
        Reply::Now(Verdict { command_status: CommandStatus::ESME_ROK, message_id })
    }
}
