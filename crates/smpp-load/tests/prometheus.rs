//! `--prometheus` over HTTP, as a scraper meets it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test says where by panicking")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Command, Stdio},
};

use prometheus_parse::{Scrape, Value};

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn sent(page: &str) -> f64 {
    let scrape = Scrape::parse(page.lines().map(|line| Ok(line.to_owned()))).unwrap();
    match scrape
        .samples
        .iter()
        .find(|sample| sample.metric == "smpp_load_sent_total")
        .map(|sample| &sample.value)
    {
        Some(Value::Counter(count)) => *count,
        other => panic!("{other:?} in {page}"),
    }
}

#[test]
fn a_scraper_sees_the_counts_grow_while_the_run_goes_on() {
    let mut run = Command::new(env!("CARGO_BIN_EXE_smpp-load"))
        .args(["-R", "200", "-d", "60s", "--prometheus", "127.0.0.1:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    let address = first.strip_prefix("metrics at http://").unwrap().strip_suffix("/metrics").unwrap();
    let mut seen = Vec::new();
    // A line is shown when a second is over, and so are its figures.
    for _ in 0..3 {
        lines.next().unwrap();
        let answer = get(address, "/metrics");
        let (head, page) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200 ") && head.contains("text/plain; version=0.0.4"), "{head}");
        seen.push(sent(page));
    }
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
    assert!(get(address, "/").contains(" 404 "));
    run.kill().unwrap();
    run.wait().unwrap();
}
