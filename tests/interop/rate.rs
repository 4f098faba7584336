//! The load generator's figure beside another client's, at the same window against the same server.

use std::net::SocketAddr;

use serde_json::Value;
use smpp_load::{Parsed, Target};

use crate::peers;

const WINDOW: f64 = 64.0;
/// So long that neither client is what bounds the rate, on a busy machine either.
const ANSWERED_AFTER: f64 = 0.25;
const SECONDS: u32 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn the_rate_of_a_run_is_what_npm_smpp_counts_at_the_same_window() {
    let Some(node) = peers::node() else { return };
    let server = node.rate_server(ANSWERED_AFTER);
    let ours = ours(server.addr()).await;
    let theirs = tokio::task::block_in_place(|| node.rate_of_client(server.addr(), WINDOW, SECONDS));
    assert!((ours / theirs - 1.0).abs() < 0.1, "ours {ours}/s, npm's smpp {theirs}/s");
    // No rate is above what the window lets through.
    assert!(ours <= WINDOW / ANSWERED_AFTER * 1.01, "{ours}/s");
}

async fn ours(server: SocketAddr) -> f64 {
    let line = format!("smpp-load smpp://npm:secret08@{server} -w {WINDOW} -d {SECONDS}s --quiet");
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else { panic!("{line}") };
    let target: Target = options.target.urls.first().unwrap().parse().unwrap();
    let server = smpp_load::Server::of(&[(target, "secret08".to_owned())], &options).unwrap();
    let report = smpp_load::run(server, &options).await.unwrap();
    assert_eq!(report.exit_code(), 0, "{report:?}");
    report.rates.answered
}

impl peers::Peer {
    fn rate_server(&self, seconds: f64) -> peers::Server {
        let milliseconds = (seconds * 1e3).to_string();
        peers::Server::start(self.script("rate.js").args(["server", &milliseconds]))
    }

    fn rate_of_client(&self, server: SocketAddr, window: f64, seconds: u32) -> f64 {
        let numbers = [f64::from(server.port()), window, f64::from(seconds)].map(|number| number.to_string());
        let mut client = peers::Process::spawn(self.script("rate.js").arg("client").args(&numbers));
        client.wait_for("rate").get("rate").and_then(Value::as_f64).expect("a number")
    }
}
