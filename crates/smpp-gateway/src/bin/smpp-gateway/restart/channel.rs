//! Lines between the two processes of a restart, and the sockets that go with the first of them.
//!
//! It is a pair of Unix sockets, one of which is the new process's standard input: nothing of what is said shows in a file, on a command
//! line or in an environment.

use std::{
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    net::{SocketAddr, TcpListener},
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::net::UnixStream as StdStream,
    },
};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};
use smpp_gateway::Sockets;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::UnixStream,
};

/// One end.
#[derive(Debug)]
pub(super) struct Channel(BufReader<UnixStream>);

impl Channel {
    pub(super) fn new(stream: StdStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self(BufReader::new(UnixStream::from_std(stream)?)))
    }

    pub(super) async fn say(&mut self, text: &str) -> io::Result<()> {
        self.0.get_mut().write_all(text.as_bytes()).await
    }

    /// The next line; an error when the other end is gone.
    pub(super) async fn hear(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line).await? {
            0 => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it has ended")),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}

/// Says which sockets come, and sends them: the first message on the channel.
pub(super) fn send_sockets(stream: &StdStream, sockets: &Sockets) -> io::Result<()> {
    let named = [(GATEWAY, &sockets.gateway), (ADMIN, &sockets.admin)];
    let given: Vec<_> = named.iter().filter_map(|(name, given)| Some((name, given.as_ref()?))).collect();
    let lines: String = given.iter().map(|(name, (address, _))| format!("{name} {address}\n")).collect();
    let descriptors: Vec<_> = given.iter().map(|(_, (_, listener))| listener.as_fd()).collect();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(&descriptors));
    sendmsg(stream, &[IoSlice::new(lines.as_bytes())], &mut control, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Waits for the sockets.
pub(super) fn receive_sockets(stream: &StdStream) -> io::Result<Sockets> {
    let mut octets = [0; 256];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let read = recvmsg(stream, &mut [IoSliceMut::new(&mut octets)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let descriptors = control.drain().flat_map(|message| match message {
        RecvAncillaryMessage::ScmRights(descriptors) => descriptors.collect(),
        _ => Vec::new(),
    });
    let text = String::from_utf8_lossy(octets.get(..read.bytes).unwrap_or_default());
    let mut sockets = Sockets::default();
    for (line, descriptor) in text.lines().zip(descriptors) {
        take(line, descriptor, &mut sockets).ok_or_else(|| io::Error::other("no list of sockets"))?;
    }
    Ok(sockets)
}

fn take(line: &str, descriptor: OwnedFd, sockets: &mut Sockets) -> Option<()> {
    let (name, address) = line.split_once(' ')?;
    let given: (SocketAddr, _) = (address.parse().ok()?, TcpListener::from(descriptor));
    match name {
        GATEWAY => sockets.gateway = Some(given),
        ADMIN => sockets.admin = Some(given),
        _ => return None,
    }
    Some(())
}

const GATEWAY: &str = "listen";
const ADMIN: &str = "admin.listen";

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sockets_arrive_with_their_names_and_lines_behind_them() {
        let (one, other) = StdStream::pair().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let real = listener.local_addr().unwrap();
        let named: SocketAddr = "127.0.0.1:0".parse().unwrap();
        send_sockets(&one, &Sockets { gateway: None, admin: Some((named, listener)) }).unwrap();
        let received = receive_sockets(&other).unwrap();
        assert!(received.gateway.is_none());
        let (address, listener) = received.admin.unwrap();
        assert_eq!((address, listener.local_addr().unwrap()), (named, real));
        let (mut one, mut other) = (Channel::new(one).unwrap(), Channel::new(other).unwrap());
        one.say("ready\ngo\n").await.unwrap();
        assert_eq!((other.hear().await.unwrap(), other.hear().await.unwrap()), ("ready".into(), "go".into()));
        drop(one);
        assert_eq!(other.hear().await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
