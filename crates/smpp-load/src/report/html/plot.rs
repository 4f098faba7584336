//! Lines on axes, as SVG.

use std::fmt::Write;

use super::{Named, escaped};
use crate::figures::{micros, rate};

/// One plot of the page.
pub(super) struct Plot<'p> {
    pub(super) id: &'p str,
    pub(super) title: &'p str,
    pub(super) scale: Scale,
    pub(super) lines: &'p [Line<'p>],
}

/// What the vertical axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// From 0, in whole things.
    Linear,
    /// Powers of ten, in microseconds.
    LogTime,
}

/// A line and its name; `class` says which colour.
pub(super) struct Line<'p> {
    name: &'p str,
    class: &'p str,
    points: Vec<(f64, f64)>,
}

impl<'p> From<Named<'p>> for Line<'p> {
    fn from((name, class, points): Named<'p>) -> Self {
        Self { name, class, points }
    }
}

/// The horizontal axis of a distribution: each step is ten times fewer answers.
pub(super) const SHARES: [(f64, &str); 5] =
    [(0.301, "50 %"), (1.0, "90 %"), (2.0, "99 %"), (3.0, "99.9 %"), (4.0, "99.99 %")];

impl Plot<'_> {
    /// Draws it; without `marks` the horizontal axis is in seconds.
    pub(super) fn draw(&self, marks: &[(f64, &str)], out: &mut String) {
        let frame = Frame::around(self, marks);
        let _ = write!(out, "<section id=\"{}\"><h2>{}</h2><div>", self.id, escaped(self.title));
        for line in self.lines {
            let _ = write!(
                out,
                "<span class=\"key\"><i class=\"{}\"></i>{}</span>",
                line.class,
                escaped(line.name)
            );
        }
        let _ = write!(
            out,
            "</div><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
            escaped(self.title)
        );
        frame.draw_axes(marks, out);
        for line in self.lines {
            frame.draw_line(line, out);
        }
        *out += "</svg></section>\n";
    }
}

/// The data's corners on the picture.
struct Frame {
    scale: Scale,
    x: (f64, f64),
    /// Logarithms on a logarithmic scale.
    y: (f64, f64),
}

impl Frame {
    fn around(plot: &Plot<'_>, marks: &[(f64, &str)]) -> Self {
        let points = || plot.lines.iter().flat_map(|line| &line.points);
        let first = marks.first().map_or(0.0, |mark| mark.0);
        let last = points().map(|point| point.0).chain(marks.iter().map(|mark| mark.0)).fold(first, f64::max);
        let greatest = points().map(|point| point.1).fold(0.0, f64::max);
        let y = match plot.scale {
            Scale::Linear => (0.0, if greatest > 0.0 { greatest * 1.08 } else { 1.0 }),
            Scale::LogTime => {
                let least = points()
                    .map(|point| point.1)
                    .filter(|value| *value > 0.0)
                    .fold(greatest.max(1.0), f64::min);
                (least.max(0.1).log10().floor(), (greatest.max(1.0).log10() + 0.01).ceil())
            }
        };
        Self { scale: plot.scale, x: (first, if last > first { last } else { first + 1.0 }), y }
    }

    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let y = match self.scale {
            Scale::Linear => y,
            Scale::LogTime => y.max(0.1).log10(),
        };
        let share = |value: f64, (from, to): (f64, f64)| ((value - from) / (to - from)).clamp(0.0, 1.0);
        (
            LEFT + share(x, self.x) * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - share(y, self.y) * (HEIGHT - TOP - BOTTOM),
        )
    }

    fn draw_axes(&self, marks: &[(f64, &str)], out: &mut String) {
        for value in self.levels() {
            let (_, y) = self.place((self.x.0, value));
            let text = match self.scale {
                Scale::Linear => rate(value),
                Scale::LogTime => micros(value),
            };
            let _ = write!(
                out,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
                WIDTH - RIGHT
            );
            let _ = write!(
                out,
                "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                LEFT - 8.0,
                y + 4.0
            );
        }
        let seconds = seconds(self.x.1);
        let seconds = seconds.iter().map(|(at, text)| (*at, text.as_str()));
        for (at, text) in marks.iter().copied().chain(seconds.filter(|_| marks.is_empty())) {
            let (x, _) = self.place((at, 0.0));
            let _ =
                write!(out, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>", HEIGHT - 8.0);
        }
    }

    fn levels(&self) -> Vec<f64> {
        match self.scale {
            Scale::Linear => {
                let step = nice_step(self.y.1, 5.0);
                (0..=10).map(|index| f64::from(index) * step).take_while(|value| *value <= self.y.1).collect()
            }
            Scale::LogTime => (-1..=12)
                .filter(|power| (self.y.0..=self.y.1).contains(&f64::from(*power)))
                .map(|power| 10_f64.powi(power))
                .collect(),
        }
    }

    fn draw_line(&self, line: &Line<'_>, out: &mut String) {
        let _ = write!(out, "<polyline class=\"line {}\" points=\"", line.class);
        for (index, point) in line.points.iter().enumerate() {
            let (x, y) = self.place(*point);
            let _ = write!(out, "{}{x:.1},{y:.1}", if index == 0 { "" } else { " " });
        }
        let _ = write!(out, "\"><title>{}</title></polyline>", escaped(line.name));
    }
}

fn seconds(last: f64) -> Vec<(f64, String)> {
    let step = nice_step(last, 8.0);
    let marks = (0..=16).map(|index| f64::from(index) * step).take_while(|at| *at <= last * 1.001);
    marks.map(|at| (at, format!("{at} s"))).collect()
}

/// A step of 1, 2 or 5 times a power of ten, of which about `count` reach `greatest`.
fn nice_step(greatest: f64, count: f64) -> f64 {
    let rough = (greatest / count).max(1e-9);
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough).unwrap_or(10.0);
    factor * power
}

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 28.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbers_that_people_count_in() {
        for (greatest, step) in [(10.0, 2.0), (100_000.0, 20_000.0), (7.0, 2.0), (0.9, 0.2)] {
            assert!((nice_step(greatest, 5.0) - step).abs() < 1e-9, "{greatest}");
        }
    }

    #[test]
    fn a_greater_value_stands_higher_and_a_later_one_further_right() {
        let lines = [Line::from(("a", "a", vec![(0.0, 10.0), (1.0, 1_000.0)]))];
        for scale in [Scale::Linear, Scale::LogTime] {
            let frame = Frame::around(&Plot { id: "p", title: "p", scale, lines: &lines }, &[]);
            let (low, high) = (frame.place((0.0, 10.0)), frame.place((1.0, 1_000.0)));
            assert!(high.0 > low.0 && high.1 < low.1, "{scale:?}");
        }
    }
}
