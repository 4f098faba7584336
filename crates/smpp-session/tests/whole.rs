//! A TLS server among hostile clients: whatever they do, a session beside them goes on, and nothing of them stays.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, ServerName},
};
use smpp_session::{
    Bind, Client, ClientTls, CommandId, CommandStatus, Connection, Fingerprint, Handler, Limits, NoRequests,
    Outcome, Reply, ReplyTo, Request, Server, ServerBuilder, ServerTls, SessionHandle, SubmitSm, Verdict,
};
use smpp_wire::encode;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

struct Accept;

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

/// A server, and a session on it that exchanges messages as long as it is asked to.
struct Scene {
    server: Server,
    certificate: CertificateDer<'static>,
    neighbour: Connection,
    answered: AtomicU64,
}

impl Scene {
    async fn new(adjust: impl FnOnce(ServerBuilder) -> ServerBuilder) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = made.signing_key.serialize_der().try_into().unwrap();
        let tls = ServerTls::new(vec![certificate.clone()], key).unwrap();
        let builder = adjust(Server::builder(tls));
        let server = builder.listen("127.0.0.1:0".parse().unwrap(), |_| Accept).await.unwrap();
        let trust = ClientTls::pinned(vec![Fingerprint::of(&certificate).unwrap()]).unwrap();
        let client = Client::builder("127.0.0.1", server.local_addr().port(), trust);
        let neighbour = client.connect(NoRequests).await.unwrap();
        Self { server, certificate, neighbour, answered: AtomicU64::new(0) }
    }

    fn address(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// Has the neighbour exchange messages while something else goes on.
    async fn beside<T>(&self, other: impl Future<Output = T>) -> T {
        let exchange = async {
            loop {
                let outcome = self.neighbour.submit_sm(&SubmitSm::default()).await.unwrap();
                let Outcome::Answered(response) = outcome else { panic!("{outcome:?}") };
                assert_eq!(response.command_status, CommandStatus::ESME_ROK);
                self.answered.fetch_add(1, Ordering::Relaxed);
            }
        };
        tokio::select! {
            never = exchange => never,
            done = timeout(Duration::from_secs(60), other) => done.expect("it ends in time"),
        }
    }

    /// The neighbour has had so many answers since.
    async fn more_answers(&self, count: u64) {
        let wanted = self.answered.load(Ordering::Relaxed) + count;
        while self.answered.load(Ordering::Relaxed) < wanted {
            tokio::task::yield_now().await;
        }
    }

    /// Nothing is left of anybody else, and the neighbour leaves in order.
    async fn nothing_is_left(self) {
        self.beside(self.more_answers(10)).await;
        self.beside(async {
            while self.server.connections() > 1 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        self.neighbour.unbind().await;
        let end = self.server.shutdown(Duration::from_secs(60)).await;
        assert_eq!(end.cut_off, 0);
    }

    fn connector(&self) -> TlsConnector {
        TlsConnector::from(Arc::new(self.client_config()))
    }

    fn client_config(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth()
    }

    async fn tcp(&self) -> TcpStream {
        TcpStream::connect(self.address()).await.unwrap()
    }

    async fn tls(&self) -> TlsStream<TcpStream> {
        self.connector().connect(name(), self.tcp().await).await.unwrap()
    }

    /// The first octets of a handshake.
    fn hello(&self) -> Vec<u8> {
        let mut tls = ClientConnection::new(Arc::new(self.client_config()), name()).unwrap();
        let mut hello = Vec::new();
        tls.write_tls(&mut hello).unwrap();
        hello
    }
}

fn name() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}

fn bind() -> Vec<u8> {
    let mut out = Vec::new();
    let request = Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() };
    encode(&request, CommandStatus::ESME_ROK, 1, &mut out).unwrap();
    out
}

async fn until_closed(mut stream: impl AsyncRead + Unpin) {
    while stream.read(&mut [0; 256]).await.is_ok_and(|read| read > 0) {}
}

/// Closes with a reset.
fn reset(stream: &TcpStream) {
    stream.set_zero_linger().unwrap();
}

fn short() -> Limits {
    let short = Duration::from_millis(500);
    Limits { session_init: short, stall: short, ..Limits::default() }
}

#[tokio::test]
async fn clients_that_drip_their_handshake_are_closed_in_time() {
    let scene = Scene::new(|server| server.limits(short())).await;
    let hello = scene.hello();
    let drip = |mut stream: TcpStream| {
        let hello = hello.clone();
        async move {
            for octet in hello {
                if stream.write_all(&[octet]).await.is_err() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            until_closed(stream).await;
        }
    };
    let streams = join_all((0..100).map(|_| scene.tcp())).await;
    scene.beside(join_all(streams.into_iter().map(drip))).await;
    assert_eq!(scene.server.counters().too_slow, 100);
    scene.nothing_is_left().await;
}

#[tokio::test]
async fn clients_that_drip_their_bind_are_closed_in_time() {
    let scene = Scene::new(|server| server.limits(short())).await;
    let drip = |mut stream: TlsStream<TcpStream>| async move {
        for octet in bind().into_iter().take(20) {
            if stream.write_all(&[octet]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        until_closed(stream).await;
    };
    let streams = join_all((0..50).map(|_| scene.tls())).await;
    scene.beside(join_all(streams.into_iter().map(drip))).await;
    assert_eq!(scene.server.counters().bound, 1, "the neighbour alone");
    scene.nothing_is_left().await;
}

#[tokio::test]
async fn a_bind_that_is_reset_at_any_stage_leaves_nothing_behind() {
    let scene = Scene::new(|server| server).await;
    for _ in 0..10 {
        reset(&scene.tcp().await);

        let hello = scene.hello();
        for part in [hello.len() / 2, hello.len()] {
            let mut stream = scene.tcp().await;
            stream.write_all(&hello[..part]).await.unwrap();
            scene.beside(scene.more_answers(1)).await;
            reset(&stream);
        }

        let stream = scene.beside(scene.tls()).await;
        reset(stream.get_ref().0);

        for part in [bind().len() / 2, bind().len()] {
            let mut stream = scene.beside(scene.tls()).await;
            stream.write_all(&bind()[..part]).await.unwrap();
            reset(stream.get_ref().0);
        }

        let mut stream = scene.beside(scene.tls()).await;
        stream.write_all(&bind()).await.unwrap();
        assert!(scene.beside(stream.read(&mut [0; 64])).await.unwrap() > 16, "it is bound");
        reset(stream.get_ref().0);
    }
    scene.nothing_is_left().await;
}

#[tokio::test]
async fn plain_text_is_closed_and_counted() {
    let scene = Scene::new(|server| server).await;
    for said in [&bind()[..], b"GET / HTTP/1.1\r\n\r\n", b"EHLO smsc\r\n", &[0; 64]] {
        let mut stream = scene.tcp().await;
        stream.write_all(said).await.unwrap();
        scene.beside(until_closed(stream)).await;
    }
    assert_eq!(scene.server.counters().not_tls, 4);
    scene.nothing_is_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_handshakes_leaves_room_for_messages() {
    let scene = Scene::new(|server| server.max_handshakes(2)).await;
    let done = Arc::new(AtomicU64::new(0));
    let flood: Vec<_> = (0..50)
        .map(|_| {
            let (connector, address, done) = (scene.connector(), scene.address(), Arc::clone(&done));
            tokio::spawn(async move {
                loop {
                    let stream = TcpStream::connect(address).await.unwrap();
                    let stream = connector.connect(name(), stream).await.unwrap();
                    reset(stream.get_ref().0);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let both = async {
        while scene.answered.load(Ordering::Relaxed) < 50 || done.load(Ordering::Relaxed) < 50 {
            tokio::task::yield_now().await;
        }
    };
    scene.beside(both).await;
    assert!(flood.iter().all(|client| !client.is_finished()), "they flood all along");
    for client in &flood {
        client.abort();
    }
    join_all(flood).await;
    scene.nothing_is_left().await;
}

#[tokio::test]
async fn a_flood_of_stalled_handshakes_keeps_nobody_out() {
    let scene = Scene::new(|server| server.max_unbound(20).max_handshakes(1)).await;
    let hello = scene.hello();
    let mut stalled = Vec::new();
    for number in 0..50 {
        let mut stream = scene.tcp().await;
        stream.write_all(&hello[..hello.len() - number % 2]).await.unwrap();
        stalled.push(stream);
    }
    let mut customer = scene.beside(scene.tls()).await;
    customer.write_all(&bind()).await.unwrap();
    assert!(scene.beside(customer.read(&mut [0; 64])).await.unwrap() > 16, "it is bound");
    assert!(scene.server.counters().crowded_out >= 31);
    drop((customer, stalled));
    scene.nothing_is_left().await;
}
