//! How many sessions, and what each may have open.

use std::time::Duration;

use clap::{Args, value_parser};

use super::duration;

/// The sessions of a run.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "Sessions")]
pub struct SessionOptions {
    /// Messages in flight on each connection
    #[arg(short, long, value_name = "N", default_value = "64", allow_negative_numbers = true,
        value_parser = value_parser!(u32).range(1..=10_000))]
    pub window: u32,

    /// Connections, each with its own bind
    #[arg(short, long, value_name = "N", default_value = "1", allow_negative_numbers = true,
        value_parser = value_parser!(u32).range(1..=10_000))]
    pub connections: u32,

    /// How long to wait for each answer, from when the message left
    #[arg(long, value_name = "TIME", default_value = "10s", allow_negative_numbers = true,
        value_parser = duration)]
    pub timeout: Duration,
}
