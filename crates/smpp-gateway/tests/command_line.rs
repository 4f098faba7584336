//! The binary as an operator meets it: one line for each mistake, an account that binds, a stop that unbinds.
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use smpp_session::{Cause, Client, ClientTls, CommandStatus, NoRequests};

const BINARY: &str = env!("CARGO_BIN_EXE_smpp-gateway");

fn gateway(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).env("RUST_LOG", "off").output().unwrap()
}

/// Exit code 2, nothing on stdout, and one line on stderr with all of these words.
fn is_refused(output: &Output, words: &[&str]) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(output.stdout.is_empty());
    for word in words {
        assert!(error.contains(word), "no {word} in {error}");
    }
}

#[test]
fn a_bad_configuration_is_one_line_and_exit_code_2() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.toml");
    let file = path.to_str().unwrap();
    is_refused(&gateway(&["run", "--config", file]), &["gateway.toml"]);
    for (text, words) in [
        ("[limits]\nwindow = 0\n", &["limits.window", "0", "1 to 10000"][..]),
        ("lisen = \"127.0.0.1:0\"\n", &["gateway.toml:1: ", "lisen is unknown", "listen"]),
        ("listen = \"somewhere\"\n", &["listen is", "somewhere", "allowed is"]),
        ("[limits]\nwindow = \"many\"\n", &["gateway.toml:2: ", "limits.window is \"many\"", "1 to 10000"]),
        ("receipt_timezone = \"Mars/Olympus\"\n", &["receipt_timezone", "Mars/Olympus"]),
        (
            "[[account]]\nsystem_id = \"a\"\nverifier = \"zz\"\nconnection_mode = \"transceiver\"\n",
            &["account.verifier", "64 hexadecimal digits"],
        ),
    ] {
        fs::write(&path, text).unwrap();
        is_refused(&gateway(&["run", "--config", file]), words);
    }
}

#[test]
fn a_check_tells_every_mistake_at_once_and_what_is_right_is_right() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.toml");
    let file = path.to_str().unwrap();
    fs::write(&path, "lisen = 1\nnode = 256\n[limits]\nwindow = 0\n").unwrap();
    let output = gateway(&["check", file]);
    let mistakes = String::from_utf8(output.stderr).unwrap();
    let named = mistakes.lines().map(|line| line.split(" is ").next().unwrap());
    let expected = ["1: lisen", "2: node", "4: limits.window"].map(|at| format!("smpp-gateway: {file}:{at}"));
    assert_eq!(
        (output.status.code(), named.collect::<Vec<_>>()),
        (Some(2), expected.iter().map(String::as_str).collect())
    );
    assert!(mistakes.lines().all(|line| line.contains("allowed is ")), "{mistakes}");

    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/gateway.example.toml");
    let output = gateway(&["check", example]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("nothing is wrong, 1 accounts"));
}

#[test]
fn bad_flags_are_one_line_and_exit_code_2() {
    is_refused(&gateway(&["run", "--confg", "x"]), &["--confg", "--help"]);
    is_refused(&gateway(&["sing"]), &["sing", "--help"]);
    is_refused(&gateway(&["account", "new"]), &["SYSTEM_ID"]);
    is_refused(&gateway(&[]), &["no command", "--help"]);
    is_refused(&gateway(&["run", "--config"]), &["--config"]);
    let help = gateway(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&help.stdout).contains("account"));
}

#[test]
fn the_exit_codes_are_told_and_kept() {
    let help = String::from_utf8(gateway(&["--help"]).stdout).unwrap();
    for line in ["0  done", "1  it could not be done", "2  wrong configuration or flags", "3  done in part"] {
        assert!(help.contains(line), "{help}");
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.toml");
    let file = path.to_str().unwrap();
    fs::write(&path, format!("state_dir = {:?}\n", directory.path().join("state"))).unwrap();
    let code = |words: &[&str]| gateway(words).status.code();
    assert_eq!(code(&["check", file]), Some(0));
    for command in [
        &["reload"][..],
        &["backup", "copy"],
        &["restore", "missing"],
        &["messages"],
        &["erase", "--destination", "45"],
        &["announce", "--at", "2100-01-01T00:00:00Z", "--duration", "2s", "--text", "x"],
        &["announcements"],
    ] {
        assert_eq!(code(&[command, &["--config", file]].concat()), Some(1), "{command:?} with no gateway");
        assert_eq!(code(&[command, &["--config", "missing.toml"]].concat()), Some(2), "{command:?}");
        assert_eq!(code(&[command, &["--nonsense"]].concat()), Some(2), "{command:?}");
    }
}

#[test]
fn an_announcement_that_means_nothing_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.toml");
    fs::write(&path, "").unwrap();
    for (at, duration, text, words) in [
        ("tomorrow", "2s", "x", &["--at", "a time with a zone"][..]),
        ("2100-01-01T00:00:00", "2s", "x", &["--at", "a time with a zone"]),
        ("2001-01-01T00:00:00Z", "2s", "x", &["--at is 2001", "a time to come"]),
        ("2100-01-01T00:00[Europe/Copenhagen]", "0s", "x", &["--duration", "1s to 168h"]),
        ("2100-01-01T00:00:00Z", "169h", "x", &["--duration", "1s to 168h"]),
        ("2100-01-01T00:00:00Z", "2s", "", &["--text", "1 to 1000"]),
        ("2100-01-01T00:00:00Z", "2s", "two\nlines", &["--text", "a line"]),
    ] {
        let config = path.to_str().unwrap();
        let words_of = ["announce", "--at", at, "--duration", duration, "--text", text, "--config", config];
        is_refused(&gateway(&words_of), words);
    }
}

#[test]
fn shells_complete_it_and_man_knows_it() {
    let out = |words: &[&str]| {
        let output = gateway(words);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let completions = out(&["completions", shell]);
        assert!(completions.contains("messages") && completions.contains("destination"), "{shell}");
    }
    let page = out(&["man"]);
    assert!(page.starts_with(".ie") || page.starts_with(".TH"), "{page}");
    assert!(page.contains("smpp\\-gateway\\-erase") && page.contains("done in part"), "{page}");
    let page = out(&["man", "erase"]);
    assert!(page.contains("\\-\\-destination") && page.contains("Exit codes"), "{page}");
    is_refused(&gateway(&["man", "sing"]), &["sing", "allowed is", "erase"]);
    is_refused(&gateway(&["completions", "csh"]), &["csh"]);
}

#[test]
fn a_system_id_that_no_bind_could_carry_gets_no_password() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.toml");
    fs::write(&path, format!("state_dir = {:?}\n", directory.path().join("state"))).unwrap();
    for system_id in ["", "sixteen-letters-", "two words", "J\u{f8}rgen"] {
        let refused = gateway(&["account", "new", system_id, "--config", path.to_str().unwrap()]);
        is_refused(&refused, &["SYSTEM_ID", system_id, "1 to 15 printable ASCII"]);
    }
}

#[test]
fn an_address_in_use_is_one_line_and_exit_code_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.toml");
    let state = directory.path().join("state");
    fs::write(&path, format!("listen = \"{address}\"\nstate_dir = {state:?}\n")).unwrap();
    let output = gateway(&["run", "--config", path.to_str().unwrap()]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{error}");
    assert!(error.contains(&address), "{error}");
}

/// A running binary; killed when dropped.
struct Running {
    child: Child,
    fingerprint: String,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn run(config: &Path) -> Running {
    let mut child = Command::new(BINARY)
        .args(["run", "--config"])
        .arg(config)
        .env("RUST_LOG", "off")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut value = |key: &str| {
        lines
            .by_ref()
            .find_map(|line| line.strip_prefix(key).map(str::to_owned))
            .expect("the gateway says it")
    };
    let fingerprint = value("public key sha256:");
    let port = value("listening on 127.0.0.1:").parse().unwrap();
    Running { child, fingerprint, port }
}

/// What `account import` prints for this password.
fn import(system_id: &str, password: &str) -> Output {
    let mut child = Command::new(BINARY)
        .args(["account", "import", system_id])
        .env("RUST_LOG", "off")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[tokio::test]
async fn a_reload_lets_an_imported_account_in_and_a_wrong_file_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.toml");
    let file = path.to_str().unwrap();
    let state = directory.path().join("state");
    let base = format!("listen = \"127.0.0.1:0\"\nstate_dir = {state:?}\n");
    fs::write(&path, &base).unwrap();
    let without = gateway(&["reload", "--config", file]);
    assert_eq!(without.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&without.stderr).contains("no gateway runs"));

    let running = run(&path);
    is_refused(&import("customer1", "ninechars\n"), &["9 octets", "1 to 8"]);
    let block = String::from_utf8(import("customer1", "secret08\n").stdout).unwrap();
    assert!(block.contains("$argon2id$") && !block.contains("secret08"), "{block}");
    fs::write(&path, format!("{base}{block}")).unwrap();
    // As it starts it writes where it is found; the test may be faster.
    while gateway(&["reload", "--config", file]).status.code() != Some(0) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let tls = ClientTls::pinned(vec![running.fingerprint.parse().unwrap()]).unwrap();
    let builder = Client::builder("127.0.0.1", running.port, tls).credentials("customer1", "secret08");
    let bound = loop {
        match builder.connect(NoRequests).await {
            Ok(bound) => break bound,
            // The signal is on its way.
            Err(error) => assert_eq!(error.refused(), Some(CommandStatus::ESME_RINVPASWD)),
        }
    };
    fs::write(&path, format!("{base}node = 256\n")).unwrap();
    is_refused(&gateway(&["reload", "--config", file]), &["node is 256"]);
    assert!(bound.session().ended().is_none());
    builder.connect(NoRequests).await.unwrap();
}

#[tokio::test]
async fn a_new_account_binds_and_a_stop_unbinds_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.toml");
    let state = directory.path().join("state");
    let base = format!("listen = \"127.0.0.1:0\"\nstate_dir = {state:?}\n");
    fs::write(&path, &base).unwrap();
    let made = gateway(&["account", "new", "customer1", "--config", path.to_str().unwrap()]);
    let block = String::from_utf8(made.stdout).unwrap();
    let password = block.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
    assert_eq!(password.len(), 8, "{block}");
    fs::write(&path, format!("{base}{block}")).unwrap();

    let mut running = run(&path);
    let tls = ClientTls::pinned(vec![running.fingerprint.parse().unwrap()]).unwrap();
    let builder = Client::builder("127.0.0.1", running.port, tls);
    let wrong = builder.clone().credentials("customer1", "wrong").connect(NoRequests).await;
    assert_eq!(wrong.unwrap_err().refused(), Some(CommandStatus::ESME_RINVPASWD));
    let mut client = builder.credentials("customer1", password).connect(NoRequests).await.unwrap();

    let terminated = Command::new("kill").arg(running.child.id().to_string()).status().unwrap();
    assert!(terminated.success());
    assert_eq!(client.ended().await.cause, Cause::Unbind);
    let mut rest = String::new();
    if let Some(mut out) = running.child.stdout.take() {
        out.read_to_string(&mut rest).unwrap();
    }
    assert!(running.child.wait().unwrap().success());

    for secret in ["key.pem", "server.key", "messages.sqlite"] {
        let mode = fs::metadata(state.join(secret)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{secret}");
    }
    assert_eq!(run(&path).fingerprint, running.fingerprint, "the certificate was kept");
}
