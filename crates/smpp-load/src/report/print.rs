//! The report as plain text: aligned, with units, and with what a reader must know about the figures.

use std::io::{self, Write};

use crate::figures::{counted, micros, rate, thousands};
use crate::{CLOSED_LOOP, LatencySummary, Report};

/// Writes the whole report.
pub(crate) fn report(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "smpp-load {}", env!("CARGO_PKG_VERSION"))?;
    setting(report, out)?;
    figures(report, out)?;
    search(report, out)?;
    verdict(report, out)?;
    for checked in &report.thresholds {
        let kept = if checked.kept { "PASS" } else { "FAIL" };
        writeln!(out, "  {kept}: {}", checked.threshold)?;
    }
    for warning in &report.warnings {
        writeln!(out, "  warning: {warning}")?;
    }
    notes(report, out)
}

fn setting(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let load = &report.load;
    let connections = counted(load.connections.into(), "connection");
    let encrypted = if report.tls { "TLS" } else { "plain TCP" };
    let store = report.store.as_ref().map(|store| format!(", store {store}")).unwrap_or_default();
    let machine = &report.machine;
    let model = machine.model.as_ref().map(|model| format!(", {model}")).unwrap_or_default();
    writeln!(out)?;
    let window = thousands(load.window.into());
    let rate = load
        .rate
        .as_ref()
        .map(|rate| if rate == "mix" { String::new() } else { format!(" at {rate}/s") })
        .unwrap_or_default();
    let content = &load.content;
    row(out, "load", &format!("{}{rate}, {connections} x window {window}, {content}", load.mode))?;
    row(out, "server", &format!("{}, {encrypted}{store}", report.target))?;
    let cpus = counted(to_u64(machine.cpus), "CPU");
    let binds = format!("{} of {}", thousands(to_u64(load.bound)), thousands(load.connections.into()));
    let took = &report.bind_microseconds;
    let times = format!(", took {} at p50, {} at most", micros(took.p50), micros(took.max));
    row(out, "binds", &(binds + if took.count > 0 { &times } else { "" }))?;
    row(out, "machine", &format!("{cpus}, {} {}{model}", machine.os, machine.arch))?;
    row(out, "started", &format!("{}, ran {:.2} s", report.started_at, report.duration_seconds))
}

fn figures(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(out)?;
    row(out, "rate", &format!("{} msg/s", rate(report.rates.answered)))?;
    if report.load.mode != CLOSED_LOOP {
        let rates = &report.rates;
        row(out, "offered", &format!("{} msg/s", rate(rates.offered)))?;
        row(out, "sent", &format!("{} msg/s, rate_ratio {:.4}", rate(rates.sent), rates.rate_ratio))?;
        row(out, "lag", &format!("at most {} behind its time", micros(report.max_lag_microseconds)))?;
        let full = micros(report.window_full_seconds * 1e6);
        row(out, "window full", &format!("{full}, summed over connections"))?;
    }
    let messages = &report.messages;
    let counts = [
        ("offered", messages.offered),
        ("shed", messages.shed),
        ("sent", messages.sent),
        ("answered", messages.answered),
        ("accepted", messages.accepted),
        ("lost", messages.lost),
        ("timed out", messages.timed_out),
    ];
    count_table(out, "messages", counts)?;
    if let Some(latency) = &report.latency_microseconds {
        times(out, "latency", latency)?;
        times(out, "uncorrected", &report.uncorrected_microseconds)?;
    } else {
        times(out, "latency", &report.uncorrected_microseconds)?;
    }
    if let Some(receipts) = &report.receipts {
        let counts = [
            ("expected", receipts.expected),
            ("matched", receipts.matched),
            ("duplicate", receipts.duplicate),
            ("missing", receipts.missing),
            ("unknown", receipts.unknown),
        ];
        let notified = (receipts.intermediate > 0).then_some(("notifications", receipts.intermediate));
        count_table(out, "receipts", counts.into_iter().chain(notified))?;
    }
    if let Some(latency) = report.receipt_latency_microseconds.filter(|latency| latency.count > 0) {
        times(out, "to receipt", &latency)?;
    }
    if let Some(through) = &report.through {
        let counts = [
            ("accepted", through.expected),
            ("arrived", through.arrived),
            ("missing", through.missing),
            ("duplicate", through.duplicate),
            ("not accepted", through.unaccepted),
            ("foreign", through.foreign),
        ];
        count_table(out, "through", counts)?;
        times(out, "to far side", &through.latency_microseconds)?;
    }
    count_table(out, "answers", report.statuses.iter().map(|(name, count)| (name.as_str(), *count)))?;
    let network = &report.network;
    let counts = [
        ("connections lost", network.errors),
        ("timeouts", report.messages.timed_out),
        ("rebinds", network.rebinds),
        ("octets sent", network.octets_sent),
        ("octets received", network.octets_received),
    ];
    count_table(out, "network", counts)
}

fn search(report: &Report, out: &mut impl Write) -> io::Result<()> {
    if report.search.is_empty() {
        return Ok(());
    }
    let tried = report.search.iter().map(|step| {
        let verdict = match step.broken.as_slice() {
            [] if step.kept => "kept".to_owned(),
            [] => "interrupted".to_owned(),
            broken => format!("broken: {}", broken.join(", ")),
        };
        (format!("{}/s", rate(step.rate)), verdict)
    });
    let tried: Vec<_> = tried.collect();
    table(out, "find-max", tried.iter().map(|(rate, verdict)| (rate.as_str(), verdict.clone())))
}

fn times(out: &mut impl Write, title: &str, latency: &LatencySummary) -> io::Result<()> {
    let times = [
        ("min", latency.min),
        ("mean", latency.mean),
        ("p50", latency.p50),
        ("p90", latency.p90),
        ("p95", latency.p95),
        ("p99", latency.p99),
        ("p99.9", latency.p99_9),
        ("p99.99", latency.p99_99),
        ("max", latency.max),
    ];
    table(out, title, times.map(|(name, time)| (name, micros(time))))
}

fn verdict(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(out)?;
    if let Some(signal) = &report.interrupted {
        writeln!(out, "  Interrupted by {signal}: these are the figures so far.")?;
    }
    if let Some(rule) = &report.aborted {
        writeln!(out, "  ABORTED: {rule}")?;
    }
    if report.messages.sent == 0 {
        return writeln!(out, "  Nothing was sent.");
    }
    if report.lost_nothing() {
        return writeln!(out, "  Nothing was lost.");
    }
    let unanswered = report.messages.sent.saturating_sub(report.messages.answered);
    let missing = report.receipts.map_or(0, |receipts| receipts.missing);
    writeln!(
        out,
        "  LOST: {} without an answer, {} missing.",
        counted(unanswered, "message"),
        counted(missing, "receipt")
    )
}

fn notes(report: &Report, out: &mut impl Write) -> io::Result<()> {
    if report.load.mode == CLOSED_LOOP {
        writeln!(
            out,
            "  note: a closed loop measures capacity: each answer makes room for the next message."
        )?;
        writeln!(
            out,
            "        Latency is not corrected for coordinated omission: what a stall held back is not counted."
        )?;
    } else {
        writeln!(
            out,
            "  note: latency counts from when a message should have left, uncorrected from when it left:"
        )?;
        writeln!(
            out,
            "        where they differ, messages waited for the generator or for room in the window."
        )?;
    }
    if report.is_embedded() {
        writeln!(out, "  note: client and gateway share this machine.")?;
        if report.store.as_deref() == Some("memory") {
            writeln!(out, "  note: the store is memory: nothing survives a restart.")?;
        }
    }
    Ok(())
}

fn row(out: &mut impl Write, label: &str, text: &str) -> io::Result<()> {
    writeln!(out, "  {label:<LABEL_WIDTH$}{text}")
}

fn count_table<'a>(
    out: &mut impl Write,
    title: &str,
    rows: impl IntoIterator<Item = (&'a str, u64)>,
) -> io::Result<()> {
    table(out, title, rows.into_iter().map(|(name, count)| (name, thousands(count))))
}

fn table<'a>(
    out: &mut impl Write,
    title: &str,
    rows: impl IntoIterator<Item = (&'a str, String)>,
) -> io::Result<()> {
    let rows: Vec<_> = rows.into_iter().collect();
    let name_width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0).max(NAME_WIDTH);
    writeln!(out)?;
    for (at, (name, figure)) in rows.iter().enumerate() {
        let title = if at == 0 { title } else { "" };
        writeln!(out, "  {title:<LABEL_WIDTH$}{name:<name_width$}{figure:>FIGURE_WIDTH$}")?;
    }
    Ok(())
}

fn to_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The longest label and a gap.
const LABEL_WIDTH: usize = 12;

/// Wide enough for most names, so that the tables stand in one column.
const NAME_WIDTH: usize = 16;

/// Wide enough for a hundred billion with separators.
const FIGURE_WIDTH: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Counts, OPEN_LOOP, report::tests::example};

    fn printed(report: &Report) -> String {
        let mut out = Vec::new();
        report.print(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_report_of_an_embedded_run_reads_like_this() {
        let expected = concat!("smpp-load ", env!("CARGO_PKG_VERSION"), "\n").to_owned()
            + "
  load        closed loop, 2 connections x window 64, 120 characters of text
  server      embedded gateway, TLS, store memory
  binds       2 of 2
  machine     8 CPUs, linux x86_64, Some CPU
  started     2026-03-04T05:06:07Z, ran 10.00 s

  rate        312,455 msg/s

  messages    offered                3,124,550
              shed                           0
              sent                   3,124,550
              answered               3,124,550
              accepted               3,124,548
              lost                           0
              timed out                      0

  latency     min                      41.2 µs
              mean                      202 µs
              p50                       198 µs
              p90                       264 µs
              p95                       288 µs
              p99                       310 µs
              p99.9                    1.25 ms
              p99.99                   3.10 ms
              max                      12.3 ms

  receipts    expected               3,124,548
              matched                3,124,548
              duplicate                      0
              missing                        0
              unknown                        0

  to receipt  min                      0.00 µs
              mean                     0.00 µs
              p50                      2.00 ms
              p90                      0.00 µs
              p95                      0.00 µs
              p99                      0.00 µs
              p99.9                    0.00 µs
              p99.99                   0.00 µs
              max                      0.00 µs

  answers     ESME_ROK               3,124,548
              ESME_RTHROTTLED                2

  network     connections lost               0
              timeouts                       0
              rebinds                        0
              octets sent          612,411,800
              octets received      156,227,500

  Nothing was lost.
  note: a closed loop measures capacity: each answer makes room for the next message.
        Latency is not corrected for coordinated omission: what a stall held back is not counted.
  note: client and gateway share this machine.
  note: the store is memory: nothing survives a restart.
";
        assert_eq!(printed(&example()), expected);
    }

    #[test]
    fn another_server_has_no_notes_about_a_shared_machine() {
        let report = Report { target: "smpp://a@h:2775".to_owned(), store: None, tls: false, ..example() };
        let text = printed(&report);
        assert!(text.contains("smpp://a@h:2775, plain TCP\n"), "{text}");
        assert!(!text.contains("share this machine") && !text.contains("store"), "{text}");
    }

    #[test]
    fn what_was_lost_is_counted_and_warnings_are_shown() {
        let mut report = example();
        report.messages.answered -= 1200;
        report.receipts.as_mut().unwrap().missing = 1;
        report.warnings.push("one connection ended early".to_owned());
        let text = printed(&report);
        assert!(text.contains("LOST: 1,200 messages without an answer, 1 receipt missing."), "{text}");
        assert!(text.contains("warning: one connection ended early\n"), "{text}");
    }

    #[test]
    fn an_open_loop_shows_both_latencies_and_says_what_they_are() {
        let mut report = example();
        report.load.mode = OPEN_LOOP.to_owned();
        report.load.rate = Some("1000".to_owned());
        report.latency_microseconds = Some(report.uncorrected_microseconds);
        report.messages = Counts { offered: 10, shed: 3, sent: 7, answered: 7, ..Counts::default() };
        let text = printed(&report);
        assert!(text.contains("open loop at 1000/s, ") && text.contains("should have left"), "{text}");
        assert!(
            text.contains("shed                           3") && text.contains("  uncorrected min"),
            "{text}"
        );
    }

    #[test]
    fn an_early_end_and_the_way_to_a_rate_are_told() {
        let mut report = example();
        report.interrupted = Some("SIGTERM".to_owned());
        report.aborted = Some("p99<1us was broken at 2 s".to_owned());
        let step = |rate, broken: &[&str]| crate::Step {
            rate,
            kept: broken.is_empty(),
            broken: broken.iter().map(ToString::to_string).collect(),
            answered: rate,
            p99_microseconds: 1.0,
        };
        report.search = vec![step(1_000.0, &[]), step(2_000.0, &["p99<1us", "rate_ratio>=0.99"])];
        let text = printed(&report);
        for line in [
            "Interrupted by SIGTERM: these are the figures so far.",
            "ABORTED: p99<1us was broken at 2 s",
            "find-max 1,000/s kept",
            "2,000/s broken: p99<1us, rate_ratio>=0.99",
        ] {
            let is_it = |shown: &str| shown.split_whitespace().eq(line.split_whitespace());
            assert!(text.lines().any(is_it), "no {line:?} in {text}");
        }
    }

    #[test]
    fn thresholds_pass_or_fail() {
        let mut report = example();
        let checked =
            |threshold: &str, kept| crate::Checked { threshold: threshold.to_owned(), value: 1.0, kept };
        report.thresholds = vec![checked("p99<50ms", true), checked("rate>400000", false)];
        let text = printed(&report);
        assert!(text.contains("  PASS: p99<50ms\n  FAIL: rate>400000\n"), "{text}");
    }

    #[test]
    fn a_run_without_receipts_has_no_receipts_in_it() {
        let report = Report { receipts: None, receipt_latency_microseconds: None, ..example() };
        assert!(!printed(&report).contains("receipt"));
    }
}
