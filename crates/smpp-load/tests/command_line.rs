//! The binary as an engineer meets it: figures, files and exit codes, against servers that behave and servers that don't.
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use serde_json::Value;
use smpp_session::{Bind, CommandStatus, Handler, Reply, ReplyTo, Request, Server, SessionHandle, Verdict};
use tokio::sync::Notify;

fn load(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_smpp-load"))
        .args(arguments)
        .env_remove("SMPP_PASSWORD")
        .output()
        .unwrap()
}

/// Runs with `--json` and gives the exit code and the report.
fn report(name: &str, arguments: &[&str]) -> (Option<i32>, Value) {
    let path: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let output = load(&[arguments, &["--json", path.to_str().unwrap()]].concat());
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("rate"), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

fn is_refused(code: i32, arguments: &[&str], words: &[&str]) {
    let output = load(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    for word in words {
        assert!(error.contains(word), "no {word} in {error}");
    }
}

#[test]
fn bad_flags_are_one_line_and_exit_code_2() {
    is_refused(2, &["--window", "0"], &["--window", "0", "1 to 10000"]);
    is_refused(2, &["--pin", "abc"], &["--pin", "abc", "64"]);
    is_refused(2, &["http://a@localhost"], &["http://a@localhost", "smpps://"]);
    is_refused(2, &["smpps://a@localhost"], &["--password-file", "SMPP_PASSWORD"]);
    is_refused(2, &["smpps://a:secret@localhost", "--ca", "/nowhere.pem"], &["/nowhere.pem"]);
    is_refused(2, &["--duration", "soon"], &["--duration", "soon"]);
}

#[test]
fn a_server_that_is_not_there_is_one_line_and_exit_code_1() {
    // The port was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    is_refused(1, &[&format!("smpp://a:b@{free}")], &["connect", &free.to_string()]);
}

#[test]
fn the_embedded_gateway_answers_every_message() {
    let (code, report) = report("embedded.json", &["-n", "2000"]);
    assert_eq!(code, Some(0));
    let messages = &report["messages"];
    assert_eq!((&messages["sent"], &messages["answered"]), (&2000.into(), &2000.into()));
    assert_eq!((&report["tls"], &report["store"]), (&true.into(), &"memory".into()));
    assert_eq!(report["uncorrected_microseconds"]["count"], 2000);
    assert_eq!(report["statuses"]["ESME_ROK"], 2000);
}

#[test]
fn a_durable_gateway_keeps_its_messages_on_the_disk_as_long_as_the_run_lasts() {
    let directory = tempfile::tempdir().unwrap();
    let durable = format!("--durable={}", directory.path().display());
    let (code, report) = report("durable.json", &["-n", "500", "--receipts", &durable]);
    assert_eq!((code, &report["store"]), (Some(0), &"sqlite".into()));
    assert_eq!(report["receipts"]["matched"], 500);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "it was removed");
    is_refused(2, &["--durable", "smpp://a:b@localhost"], &["--durable"]);
}

#[test]
fn an_open_loop_offers_its_rate_and_keeps_its_thresholds_or_says_which_it_did_not() {
    let run = ["-R", "2000", "-d", "1s", "-w", "1000", "--threshold", "errors<0.1%", "--threshold"];
    let (code, kept) = report("kept.json", &[&run[..], &["rate>1"]].concat());
    assert_eq!(
        (code, &kept["messages"]["offered"], &kept["messages"]["shed"]),
        (Some(0), &2000.into(), &0.into())
    );
    assert_eq!(kept["latency_microseconds"]["count"], 2000);
    let (code, broken) = report("broken.json", &[&run[..], &["rate>1000000"]].concat());
    assert_eq!((code, &broken["thresholds"][1]["kept"]), (Some(3), &false.into()));
}

#[test]
fn every_receipt_is_matched() {
    let (code, report) = report("receipts.json", &["-n", "2000", "--receipts", "-c", "2", "-w", "10"]);
    assert_eq!(code, Some(0));
    let receipts = &report["receipts"];
    assert_eq!((&receipts["expected"], &receipts["matched"]), (&2000.into(), &2000.into()));
    assert_eq!((&receipts["unknown"], &receipts["duplicate"]), (&0.into(), &0.into()));
}

/// A server that throttles each tenth message, and may fall silent after some time.
struct Strange {
    seen: u64,
    then: Then,
    silent: Arc<Notify>,
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    GoOn,
    BeSilent,
    Leave,
}

/// When it falls silent.
const PATIENCE: u64 = 500;

impl Handler for Strange {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        self.seen += 1;
        if self.then != Then::GoOn && self.seen > PATIENCE {
            self.silent.notify_one();
            return Reply::Later;
        }
        let throttled = self.seen.is_multiple_of(10);
        let status = if throttled { CommandStatus::ESME_RTHROTTLED } else { CommandStatus::ESME_ROK };
        Reply::Now(Verdict::status(status))
    }
}

/// The exit code and the report of a run against it.
async fn against(then: Then, name: &'static str, more: &'static [&str]) -> (Option<i32>, Value) {
    let address = "127.0.0.1:0".parse().unwrap();
    let silent = Arc::new(Notify::new());
    let for_handler = Arc::clone(&silent);
    let handler = move |_| Strange { seen: 0, then, silent: Arc::clone(&for_handler) };
    let server = Server::plain().listen(address, handler).await.unwrap();
    let target = format!("smpp://a:b@{}", server.local_addr());
    let run =
        tokio::task::spawn_blocking(move || report(name, &[&[target.as_str(), "-n", "1000"], more].concat()));
    if then == Then::Leave {
        silent.notified().await;
        drop(server);
    }
    run.await.unwrap()
}

/// A server that knows nobody.
struct KnowNobody;

impl Handler for KnowNobody {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Err(CommandStatus::ESME_RINVPASWD)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_bind_is_one_line_with_its_status_and_exit_code_1() {
    let server = Server::plain().listen("127.0.0.1:0".parse().unwrap(), |_| KnowNobody).await.unwrap();
    let target = format!("smpp://a:secret@{}", server.local_addr());
    let run = move || is_refused(1, &[&target, "-n", "1"], &["refused the bind", "ESME_RINVPASWD"]);
    tokio::task::spawn_blocking(run).await.unwrap();
}

#[cfg(feature = "embedded")]
#[tokio::test(flavor = "multi_thread")]
async fn only_the_server_whose_key_is_pinned_is_loaded() {
    let identity = smpp_gateway::Identity::ephemeral().unwrap();
    let right = identity.fingerprint().to_owned();
    let wrong = "0".repeat(right.len());
    let (chain, key) = identity.into_parts();
    let handler = |_| Strange { seen: 0, then: Then::GoOn, silent: Arc::default() };
    let builder = Server::builder(smpp_session::ServerTls::new(chain, key).unwrap());
    let server = builder.listen("127.0.0.1:0".parse().unwrap(), handler).await.unwrap();
    let target = format!("smpps://a:secret@{}", server.local_addr());
    let run = move || {
        is_refused(1, &[&target, "-n", "10", "--pin", &wrong], &["is not pinned"]);
        let (code, report) = report("pinned.json", &[&target, "-n", "10", "--pin", &right]);
        assert_eq!((code, &report["tls"], &report["store"]), (Some(0), &true.into(), &Value::Null));
    };
    tokio::task::spawn_blocking(run).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_counted_by_status_and_nothing_is_lost() {
    let (code, report) = against(Then::GoOn, "throttled.json", &[]).await;
    assert_eq!(code, Some(0));
    assert_eq!(
        (&report["statuses"]["ESME_ROK"], &report["statuses"]["ESME_RTHROTTLED"]),
        (&900.into(), &100.into())
    );
    assert_eq!(report["messages"]["accepted"], 900);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_are_never_answered_time_out_and_the_exit_code_is_1() {
    let (code, report) = against(Then::BeSilent, "silent.json", &["--timeout", "500ms", "-d", "3s"]).await;
    assert_eq!(code, Some(1));
    let messages = &report["messages"];
    assert_eq!(messages["answered"], PATIENCE);
    let count = |key: &str| messages[key].as_u64().unwrap();
    assert_eq!(count("sent"), count("answered") + count("lost") + count("timed_out"));
    assert!(count("timed_out") > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_leaves_costs_the_exit_code_and_not_the_report() {
    let (code, report) = against(Then::Leave, "leaves.json", &["--timeout", "500ms"]).await;
    assert_eq!(code, Some(1));
    let messages = &report["messages"];
    let count = |key: &str| messages[key].as_u64().unwrap();
    assert!(count("answered") >= PATIENCE, "{messages}");
    assert_eq!(count("sent"), count("answered") + count("lost") + count("timed_out"));
    assert!(!report["warnings"].as_array().unwrap().is_empty(), "it says why");
}

#[test]
fn a_ledger_proves_that_nothing_was_lost_and_that_something_was() {
    let ledger = Path::new(env!("CARGO_TARGET_TMPDIR")).join("whole.ledger");
    let path = ledger.to_str().unwrap();
    let (code, _) = report("ledger.json", &["-n", "3000", "--receipts", "--ledger", path]);
    assert_eq!(code, Some(0));
    let verified = load(&["verify", path]);
    let text = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(verified.status.code(), Some(0), "{text}");
    assert!(text.contains("accepted 3,000, receipts 3,000, lost 0, duplicates 0"), "{text}");
    // Half of the file: messages whose receipts are in the other half are lost.
    let octets = std::fs::read(&ledger).unwrap();
    std::fs::write(&ledger, &octets[..octets.len() / 2]).unwrap();
    let cut = load(&["verify", path, "--json"]);
    let verdict: Value = serde_json::from_slice(&cut.stdout).unwrap();
    assert_eq!(verdict["cut_files"], 1);
    std::fs::write(&ledger, b"no ledger").unwrap();
    is_refused(1, &["verify", path], &["is no ledger"]);
}

#[test]
fn two_reports_are_compared_and_a_regress_costs_the_exit_code() {
    let (_, _) = report("first.json", &["-n", "2000"]);
    let at = |name: &str| Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).to_str().unwrap().to_owned();
    let compared = load(&["compare", &at("first.json"), &at("first.json"), "--max-regress", "p99=0%"]);
    assert_eq!(compared.status.code(), Some(0), "{}", String::from_utf8_lossy(&compared.stdout));
    is_refused(2, &["compare", &at("first.json"), &at("nowhere.json")], &["nowhere.json", "--json wrote"]);
}
