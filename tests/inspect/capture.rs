//! `--pcap`: captures are made here, of segments that arrive as they do.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use etherparse::PacketBuilder;
use serde_json::{Value, json};

use crate::inspect_to_the_end;
use crate::program::printed;

#[test]
fn a_connection_is_read_each_way() {
    let mut capture = Capture::new();
    capture.syn(ESME, SMSC, 99);
    capture.segment(ESME, SMSC, 100, &enquire_link(1));
    capture.segment(SMSC, ESME, 500, &enquire_link(7));
    let printed = capture.inspect("each_way");
    let seen: Vec<_> = printed.iter().map(|pdu| (&pdu["from"], &pdu["header"]["sequence_number"])).collect();
    assert_eq!(seen, [(&json!("10.0.0.1:50000"), &json!(1)), (&json!("10.0.0.2:2775"), &json!(7))]);
    assert_eq!(printed[1]["to"], "10.0.0.1:50000");
}

#[test]
fn segments_may_come_cut_out_of_order_and_twice() {
    let stream: Vec<u8> = (1..=4).flat_map(enquire_link).collect();
    let mut capture = Capture::new();
    // Near the end of the numbers, so that they start anew.
    let start = u32::MAX - 20;
    capture.syn(ESME, SMSC, start.wrapping_sub(1));
    for (from, to) in [(0, 10), (30, 64), (0, 10), (10, 20), (5, 30), (30, 64)] {
        capture.segment(ESME, SMSC, start.wrapping_add(from), &stream[from as usize..to]);
    }
    assert_eq!(sequence_numbers(&capture.inspect("out_of_order")), [1, 2, 3, 4]);
}

#[test]
fn other_ports_are_passed_over_and_a_new_connection_starts_anew() {
    let mut capture = Capture::new();
    capture.syn(ESME, SMSC, 99);
    capture.segment(ESME, SMSC, 100, &enquire_link(1)[..10]);
    capture.syn(ESME, SMSC, 4999);
    capture.segment(ESME, SMSC, 5000, &enquire_link(2));
    capture.segment(ESME, ([10, 0, 0, 2], 80), 100, b"GET / HTTP/1.1\r\n\r\n");
    let printed = capture.inspect("anew");
    assert_eq!(printed[0]["error"]["status"], "INCOMPLETE");
    assert_eq!(sequence_numbers(&printed[1..]), [2]);
}

#[test]
fn what_was_not_captured_does_not_end_the_reading() {
    let mut capture = Capture::new();
    capture.syn(ESME, SMSC, 99);
    for number in 2..100 {
        capture.segment(ESME, SMSC, 100 + 16 * number, &enquire_link(number));
    }
    assert_eq!(sequence_numbers(&capture.inspect("gap")), (2..100).collect::<Vec<_>>());
}

#[test]
fn the_program_reads_another_port_when_it_is_told_to() {
    let mut capture = Capture::new();
    capture.segment(ESME, ([10, 0, 0, 2], 3550), 100, &enquire_link(7));
    let path = capture.written("program");
    let path = path.to_str().unwrap();
    assert_eq!(printed(&["--pcap", path], b""), [json!(null); 0]);
    assert_eq!(sequence_numbers(&printed(&["--pcap", path, "--port", "3550"], b"")), [7]);
}

#[test]
fn the_newer_format_is_read_too() {
    let mut capture = Capture::next_generation();
    capture.segment(SMSC, ESME, 500, &enquire_link(7));
    assert_eq!(sequence_numbers(&capture.inspect("pcapng")), [7]);
}

#[test]
fn a_capture_that_was_cut_is_read_up_to_there() {
    let mut capture = Capture::new();
    capture.segment(SMSC, ESME, 500, &[enquire_link(7), enquire_link(8)].concat()[..20]);
    capture.segment(SMSC, ESME, 520, &enquire_link(8)[4..]);
    capture.octets.pop();
    let (printed, end) = capture.inspect_to_the_end("cut");
    assert_eq!(sequence_numbers(&printed[..1]), [7]);
    assert_eq!(printed[1]["error"]["status"], "INCOMPLETE");
    assert!(end.unwrap_err().to_string().starts_with("the capture can't be read"));
}

type End = ([u8; 4], u16);

/// A capture of Ethernet frames.
struct Capture {
    octets: Vec<u8>,
    /// pcapng rather than pcap.
    next_generation: bool,
}

impl Capture {
    fn new() -> Self {
        let mut octets = 0xA1B2_C3D4_u32.to_le_bytes().to_vec();
        octets.extend([2, 0, 4, 0].iter().chain(&[0; 8]));
        octets.extend([65_535_u32, ETHERNET].iter().flat_map(|number| number.to_le_bytes()));
        Self { octets, next_generation: false }
    }

    fn next_generation() -> Self {
        let mut capture = Self { octets: Vec::new(), next_generation: true };
        capture.block(0x0A0D_0D0A, &[0x1A2B_3C4D, 1, u32::MAX, u32::MAX], &[]);
        capture.block(1, &[ETHERNET, 0], &[]);
        capture
    }

    fn syn(&mut self, from: End, to: End, number: u32) {
        let ip = PacketBuilder::ethernet2([1; 6], [2; 6]).ipv4(from.0, to.0, 64);
        let mut packet = Vec::new();
        ip.tcp(from.1, to.1, number, 1000).syn().write(&mut packet, &[]).unwrap();
        self.packet(&packet);
    }

    fn segment(&mut self, from: End, to: End, number: u32, octets: &[u8]) {
        let ip = PacketBuilder::ethernet2([1; 6], [2; 6]).ipv4(from.0, to.0, 64);
        let mut packet = Vec::new();
        ip.tcp(from.1, to.1, number, 1000).ack(1).write(&mut packet, octets).unwrap();
        self.packet(&packet);
    }

    fn packet(&mut self, packet: &[u8]) {
        let len = u32::try_from(packet.len()).unwrap();
        if self.next_generation {
            return self.block(6, &[0, 0, 0, len, len], packet);
        }
        self.octets.extend([0, 0, len, len].iter().flat_map(|number| number.to_le_bytes()));
        self.octets.extend(packet);
    }

    fn block(&mut self, kind: u32, numbers: &[u32], packet: &[u8]) {
        let padding = packet.len().next_multiple_of(4) - packet.len();
        let len = u32::try_from(12 + 4 * numbers.len() + packet.len() + padding).unwrap();
        self.octets.extend([kind, len].iter().chain(numbers).flat_map(|number| number.to_le_bytes()));
        self.octets.extend(packet.iter().chain(&[0; 3][..padding]));
        self.octets.extend(len.to_le_bytes());
    }

    fn inspect(&self, name: &str) -> Vec<Value> {
        let (printed, end) = self.inspect_to_the_end(name);
        end.unwrap();
        printed
    }

    fn inspect_to_the_end(&self, name: &str) -> (Vec<Value>, Result<(), Box<dyn Error>>) {
        inspect_to_the_end(&["--pcap", self.written(name).to_str().unwrap()], b"")
    }

    fn written(&self, name: &str) -> PathBuf {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("inspect-{name}.pcap"));
        fs::write(&path, &self.octets).unwrap();
        path
    }
}

fn enquire_link(sequence_number: u32) -> [u8; 16] {
    let mut octets = [0, 0, 0, 16, 0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 0];
    octets[12..].copy_from_slice(&sequence_number.to_be_bytes());
    octets
}

fn sequence_numbers(printed: &[Value]) -> Vec<u64> {
    printed.iter().map(|pdu| pdu["header"]["sequence_number"].as_u64().unwrap()).collect()
}

const ESME: End = ([10, 0, 0, 1], 50_000);
const SMSC: End = ([10, 0, 0, 2], 2775);
const ETHERNET: u32 = 1;
