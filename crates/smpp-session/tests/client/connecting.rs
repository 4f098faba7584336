//! Connecting and not getting there: what the error says, and that nothing is left behind.

use std::time::Duration;

use smpp_session::{
    Bind, Client, CommandId, CommandStatus, Deadlines, Handler, NoRequests, Server, SessionHandle,
};
use smpp_wire::EnquireLink;
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpSocket},
};

use crate::smsc::{Smsc, answer, pdu};

#[tokio::test]
async fn giving_up_on_a_bind_drops_its_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let client = Client::plain("127.0.0.1", port);
    let mut connecting = Box::pin(client.connect(NoRequests));
    let peer = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 1_024]).await.unwrap() > 16, "a bind");
        stream
    };
    let mut stream = tokio::select! {
        stream = peer => stream,
        connected = &mut connecting => panic!("nobody answered: {connected:?}"),
    };
    drop(connecting);
    let end = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut [0; 16])).await;
    assert_eq!(end.expect("closed at once").unwrap(), 0);
}

#[tokio::test]
async fn giving_up_on_a_bind_that_was_accepted_meanwhile_unbinds() {
    let smsc = Smsc::listen().await;
    let client = smsc.client();
    let mut connecting = Box::pin(client.connect(NoRequests));
    let accepts = async {
        let mut peer = smsc.accept().await;
        let bind = peer.next().await;
        let mut segment = answer(&bind, CommandStatus::ESME_ROK);
        segment.extend(pdu(&EnquireLink::default(), CommandStatus::ESME_ROK, 1));
        (peer, segment)
    };
    let (mut peer, segment) = tokio::select! {
        scene = accepts => scene,
        connected = &mut connecting => panic!("nobody answered: {connected:?}"),
    };
    // Nobody looks at the attempt while the session becomes bound.
    peer.send(&segment).await;
    peer.expect(CommandId::ENQUIRE_LINK_RESP).await;
    drop(connecting);
    peer.unbinds().await;
}

/// A port that is taken, and where nobody listens.
fn port_of_nobody() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

#[tokio::test]
async fn of_several_servers_the_first_that_can_be_reached_is_bound_to() {
    let ((_taken, nobody), second) = (port_of_nobody(), Smsc::listen().await);
    let builder = Client::plain("127.0.0.1", nobody).or("127.0.0.1", second.port()).or("127.0.0.1", nobody);
    let (connection, _peer) = tokio::join!(builder.connect(NoRequests), second.bound());
    assert_eq!(connection.unwrap().endpoint(), &second.endpoint());
}

/// Refuses every bind with its status.
struct Refuse(CommandStatus);

impl Handler for Refuse {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Err(self.0)
    }
}

#[tokio::test]
async fn a_refused_bind_says_its_status_and_never_the_password() {
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::plain().listen(address, |_| Refuse(CommandStatus::ESME_RINVPASWD)).await.unwrap();
    let client = Client::plain("127.0.0.1", server.local_addr().port()).credentials("esme1", "secret08");
    let error = client.connect(NoRequests).await.unwrap_err();
    assert_eq!(error.refused(), Some(CommandStatus::ESME_RINVPASWD));
    let says = format!("{}: the server refused the bind with ESME_RINVPASWD", server.local_addr());
    assert_eq!(error.to_string(), says);
    assert!(!format!("{client:?}").contains("secret08"));
}

#[tokio::test]
async fn a_server_that_never_answers_the_bind_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let deadlines = Deadlines { bind: Duration::from_millis(100), ..Deadlines::default() };
    let client = Client::plain("127.0.0.1", port).deadlines(deadlines);
    let error = client.connect(NoRequests).await.unwrap_err();
    assert_eq!(error.to_string(), format!("127.0.0.1:{port}: the bind took longer than 100ms"));
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_named() {
    let (_taken, port) = port_of_nobody();
    let error = Client::plain("127.0.0.1", port).connect(NoRequests).await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("127.0.0.1:{port}: the connection failed: ")), "{error}");
}
