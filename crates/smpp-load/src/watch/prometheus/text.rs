//! A snapshot in Prometheus' text format, version 0.0.4.

use std::fmt::{Display, Write};

use crate::{LatencySummary, watch::Snapshot};

/// All metrics, each with its help and its type.
pub(super) fn exposition(now: &Snapshot) -> String {
    let mut page = Page(String::new());
    messages(now, &mut page);
    page.family("answers_total", "counter", "Answers by the specification's name of their command_status.");
    for (status, count) in &now.statuses {
        page.labelled("answers_total", ("command_status", status), count);
    }
    receipts(now, &mut page);
    let interval = &now.interval;
    page.single("in_flight", "gauge", "Messages without an answer.", interval.in_flight);
    page.single("connections", "gauge", "Connections that are bound.", now.connections);
    page.single("elapsed_seconds", "gauge", "Since the start of the run.", now.elapsed.as_secs_f64());
    let lag = interval.max_lag_microseconds / 1e6;
    page.single(
        "schedule_lag_seconds",
        "gauge",
        "The latest that a message left after its time in the last second.",
        lag,
    );
    let corrected = Some(&interval.latency).filter(|latency| latency.count > 0);
    let rows = [
        ("latency_seconds", "Of the last second: from the intended start to the answer.", corrected),
        (
            "uncorrected_latency_seconds",
            "Of the last second: from the sending to the answer.",
            Some(&interval.uncorrected),
        ),
        (
            "receipt_latency_seconds",
            "Of the last second: from the sending to the receipt.",
            Some(&interval.receipt_latency),
        ),
    ];
    for (name, help, latency) in rows {
        if let Some(latency) = latency {
            page.quantiles(name, help, latency);
        }
    }
    page.0
}

fn messages(now: &Snapshot, page: &mut Page) {
    let totals = &now.totals;
    for (name, help, count) in [
        ("offered_total", "Messages that were to be sent.", totals.offered),
        ("sent_total", "Messages sent.", totals.sent),
        ("sent_on_time_total", "Messages sent within a millisecond of their time.", totals.on_time),
        ("answered_total", "Messages answered.", totals.answered),
        ("accepted_total", "Messages answered with ESME_ROK.", totals.accepted),
        ("timed_out_total", "Messages without an answer in time.", totals.timed_out),
        ("lost_total", "Messages without an answer when their connection ended.", totals.lost),
        ("shed_total", "Messages never sent: no room until their deadline.", totals.shed),
    ] {
        page.single(name, "counter", help, count);
    }
}

fn receipts(now: &Snapshot, page: &mut Page) {
    let receipts = &now.receipts;
    for (name, help, count) in [
        ("receipts_expected_total", "Accepted messages that asked for a receipt.", receipts.expected),
        ("receipts_received_total", "Receipts that arrived.", receipts.received),
        ("receipts_matched_total", "Messages whose receipt arrived.", receipts.matched),
        ("receipts_duplicate_total", "Receipts of a message that had one.", receipts.duplicate),
    ] {
        page.single(name, "counter", help, count);
    }
    page.single("receipts_pending", "gauge", "Receipts still to come.", receipts.missing);
}

struct Page(String);

// Writing to a string can't fail.
impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}");
    }

    fn single(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.family(name, kind, help);
        let _ = writeln!(self.0, "{PREFIX}{name} {value}");
    }

    /// Names of statuses and shares need no escape.
    fn labelled(&mut self, name: &str, (label, text): (&str, impl Display), value: impl Display) {
        let _ = writeln!(self.0, "{PREFIX}{name}{{{label}=\"{text}\"}} {value}");
    }

    fn quantiles(&mut self, name: &str, help: &str, latency: &LatencySummary) {
        self.family(name, "gauge", help);
        let LatencySummary { p50, p90, p99, p99_9, max, .. } = *latency;
        for (share, micros) in [("0.5", p50), ("0.9", p90), ("0.99", p99), ("0.999", p99_9), ("1", max)] {
            self.labelled(name, ("share", share), micros / 1e6);
        }
    }
}

const PREFIX: &str = "smpp_load_";

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use prometheus_parse::{Scrape, Value};

    use super::*;
    use crate::Counts;
    use smpp_wire::CommandStatus;

    fn snapshot() -> Snapshot {
        let mut now = Snapshot { connections: 3, ..Snapshot::default() };
        now.totals = Counts { offered: 12, sent: 11, answered: 9, ..Counts::default() };
        now.statuses = [(CommandStatus::ESME_ROK, 7), (CommandStatus(0x400), 2)].into();
        now.interval.latency =
            LatencySummary { count: 9, p50: 1_500.0, max: 2e6, ..LatencySummary::default() };
        now
    }

    #[test]
    fn a_parser_of_the_format_finds_every_figure() {
        let page = exposition(&snapshot());
        let scrape = Scrape::parse(page.lines().map(|line| Ok(line.to_owned()))).unwrap();
        let find = |name: &str, label: Option<(&str, &str)>| {
            let is_it = |sample: &&prometheus_parse::Sample| {
                sample.metric == name
                    && label.is_none_or(|(label, text)| sample.labels.get(label) == Some(text))
            };
            match scrape.samples.iter().find(is_it).map(|sample| &sample.value) {
                Some(Value::Counter(value) | Value::Gauge(value)) => *value,
                other => panic!("{name} is {other:?} in {page}"),
            }
        };
        assert_eq!(find("smpp_load_offered_total", None), 12.0);
        assert_eq!(find("smpp_load_connections", None), 3.0);
        assert_eq!(find("smpp_load_answers_total", Some(("command_status", "ESME_ROK"))), 7.0);
        assert_eq!(find("smpp_load_latency_seconds", Some(("share", "0.5"))), 0.0015);
        assert_eq!(find("smpp_load_latency_seconds", Some(("share", "1"))), 2.0);
        assert_eq!(scrape.docs.len(), page.lines().filter(|line| line.starts_with("# TYPE")).count());
    }

    #[test]
    fn promtool_has_no_complaint() {
        if !smpp_debian::is_available("prometheus", "promtool") {
            return;
        }
        let check = Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).spawn();
        let mut check = check.unwrap();
        std::io::Write::write_all(&mut check.stdin.take().unwrap(), exposition(&snapshot()).as_bytes())
            .unwrap();
        assert!(check.wait().unwrap().success());
    }
}
