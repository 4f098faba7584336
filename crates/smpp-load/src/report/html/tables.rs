//! The figures of the page.

use std::fmt::Write;

use super::{escaped, to_f64};
use crate::{
    LatencySummary, Report,
    figures::{micros, rate, thousands},
};

/// Everything that is not a plot.
pub(super) fn all(report: &Report, out: &mut String) {
    latencies(report, out);
    counts(report, out);
    if !report.search.is_empty() {
        search(report, out);
    }
    if !report.thresholds.is_empty() {
        thresholds(report, out);
    }
    if !report.warnings.is_empty() {
        *out += "<section id=\"warnings\"><h2>Warnings</h2>";
        for warning in &report.warnings {
            let _ = write!(out, "<p class=\"fail\">{}</p>", escaped(warning));
        }
        *out += "</section>\n";
    }
}

/// Answers by status, as bars.
pub(super) fn statuses(report: &Report, out: &mut String) {
    let greatest = report.statuses.values().copied().max().unwrap_or(1).max(1);
    *out += "<section id=\"statuses\"><h2>Answers by command_status</h2><div class=\"wide\"><table>";
    for (name, count) in &report.statuses {
        let width = (to_f64(*count) / to_f64(greatest) * 300.0).max(2.0);
        let _ = write!(
            out,
            "<tr><td>{}</td><td>{}</td><td style=\"text-align:left;width:320px\"><svg style=\"width:300px\" viewBox=\"0 0 300 12\" role=\"img\" \
             aria-label=\"{count}\"><rect class=\"bar\" width=\"{width:.1}\" height=\"12\" rx=\"2\"/></svg></td></tr>",
            escaped(name),
            thousands(*count)
        );
    }
    *out += "</table></div></section>\n";
}

fn latencies(report: &Report, out: &mut String) {
    let rows = [
        (
            if report.latency_microseconds.is_some() { "corrected" } else { "from sending" },
            Some(report.latency()),
        ),
        ("uncorrected", report.latency_microseconds.as_ref().map(|_| &report.uncorrected_microseconds)),
        ("to receipt", report.receipt_latency_microseconds.as_ref()),
        ("to far side", report.through.as_ref().map(|through| &through.latency_microseconds)),
    ];
    *out += "<section id=\"latencies\"><h2>Latency</h2><div class=\"wide\"><table><tr><th></th>";
    for name in ["min", "mean", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"] {
        let _ = write!(out, "<th>{name}</th>");
    }
    *out += "</tr>";
    for (name, latency) in rows {
        let Some(latency) = latency else { continue };
        let LatencySummary { min, mean, p50, p90, p95, p99, p99_9, p99_99, max, .. } = *latency;
        let _ = write!(out, "<tr><td>{name}</td>");
        for time in [min, mean, p50, p90, p95, p99, p99_9, p99_99, max] {
            let _ = write!(out, "<td>{}</td>", micros(time));
        }
        *out += "</tr>";
    }
    *out += "</table></div>";
    *out += match report.latency_microseconds {
        Some(_) => {
            "<p>Corrected counts from when a message should have left, uncorrected from when it left. Where they differ, messages \
             waited for the generator or for room in the window: that wait is what customers see.</p>"
        }
        None => {
            "<p>A closed loop measures capacity: each answer makes room for the next message. Its latency is not corrected for \
             coordinated omission: what a stall held back is not counted.</p>"
        }
    };
    *out += "</section>\n";
}

fn counts(report: &Report, out: &mut String) {
    let messages = &report.messages;
    let mut rows = vec![
        ("offered", messages.offered),
        ("shed", messages.shed),
        ("sent", messages.sent),
        ("answered", messages.answered),
        ("accepted", messages.accepted),
        ("lost", messages.lost),
        ("timed out", messages.timed_out),
    ];
    if let Some(receipts) = &report.receipts {
        rows.extend([
            ("receipts expected", receipts.expected),
            ("receipts matched", receipts.matched),
            ("receipts duplicate", receipts.duplicate),
            ("receipts missing", receipts.missing),
            ("receipts unknown", receipts.unknown),
        ]);
    }
    if let Some(through) = &report.through {
        rows.extend([
            ("came through", through.arrived),
            ("accepted, did not come through", through.missing),
            ("came through twice", through.duplicate),
            ("came through, not accepted", through.unaccepted),
            ("not of this run", through.foreign),
        ]);
    }
    let network = &report.network;
    rows.extend([
        ("connections lost", network.errors),
        ("rebinds", network.rebinds),
        ("octets sent", network.octets_sent),
        ("octets received", network.octets_received),
    ]);
    *out += "<section id=\"counts\"><h2>Messages</h2><div class=\"wide\"><table>";
    for (name, count) in rows {
        let _ = write!(out, "<tr><td>{name}</td><td>{}</td></tr>", thousands(count));
    }
    let times = [
        ("largest lag behind the schedule", report.max_lag_microseconds),
        ("time the window was full", report.window_full_seconds * 1e6),
    ];
    for (name, time) in times.into_iter().filter(|_| report.latency_microseconds.is_some()) {
        let _ = write!(out, "<tr><td>{name}</td><td>{}</td></tr>", micros(time));
    }
    *out += "</table></div></section>\n";
}

/// How `--find-max` came to the rate of this page, in the order it tried.
fn search(report: &Report, out: &mut String) {
    *out += "<section id=\"search\"><h2>Rates that were tried</h2><div class=\"wide\"><table><tr><th>offered</th><th>answered</th>\
             <th>p99</th><th></th><th>what was not kept</th></tr>";
    for step in &report.search {
        let (class, word) = if step.kept { ("pass", "kept") } else { ("fail", "not kept") };
        let _ = write!(
            out,
            "<tr><td>{}/s</td><td>{}/s</td><td>{}</td><td class=\"{class}\">{word}</td><td>{}</td></tr>",
            rate(step.rate),
            rate(step.answered),
            micros(step.p99_microseconds),
            escaped(&step.broken.join(", "))
        );
    }
    *out += "</table></div></section>\n";
}

fn thresholds(report: &Report, out: &mut String) {
    *out += "<section id=\"thresholds\"><h2>Thresholds</h2><div class=\"wide\"><table>";
    for checked in &report.thresholds {
        let (class, word) = if checked.kept { ("pass", "PASS") } else { ("fail", "FAIL") };
        let _ =
            write!(out, "<tr><td>{}</td><td class=\"{class}\">{word}</td></tr>", escaped(&checked.threshold));
    }
    *out += "</table></div></section>\n";
}
