//! A gateway with one client, and requests to its admin listener.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use smpp_gateway::{AccountConfig, AdminConfig, Config, Delay, Gateway, Identity, StoreKind, VerifierKey};
use smpp_session::{Client, ClientTls, Connection, NoRequests, SubmitSm};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub(crate) struct Running {
    pub(crate) gateway: Gateway,
    _client: Connection,
    pub(crate) state: TempDir,
}

/// A name that would break a page, or a metric, that took it as it is.
pub(crate) const CUSTOMER: &str = "<i>\"a\\&'";

/// One client that has sent three messages; two of them are on their way for long.
pub(crate) async fn start(token_file: Option<&str>) -> Running {
    start_on(StoreKind::Memory, token_file).await
}

/// The same with another store.
pub(crate) async fn start_on(store: StoreKind, token_file: Option<&str>) -> Running {
    let state = tempfile::tempdir().unwrap();
    let key = VerifierKey::generate().unwrap();
    let account = AccountConfig {
        messages_per_second: Some(1_000),
        queue_limit: Some(2),
        ..AccountConfig::new(CUSTOMER, key.verifier(CUSTOMER.as_bytes(), b"secret08"))
    };
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let mut config = Config {
        listen: local,
        state_dir: state.path().to_owned(),
        accounts: vec![account],
        admin: Some(AdminConfig { listen: local, token_file: token_file.map(Into::into) }),
        ..Config::default()
    };
    config.store.kind = store;
    config.simulator.delay = Delay::Fixed(Duration::from_secs(3_600));
    let gateway = Gateway::start_with(config, Identity::ephemeral().unwrap(), key).await.unwrap();
    let tls = ClientTls::pinned(vec![gateway.fingerprint().parse().unwrap()]).unwrap();
    let builder = Client::builder("127.0.0.1", gateway.local_addr().port(), tls);
    let client = builder.credentials(CUSTOMER, "secret08").connect(NoRequests).await.unwrap();
    for _ in 0..3 {
        client
            .submit_sm(&SubmitSm {
                destination_addr: b"4512345678",
                short_message: b"hello",
                ..SubmitSm::default()
            })
            .await
            .unwrap();
    }
    Running { gateway, _client: client, state }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Running {
    pub(crate) fn admin(&self) -> SocketAddr {
        self.gateway.admin_addr().unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(path, "Host: localhost\r\n").await
    }

    /// A request with these header lines.
    pub(crate) async fn ask(&self, path: &str, headers: &str) -> Answer {
        request(self.admin(), &format!("GET {path}"), headers, "").await
    }
}

/// Asks `what`, method and path, with these header lines.
pub(crate) async fn request(admin: SocketAddr, what: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(admin).await.unwrap();
    let len = body.len();
    let request =
        format!("{what} HTTP/1.1\r\n{headers}Content-Length: {len}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut octets = Vec::new();
    stream.read_to_end(&mut octets).await.unwrap();
    let text = String::from_utf8(octets).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}
