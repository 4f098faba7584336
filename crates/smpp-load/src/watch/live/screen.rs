//! What stands where on the screen.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::{Color, Style, Stylize},
    symbols::Marker,
    text::Line,
    widgets::{Axis, Block, Chart, Dataset, Gauge, GraphType, Paragraph, Row, Table},
};

use super::history::{History, Points};
use crate::figures::{micros, rate, thousands};

/// Draws all of it.
pub(super) fn draw(history: &History, frame: &mut Frame<'_>) {
    let [head, plots, tables, foot] = Layout::vertical([
        Constraint::Length(3),
        Constraint::Min(8),
        Constraint::Length(11),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    progress(history, frame, head);
    let [left, right] = Layout::horizontal([Constraint::Fill(1); 2]).areas(plots);
    rates(history, frame, left);
    latencies(history, frame, right);
    let [messages, latency, connections, answers] = Layout::horizontal([
        Constraint::Length(26),
        Constraint::Length(26),
        Constraint::Length(30),
        Constraint::Min(24),
    ])
    .areas(tables);
    counts(history, frame, messages);
    quantiles(history, frame, latency);
    sessions(history, frame, connections);
    statuses(history, frame, answers);
    frame.render_widget(Line::from(" Ctrl-C ends the run and writes the report").dim(), foot);
}

fn progress(history: &History, frame: &mut Frame<'_>, area: Rect) {
    let (goal, now) = (&history.setting.goal, &history.now);
    let done = goal.permille(now.elapsed, now.totals.sent).min(1_000);
    let permille = u16::try_from(done).unwrap_or_default();
    let lasts = goal.duration.map_or_else(String::new, |lasts| format!(" of {} s", lasts.as_secs_f64()));
    let gauge = Gauge::default()
        .block(Block::bordered().title(format!(" smpp-load: {} ", history.setting.title)))
        .gauge_style(Style::new().fg(Color::Blue))
        .ratio(f64::from(permille) / 1e3)
        .label(format!("{:.0} s{lasts}", now.elapsed.as_secs_f64()));
    frame.render_widget(gauge, area);
}

fn rates(history: &History, frame: &mut Frame<'_>, area: Rect) {
    let offered = history.points(|interval| Some(interval.per_second(interval.counts.offered)));
    let answered = history.points(|interval| Some(interval.per_second(interval.counts.answered)));
    let interval = &history.now.interval;
    let title =
        format!(" Messages a second: {} answered ", rate(interval.per_second(interval.counts.answered)));
    let lines = [("offered", Color::Yellow, offered), ("answered", Color::Blue, answered)];
    plot(history, frame, area, title, &lines, rate);
}

fn latencies(history: &History, frame: &mut Frame<'_>, area: Rect) {
    let of = |figure: fn(&crate::LatencySummary) -> f64| {
        history.points(|interval| {
            let latency = interval.either_latency();
            (latency.count > 0).then(|| figure(latency))
        })
    };
    let lines = [
        ("p99", Color::Magenta, of(|latency| latency.p99)),
        ("p50", Color::Green, of(|latency| latency.p50)),
    ];
    let title = format!(" Latency: p99 {} ", micros(history.now.interval.either_latency().p99));
    plot(history, frame, area, title, &lines, micros);
}

fn plot(
    history: &History,
    frame: &mut Frame<'_>,
    area: Rect,
    title: String,
    lines: &[(&'static str, Color, Points)],
    text: fn(f64) -> String,
) {
    let highest = lines.iter().flat_map(|(_, _, points)| points).map(|point| point.1).fold(0.0, f64::max);
    let top = if highest > 0.0 { highest * 1.1 } else { 1.0 };
    let sets = lines.iter().map(|(name, colour, points)| {
        let set = Dataset::default().name(*name).marker(Marker::Braille).graph_type(GraphType::Line);
        set.style(Style::new().fg(*colour)).data(points)
    });
    let span = history.span();
    let seconds = span.map(|at| format!("{at:.0} s"));
    let chart = Chart::new(sets.collect())
        .block(Block::bordered().title(title))
        .x_axis(Axis::default().bounds(span).labels(seconds))
        .y_axis(Axis::default().bounds([0.0, top]).labels(["0".to_owned(), text(top / 2.0), text(top)]));
    frame.render_widget(chart, area);
}

fn counts(history: &History, frame: &mut Frame<'_>, area: Rect) {
    let totals = &history.now.totals;
    let rows = [
        ("offered", totals.offered),
        ("shed", totals.shed),
        ("sent", totals.sent),
        ("answered", totals.answered),
        ("accepted", totals.accepted),
        ("timed out", totals.timed_out),
        ("lost", totals.lost),
    ];
    table(frame, area, " Messages ", rows.map(|(name, count)| (name.to_owned(), thousands(count))));
}

fn quantiles(history: &History, frame: &mut Frame<'_>, area: Rect) {
    let interval = &history.now.interval;
    let latency = interval.either_latency();
    let rows = [
        ("p50", latency.p50),
        ("p90", latency.p90),
        ("p99", latency.p99),
        ("p99.9", latency.p99_9),
        ("max", latency.max),
        ("uncorrected p99", interval.uncorrected.p99),
        ("to receipt p99", interval.receipt_latency.p99),
        ("schedule lag", interval.max_lag_microseconds),
    ];
    table(frame, area, " Last second ", rows.map(|(name, time)| (name.to_owned(), micros(time))));
}

fn sessions(history: &History, frame: &mut Frame<'_>, area: Rect) {
    let (setting, now) = (&history.setting, &history.now);
    let [fill, rest] = Layout::vertical([Constraint::Length(3), Constraint::Min(1)]).areas(area);
    let in_flight = now.interval.in_flight;
    let permille = in_flight.saturating_mul(1_000) / setting.window.max(1);
    let share = f64::from(u16::try_from(permille).unwrap_or(1_000).min(1_000)) / 1e3;
    let gauge = Gauge::default()
        .block(Block::bordered().title(" Window "))
        .gauge_style(Style::new().fg(Color::Cyan))
        .ratio(share)
        .label(format!("{} of {}", thousands(in_flight), thousands(setting.window)));
    frame.render_widget(gauge, fill);
    let receipts = &now.receipts;
    let rows = [
        ("connections", format!("{} of {}", now.connections, setting.connections)),
        ("receipts", thousands(receipts.received)),
        ("pending", thousands(receipts.missing)),
        ("duplicate", thousands(receipts.duplicate)),
        ("unknown", thousands(receipts.unknown)),
    ];
    table(frame, rest, " Connections and receipts ", rows.map(|(name, text)| (name.to_owned(), text)));
}

fn statuses(history: &History, frame: &mut Frame<'_>, area: Rect) {
    let mut statuses: Vec<_> = history.now.statuses.iter().collect();
    statuses.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    if statuses.is_empty() {
        frame.render_widget(Paragraph::new("none yet").block(Block::bordered().title(" Answers ")), area);
        return;
    }
    let rows = statuses.into_iter().map(|(status, count)| (status.to_string(), thousands(*count)));
    table(frame, area, " Answers ", rows);
}

/// Names on the left, figures on the right.
fn table(frame: &mut Frame<'_>, area: Rect, title: &str, rows: impl IntoIterator<Item = (String, String)>) {
    let rows = rows
        .into_iter()
        .map(|(name, figure)| Row::new([Line::from(name), Line::from(figure).right_aligned()]));
    let table = Table::new(rows, [Constraint::Fill(1), Constraint::Fill(1)]);
    frame.render_widget(table.block(Block::bordered().title(title.to_owned())), area);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ratatui::{Terminal, backend::TestBackend};
    use smpp_wire::CommandStatus;

    use super::*;
    use crate::{
        Counts, Goal, LatencySummary, ReceiptCounts,
        record::Interval,
        watch::{Setting, Snapshot},
    };

    fn shown(history: &History, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(history, frame)).unwrap();
        let buffer = terminal.backend().buffer();
        let rows = buffer.content().chunks(width.into());
        rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n").collect()
    }

    fn history(seconds: u32) -> History {
        let mut history = History::of(Setting {
            title: "smpp://a@h:2775, open loop at 1000/s".to_owned(),
            goal: Goal { duration: Some(Duration::from_secs(10)), messages: None },
            connections: 4,
            window: 256,
        });
        for second in 0..seconds {
            let from = f64::from(second);
            let uncorrected = LatencySummary { count: 1, p99: 1_234.0, ..LatencySummary::default() };
            let counts = Counts { offered: 1_000, answered: 990 + u64::from(second), ..Counts::default() };
            let interval =
                Interval { from, to: from + 1.0, counts, in_flight: 64, uncorrected, ..Interval::default() };
            history.push(Snapshot {
                elapsed: Duration::from_secs(u64::from(second) + 1),
                totals: Counts { offered: 4_321, ..Counts::default() },
                interval,
                statuses: [(CommandStatus::ESME_ROK, 9_876), (CommandStatus::ESME_RTHROTTLED, 5)].into(),
                receipts: ReceiptCounts { received: 7_000, missing: 77, ..ReceiptCounts::default() },
                connections: 3,
            });
        }
        history
    }

    #[test]
    fn everything_that_is_watched_is_on_the_screen() {
        let screen = shown(&history(5), 120, 40);
        for part in [
            "smpp-load: smpp://a@h:2775, open loop at 1000/s",
            "5 s of 10 s",
            "Messages a second: 994 answered",
            "Latency: p99 1.23 ms",
            "64 of 256",
            "3 of 4",
            "4,321",
            "ESME_RTHROTTLED",
            "9,876",
            "pending",
            "77",
            "Ctrl-C",
        ] {
            assert!(screen.contains(part), "no {part:?} in\n{screen}");
        }
        assert!(screen.chars().any(|sign| ('\u{2801}'..='\u{28FF}').contains(&sign)), "no line in\n{screen}");
    }

    #[test]
    fn any_size_of_the_terminal_and_a_run_that_has_not_begun_are_drawn() {
        for (width, height) in [(1, 1), (20, 5), (80, 24), (300, 100)] {
            shown(&History::default(), width, height);
            shown(&history(300), width, height);
        }
    }
}
