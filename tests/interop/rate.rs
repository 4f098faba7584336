//! The load generator's figure beside another client's, at the same window against the same server.

use std::net::SocketAddr;

use serde_json::Value;
use smpp_load::{Parsed, Target};

use crate::peers::{self, Peer, Process, Server};

const WINDOW: u32 = 64;
/// So late does a server answer that neither client is what bounds the rate: a machine that is busy with other tests would have to hold
/// one of them up for a tenth of this, each round.
const MILLISECONDS: &str = "1000";
/// Windows full of messages, sent and answered; counted, since a run of so many seconds would end somewhere in a round.
const ROUNDS: u32 = 5;

#[tokio::test(flavor = "multi_thread")]
async fn our_rate_agrees_with_another_clients_against_npm_smpp() {
    let Some(node) = peers::node() else { return };
    let server = Server::start(node.script("rate.js").args(["server", MILLISECONDS]));
    agrees(server.addr(), node).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_rate_agrees_with_another_clients_against_smpp_twisted3() {
    let (Some(node), Some(twisted)) = (peers::node(), peers::twisted()) else { return };
    let server = Server::start(twisted.script("twisted_server.py").arg(MILLISECONDS));
    agrees(server.addr(), node).await;
}

async fn agrees(server: SocketAddr, node: &Peer) {
    let ours = ours(server).await;
    let theirs = tokio::task::block_in_place(|| theirs(server, node));
    assert!((ours / theirs - 1.0).abs() < 0.1, "ours {ours}/s, npm's smpp {theirs}/s");
    // No rate is above what the window lets through.
    assert!(ours <= f64::from(WINDOW) * 1e3 / MILLISECONDS.parse::<f64>().unwrap() * 1.01, "{ours}/s");
}

async fn ours(server: SocketAddr) -> f64 {
    let line = format!("smpp-load smpp://load:secret08@{server} -w {WINDOW} -n {} --quiet", WINDOW * ROUNDS);
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else { panic!("{line}") };
    let target: Target = options.target.urls.first().unwrap().parse().unwrap();
    let server = smpp_load::Server::of(&[(target, "secret08".to_owned())], &options).unwrap();
    let report = smpp_load::run(server, &options).await.unwrap();
    assert_eq!(report.exit_code(), 0, "{report:?}");
    report.rates.answered
}

fn theirs(server: SocketAddr, node: &Peer) -> f64 {
    let numbers = [u32::from(server.port()), WINDOW, WINDOW * ROUNDS].map(|number| number.to_string());
    let mut client = Process::spawn(node.script("rate.js").arg("client").args(&numbers));
    client.wait_for("rate").get("rate").and_then(Value::as_f64).expect("a number")
}
