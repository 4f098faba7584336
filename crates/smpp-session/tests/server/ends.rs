//! How a server ends.

use super::*;

#[tokio::test]
async fn a_shutdown_unbinds_who_answers_at_once_and_cuts_off_who_is_mute() {
    let (server, _) = listen(Server::plain()).await;
    let mut mute = TcpStream::connect(server.local_addr()).await.unwrap();
    mute.write_all(&bind()).await.unwrap();
    assert!(mute.read(&mut [0; 64]).await.unwrap() > 16);
    let mut polite = client(server.local_addr()).await;
    let mut stranger = TcpStream::connect(server.local_addr()).await.unwrap();
    until(|| server.connections() == 3).await;
    let address = server.local_addr();
    let deadline = Duration::from_secs(5);
    let begun = Instant::now();
    let shutdown = tokio::spawn(server.shutdown(deadline));
    let end = timeout(SOON, polite.ended()).await.expect("its end comes");
    assert_eq!(end.to_string(), "the peer unbound");
    is_closed(&mut stranger).await;
    assert!(begun.elapsed() < deadline, "they wait for nobody");
    assert!(TcpStream::connect(address).await.is_err(), "nobody new is accepted");
    let shutdown = shutdown.await.unwrap();
    assert!(begun.elapsed() >= deadline);
    assert_eq!((shutdown.drained, shutdown.cut_off), (2, 1));
    let mut said = Vec::new();
    let _reset = timeout(SOON, mute.read_to_end(&mut said)).await.expect("it is closed");
}

#[tokio::test]
async fn a_cancelled_token_ends_the_server_once_what_is_open_is_answered() {
    let (server, mut bound) = listen(Server::plain()).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(&bind()).await.unwrap();
    assert_eq!(answer(&mut stream).await.command_id, CommandId::BIND_TRANSCEIVER_RESP);
    let (_, session) = bound.recv().await.unwrap();
    let delivery = tokio::spawn(async move { session.deliver_sm(&DeliverSm::default()).await });
    let request = answer(&mut stream).await;
    assert_eq!(request.command_id, CommandId::DELIVER_SM);
    let token = CancellationToken::new();
    let stopped = token.clone();
    let server = tokio::spawn(async move { server.run_until(stopped.cancelled(), SOON).await });
    token.cancel();
    // The server is ending: it answers what comes, and waits for what it asked.
    stream.write_all(&pdu(&SubmitSm::default(), 2)).await.unwrap();
    assert_eq!(answer(&mut stream).await.command_id, CommandId::SUBMIT_SM_RESP);
    stream.write_all(&pdu(&DeliverSmResp::default(), request.sequence_number)).await.unwrap();
    assert!(matches!(delivery.await.unwrap(), Ok(Outcome::Answered(_))));
    let unbind = answer(&mut stream).await;
    assert_eq!(unbind.command_id, CommandId::UNBIND);
    stream.write_all(&pdu(&UnbindResp::default(), unbind.sequence_number)).await.unwrap();
    let shutdown = server.await.unwrap();
    assert_eq!((shutdown.drained, shutdown.cut_off), (1, 0));
}

#[tokio::test]
async fn a_server_that_accepts_no_more_goes_on_with_whom_it_has() {
    let (mut server, _) = listen(Server::plain()).await;
    let address = server.local_addr();
    let client = client(address).await;
    let mut stranger = TcpStream::connect(address).await.unwrap();
    until(|| server.connections() == 2).await;
    server.stop_accepting().await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody new is accepted");
    assert!(matches!(client.submit_sm(&SubmitSm::default()).await, Ok(Outcome::Answered(_))));
    stranger.write_all(&bind()).await.unwrap();
    assert_eq!(answer(&mut stranger).await.command_id, CommandId::BIND_TRANSCEIVER_RESP);
    assert_eq!(server.connections(), 2);
    assert_eq!(client.unbind().await.cause, smpp_session::Cause::Unbind);
    drop(stranger);
    timeout(SOON, server.drained()).await.expect("both have gone");
    assert_eq!(server.connections(), 0);
}
