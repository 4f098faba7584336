//! What leaves in one write: is it copied into one buffer first, or gathered by the kernel from where it stands?
//!
//! Half of a batch is what the driver wrote, the other half what handles left. The driver appends the one to the other ("ours"); a
//! vectored write would take both where they are, or each PDU from a buffer of its own.

use std::io::{self, IoSlice, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use smpp_benches::goal::{Figures, OURS};
use smpp_benches::interleave::Effort;
use smpp_benches::race::{Contestant, race};
use smpp_benches::stopwatch::{Stopwatch, Took, thread_cpu};
use smpp_benches::table::{Better, Row};

use crate::World;
use crate::floor::pdus::Pdus;

pub(crate) fn all(_: &World, effort: Effort) -> Vec<Row> {
    [64, 1_000]
        .into_iter()
        .map(|batch| {
            let contestant = |name, write: Way| {
                Contestant::new(name, move |messages| send(batch, messages, write).expect("loopback works"))
            };
            let scores = race(
                effort,
                vec![
                    contestant(OURS, one_buffer),
                    contestant("two slices", two_slices),
                    contestant("a slice a PDU", many_slices),
                ],
            );
            let name = format!("CPU, one buffer or vectored, batches of {batch}, plain");
            Figures::of(&scores, |score| score.cpu).row(&name, "CPU ns/msg", Better::Lower, &[])
        })
        .collect()
}

/// Makes the PDUs of a batch, and writes them.
type Way = fn(&mut TcpStream, &mut [Vec<u8>], &[u8]) -> io::Result<()>;

fn one_buffer(socket: &mut TcpStream, places: &mut [Vec<u8>], pdu: &[u8]) -> io::Result<()> {
    let batch = places.len();
    let [out, left, ..] = places else { return Ok(()) };
    fill(out, pdu, batch / 2);
    fill(left, pdu, batch / 2);
    out.extend_from_slice(left);
    socket.write_all(out)
}

fn two_slices(socket: &mut TcpStream, places: &mut [Vec<u8>], pdu: &[u8]) -> io::Result<()> {
    let batch = places.len();
    let [out, left, ..] = places else { return Ok(()) };
    fill(out, pdu, batch / 2);
    fill(left, pdu, batch / 2);
    write_whole(socket, &[IoSlice::new(out), IoSlice::new(left)])
}

fn many_slices(socket: &mut TcpStream, places: &mut [Vec<u8>], pdu: &[u8]) -> io::Result<()> {
    places.iter_mut().for_each(|place| fill(place, pdu, 1));
    let slices: Vec<_> = places.iter().map(|place| IoSlice::new(place)).collect();
    write_whole(socket, &slices)
}

fn fill(place: &mut Vec<u8>, pdu: &[u8], count: usize) {
    place.clear();
    (0..count).for_each(|_| place.extend_from_slice(pdu));
}

/// A socket that blocks takes all.
fn write_whole(socket: &mut TcpStream, slices: &[IoSlice<'_>]) -> io::Result<()> {
    let written = socket.write_vectored(slices)?;
    assert_eq!(written, slices.iter().map(|slice| slice.len()).sum::<usize>());
    Ok(())
}

/// The CPU time is the writer's alone.
fn send(batch: usize, messages: u64, write: Way) -> io::Result<Took> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mut socket = TcpStream::connect(listener.local_addr()?)?;
    let (mut peer, _) = listener.accept()?;
    let reader = thread::spawn(move || {
        let (mut octets, mut input) = (0, vec![0; 256 * 1024]);
        while let count @ 1.. = peer.read(&mut input)? {
            octets += count;
        }
        io::Result::Ok(octets)
    });
    let pdu = Pdus::new().message.request;
    let mut places = vec![Vec::new(); batch];
    let batches = usize::try_from(messages).unwrap_or_default().div_ceil(batch);
    let (watch, before) = (Stopwatch::start(), thread_cpu());
    for _ in 0..batches {
        write(&mut socket, &mut places, &pdu)?;
    }
    let took = Took { cpu: thread_cpu() - before, ..watch.stop() };
    drop(socket);
    let octets = reader.join().expect("it reads to the end")?;
    assert_eq!(octets, batches * batch * pdu.len());
    Ok(took)
}
