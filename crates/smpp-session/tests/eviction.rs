//! An account with one seat whose session died unnoticed: its client binds again, and gets the seat.
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use smpp_session::{
    Bind, Cause, Client, CommandId, CommandStatus, Handler, NoRequests, Retry, Server, SessionError,
    SessionHandle,
};
use smpp_wire::encode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// What the sessions of the account share.
#[derive(Default)]
struct Account {
    seat: Mutex<Option<SessionHandle>>,
    refused: AtomicUsize,
    evicted: AtomicUsize,
}

/// A session that takes the account's seat when it binds.
struct Seated {
    account: Arc<Account>,
    seated: bool,
}

impl Handler for Seated {
    fn bind(&mut self, _: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        let mut seat = self.account.seat.lock().unwrap();
        if let Some(holder) = &*seat {
            holder.probe(SIGN_OF_LIFE);
            self.account.refused.fetch_add(1, Ordering::Relaxed);
            return Err(CommandStatus::ESME_RALYBND);
        }
        *seat = Some(session.clone());
        self.seated = true;
        Ok(())
    }

    fn ended(&mut self, error: &SessionError) {
        if self.seated {
            *self.account.seat.lock().unwrap() = None;
        }
        if error.cause == Cause::EnquireLinkTimeout {
            self.account.evicted.fetch_add(1, Ordering::Relaxed);
        }
    }
}

const SIGN_OF_LIFE: Duration = Duration::from_millis(300);

async fn server() -> (Server, Arc<Account>) {
    let account = Arc::<Account>::default();
    let shared = Arc::clone(&account);
    let seated = move |_| Seated { account: Arc::clone(&shared), seated: false };
    let server = Server::plain().listen(SocketAddr::from(([127, 0, 0, 1], 0)), seated).await.unwrap();
    (server, account)
}

fn client(server: &Server) -> Client {
    let soon = Duration::from_millis(50);
    let retry = Retry { first: soon, cap: soon, fast_refusals: u32::MAX, ..Retry::default() };
    let builder = Client::plain("127.0.0.1", server.local_addr().port()).retry(retry);
    builder.start(|_| NoRequests).unwrap()
}

#[tokio::test]
async fn a_client_that_binds_again_gets_the_seat_of_its_dead_session() {
    let (server, account) = server().await;
    // Its host lost power: the connection is open, and nothing will ever come.
    let mut dead = TcpStream::connect(server.local_addr()).await.unwrap();
    let mut bind = Vec::new();
    let request = Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() };
    encode(&request, CommandStatus::ESME_ROK, 1, &mut bind).unwrap();
    dead.write_all(&bind).await.unwrap();
    assert!(dead.read(&mut [0; 64]).await.unwrap() > 16, "it is bound");

    let again = client(&server);
    timeout(Duration::from_secs(30), again.bound()).await.expect("in time").unwrap();
    assert!(account.refused.load(Ordering::Relaxed) > 0, "it was refused at first");
    assert_eq!(account.evicted.load(Ordering::Relaxed), 1);
    again.shutdown().await;
}

#[tokio::test]
async fn a_session_that_lives_keeps_its_seat() {
    let (server, account) = server().await;
    let first = client(&server);
    let session = first.bound().await.unwrap();
    let second = client(&server);
    while account.refused.load(Ordering::Relaxed) < 5 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(session.ended(), None);
    assert_eq!(account.evicted.load(Ordering::Relaxed), 0);
    // And who waits gets it once it is free.
    first.shutdown().await;
    timeout(Duration::from_secs(30), second.bound()).await.expect("in time").unwrap();
    second.shutdown().await;
}
