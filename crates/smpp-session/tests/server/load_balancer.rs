//! The PROXY protocol: who may say for whom a connection is.

use super::*;

/// A PROXY header of version 2 for TCP over IPv4.
fn proxy_header(source: [u8; 4], port: u16) -> Vec<u8> {
    let [high, low] = port.to_be_bytes();
    let head = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C";
    [&head[..], &source, &[127, 0, 0, 1], &[high, low, 0x0A, 0xD7]].concat()
}

#[tokio::test]
async fn a_listed_load_balancer_names_the_client() {
    let (server, mut bound) = listen(Server::plain().proxies(["127.0.0.0/8".parse().unwrap()])).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(&proxy_header([192, 0, 2, 7], 50_000)).await.unwrap();
    stream.write_all(&bind()).await.unwrap();
    let (from, _) = timeout(SOON, bound.recv()).await.unwrap().unwrap();
    assert_eq!(from, "192.0.2.7:50000".parse().unwrap());
}

#[tokio::test]
async fn a_load_balancer_that_speaks_for_itself_is_who_it_is() {
    let (server, mut bound) = listen(Server::plain().proxies(["127.0.0.1".parse().unwrap()])).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0").await.unwrap();
    stream.write_all(&bind()).await.unwrap();
    let (from, _) = timeout(SOON, bound.recv()).await.unwrap().unwrap();
    assert_eq!(from, stream.local_addr().unwrap());
}

#[tokio::test]
async fn a_listed_load_balancer_without_a_header_is_closed() {
    let limits = Limits { session_init: Duration::from_millis(200), ..Limits::default() };
    let builder = Server::plain().limits(limits).proxies(["127.0.0.1".parse().unwrap()]);
    let (server, _) = listen(builder).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(&bind()).await.unwrap();
    is_closed(&mut stream).await;
    until(|| server.counters().bad_proxy_header == 1).await;
    let mut silent = TcpStream::connect(server.local_addr()).await.unwrap();
    silent.write_all(b"\r\n\r\n\0").await.unwrap();
    is_closed(&mut silent).await;
    until(|| server.counters().too_slow == 1).await;
    assert_eq!(server.counters().bound, 0);
}

#[tokio::test]
async fn nobody_else_may_name_a_client() {
    let (server, _) = listen(Server::plain().proxies(["192.0.2.0/24".parse().unwrap()])).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(&proxy_header([192, 0, 2, 7], 50_000)).await.unwrap();
    is_closed(&mut stream).await;
    exchanges_a_message(&client(server.local_addr()).await).await;
}
