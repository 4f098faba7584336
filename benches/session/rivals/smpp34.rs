//! `smpp34`, client and server, set up as its own throughput example does: one task a message of the window.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use async_trait::async_trait;
use parking_lot::Mutex;
use smpp_benches::end::End;
use smpp_benches::sessions::{MESSAGE, MESSAGE_ID, claim};
use smpp_benches::stopwatch::{Stopwatch, Took};
use smpp34::client::{BIND_TYPE, SMSC, SmppClient, SmppClientListener};
use smpp34::{
    SmppConnectionInformation, SmppServer, SmppServerListener, bind_transceiver, bind_transceiver_resp,
    submit_sm, submit_sm_resp,
};
use tokio::sync::oneshot;

/// Its server, on an end of its own.
pub(crate) struct Serving {
    pub(crate) address: SocketAddr,
    pub(crate) end: End,
    _server: SmppServer,
}

impl Serving {
    pub(crate) fn start() -> Self {
        let end = End::start();
        let host = IpAddr::V4(Ipv4Addr::LOCALHOST);
        // It does not say where it listens, so a free port is looked for first, and another one if somebody was faster.
        for _ in 0..100 {
            let address =
                TcpListener::bind((host, 0)).and_then(|listener| listener.local_addr()).expect("a free port");
            let server = end.run(async move {
                let (enquire_link, inactivity) = (3_600_000, 3_600_000);
                let mut server = SmppServer::new_with_default_timers(
                    host,
                    address.port(),
                    Arc::new(Accept),
                    5_000,
                    enquire_link,
                    inactivity,
                    30_000,
                    BUFFER,
                );
                server.start().await;
                server
            });
            if server.is_alive() {
                return Self { address, end, _server: server };
            }
        }
        unreachable!("a hundred ports were taken by others")
    }
}

struct Accept;

#[async_trait]
impl SmppServerListener for Accept {
    async fn on_bind_transceiver(
        &self,
        bind: bind_transceiver,
        _: &SmppConnectionInformation,
        _: &String,
    ) -> bind_transceiver_resp {
        bind.accept("smpp34".to_owned(), None)
    }

    async fn on_submit_sm(
        &self,
        message: submit_sm,
        _: &SmppConnectionInformation,
        _: &String,
    ) -> submit_sm_resp {
        message.accept(MESSAGE_ID.to_owned())
    }
}

/// Sends with its client, on the end of the client.
pub(crate) fn send(end: &End, address: SocketAddr, connections: usize, window: u16, messages: u64) -> Took {
    end.run(async move {
        let mut clients = Vec::new();
        for _ in 0..connections {
            clients.push(connect(address, window).await);
        }
        let left = Arc::new(AtomicU64::new(messages));
        let watch = Stopwatch::start();
        let senders: Vec<_> = clients
            .iter()
            .flat_map(|(_, session)| (0..window).map(|_| Arc::clone(session)))
            .map(|session| tokio::spawn(send_from(Arc::clone(&left), session)))
            .collect();
        let mut accepted = 0;
        for sender in senders {
            accepted += sender.await.expect("a sender ends");
        }
        let took = watch.stop();
        assert_eq!(accepted, messages);
        for (mut client, session) in clients {
            drop(session);
            client.stop().await;
        }
        took
    })
}

async fn connect(address: SocketAddr, window: u16) -> (SmppClient, Arc<SMSC>) {
    let (bound, session) = oneshot::channel();
    let (enquire_link, inactivity) = (3_600_000, 3_600_000);
    let mut client = SmppClient::new_with_default_timers(
        address.ip().to_string(),
        address.port(),
        false,
        BIND_TYPE::TRX,
        String::new(),
        String::new(),
        String::new(),
        0,
        0,
        String::new(),
        Arc::new(Binder(Mutex::new(Some(bound)))),
        5_000,
        enquire_link,
        inactivity,
        30_000,
        BUFFER,
        window.into(),
    );
    client.start().await;
    (client, session.await.expect("the server accepts"))
}

struct Binder(Mutex<Option<oneshot::Sender<Arc<SMSC>>>>);

#[async_trait]
impl SmppClientListener for Binder {
    async fn on_smsc_bound(&self, session: SMSC, _: &String) {
        if let Some(bound) = self.0.lock().take() {
            let _ = bound.send(Arc::new(session));
        }
    }
}

async fn send_from(left: Arc<AtomicU64>, session: Arc<SMSC>) -> u64 {
    let mut accepted = 0;
    while claim(&left) {
        let answer = session
            .submit_sm()
            .source_addr_ton(MESSAGE.source_addr_ton.into())
            .source_addr("TestCo")
            .dest_addr_ton(MESSAGE.dest_addr_ton.into())
            .dest_addr_npi(MESSAGE.dest_addr_npi.into())
            .destination_addr("4512345678")
            .short_message(MESSAGE.short_message)
            .send()
            .await;
        assert!(matches!(answer, Ok(answer)
            if answer.is_success() && answer.message_id.as_deref() == Some(MESSAGE_ID)));
        accepted += 1;
    }
    accepted
}

/// Its default is 1,500 octets; this is faster.
const BUFFER: usize = 64 * 1024;
