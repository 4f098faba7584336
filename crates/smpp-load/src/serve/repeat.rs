//! Answers that come twice: a session never repeats one, so a proxy in front of the sink does.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
};

use fastrand::Rng;
use smpp_wire::{CommandId, split_frame};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{Share, counts::Counters};

/// What is repeated, and where that is counted.
#[derive(Clone, Debug)]
pub(super) struct Twice {
    pub(super) share: Share,
    pub(super) counters: Arc<Counters>,
}

/// Hands every connection on to `sink`, and repeats a share of the answers to submit_sm.
pub(super) async fn proxy(listener: TcpListener, sink: SocketAddr, twice: Twice, seed: u64) {
    let mut random = Rng::with_seed(seed);
    while let Ok((client, _)) = listener.accept().await {
        tokio::spawn(hand_on(client, sink, twice.clone(), random.fork()));
    }
}

async fn hand_on(client: TcpStream, sink: SocketAddr, twice: Twice, random: Rng) -> io::Result<()> {
    let server = TcpStream::connect(sink).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let ((mut from_client, to_client), (from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    // Either end that closes ends both.
    tokio::select! {
        done = copy(&mut from_client, &mut to_server) => done.map(drop),
        done = repeat(from_server, to_client, twice, random) => done,
    }
}

async fn repeat(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    twice: Twice,
    mut random: Rng,
) -> io::Result<()> {
    let (mut unfinished, mut out) = (Vec::new(), Vec::new());
    while from.read_buf(&mut unfinished).await? > 0 {
        let mut rest = &unfinished[..];
        while let Ok(Some(pdu)) = split_frame(rest, u32::MAX) {
            let octets = pdu.octets();
            out.extend_from_slice(octets);
            if pdu.header().command_id == CommandId::SUBMIT_SM_RESP && random.f64() < twice.share.0 {
                twice.counters.repeated.fetch_add(1, Ordering::Relaxed);
                out.extend_from_slice(octets);
            }
            rest = rest.get(octets.len()..).unwrap_or_default();
        }
        let done = unfinished.len() - rest.len();
        unfinished.drain(..done);
        to.write_all(&out).await?;
        out.clear();
    }
    Ok(())
}
