//! Allocations, in a process of its own: they are counted for a whole process, and counting takes time.

use std::process::Command;

use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::Effort;
use smpp_benches::table::{Better, Row};

use crate::World;

pub(crate) fn all(_: &World, effort: Effort) -> Vec<Row> {
    let messages = if effort == Effort::Smoke { "100" } else { "100000" };
    let output = Command::new(env!("CARGO_BIN_EXE_allocations")).arg(messages).output();
    let output = String::from_utf8(output.expect("it was built with this bench").stdout).expect("text");
    let mut figures = output.lines().map(|line| line.parse().expect("a number"));
    let mut row = |name: &str, unit: &str, goals: &[Goal]| {
        let name = format!("allocations, {name}, both ends, window 64");
        Figures::ours(figures.next().expect("a line a row")).row(&name, unit, Better::Lower, goals)
    };
    vec![
        row("completion queue, plain", "a message", &[Goal::Value(0.0)]),
        row("futures, plain", "a message", &[Goal::Value(0.0)]),
        row("completion queue, TLS", "a record", &[]),
    ]
}
