//! How long do reading and writing a PDU take, beside the least that is possible and beside other crates?
//!
//! `cargo bench -p smpp-benches --bench codec` times all contestants in turns and counts instructions where valgrind is installed.
//! `-- --quick` takes less time, `-- --instructions` only counts.
//!
//! What everybody reads and writes is asserted first. Strings come in the form that suits each; TLVs come one by one, and
//! everybody puts them together.

use std::io::{self, Write};
use std::time::Duration;

use criterion::{Criterion, Throughput};
use smpp_benches::interleave::{Contestant as Run, Effort, medians};
use smpp_benches::pdus;
use smpp_benches::table::{Row, Table};

use contest::{Contest, Contestant};
use contestant::Values;
use floors::{DELIVER_SM, SUBMIT_SM, SUBMIT_SM_RESP};

mod contest;
mod contestant;
mod floor;
mod floors;
mod instructions;
mod ours;
mod receipts;
mod rivals;
mod text;
mod validate;

type Made = fn() -> Contest;

/// What each row works on; made when its turn comes.
const ROWS: [(&str, Made); 15] = [
    ("parse submit_sm, 171 octets", || Contest::parse::<SUBMIT_SM>(messages(copies()))),
    ("parse submit_sm, varied", || Contest::parse::<SUBMIT_SM>(messages(pdus::submit_sms(PDUS)))),
    ("parse deliver_sm, receipt and 2 TLVs", || Contest::parse::<DELIVER_SM>(messages(pdus::receipts(PDUS)))),
    ("parse submit_sm_resp", || {
        Contest::parse::<SUBMIT_SM_RESP>(pdus::answers(PDUS).into_iter().map(Values::Answer).collect())
    }),
    ("build and encode submit_sm, 171 octets", || Contest::submit_sm(copies())),
    ("build and encode submit_sm, varied", || Contest::submit_sm(pdus::submit_sms(PDUS))),
    ("build and encode submit_sm, varied, BytesMut", || Contest::submit_sm_bytes_mut(pdus::submit_sms(PDUS))),
    ("build and encode submit_sm_resp", || Contest::submit_sm_resp(pdus::answers(PDUS))),
    ("validate submit_sm, strict, 171 octets", || validate::submit_sm(copies())),
    ("validate submit_sm, strict, varied", || validate::submit_sm(pdus::submit_sms(PDUS))),
    ("receipt text: parse", || receipts::parse(PDUS)),
    ("receipt text: parse, odd layouts", || receipts::parse_odd(PDUS)),
    ("receipt text: write", || receipts::write(PDUS)),
    ("text: ASCII to GSM", || text::encode(PDUS)),
    ("text: GSM to ASCII", || text::decode(PDUS)),
];

fn main() -> io::Result<()> {
    if let Some((row, contestant, passes)) = instructions::asked() {
        return run(&row, &contestant, passes);
    }
    let effort = Effort::from_args();
    let only_instructions = std::env::args().any(|argument| argument == "--instructions");
    let mut table = Table::new("codec");
    if !only_instructions {
        time(effort, &mut table);
    }
    if effort == Effort::Smoke {
        return Ok(());
    }
    count(only_instructions || effort == Effort::Full, &mut table);
    table.print()?;
    let path = table.write()?;
    writeln!(io::stdout(), "written to {}", path.display())
}

/// Runs one contestant and nothing else.
fn run(row: &str, contestant: &str, passes: u64) -> io::Result<()> {
    let asked = ROWS.iter().find(|(name, _)| *name == row).map(|(_, contest)| contest());
    let mut contestants = asked.into_iter().flat_map(|contest| contest.contestants);
    let one = contestants.find(|one| one.name == contestant);
    (one.ok_or(io::ErrorKind::NotFound)?.run)(passes);
    Ok(())
}

/// Times all rows: by criterion, and in turns for the table.
fn time(effort: Effort, table: &mut Table) {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    for (name, contest) in ROWS {
        let mut contest = contest();
        contest.contestants.iter().for_each(|contestant| (contestant.check)());
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(contest.pdus.into()));
        for Contestant { name, run, .. } in &mut contest.contestants {
            group.bench_function(*name, |bencher| bencher.iter(|| run(1)));
        }
        group.finish();
        let (names, runs): (Vec<_>, Vec<Run<'_>>) =
            contest.contestants.iter_mut().map(|one| (one.name, &mut *one.run as Run<'_>)).unzip();
        let passes = medians(effort, runs);
        table.push(contest.goal.row(name, contest.pdus, names.into_iter().zip(passes)));
    }
    criterion.final_summary();
}

/// Counts the instructions of all rows.
fn count(rivals_too: bool, table: &mut Table) {
    for (name, contest) in ROWS {
        let contest = contest();
        let counted = contest.contestants.iter().filter(|one| rivals_too || contest.is_asked(one));
        let figures = counted.filter_map(|one| {
            let pass = instructions::of_one_pass(name, one.name)?;
            Some((one.name, pass / f64::from(contest.pdus)))
        });
        let row = contest.instructions(Row::cost(name, "instructions/PDU", figures));
        if row.ours.is_finite() {
            table.push(row);
        }
    }
}

fn messages(messages: Vec<pdus::Message>) -> Vec<Values> {
    messages.into_iter().map(Values::from).collect()
}

/// The fixed PDU stands side by side with itself, so that entering the loop is not what is measured.
fn copies() -> Vec<pdus::Message> {
    vec![pdus::submit_sm_171(); 16]
}

/// PDUs of a varied row: more than a branch predictor learns by heart, few enough for the second-level cache.
const PDUS: u32 = 1_000;
