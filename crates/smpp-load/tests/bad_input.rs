//! What can go wrong: one clear line, the right exit code, and the report of what was measured so far.
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use smpp_wire::{BindResp, CommandId, CommandStatus, encode};

fn load(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_smpp-load"))
        .args(arguments)
        .env_remove("SMPP_PASSWORD")
        .output()
        .unwrap()
}

fn is_refused(code: i32, arguments: &[&str], words: &[&str]) {
    let output = load(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(!error.contains("secret"), "{error}");
    for word in words {
        assert!(error.contains(word), "no {word} in {error}");
    }
}

const TARGET: &str = "smpp://a:secret@localhost:9";

#[test]
fn impossible_flags_are_wrong_usage_with_what_is_allowed() {
    let all: [(&[&str], &[&str]); 13] = [
        (&["-R", "0"], &["--rate is 0", "0.001 to"]),
        (&["--stages", "1s"], &["--stages is 1s", "TIME:RATE"]),
        (&["-R", "5", "--stages", "1s:5"], &["--rate", "--stages"]),
        (&["-b", "x", "-l", "5"], &["--text", "--length"]),
        (&["--encoding", "gsm8"], &["--encoding is gsm8", "class0"]),
        (&["-l", "255"], &["255 octets", "--long udh"]),
        (&["-b", "Цена", "--encoding", "gsm7"], &["Цена", "can't be sent"]),
        (&["--texts", "/nowhere.txt"], &["--texts is /nowhere.txt", "one text a line"]),
        (&["--bind", "tx", "--receipts"], &["--bind tx", "--bind trx"]),
        (&["--tlv", "1400:07"], &["--tlv is 1400:07", "TAG=HEX"]),
        (&["--validity", "40000h"], &["--validity is 40000h", "16 characters"]),
        (&["--storm", "-n", "5"], &["--storm", "--messages"]),
        (&["--insecure", "--pin", "00"], &["--pin"]),
    ];
    for (flags, words) in all {
        is_refused(2, &[&[TARGET], flags].concat(), words);
    }
    is_refused(2, &["through", "-n", "1"], &["through has no target"]);
    is_refused(2, &["--storm"], &["--storm has no target"]);
}

#[test]
fn every_mistake_in_a_mix_names_its_key_and_what_is_allowed() {
    let cases: [(&str, &[&str]); 11] = [
        ("[[account]]\nwieght = 1", &["line 2", "wieght", "expected"]),
        ("[[account]]\nwindow = \"x\"", &["line 2", "whole number"]),
        ("[[account]]\nwindow = 0", &["account 1: window is 0", "1 to 10000"]),
        ("[[account]]\nrate = 0.0", &["account 1: rate is 0", "0.001 to"]),
        ("[[account]]\nsystem_id = \"a\"", &["account 1", "password is missing"]),
        ("[[account]]\nbind = \"both\"", &["account 1: bind is both", "trx, tx or rx"]),
        ("[[account]]\nbind = \"rx\"", &["no account can send"]),
        (
            "[[account]]\nbind = \"tx\"\n[[account.message]]\nreceipts = \"final\"",
            &["no account can receive"],
        ),
        ("[[message]]\n[[message]]\nencoding = \"x\"", &["message 2: encoding is x", "gsm7"]),
        ("[[message]]\ntext = \"a\"\nlength = 5", &["message 1", "text, length and texts"]),
        ("[[message]]\ntexts = \"none.txt\"", &["message 1: texts is none.txt", "one text a line"]),
    ];
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bad_mix.toml");
    for (toml, words) in cases {
        std::fs::write(&path, toml).unwrap();
        let path = path.to_str().unwrap();
        is_refused(2, &[TARGET, "--mix", path], &[&["--mix is", path], words].concat());
    }
    is_refused(2, &[TARGET, "--mix", "/nowhere.toml"], &["/nowhere.toml", "allowed is a TOML file"]);
}

#[test]
fn a_host_that_nobody_knows_is_one_line() {
    is_refused(1, &["smpp://a:secret@no-such-host.invalid", "-n", "1"], &["no-such-host.invalid"]);
}

#[cfg(feature = "embedded")]
#[test]
fn a_certificate_of_another_name_is_refused_and_insecure_says_what_it_does() {
    let signed = rcgen::generate_simple_self_signed(vec!["elsewhere.example".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::write(&chain, signed.cert.pem()).unwrap();
    std::fs::write(&key, signed.signing_key.serialize_pem()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let tls = smpp_session::ServerTls::from_files(&chain, &key).unwrap();
    let address = "127.0.0.1:0".parse().unwrap();
    let sink = runtime
        .block_on(smpp_load::Sink::start(address, Some(tls), smpp_load::Behaviour::default()))
        .unwrap();
    let target = format!("smpps://a:secret@{}", sink.local_addr());
    let ca = chain.to_str().unwrap();
    is_refused(1, &[&target, "-n", "1", "--ca", ca], &["127.0.0.1", "elsewhere.example"]);

    let output = load(&[&target, "-n", "10", "--insecure"]);
    assert_eq!(output.status.code(), Some(0));
    let (said, report) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert!(said.contains("warning: --insecure") && report.contains("warning: --insecure"), "{said}{report}");
}

/// A server that answers the bind, and the first message with `octets`.
fn answers(octets: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("smpp://a:secret@{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4_096];
        let _bind = stream.read(&mut buffer).unwrap();
        let bound = BindResp { command_id: CommandId::BIND_TRANSCEIVER_RESP, ..BindResp::default() };
        let mut answer = Vec::new();
        encode(&bound, CommandStatus::ESME_ROK, 1, &mut answer).unwrap();
        stream.write_all(&answer).unwrap();
        let _message = stream.read(&mut buffer).unwrap();
        stream.write_all(octets).unwrap();
        // Until the other end closes.
        while stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
    });
    target
}

#[test]
fn answers_that_are_no_pdus_end_the_run_with_its_report() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("malformed.json");
    for octets in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b"\0\0\0\x04\0\0\0\0\0\0\0\0"] {
        let target = answers(octets);
        let output =
            load(&[&target, "-n", "100", "-w", "5", "--timeout", "2s", "--json", path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1));
        let report: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let messages = &report["messages"];
        assert_eq!(
            (&messages["answered"], messages["lost"].as_u64().unwrap() > 0),
            (&0.into(), true),
            "{messages}"
        );
        assert!(report["warnings"].to_string().contains("does not speak SMPP"), "{}", report["warnings"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_ledger_that_can_not_be_written_is_told_before_the_run_or_in_its_report() {
    is_refused(1, &["-n", "1", "--ledger", "/dev/full"], &["--ledger is /dev/full", "No space left"]);
    is_refused(1, &["-n", "1", "--ledger", "/nowhere/x"], &["--ledger is /nowhere/x"]);

    // A disk that is full later: a pipe whose reader goes away behind the head.
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("ledger");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let read_from = pipe.clone();
    let reader = std::thread::spawn(move || {
        std::fs::File::open(read_from).unwrap().read_exact(&mut [0; 64]).unwrap();
    });
    let output = load(&["-n", "3000", "--ledger", pipe.to_str().unwrap()]);
    reader.join().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains("the ledger is not whole") && printed.contains("3,000"), "{printed}");
}
