//! No step on the way to a session can hang.

use std::time::Duration;

use smpp_session::{Client, ClientTls, ConnectCause, ConnectStep, Deadlines, Fingerprint, NoRequests};
use tokio::net::{TcpSocket, TcpStream};

use crate::smsc::{Smsc, in_time};

/// Soon over, each.
fn soon() -> Deadlines {
    let soon = Duration::from_millis(100);
    Deadlines { resolve: Duration::from_secs(5), connect: soon, handshake: soon, bind: soon, unbind: soon }
}

#[tokio::test]
async fn a_server_that_accepts_no_connection_is_given_up() {
    // A queue of one that is full: further connections hang, as at a firewall that drops them.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    let full = async {
        loop {
            waiting.push(TcpStream::connect(address).await.unwrap());
        }
    };
    let _full = tokio::time::timeout(Duration::from_millis(100), full).await;
    let client = Client::plain("127.0.0.1", address.port()).deadlines(soon());
    let error = in_time(client.connect(NoRequests)).await.unwrap_err();
    assert_eq!(error.to_string(), format!("{address}: the connection took longer than 100ms"));
}

#[tokio::test]
async fn a_host_that_does_not_exist_is_named() {
    // Too long for a name: no server needs to be asked.
    let host = format!("{}.example", "x".repeat(64));
    let client = Client::plain(host.clone(), 2775).deadlines(soon());
    let error = in_time(client.connect(NoRequests)).await.unwrap_err();
    assert!(matches!(error.cause, ConnectCause::Io(ConnectStep::Resolve, _)), "{error}");
    assert!(error.to_string().starts_with(&format!("{host}:2775: the name lookup failed: ")), "{error}");
}

#[tokio::test]
async fn a_server_that_says_nothing_in_the_handshake_is_given_up() {
    let smsc = Smsc::listen().await;
    let tls = ClientTls::pinned(vec![Fingerprint::from([0; 32])]).unwrap();
    let client = Client::builder("127.0.0.1", smsc.port(), tls).deadlines(soon());
    let (connected, peer) = tokio::join!(in_time(client.connect(NoRequests)), smsc.accept());
    let error = connected.unwrap_err();
    assert_eq!(error.to_string(), format!("{}: the TLS handshake took longer than 100ms", smsc.endpoint()));
    drop(peer);
}
