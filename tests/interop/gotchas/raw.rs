//! A peer made of octets: it sends what it is told, whatever that is, and gives what comes.

use std::time::Duration;

use smpp_engine::wire::{CommandId, CommandStatus, Encode, Frame, encode, split_frame};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One end of a connection.
pub(super) struct Raw {
    stream: TcpStream,
    octets: Vec<u8>,
}

impl Raw {
    /// An ESME.
    pub(super) async fn connect(port: u16) -> Self {
        Self { stream: TcpStream::connect(("127.0.0.1", port)).await.unwrap(), octets: Vec::new() }
    }

    /// An SMSC that has one client.
    pub(super) async fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = soon("connection", listener.accept()).await.unwrap();
        Self { stream, octets: Vec::new() }
    }

    /// Sends octets in one write.
    pub(super) async fn send(&mut self, octets: &[u8]) {
        self.stream.write_all(octets).await.unwrap();
    }

    /// The next PDU.
    pub(super) async fn receive(&mut self) -> Frame {
        soon("PDU", async {
            loop {
                if let Some(raw) = split_frame(&self.octets, u32::MAX).unwrap() {
                    let frame = raw.to_frame();
                    self.octets.drain(..frame.raw().octets().len());
                    return frame;
                }
                assert_ne!(
                    self.stream.read_buf(&mut self.octets).await.unwrap(),
                    0,
                    "a PDU is due, not the end"
                );
            }
        })
        .await
    }

    /// The next PDU, which has to be this command; gives its sequence_number.
    pub(super) async fn expect(&mut self, command_id: CommandId) -> u32 {
        let frame = self.receive().await;
        assert_eq!(frame.header().command_id, command_id);
        frame.header().sequence_number
    }
}

/// A PDU of ours as octets.
pub(super) fn pdu(pdu: &impl Encode, sequence_number: u32) -> Vec<u8> {
    let mut octets = Vec::new();
    encode(pdu, CommandStatus::ESME_ROK, sequence_number, &mut octets).unwrap();
    octets
}

/// A PDU with any body.
pub(super) fn octets(
    command_id: CommandId,
    status: CommandStatus,
    sequence_number: u32,
    body: &[u8],
) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).unwrap();
    let header = [length, command_id.0, status.0, sequence_number].map(u32::to_be_bytes);
    [header.as_flattened(), body].concat()
}

pub(super) async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    let happened = tokio::time::timeout(Duration::from_secs(30), event).await;
    happened.unwrap_or_else(|_| panic!("no {what} in 30 s"))
}

/// Whether this PDU is an answer of `command_id` with this status and no body.
pub(super) fn is_header_only(frame: &Frame, command_id: CommandId, status: CommandStatus) -> bool {
    let header = frame.header();
    (header.command_id, header.command_status, frame.raw().octets().len()) == (command_id, status, 16)
}
