//! The flags of `smpp-load serve`.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use super::{Behaviour, Delay, Refusals, Share, Stall, States};

/// `smpp-load serve`.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct ServeOptions {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:2775")]
    pub listen: SocketAddr,

    /// A PEM file with a certificate chain: serve TLS
    #[arg(long, value_name = "FILE", requires = "key")]
    pub certificate: Option<PathBuf>,

    /// A PEM file with the key of the certificate
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,

    /// From a submit_sm to its answer: 5ms, or 1ms:90%,150ms:10%, or exp:10ms
    #[arg(long, value_name = "DELAY", default_value = "0")]
    pub delay: Delay,

    /// Refuse a share of messages: ESME_RTHROTTLED:1%,0x400:0.5%
    #[arg(long, value_name = "LIST")]
    pub refuse: Option<Refusals>,

    /// Leave a share of messages unanswered
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub silent: Share,

    /// Answer a share of messages twice; not behind TLS
    #[arg(long, value_name = "SHARE", default_value = "0", conflicts_with = "certificate")]
    pub answer_twice: Share,

    /// Answer nothing for a time: AFTER:LASTS, like 5s:2s, counted from the first submit_sm
    #[arg(long, value_name = "AFTER:LASTS")]
    pub stall: Option<Stall>,

    /// From an answer to its receipt
    #[arg(long, value_name = "DELAY", default_value = "0")]
    pub receipt_delay: Delay,

    /// Send a share of receipts twice
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub receipt_twice: Share,

    /// Never send a share of receipts
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub receipt_missing: Share,

    /// What receipts say, and how many of them: DELIVRD:95%,UNDELIV:5%; the rest is DELIVRD
    #[arg(long, value_name = "LIST")]
    pub receipt_states: Option<States>,

    /// Send so many messages a second to the clients that can receive, in turn
    #[arg(long, value_name = "N", value_parser = crate::options::rate)]
    pub incoming: Option<f64>,

    /// Of all the dice
    #[arg(long, value_name = "N", default_value = "0")]
    pub seed: u64,
}

impl ServeOptions {
    /// What the flags ask of each message.
    #[must_use]
    pub fn behaviour(&self) -> Behaviour {
        Behaviour {
            delay: self.delay.clone(),
            refusals: self.refuse.clone().unwrap_or_default(),
            silent: self.silent,
            stall: self.stall,
            receipt_delay: self.receipt_delay.clone(),
            receipt_twice: self.receipt_twice,
            receipt_missing: self.receipt_missing,
            receipt_states: self.receipt_states.clone().unwrap_or_default(),
            answer_twice: self.answer_twice,
            incoming: self.incoming,
            seed: self.seed,
        }
    }
}
