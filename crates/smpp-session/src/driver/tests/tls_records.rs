//! Under TLS: what leaves in one turn leaves in full records.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use rustls::{ServerConfig, crypto::aws_lc_rs::default_provider, pki_types::ServerName};
use smpp_wire::DeliverSm;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::*;
use crate::{ClientTls, Fingerprint};

/// The server's end of a connection in memory, which notes what is written.
struct Tapped {
    stream: DuplexStream,
    written: Arc<Mutex<Vec<u8>>>,
}

impl AsyncRead for Tapped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Tapped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, octets);
        if let Poll::Ready(Ok(count)) = written {
            self.written.lock().extend_from_slice(&octets[..count]);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The lengths of the records of application data in these octets (RFC 8446 §5.1).
fn records(mut octets: &[u8]) -> Vec<usize> {
    let mut lengths = Vec::new();
    while let [kind, _, _, high, low, rest @ ..] = octets {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if *kind == 23 {
            lengths.push(length);
        }
        octets = &rest[length..];
    }
    lengths
}

#[tokio::test]
async fn a_batch_leaves_in_records_that_are_full_but_for_the_last() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let pin = Fingerprint::of(made.cert.der()).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], made.signing_key.serialize_der().try_into().unwrap())
        .unwrap();
    let (client_end, server_end) = tokio::io::duplex(1 << 20);
    let tap = Arc::new(Mutex::new(Vec::new()));
    let tapped = Tapped { stream: server_end, written: Arc::clone(&tap) };
    let connector = TlsConnector::from(ClientTls::pinned(vec![pin]).unwrap().0);
    let name = ServerName::try_from("localhost").unwrap();
    let (client, server) =
        tokio::join!(connector.connect(name, client_end), TlsAcceptor::from(Arc::new(server)).accept(tapped));
    let (mut client, server) = (client.unwrap(), server.unwrap());
    let limits = Limits { window: 1_000, ..Limits::default() };
    let driver = Driver::new(server, Role::Smsc, limits, Accept::default());
    let session = driver.handle().clone();
    tokio::spawn(driver.run());
    client
        .write_all(&pdu(&Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() }, 1))
        .await
        .unwrap();
    let mut answer = [0; 1_024];
    assert!(client.read(&mut answer).await.unwrap() > 16);

    let before = tap.lock().len();
    let message = DeliverSm { short_message: &[b'x'; 120], ..DeliverSm::default() };
    let octets = 500 * pdu(&message, 1).len();
    for token in 0..500 {
        session.try_submit(&message, token).unwrap();
    }
    let mut received = vec![0; octets];
    client.read_exact(&mut received).await.unwrap();
    let lengths = records(&tap.lock()[before..]);
    let (last, full) = lengths.split_last().unwrap();
    assert_eq!(lengths.len(), octets.div_ceil(FULL), "{lengths:?}");
    // A record carries a type and a tag besides (RFC 8446 §5.2).
    assert!(full.iter().all(|length| *length == FULL + 17), "{lengths:?}");
    assert!(*last <= FULL + 17);
}

/// Octets that a record carries at most.
const FULL: usize = 1 << 14;
