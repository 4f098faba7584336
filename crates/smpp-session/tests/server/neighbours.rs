//! What one session does costs no other.

use super::*;

/// A client's side that acknowledges what it receives.
struct Acknowledge;

impl Handler for Acknowledge {
    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

/// Panics at the first message.
struct Faulty;

impl Handler for Faulty {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::SubmitSm(message) = &request.pdu else { return Reply::Unsupported };
        assert!(message.short_message.is_empty(), "a fault of the application");
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_delays_nobody_else() {
    let (server, mut bound) = listen(Server::plain()).await;
    let mut deaf = TcpStream::connect(server.local_addr()).await.unwrap();
    deaf.write_all(&bind()).await.unwrap();
    let (_, to_deaf) = bound.recv().await.unwrap();
    let _other = Client::plain("127.0.0.1", server.local_addr().port()).connect(Acknowledge).await.unwrap();
    let (_, to_other) = bound.recv().await.unwrap();
    let message = DeliverSm { short_message: &[b'x'; 200], ..DeliverSm::EMPTY };
    let mut stuck = 0;
    while to_deaf.try_submit(&message, stuck).is_ok() {
        stuck += 1;
    }
    assert_eq!(stuck, Limits::default().window.into(), "its own window holds it back");
    for _ in 0..1_000 {
        let outcome = timeout(SOON, to_other.deliver_sm(&message)).await.expect("answered in time").unwrap();
        assert!(matches!(outcome, Outcome::Answered(_)), "{outcome:?}");
    }
    assert_eq!(to_deaf.in_flight(), Limits::default().window.into());
}

#[tokio::test]
async fn a_handler_that_panics_costs_its_own_session_alone() {
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::plain().listen(address, |_| Faulty).await.unwrap();
    let (first, second) = (client(server.local_addr()).await, client(server.local_addr()).await);
    let fatal = SubmitSm { short_message: b"x", ..SubmitSm::EMPTY };
    let outcome = timeout(SOON, first.submit_sm(&fatal)).await.expect("it ends in time").unwrap();
    assert!(matches!(outcome, Outcome::Lost(_)), "{outcome:?}");
    exchanges_a_message(&second).await;
    exchanges_a_message(&client(server.local_addr()).await).await;
    until(|| server.connections() == 2).await;
}
