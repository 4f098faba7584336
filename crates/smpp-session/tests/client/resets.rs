//! Connections that are reset at each stage of the bind: each is an error that says so, and a supervised client comes back.

use smpp_session::{
    Client, ClientEvent, ClientTls, CommandStatus, ConnectCause, ConnectStep, Fingerprint, NoRequests,
};
use tokio::io::AsyncReadExt;

use crate::smsc::{Smsc, answer, event, in_time, start};

/// Where the server resets the connection.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Accepted,
    InsideTheBind,
    BehindTheBind,
    InsideTheAnswer,
}

const STAGES: [Stage; 4] =
    [Stage::Accepted, Stage::InsideTheBind, Stage::BehindTheBind, Stage::InsideTheAnswer];

async fn reset_at(stage: Stage, smsc: &Smsc) {
    let mut peer = smsc.accept().await;
    match stage {
        Stage::Accepted => {}
        Stage::InsideTheBind => {
            peer.stream.read_exact(&mut [0; 7]).await.unwrap();
        }
        Stage::BehindTheBind => {
            peer.next().await;
        }
        Stage::InsideTheAnswer => {
            let bind = peer.next().await;
            let octets = answer(&bind, CommandStatus::ESME_ROK);
            peer.send(&octets[..octets.len() - 1]).await;
        }
    }
    peer.reset();
}

#[tokio::test]
async fn one_connection_says_that_its_bind_was_not_answered() {
    let smsc = Smsc::listen().await;
    for stage in STAGES {
        let client = smsc.client();
        let (connected, ()) = tokio::join!(in_time(client.connect(NoRequests)), reset_at(stage, &smsc));
        match connected.map_err(|error| error.cause) {
            Err(ConnectCause::Lost(_)) => {}
            // The reset may be there before the connection is looked at.
            Err(ConnectCause::Io(ConnectStep::Connect, _)) if matches!(stage, Stage::Accepted) => {}
            other => panic!("{stage:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_supervised_client_comes_back() {
    let smsc = Smsc::listen().await;
    let (client, mut events) = start(smsc.client());
    for stage in STAGES {
        reset_at(stage, &smsc).await;
        let failed = event(&mut events).await;
        assert!(matches!(failed, ClientEvent::Failed(..)), "{stage:?}: {failed}");
    }
    let _peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
}

#[tokio::test]
async fn a_reset_in_the_tls_handshake_is_told_from_one_behind_it() {
    let smsc = Smsc::listen().await;
    let tls = ClientTls::pinned(vec![Fingerprint::from([0; 32])]).unwrap();
    let client = Client::builder("127.0.0.1", smsc.port(), tls);
    let reset = async {
        let mut peer = smsc.accept().await;
        peer.stream.read_exact(&mut [0; 7]).await.unwrap();
        peer.reset();
    };
    let (connected, ()) = tokio::join!(in_time(client.connect(NoRequests)), reset);
    let cause = connected.unwrap_err().cause;
    let ConnectCause::Io(ConnectStep::Handshake, error) = &cause else { panic!("{cause}") };
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn another_protocol_is_no_session() {
    let smsc = Smsc::listen().await;
    let client = Client::plain("127.0.0.1", smsc.port());
    let says_http = async {
        let mut peer = smsc.accept().await;
        peer.next().await;
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        peer.is_closed().await;
    };
    let (connected, ()) = tokio::join!(client.connect(NoRequests), says_http);
    let error = connected.unwrap_err().to_string();
    assert!(error.contains("the peer does not speak SMPP"), "{error}");
}
