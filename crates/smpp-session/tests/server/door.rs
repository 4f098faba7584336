//! Who gets in: sockets, places, and the time to bind.

use super::*;

#[tokio::test]
async fn a_socket_is_handed_from_one_server_to_the_next_and_nobody_is_turned_away() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap().into_std().unwrap();
    let kept = listener.try_clone().unwrap();
    let first = Server::plain().serve(listener, accept().0).unwrap();
    let address = first.local_addr();
    exchanges_a_message(&client(address).await).await;
    first.shutdown(SOON).await;
    let waiting = tokio::spawn(client(address));
    let second = Server::plain().serve(kept, accept().0).unwrap();
    assert_eq!(second.local_addr(), address);
    exchanges_a_message(&waiting.await.unwrap()).await;
}

#[tokio::test]
async fn more_connections_than_open_files_are_refused_at_the_start() {
    let address = "127.0.0.1:0".parse().unwrap();
    let error = Server::plain().max_connections(1 << 40).listen(address, accept().0).await.unwrap_err();
    let error = error.to_string();
    assert!(error.contains("max_connections is 1099511627776") && error.contains("ulimit -n"), "{error}");
}

#[tokio::test]
async fn one_connection_more_than_may_is_closed_and_comes_back_later() {
    let (server, _) = listen(Server::plain().max_connections(1)).await;
    let only = client(server.local_addr()).await;
    let mut second = TcpStream::connect(server.local_addr()).await.unwrap();
    is_closed(&mut second).await;
    exchanges_a_message(&only).await;
    only.unbind().await;
    until(|| server.connections() == 0).await;
    let counters = server.counters();
    assert_eq!((counters.accepted, counters.full, counters.bound), (1, 1, 1));
    assert_eq!(
        counters.sessions.requests_in, 3,
        "bind, message and unbind are counted behind the session's end"
    );
    exchanges_a_message(&client(server.local_addr()).await).await;
}

#[tokio::test]
async fn strangers_that_say_nothing_make_room_for_who_binds() {
    let (server, _) = listen(Server::plain().max_unbound(4)).await;
    let mut strangers = Vec::new();
    for _ in 0..8 {
        strangers.push(TcpStream::connect(server.local_addr()).await.unwrap());
    }
    exchanges_a_message(&client(server.local_addr()).await).await;
    for stranger in &mut strangers[..4] {
        is_closed(stranger).await;
    }
    assert!(server.counters().crowded_out >= 4);
    // Who holds a place still binds.
    let last = strangers.last_mut().unwrap();
    last.write_all(&bind()).await.unwrap();
    assert!(last.read(&mut [0; 64]).await.unwrap() > 16);
    assert_eq!(server.counters().bound, 2);
}

#[tokio::test]
async fn the_time_to_bind_runs_from_the_accept() {
    let limits = Limits { session_init: Duration::from_millis(200), ..Limits::default() };
    let (server, _) = listen(Server::plain().limits(limits)).await;
    let begun = Instant::now();
    is_closed(&mut TcpStream::connect(server.local_addr()).await.unwrap()).await;
    assert!(begun.elapsed() >= Duration::from_millis(200));
    until(|| server.connections() == 0).await;
}
