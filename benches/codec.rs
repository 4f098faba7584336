//! How long do reading and writing a PDU take, beside the least that is possible?

use std::hint::black_box;
use std::io::{self, Write};
use std::time::Duration;

use criterion::{Criterion, Throughput};
use smpp_benches::interleave::{Effort, medians};
use smpp_benches::pdus::{self, Message};
use smpp_benches::table::{Row, Table};
use smpp_wire::{CommandId, CommandStatus, Encode, Pdu, SubmitSmResp, Tlvs, encode, split_frame};

mod floor {
    //! Hand-written minima, kept as they are.
    pub(crate) mod decode;
    pub(crate) mod encode;
}

fn main() -> io::Result<()> {
    let criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    let mut bench = Bench { criterion, effort: Effort::from_args(), table: Table::new("codec") };

    let (fixed, varied) = (vec![pdus::submit_sm_171(); COPIES], pdus::submit_sms(PDUS));
    for (name, messages) in [("submit_sm 171", fixed), ("submit_sm varied", varied)] {
        let views: Vec<_> = messages.iter().map(Message::submit_sm).collect();
        messages_of(&mut bench, name, CommandId::SUBMIT_SM, &messages, &views, |view| Pdu::SubmitSm(*view));
    }
    let receipts = pdus::receipts(PDUS);
    let views: Vec<_> = receipts.iter().map(Message::deliver_sm).collect();
    let id = CommandId::DELIVER_SM;
    messages_of(&mut bench, "deliver_sm receipt", id, &receipts, &views, |view| Pdu::DeliverSm(*view));
    responses(&mut bench, &pdus::message_ids(PDUS));

    bench.criterion.final_summary();
    bench.table.print()?;
    if bench.effort == Effort::Smoke {
        return Ok(());
    }
    let path = bench.table.write()?;
    writeln!(io::stdout(), "written to {}", path.display())
}

fn messages_of<'m, E: Encode>(
    bench: &mut Bench,
    name: &str,
    id: CommandId,
    messages: &'m [Message],
    views: &[E],
    as_pdu: impl Fn(&E) -> Pdu<'m>,
) {
    let stream = written_by_us(views);
    assert_eq!(read_by_us(&stream), views.iter().map(as_pdu).collect::<Vec<_>>());
    let floors = read_by_floor(&stream, id, floor::decode::message);
    assert_eq!(floors.iter().map(owned).collect::<Vec<_>>(), messages);
    assert!(!name.ends_with("171") || stream.len() == 171 * views.len(), "as long as the name says");

    bench.read(name, &stream, views.len(), id, floor::decode::message);
    bench.write(name, &stream, views, &floors, |pdu, out| floor::encode::message(pdu, id.0, out));
}

fn responses(bench: &mut Bench, ids: &[String]) {
    let id = CommandId::SUBMIT_SM_RESP;
    let views: Vec<_> = ids
        .iter()
        .map(|id| SubmitSmResp { message_id: Some(id.as_bytes()), tlvs: Tlvs::default() })
        .collect();
    let stream = written_by_us(&views);
    assert_eq!(read_by_us(&stream), views.iter().copied().map(Pdu::SubmitSmResp).collect::<Vec<_>>());
    let floors = read_by_floor(&stream, id, floor::decode::resp);
    assert!(floors.iter().map(|resp| resp.message_id).eq(ids.iter().map(String::as_bytes)));

    bench.read("submit_sm_resp", &stream, views.len(), id, floor::decode::resp);
    bench.write("submit_sm_resp", &stream, &views, &floors, |pdu, out| floor::encode::resp(pdu, id.0, out));
}

struct Bench {
    criterion: Criterion,
    effort: Effort,
    table: Table,
}

impl Bench {
    fn read<'s, T>(
        &mut self,
        name: &str,
        stream: &'s [u8],
        count: usize,
        id: CommandId,
        floor_one: impl Fn(&floor::decode::Frame<'s>) -> Option<T>,
    ) {
        let ours = || {
            let mut rest = black_box(stream);
            for _ in 0..count {
                let Ok(Some(frame)) = split_frame(rest, LIMIT) else { break };
                let pdu = frame.parse();
                black_box(&pdu);
                rest = rest.split_at(frame.octets().len()).1;
            }
            assert!(rest.is_empty(), "all PDUs are read");
        };
        let floor = || {
            let mut rest = black_box(stream);
            for _ in 0..count {
                let Some(frame) = floor::decode::frame(rest, LIMIT, id.0) else { break };
                // Shown where it lies: to move the view first would cost as much as to read it.
                let pdu = floor_one(&frame);
                black_box(&pdu);
                rest = frame.behind;
            }
            assert!(rest.is_empty(), "all PDUs are read");
        };
        self.contest(&format!("parse {name}"), count, ours, floor);
    }

    fn write<E: Encode, F>(
        &mut self,
        name: &str,
        stream: &[u8],
        views: &[E],
        floors: &[F],
        floor_one: impl Fn(&F, &mut Vec<u8>) -> Option<usize>,
    ) {
        let mut ours_out = Vec::with_capacity(stream.len());
        let ours = || {
            ours_out.clear();
            for pdu in black_box(views) {
                let _ = black_box(encode(pdu, CommandStatus::ESME_ROK, 7, &mut ours_out));
            }
            assert_eq!(black_box(&ours_out).len(), stream.len(), "all PDUs are written");
        };
        let mut floor_out = Vec::with_capacity(stream.len());
        let floor = || {
            floor_out.clear();
            for pdu in black_box(floors) {
                black_box(floor_one(pdu, &mut floor_out));
            }
            assert_eq!(black_box(&floor_out).len(), stream.len(), "all PDUs are written");
        };
        self.contest(&format!("encode {name}"), views.len(), ours, floor);
        assert!(ours_out == stream && floor_out == stream, "both write the same octets");
    }

    fn contest(&mut self, row: &str, count: usize, mut ours: impl FnMut(), mut floor: impl FnMut()) {
        let mut group = self.criterion.benchmark_group(row);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function("ours", |bencher| bencher.iter(&mut ours));
        group.bench_function("floor", |bencher| bencher.iter(&mut floor));
        group.finish();
        let [ours, floor] = medians(
            self.effort,
            [&mut |times| (0..times).for_each(|_| ours()), &mut |times| (0..times).for_each(|_| floor())],
        );
        let count = count as f64;
        self.table.push(Row::within_floor(row, "ns/PDU", ours / count, floor / count, 2.0));
    }
}

fn written_by_us<E: Encode>(views: &[E]) -> Vec<u8> {
    let mut stream = Vec::new();
    for view in views {
        encode(view, CommandStatus::ESME_ROK, 7, &mut stream).expect("a value that fits");
    }
    stream
}

fn read_by_us(mut rest: &[u8]) -> Vec<Pdu<'_>> {
    let mut pdus = Vec::new();
    while let Some(frame) = split_frame(rest, LIMIT).expect("true lengths") {
        assert_eq!(frame.header().sequence_number, 7);
        pdus.push(frame.parse().expect("a right shape"));
        rest = rest.split_at(frame.octets().len()).1;
    }
    pdus
}

fn read_by_floor<'s, T>(
    mut rest: &'s [u8],
    id: CommandId,
    floor_one: impl Fn(&floor::decode::Frame<'s>) -> Option<T>,
) -> Vec<T> {
    let mut pdus = Vec::new();
    while let Some(frame) = floor::decode::frame(rest, LIMIT, id.0) {
        pdus.push(floor_one(&frame).expect("a right shape"));
        rest = frame.behind;
    }
    pdus
}

fn owned(pdu: &floor::decode::Message<'_>) -> Message {
    Message {
        source_addr_ton: pdu.source_addr_ton,
        source_addr: pdu.source_addr.to_vec(),
        destination_addr: pdu.destination_addr.to_vec(),
        esm_class: pdu.esm_class,
        validity_period: pdu.validity_period.to_vec(),
        registered_delivery: pdu.registered_delivery,
        data_coding: pdu.data_coding,
        short_message: pdu.short_message.to_vec(),
        tlvs: pdu.tlvs.to_vec(),
    }
}

/// PDUs of a varied row: more than a branch predictor learns by heart, few enough for the second-level cache.
const PDUS: usize = 1_000;
/// The fixed PDU stands side by side with itself, so that entering the loop is not what is measured.
const COPIES: usize = 16;
const LIMIT: u32 = 65_536;
