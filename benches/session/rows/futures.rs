//! One future a message: ours beside `rusmppc`, `smpp34` and a hand-written client against the raw server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use rustls::pki_types::ServerName;
use smpp_benches::end::End;
use smpp_benches::goal::{FLOOR, Goal, OURS, rows};
use smpp_benches::identity::{Identity, Security};
use smpp_benches::interleave::Effort;
use smpp_benches::race::{Contestant, race};
use smpp_benches::sessions::{MESSAGE_ID, claim, send_with_futures};
use smpp_benches::stopwatch::{Stopwatch, Took};
use smpp_benches::table::Row;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::World;
use crate::floor::futures::{Client, bind};
use crate::rivals::smpp34;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let tls = beside_rusmppc(world, effort, Security::Tls, 64);
    let plain = beside_rusmppc(world, effort, Security::Plain, 1_000);
    let of_rusmppc = |factor| [Goal::Floor(0.9), Goal::Rival("rusmppc", factor)];
    let one = beside_smpp34(world, effort, 1, 64);
    let four = beside_smpp34(world, effort, 4, 64);
    let round_trip = race(
        effort,
        vec![ours(world, Security::Plain, 1, 1), rusmppc(world, Security::Plain, 1), smpp34(world, 1, 1)],
    );
    let of_smpp34 = [Goal::Rival("smpp34", 3.0)];
    let not_slower = [Goal::Rival("rusmppc", 1.0), Goal::Rival("smpp34", 1.0)];
    [
        rows(&tls, "futures, 1 connection x window 64, TLS", &of_rusmppc(6.0), &[]),
        rows(&plain, "futures, 1 connection x window 1000, plain", &of_rusmppc(10.0), &[]),
        rows(&one, "futures, 1 connection x window 64, plain", &of_smpp34, &[]),
        rows(&four, "futures, 4 connections x window 64, plain", &of_smpp34, &[]),
        rows(&round_trip, "futures, window 1 (round trip), plain", &not_slower, &[]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn beside_rusmppc(
    world: &World,
    effort: Effort,
    security: Security,
    window: u16,
) -> Vec<smpp_benches::race::Score> {
    let raw = world.raw(security).address;
    let floor = Contestant::new(FLOOR, move |messages| {
        let identity = (security == Security::Tls).then(|| Arc::clone(&world.identity));
        blast(&world.client, raw, identity, window, messages)
    });
    race(effort, vec![ours(world, security, 1, window), rusmppc(world, security, window), floor])
}

fn beside_smpp34(
    world: &World,
    effort: Effort,
    connections: usize,
    window: u16,
) -> Vec<smpp_benches::race::Score> {
    race(effort, vec![ours(world, Security::Plain, connections, window), smpp34(world, connections, window)])
}

fn ours(world: &World, security: Security, connections: usize, window: u16) -> Contestant<'_> {
    let target = &world.serving(security).target;
    Contestant::new(OURS, move |messages| {
        send_with_futures(&world.client, target, connections, window, messages)
    })
}

fn rusmppc(world: &World, security: Security, window: u16) -> Contestant<'_> {
    let rival = world.rusmpp(security);
    Contestant::new("rusmppc", move |messages| rival.send(window, messages))
}

fn smpp34(world: &World, connections: usize, window: u16) -> Contestant<'_> {
    let address = world.smpp34.address;
    Contestant::new("smpp34", move |messages| {
        smpp34::send(&world.client, address, connections, window, messages)
    })
}

/// The floor's client against the raw server.
fn blast(end: &End, address: SocketAddr, tls: Option<Arc<Identity>>, window: u16, messages: u64) -> Took {
    end.run(async move {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        match tls {
            None => blast_over(stream, window, messages).await,
            Some(identity) => {
                let name = ServerName::try_from("localhost").expect("a name");
                let connector = TlsConnector::from(identity.client_config());
                let stream = connector.connect(name, stream).await.expect("a good certificate");
                blast_over(stream, window, messages).await
            }
        }
    })
}

async fn blast_over<S>(mut stream: S, window: u16, messages: u64) -> Took
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    bind(&mut stream).await.expect("the server accepts");
    let client = Client::new();
    let driver = tokio::spawn(client.clone().drive(stream));
    let left = Arc::new(AtomicU64::new(messages));
    let watch = Stopwatch::start();
    let senders: Vec<_> = (0..window)
        .map(|_| {
            let (client, left) = (client.clone(), Arc::clone(&left));
            tokio::spawn(async move {
                while claim(&left) {
                    let answer = client.submit().await;
                    assert!(answer.command_status == 0 && answer.message_id() == MESSAGE_ID.as_bytes());
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.expect("a sender ends");
    }
    let took = watch.stop();
    driver.abort();
    took
}
