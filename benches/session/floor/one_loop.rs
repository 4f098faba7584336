//! One loop: a single thread that plays both ends over loopback sockets. It encodes every message, parses every PDU, keeps a table of
//! what is in flight and checks every answer; there is nobody to wake and nothing to wait for.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Connection, ServerConnection};
use smpp_benches::identity::Identity;
use smpp_benches::sessions::{MESSAGE, MESSAGE_ID};
use smpp_benches::stopwatch::{Stopwatch, Took};

use super::pdus::{LIMIT, SUBMIT_SM, SUBMIT_SM_RESP, message};
use crate::floor::{decode, encode};

/// Sends `messages` with `window` of them open.
pub(crate) fn run(identity: Option<&Identity>, window: usize, messages: u64) -> io::Result<Took> {
    let (mut client, mut server) = connect(identity)?;
    let (mut esme, mut smsc) = (Esme::new(window, messages), Buffers::default());
    let watch = Stopwatch::start();
    while esme.answered < messages {
        esme.submit();
        client.send(&mut esme.buffers.out)?;
        server.receive(&mut smsc, answer)?;
        server.send(&mut smsc.out)?;
        let Esme { buffers, table, answered, .. } = &mut esme;
        client.receive(buffers, |pdus, _| complete(pdus, table, answered))?;
    }
    Ok(watch.stop())
}

/// The client's end.
struct Esme {
    buffers: Buffers,
    /// Index: sequence_number & mask; the whole number guards it.
    table: Vec<Option<(u32, u64)>>,
    window: usize,
    messages: u64,
    sent: u64,
    answered: u64,
}

impl Esme {
    fn new(window: usize, messages: u64) -> Self {
        let table = vec![None; (2 * window).next_power_of_two()];
        Self { buffers: Buffers::default(), table, window, messages, sent: 0, answered: 0 }
    }

    /// Fills the window.
    fn submit(&mut self) {
        while self.sent < self.messages && self.sent - self.answered < self.window as u64 {
            let sequence_number = u32::try_from(self.sent % 0x7FFF_FFFF + 1).unwrap_or(1);
            if let Some(slot) = slot(&mut self.table, sequence_number) {
                assert!(slot.replace((sequence_number, self.sent)).is_none(), "nobody holds it");
            }
            let message = message(sequence_number);
            encode::message(&message, &[], SUBMIT_SM, &mut self.buffers.out).expect("it fits");
            self.sent += 1;
        }
    }
}

fn slot(table: &mut [Option<(u32, u64)>], sequence_number: u32) -> Option<&mut Option<(u32, u64)>> {
    let mask = table.len() - 1;
    table.get_mut(sequence_number as usize & mask)
}

/// Ends the requests that are answered here; how many octets are left over.
fn complete(mut rest: &[u8], table: &mut [Option<(u32, u64)>], answered: &mut u64) -> usize {
    while let Some(frame) = decode::frame(rest, LIMIT, SUBMIT_SM_RESP) {
        let answer = decode::resp(&frame).expect("a good answer");
        let owner = slot(table, answer.sequence_number).and_then(Option::take);
        assert_eq!(owner, Some((answer.sequence_number, *answered)));
        assert!(answer.command_status == 0 && answer.message_id == MESSAGE_ID.as_bytes());
        *answered += 1;
        rest = frame.behind;
    }
    rest.len()
}

/// The server's end: answers what is asked here; how many octets are left over.
fn answer(mut rest: &[u8], out: &mut Vec<u8>) -> usize {
    while let Some(frame) = decode::frame(rest, LIMIT, SUBMIT_SM) {
        let message = decode::message(&frame).expect("a good message");
        assert!(message.short_message.len() == MESSAGE.short_message.len() && message.tlvs.is_empty());
        let answer = decode::Resp {
            sequence_number: message.sequence_number,
            command_status: 0,
            message_id: MESSAGE_ID.as_bytes(),
            tlvs: &[],
        };
        encode::resp(&answer, SUBMIT_SM_RESP, out).expect("it fits");
        rest = frame.behind;
    }
    rest.len()
}

/// What is read and not used yet, and what is to be written.
struct Buffers {
    input: Box<[u8]>,
    held: usize,
    out: Vec<u8>,
}

impl Default for Buffers {
    fn default() -> Self {
        Self { input: vec![0; 256 * 1024].into_boxed_slice(), held: 0, out: Vec::new() }
    }
}

/// A socket that never blocks, plain or TLS.
struct Pipe {
    socket: TcpStream,
    tls: Option<Connection>,
}

impl Pipe {
    /// Writes what the socket takes.
    fn send(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        match &mut self.tls {
            None => {
                let written = or_zero(self.socket.write(out))?;
                out.drain(..written);
            }
            Some(tls) => {
                tls.writer().write_all(out)?;
                out.clear();
                while tls.wants_write() && or_zero(tls.write_tls(&mut self.socket))? > 0 {}
            }
        }
        Ok(())
    }

    /// Reads what is there, and hands it on until it says what is left over.
    fn receive(
        &mut self,
        buffers: &mut Buffers,
        mut handle: impl FnMut(&[u8], &mut Vec<u8>) -> usize,
    ) -> io::Result<()> {
        let room = buffers.input.get_mut(buffers.held..).unwrap_or_default();
        let read = match &mut self.tls {
            None => or_zero(self.socket.read(room))?,
            Some(tls) => {
                while tls.wants_read() && or_zero(tls.read_tls(&mut self.socket))? > 0 {
                    tls.process_new_packets().map_err(io::Error::other)?;
                }
                let (mut read, mut room) = (0, room);
                while let count @ 1.. = or_zero(tls.reader().read(room))? {
                    read += count;
                    room = room.get_mut(count..).unwrap_or_default();
                }
                read
            }
        };
        let end = buffers.held + read;
        buffers.held = handle(buffers.input.get(..end).unwrap_or_default(), &mut buffers.out);
        buffers.input.copy_within(end - buffers.held..end, 0);
        Ok(())
    }
}

fn or_zero(result: io::Result<usize>) -> io::Result<usize> {
    result.or_else(|error| if error.kind() == io::ErrorKind::WouldBlock { Ok(0) } else { Err(error) })
}

fn connect(identity: Option<&Identity>) -> io::Result<(Pipe, Pipe)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    let (server, _) = listener.accept()?;
    for socket in [&client, &server] {
        socket.set_nodelay(true)?;
        socket.set_nonblocking(true)?;
    }
    let (mut client, mut server) = (Pipe { socket: client, tls: None }, Pipe { socket: server, tls: None });
    if let Some(identity) = identity {
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let esme = ClientConnection::new(identity.client_config(), name).map_err(io::Error::other)?;
        let smsc = ServerConnection::new(identity.server_config()).map_err(io::Error::other)?;
        client.tls = Some(esme.into());
        server.tls = Some(smsc.into());
        let mut unused = (Buffers::default(), Buffers::default());
        while [&client, &server].iter().any(|pipe| pipe.tls.as_ref().is_some_and(|tls| tls.is_handshaking()))
        {
            for (pipe, buffers) in [(&mut client, &mut unused.0), (&mut server, &mut unused.1)] {
                pipe.send(&mut buffers.out)?;
                pipe.receive(buffers, |rest, _| rest.len())?;
            }
        }
    }
    Ok((client, server))
}
