//! `--html`: the report as one page with plots, for people who were not there. It needs no network and runs no script.

mod plot;
mod tables;

use std::fmt::Write;

use plot::{Line, Plot, Scale};

use super::Report;
use crate::{
    Interval,
    figures::{micros, rate, thousands},
};

/// The whole page.
pub(super) fn page(report: &Report) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<link rel=\"icon\" href=\"data:,\">\n";
    // Writing to a string can't fail.
    let _ = writeln!(out, "<title>smpp-load: {}</title>", escaped(&report.target));
    let _ = writeln!(out, "<style>{}</style></head><body><main>", include_str!("style.css"));
    head(report, &mut out);
    tiles(report, &mut out);
    plots(report, &mut out);
    tables::all(report, &mut out);
    out += "</main></body></html>\n";
    out
}

fn head(report: &Report, out: &mut String) {
    let load = &report.load;
    let at = load.rate.as_ref().map(|rate| format!(" at {rate}/s")).unwrap_or_default();
    let encrypted = if report.tls { "TLS" } else { "plain TCP" };
    let _ = writeln!(out, "<h1>{}</h1>", escaped(&report.target));
    let _ = writeln!(
        out,
        "<p>{}{}, {} of {} connections &times; window {}, {encrypted}, {}, seed {}</p>",
        load.mode,
        escaped(&at),
        load.bound,
        load.connections,
        load.window,
        escaped(&load.content),
        load.seed
    );
    let model = report.machine.model.as_deref().unwrap_or(&report.machine.arch);
    let _ = writeln!(
        out,
        "<p>{}, ran {:.2} s on {} CPUs ({}), {}</p>",
        report.started_at,
        report.duration_seconds,
        report.machine.cpus,
        escaped(model),
        report.generator
    );
}

fn tiles(report: &Report, out: &mut String) {
    let latency = report.latency();
    let lost = report.messages.timed_out + report.messages.lost;
    let tiles = [
        (rate(report.rates.answered), "answers a second"),
        (micros(latency.p50), "median latency"),
        (micros(latency.p99), "99 % within"),
        (thousands(report.messages.accepted), "accepted"),
        (thousands(report.messages.shed), "shed"),
        (thousands(lost), "without an answer"),
    ];
    *out += "<section><div class=\"tiles\">";
    for (figure, what) in tiles {
        let _ = write!(out, "<div class=\"tile\"><b>{figure}</b><span>{what}</span></div>");
    }
    *out += "</div></section>\n";
}

fn plots(report: &Report, out: &mut String) {
    let of = |value: &dyn Fn(&Interval) -> Option<f64>| -> Vec<(f64, f64)> {
        report.series.iter().filter_map(|interval| Some((interval.to, value(interval)?))).collect()
    };
    let each_second = |count: fn(&Interval) -> u64| {
        of(&|interval| {
            let seconds = interval.to - interval.from;
            // A last interval of a few milliseconds says nothing of a rate.
            (seconds >= SHORTEST_INTERVAL).then(|| to_f64(count(interval)) / seconds)
        })
    };
    let rates = [
        ("offered", "b", each_second(|interval| interval.counts.offered)),
        ("sent", "c", each_second(|interval| interval.counts.sent)),
        ("answered", "a", each_second(|interval| interval.counts.answered)),
    ];
    plot(out, "rate", "Messages a second", Scale::Linear, &rates);
    let corrected = report.latency_microseconds.is_some();
    let latency = |quantile: fn(&crate::LatencySummary) -> f64| {
        of(&|interval| {
            let latency = if corrected { &interval.latency } else { &interval.uncorrected };
            (latency.count > 0).then(|| quantile(latency))
        })
    };
    let quantiles = [
        ("p50", "c", latency(|latency| latency.p50)),
        ("p99", "a", latency(|latency| latency.p99)),
        ("max", "b", latency(|latency| latency.max)),
    ];
    plot(out, "latency", "Latency over time", Scale::LogTime, &quantiles);
    distribution(report, out);
    tables::statuses(report, out);
    if report.receipts.is_some() {
        let receipts = [
            ("receipts a second", "a", each_second(|interval| interval.receipts)),
            ("still to come", "b", of(&|interval| Some(to_f64(interval.receipts_pending)))),
        ];
        plot(out, "receipts", "Receipts", Scale::Linear, &receipts);
    }
}

/// Latency by the share of answers that took no longer, the last ones spread out.
fn distribution(report: &Report, out: &mut String) {
    let curve = |latency: &crate::LatencySummary| {
        let points = [
            (0.5, latency.p50),
            (0.9, latency.p90),
            (0.95, latency.p95),
            (0.99, latency.p99),
            (0.999, latency.p99_9),
            (0.9999, latency.p99_99),
        ];
        points.map(|(share, time): (f64, f64)| (-(1.0 - share).log10(), time)).to_vec()
    };
    let mut lines = vec![("latency", "a", curve(report.latency()))];
    if report.latency_microseconds.is_some() {
        lines.push(("uncorrected", "b", curve(&report.uncorrected_microseconds)));
    }
    if let Some(latency) = report.receipt_latency_microseconds.as_ref().filter(|latency| latency.count > 0) {
        lines.push(("to receipt", "d", curve(latency)));
    }
    if let Some(through) = report.through.filter(|through| through.arrived > 0) {
        lines.push(("to far side", "c", curve(&through.latency_microseconds)));
    }
    let lines: Vec<Line<'_>> = lines.into_iter().map(Line::from).collect();
    let plot = Plot {
        id: "distribution",
        title: "Latency by share of answers",
        scale: Scale::LogTime,
        lines: &lines,
    };
    plot.draw(&plot::SHARES, out);
}

fn plot(out: &mut String, id: &str, title: &str, scale: Scale, lines: &[Named<'_>]) {
    let lines: Vec<_> = lines.iter().cloned().map(Line::from).collect();
    Plot { id, title, scale, lines: &lines }.draw(&[], out);
}

/// A line's name, its colour and its points.
type Named<'n> = (&'n str, &'n str, Vec<(f64, f64)>);

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[expect(clippy::cast_precision_loss, reason = "a plot shows far fewer than 52 bits")]
const fn to_f64(count: u64) -> f64 {
    count as f64
}

/// Seconds.
const SHORTEST_INTERVAL: f64 = 0.25;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Checked, Counts, LatencySummary, Step, Through, report::tests::example};

    fn full() -> Report {
        let mut report = example();
        let second = |index: u32| {
            let from = f64::from(index);
            let latency = LatencySummary {
                count: 10,
                p50: 100.0,
                p99: 900.0 + from,
                max: 20_000.0,
                ..LatencySummary::default()
            };
            let counts = Counts { offered: 10, sent: 10, answered: 10, accepted: 10, ..Counts::default() };
            Interval {
                from,
                to: from + 1.0,
                counts,
                receipts: 7,
                latency,
                uncorrected: latency,
                ..Interval::default()
            }
        };
        report.series = (0..10).map(second).collect();
        report.thresholds = vec![Checked { threshold: "p99<50ms".to_owned(), value: 310.0, kept: true }];
        report.target = "smpps://a<b@h:2775".to_owned();
        report
    }

    #[test]
    fn every_plot_is_there_and_draws_every_line() {
        let page = page(&full());
        for id in ["rate", "latency", "distribution", "statuses", "receipts"] {
            assert!(page.contains(&format!("id=\"{id}\"")), "no {id}");
        }
        let lines: Vec<_> = page.match_indices("<polyline").collect();
        assert_eq!(lines.len(), 3 + 3 + 2 + 2);
        for (at, _) in lines {
            let points = page[at..].split('"').find(|part| part.contains(',')).unwrap();
            assert!(points.split(' ').count() >= 6, "{points}");
        }
        assert!(!page.contains("NaN") && !page.contains("inf"));
    }

    #[test]
    fn the_page_needs_no_network_and_shows_text_as_text() {
        let page = page(&full());
        assert!(!page.contains("http") && !page.contains("<script") && !page.contains("a<b"));
        assert!(page.contains("smpps://a&lt;b@h:2775") && page.contains("PASS"));
    }

    #[test]
    fn a_relay_shows_what_came_through_and_how_long_it_took() {
        let latency_microseconds =
            LatencySummary { count: 3, p50: 4_000.0, p99: 7_000.0, ..LatencySummary::default() };
        let through =
            Through { expected: 5, arrived: 3, missing: 2, latency_microseconds, ..Through::default() };
        let page = page(&Report { through: Some(through), ..full() });
        assert!(page.contains("<td>accepted, did not come through</td><td>2</td>"), "{page}");
        assert!(page.contains("<tr><td>to far side</td>") && page.contains("</i>to far side</span>"));
        assert_eq!(page.matches("<polyline").count(), 3 + 3 + 3 + 2);
    }

    #[test]
    fn a_search_shows_every_rate_that_was_tried_and_why_it_was_not_kept() {
        let step = |rate: f64, broken: &[&str]| Step {
            rate,
            kept: broken.is_empty(),
            broken: broken.iter().map(ToString::to_string).collect(),
            answered: rate,
            p99_microseconds: 500.0,
        };
        let page = page(&Report { search: vec![step(1e3, &[]), step(2e3, &["p99<50ms"])], ..full() });
        let of = |rate| page.split("<tr>").find(|row| row.contains(rate)).unwrap();
        assert!(of("<td>1,000/s</td>").contains("class=\"pass\">kept"), "{}", of("<td>1,000/s</td>"));
        assert!(
            of("<td>2,000/s</td>").contains("not kept") && of("<td>2,000/s</td>").contains("p99&lt;50ms")
        );
    }

    #[test]
    fn a_run_without_answers_still_makes_a_page() {
        let report =
            Report { series: Vec::new(), uncorrected_microseconds: LatencySummary::default(), ..example() };
        let page = page(&report);
        assert!(page.contains("</html>") && !page.contains("NaN"));
    }
}
