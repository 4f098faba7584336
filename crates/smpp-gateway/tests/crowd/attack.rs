//! What hostile clients are made of: connections from an address of their own, octet by octet.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs::default_provider, pki_types::ServerName};
use smpp_wire::{Bind, CommandId, CommandStatus, Encode, Header, encode, split_frame};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::gateway::{PASSWORD, Running};

/// Of each kind.
const CROWD: usize = 10_000;
/// Open files beside the crowd, here and in the gateway; those of the reload's sessions, which run at the same time, among them.
const RESERVE: u64 = 1_600;
/// How many come at the same time.
const AT_ONCE: usize = 200;
/// A gateway that has not closed by then never will.
const DEADLINE: Duration = Duration::from_secs(300);

/// As many as may have a file each; fewer than ten thousand are said aloud.
pub(crate) fn crowd() -> usize {
    let wanted = CROWD as u64 + RESERVE;
    let limit = getrlimit(Resource::Nofile);
    let maximum = limit.maximum.unwrap_or(u64::MAX);
    if limit.current.is_some_and(|current| current < wanted) {
        // The gateway inherits it.
        let raised = Rlimit { current: Some(wanted.min(maximum)), maximum: limit.maximum };
        setrlimit(Resource::Nofile, raised).unwrap();
    }
    let fits = usize::try_from(maximum.saturating_sub(RESERVE)).unwrap_or(usize::MAX);
    if fits < CROWD {
        say(&format!("the hard limit on open files is {maximum}: {fits} clients in place of {CROWD}"));
    }
    fits.min(CROWD)
}

#[expect(clippy::print_stderr, reason = "the tests' output is where a smaller test is looked for")]
fn say(what: &str) {
    eprintln!("{what}");
}

/// Runs one of these for each of the crowd, some hundreds at a time, and gives what they gave.
pub(crate) async fn each<T, F>(count: usize, mut one: impl FnMut(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for number in 0..count {
        let turn = Arc::clone(&turns).acquire_owned().await.unwrap();
        let work = one(number);
        tasks.spawn(async move {
            let _turn = turn;
            work.await
        });
    }
    tasks.join_all().await
}

/// Where they come from, and whom they attack.
#[derive(Clone)]
pub(crate) struct Attacker {
    from: Ipv4Addr,
    address: SocketAddr,
    tls: Arc<ClientConfig>,
}

impl Attacker {
    /// From an address of their own: the gateway may count it.
    pub(crate) fn of(gateway: &Running, from: u8) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(gateway.certificate()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap();
        let tls = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
        Self { from: Ipv4Addr::new(127, 0, 0, from), address: gateway.address, tls }
    }

    pub(crate) async fn connect(&self) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        // What is not read does not fill the machine's memory.
        socket.set_recv_buffer_size(4_096)?;
        socket.bind((self.from, 0).into())?;
        let stream = socket.connect(self.address).await?;
        // Closed at once when dropped: no port waits for octets that may still come.
        stream.set_zero_linger()?;
        Ok(stream)
    }

    pub(crate) async fn tls(&self) -> io::Result<Hostile> {
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, self.connect().await?).await?;
        Ok(Hostile { stream })
    }

    /// Tries until it is bound: at ten thousand a few may be too late.
    pub(crate) async fn bound(&self, system_id: &str) -> Hostile {
        loop {
            if let Ok(mut hostile) = self.tls().await
                && let Ok(status) = hostile.bind(system_id, PASSWORD).await
            {
                assert!(status.is_ok(), "{status}");
                return hostile;
            }
        }
    }
}

/// A client with TLS and nothing else.
pub(crate) struct Hostile {
    pub(crate) stream: TlsStream<TcpStream>,
}

impl Hostile {
    pub(crate) async fn bind(&mut self, system_id: &str, password: &str) -> io::Result<CommandStatus> {
        let (system_id, password) = (system_id.as_bytes(), password.as_bytes());
        let bind = Bind { command_id: CommandId::BIND_TRANSCEIVER, system_id, password, ..Bind::default() };
        self.send(&bind, 1).await?;
        Ok(self.header().await?.command_status)
    }

    pub(crate) async fn send(&mut self, pdu: &impl Encode, sequence_number: u32) -> io::Result<()> {
        let mut octets = Vec::new();
        encode(pdu, CommandStatus::ESME_ROK, sequence_number, &mut octets).unwrap();
        self.stream.write_all(&octets).await?;
        self.stream.flush().await
    }

    /// The header of the next PDU.
    pub(crate) async fn header(&mut self) -> io::Result<Header> {
        let mut octets = Vec::new();
        loop {
            if let Some(raw) = split_frame(&octets, 1 << 16).unwrap() {
                return Ok(raw.header());
            }
            // No more than this PDU.
            let len = octets.first_chunk().map_or(4, |len| u32::from_be_bytes(*len) as usize);
            let mut rest = vec![0; len - octets.len()];
            self.stream.read_exact(&mut rest).await?;
            octets.extend_from_slice(&rest);
        }
    }
}

/// Returns when the gateway has closed, whatever it says before.
pub(crate) async fn closed(stream: &mut (impl AsyncRead + Unpin)) {
    let mut rest = [0; 256];
    let end = async { while matches!(stream.read(&mut rest).await, Ok(1..)) {} };
    tokio::time::timeout(DEADLINE, end).await.expect("the gateway closes");
}
