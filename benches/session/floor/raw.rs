//! Raw: octets are copied, sequence numbers patched and answers compared, nothing else. Blocking sockets, one thread an end.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use smpp_benches::stopwatch::{Stopwatch, Took, thread_cpu};

use super::pdus::{Exchange, Pdus, push, sequence_of, split};

/// Sends `messages` with `window` of them open, and checks every answer.
pub(crate) fn blast(address: SocketAddr, window: u32, messages: u64) -> io::Result<Took> {
    let pdus = Pdus::new();
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    bind(&mut stream, &pdus.bind.request)?;
    let watch = Stopwatch::start();
    exchange(&mut stream, &pdus.message, window, messages)?;
    Ok(watch.stop())
}

/// What else the answer says is the server's.
fn bind(mut stream: impl Read + Write, request: &[u8]) -> io::Result<()> {
    stream.write_all(request)?;
    let (mut input, mut answered) = (Input::default(), false);
    while !answered {
        input.read(&mut stream, |pdu| {
            answered = true;
            assert_eq!(pdu.get(8..12), Some(&[0; 4][..]), "the server accepts");
        })?;
    }
    Ok(())
}

fn exchange(mut stream: impl Read + Write, pdus: &Exchange, window: u32, count: u64) -> io::Result<()> {
    let (mut sent, mut answered, mut open) = (0, 0_u64, 0_u64);
    let mut room = u64::from(window).min(count);
    let (mut input, mut out) = (Input::default(), Vec::new());
    while answered < count {
        for _ in 0..room {
            sent += 1;
            open = open.wrapping_add(sequence_number(sent).into());
            push(&mut out, &pdus.request, sequence_number(sent).to_be_bytes());
        }
        stream.write_all(&out)?;
        out.clear();
        let before = answered;
        input.read(&mut stream, |pdu| {
            answered += 1;
            let number = sequence_of(pdu, &pdus.answer).expect("the answer is right");
            open = open.wrapping_sub(u32::from_be_bytes(number).into());
        })?;
        room = (answered - before).min(count - sent);
    }
    assert_eq!(open, 0, "every message is answered, in whatever order");
    Ok(())
}

/// The count of a request, in the range that SMPP allows.
fn sequence_number(count: u64) -> u32 {
    u32::try_from(count % 0x7FFF_FFFF + 1).unwrap_or(1)
}

/// Answers everything; a thread a connection.
pub(crate) struct Responder {
    pub(crate) address: SocketAddr,
    used: Mutex<Receiver<Duration>>,
}

impl Responder {
    pub(crate) fn start(tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (use_of, used) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (tls, use_of) = (tls.clone(), use_of.clone());
                thread::spawn(move || serve(stream, tls, &use_of));
            }
        });
        Ok(Self { address, used: Mutex::new(used) })
    }

    /// Forgets what connections have used that are closed now.
    pub(crate) fn forget(&self) {
        if let Ok(used) = self.used.lock() {
            while used.try_recv().is_ok() {}
        }
    }

    /// The CPU time of the next connection that closes.
    pub(crate) fn cpu(&self) -> Duration {
        self.used.lock().ok().and_then(|used| used.recv().ok()).unwrap_or_default()
    }
}

fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, use_of: &Sender<Duration>) {
    let nodelay = stream.set_nodelay(true);
    let connection = tls.map(|config| ServerConnection::new(config).expect("a good configuration"));
    // An error is a client that left without closing in order.
    let _ = nodelay.and_then(|()| match connection {
        Some(connection) => respond(StreamOwned::new(connection, stream)),
        None => respond(stream),
    });
    let _ = use_of.send(thread_cpu());
}

fn respond(mut stream: impl Read + Write) -> io::Result<()> {
    let pdus = Pdus::new();
    let (mut input, mut out) = (Input::default(), Vec::new());
    loop {
        input.read(&mut stream, |pdu| {
            for Exchange { request, answer } in [&pdus.message, &pdus.bind, &pdus.unbind] {
                if pdu.get(4..8) == request.get(4..8)
                    && let Some(sequence_number) = pdu.get(12..16).and_then(|octets| octets.try_into().ok())
                {
                    push(&mut out, answer, sequence_number);
                }
            }
        })?;
        stream.write_all(&out)?;
        out.clear();
    }
}

/// Splits what is read into PDUs.
struct Input {
    octets: Box<[u8]>,
    held: usize,
}

impl Default for Input {
    fn default() -> Self {
        Self { octets: vec![0; 256 * 1024].into_boxed_slice(), held: 0 }
    }
}

impl Input {
    /// Reads once, and gives every whole PDU.
    fn read(&mut self, mut stream: impl Read, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        let read = stream.read(self.octets.get_mut(self.held..).unwrap_or_default())?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let end = self.held + read;
        let mut rest = self.octets.get(..end).unwrap_or_default();
        while let Some((pdu, behind)) = split(rest) {
            each(pdu);
            rest = behind;
        }
        self.held = rest.len();
        self.octets.copy_within(end - self.held..end, 0);
        Ok(())
    }
}
