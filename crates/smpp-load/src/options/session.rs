//! How many sessions, and what each may have open.

use std::time::Duration;

use clap::{Args, value_parser};

use smpp_session::BindMode;

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
        value_parser = value_parser!(u32).range(1..=50_000))]
    pub connections: u32,

    /// What each connection binds as: trx, tx, or rx (receives only)
    #[arg(long, value_name = "MODE", default_value = "trx", value_parser = bind_mode)]
    pub bind: BindMode,

    /// Binds a second at the start; without it as fast as the server answers
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = super::load::rate)]
    pub bind_rate: Option<f64>,

    /// Send nothing: bind --connections sessions, let them idle for --duration, unbind them, and time the binds
    #[arg(long, conflicts_with_all = ["rate", "stages", "messages", "mix", "reconnect", "thresholds", "html",
        "csv", "hdr", "ledger"])]
    pub storm: bool,

    /// Bind again when a session is lost, and go on; its unanswered messages are counted as lost
    #[arg(long)]
    pub reconnect: bool,

    /// How long to wait for each answer, from when the message left
    #[arg(long, value_name = "TIME", default_value = "10s", allow_negative_numbers = true,
        value_parser = duration)]
    pub timeout: Duration,
}

/// `trx`, `tx` or `rx`.
pub(crate) fn bind_mode(text: &str) -> Result<BindMode, &'static str> {
    match text {
        "trx" => Ok(BindMode::Transceiver),
        "tx" => Ok(BindMode::Transmitter),
        "rx" => Ok(BindMode::Receiver),
        _ => Err("not a mode"),
    }
}
