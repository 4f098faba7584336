//! A very fast peer answers before the writer returns: with both ends on two CPUs no answer is lost, since a request's slot is taken
//! before its first octet is written.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::Command,
    thread,
};

use smpp_session::{Client, Limits, NoRequests, Outcome, SubmitSm};
use smpp_wire::split_frame;

const WORKERS: usize = 64;
const MESSAGES_EACH: usize = 400;
/// Tells the process started by the test that it is pinned.
const PINNED: &str = "SMPP_TEST_PINNED";

/// Starts this test again on the first two CPUs that it may use.
#[test]
fn no_answer_is_lost_when_the_peer_answers_before_the_writer_returns() {
    if std::env::var_os(PINNED).is_some() {
        return exchange();
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let allowed =
        status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap_or("0-1").trim();
    let own = std::env::current_exe().unwrap();
    let name = "no_answer_is_lost_when_the_peer_answers_before_the_writer_returns";
    let output = Command::new("taskset")
        .args(["--cpu-list", &first_two(allowed)])
        .arg(own)
        .args(["--exact", name])
        .env(PINNED, "1")
        .output()
        .expect("taskset, of util-linux");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The first two of a list like `0-3,7`.
fn first_two(list: &str) -> String {
    let cpus = list.split(',').flat_map(|part| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        from.parse::<u32>().unwrap_or(0)..=to.parse().unwrap_or(0)
    });
    cpus.take(2).map(|cpu| cpu.to_string()).collect::<Vec<_>>().join(",")
}

fn exchange() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let peer = thread::spawn(move || answer_everything(listener.accept().unwrap().0));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let limits = Limits { window: 64, ..Limits::default() };
        let client = Client::plain("127.0.0.1", port).limits(limits).connect(NoRequests).await.unwrap();
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                let session = client.session().clone();
                tokio::spawn(async move {
                    for _ in 0..MESSAGES_EACH {
                        let outcome = session.submit_sm(&SubmitSm::default()).await.unwrap();
                        assert!(matches!(outcome, Outcome::Answered(_)), "{outcome:?}");
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.await.unwrap();
        }
        client.unbind().await;
    });
    assert_eq!(peer.join().unwrap(), WORKERS * MESSAGES_EACH + 2, "bind and unbind are answered too");
}

/// Answers each PDU with its own header as fast as it can: no parsing, one write a PDU.
fn answer_everything(mut stream: TcpStream) -> usize {
    stream.set_nodelay(true).unwrap();
    let (mut pending, mut chunk, mut answered) = (Vec::new(), [0; 4096], 0);
    loop {
        let read = stream.read(&mut chunk).unwrap_or(0);
        if read == 0 {
            return answered;
        }
        pending.extend_from_slice(&chunk[..read]);
        let mut consumed = 0;
        while let Ok(Some(raw)) = split_frame(&pending[consumed..], 65_536) {
            let mut header = raw.header();
            consumed += raw.octets().len();
            header.command_length = 16;
            header.command_id = header.command_id.response();
            stream.write_all(&header.octets()).unwrap();
            answered += 1;
        }
        pending.drain(..consumed);
    }
}
