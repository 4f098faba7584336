//! Runs of the library against a sink of the test's choice.

use std::net::SocketAddr;

use base64::{Engine, prelude::BASE64_STANDARD};
use hdrhistogram::{Histogram, serialization::Deserializer};
use smpp_load::{Behaviour, Parsed, Report, Server, Sink, SinkCounts, Target};

/// A run against a sink of this behaviour.
pub(crate) async fn run(behaviour: Behaviour, flags: &str) -> (Report, SinkCounts) {
    let sink = Sink::start("127.0.0.1:0".parse().unwrap(), None, behaviour).await.unwrap();
    let report = run_at(sink.local_addr(), flags).await;
    (report, sink.stop().await)
}

/// A run against a server that listens there.
pub(crate) async fn run_at(address: SocketAddr, flags: &str) -> Report {
    let line = format!("smpp-load smpp://load:secret@{address} --quiet {flags}");
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else {
        panic!("{line} is a run");
    };
    let target: Target = options.target.urls.first().unwrap().parse().unwrap();
    let server = Server::of(&[(target, "secret".to_owned())], &options).unwrap();
    smpp_load::run(server, &options).await.unwrap()
}

/// The time in microseconds that this share of a report's histogram stayed within.
#[expect(clippy::cast_precision_loss, reason = "an hour of nanoseconds fits")]
pub(crate) fn quantile(base64: Option<&str>, share: f64) -> f64 {
    let octets = BASE64_STANDARD.decode(base64.unwrap()).unwrap();
    let histogram: Histogram<u64> = Deserializer::new().deserialize(&mut &octets[..]).unwrap();
    histogram.value_at_quantile(share) as f64 / 1e3
}
