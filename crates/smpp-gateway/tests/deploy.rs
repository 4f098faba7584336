//! What an operator installs beside the binary: the unit, the dashboard, and what the gateway tells its supervisor.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    os::unix::net::UnixDatagram,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_smpp-gateway");
const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy");

/// The gateway with `[log] format = "json"`, a status page, and a supervisor that listens; killed when dropped.
struct Running {
    child: Child,
    supervisor: UnixDatagram,
    log: std::sync::mpsc::Receiver<String>,
    admin: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn run(directory: &Path) -> Running {
    let state = directory.join("state");
    let config = format!(
        "listen = \"127.0.0.1:0\"\nstate_dir = {state:?}\n[log]\nformat = \"json\"\n[admin]\nlisten = \"127.0.0.1:0\"\n"
    );
    fs::write(directory.join("gateway.toml"), config).unwrap();
    let socket = directory.join("notify");
    let supervisor = UnixDatagram::bind(&socket).unwrap();
    supervisor.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut child = Command::new(BINARY)
        .args(["run", "--config"])
        .arg(directory.join("gateway.toml"))
        .env("NOTIFY_SOCKET", &socket)
        .env("RUST_LOG", "info")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (sender, log) = std::sync::mpsc::channel();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    std::thread::spawn(move || lines.for_each(|line| drop(sender.send(line))));
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut said = out.lines().map_while(Result::ok);
    let admin = said.find_map(|line| line.strip_prefix("status on http://").map(str::to_owned)).unwrap();
    Running { child, supervisor, log, admin }
}

impl Running {
    fn tells(&self) -> String {
        let mut octets = [0; 256];
        let len = self.supervisor.recv(&mut octets).unwrap();
        String::from_utf8_lossy(&octets[..len]).into_owned()
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// The next line of the log with these words.
    fn logs(&self, words: &str) -> Value {
        loop {
            let line = self.log.recv_timeout(Duration::from_secs(60)).unwrap();
            if line.contains(words) {
                return serde_json::from_str(&line).unwrap();
            }
        }
    }
}

#[test]
fn the_supervisor_is_told_and_the_log_is_json() {
    let directory = tempfile::tempdir().unwrap();
    let mut running = run(directory.path());
    assert_eq!(running.tells(), "READY=1");
    running.signal("-HUP");
    let line = running.logs("reloaded");
    assert_eq!(line["level"], "INFO");
    assert!(line["message"].as_str().unwrap().contains("accounts: 0 added"), "{line}");
    fs::write(directory.path().join("gateway.toml"), "node = 256\n").unwrap();
    running.signal("-HUP");
    let line = running.logs("nothing was changed");
    assert!(line["message"].as_str().unwrap().contains("gateway.toml:1: node is 256"), "{line}");
    running.signal("-TERM");
    assert_eq!(running.tells(), "STOPPING=1");
    assert!(running.child.wait().unwrap().success());
}

#[test]
fn the_supervisor_is_told_which_process_serves_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let mut running = run(directory.path());
    assert_eq!(running.tells(), "READY=1");
    let config = directory.path().join("gateway.toml");
    let output = Command::new(BINARY).args(["restart", "--config"]).arg(config).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let process = fs::read_to_string(directory.path().join("state/gateway.pid")).unwrap();
    assert_eq!(running.tells(), format!("MAINPID={}", process.trim()));
    assert!(running.child.wait().unwrap().success());
    let line = running.logs("another process serves");
    assert_eq!(line["process"].to_string(), process.trim());
    assert!(Command::new("kill").arg(process.trim()).status().unwrap().success());
    assert_eq!(running.tells(), "STOPPING=1");
}

#[test]
fn every_metric_of_the_dashboard_is_one_that_the_gateway_has() {
    let directory = tempfile::tempdir().unwrap();
    let running = run(directory.path());
    let address = running.admin.split('/').next().unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let request = format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let metrics = std::io::read_to_string(stream).unwrap();
    let known: BTreeSet<_> =
        metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();

    let text = fs::read_to_string(Path::new(DEPLOY).join("grafana.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let expressions: Vec<_> = targets.map(|target| target["expr"].as_str().unwrap()).collect();
    let word = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
    let used: BTreeSet<_> = expressions
        .iter()
        .flat_map(|expression| expression.split(word))
        .filter(|word| word.starts_with("smpp_gateway"))
        .map(|word| word.trim_end_matches("_bucket"))
        .collect();
    assert!(used.len() > 10);
    assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
    let shown: BTreeSet<_> = used.iter().copied().chain(["smpp_gateway_info"]).collect();
    assert_eq!(known.difference(&shown).collect::<Vec<_>>(), Vec::<&&str>::new(), "metrics that nobody sees");
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    if !smpp_debian::is_available("systemd", "systemd-analyze") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let unit = fs::read_to_string(Path::new(DEPLOY).join("smpp-gateway.service")).unwrap();
    let unit = unit
        .replace("/usr/bin/smpp-gateway", BINARY)
        .replace("smpp-gateway\nGroup=smpp-gateway", "root\nGroup=root");
    let path = directory.path().join("smpp-gateway.service");
    fs::write(&path, unit).unwrap();
    let output = Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // It looks at the machine's other units too.
    let ours: Vec<_> = said.lines().filter(|line| line.contains("smpp-gateway")).collect();
    assert_eq!(ours, Vec::<&str>::new());
}

/// What a gateway with this `[log]` says of one message.
async fn log_of_a_message(numbers: &str) -> String {
    use smpp_session::{Client, ClientTls, NoRequests, SubmitSm};
    use smpp_wire::values::{Npi, Ton};
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.toml");
    let state = directory.path().join("state");
    let base = format!("listen = \"127.0.0.1:0\"\nstate_dir = {state:?}\n[log]\n{numbers}\n");
    fs::write(&path, &base).unwrap();
    let made =
        Command::new(BINARY).args(["account", "new", "customer1", "--config"]).arg(&path).output().unwrap();
    let account = String::from_utf8(made.stdout).unwrap();
    let password = account.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
    fs::write(&path, format!("{base}{account}")).unwrap();
    let mut child = Command::new(BINARY)
        .args(["run", "--config"])
        .arg(&path)
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(fs::File::create(directory.path().join("log")).unwrap())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said = |key: &str| lines.find_map(|line| line.strip_prefix(key).map(str::to_owned)).unwrap();
    let pin = said("public key sha256:").parse().unwrap();
    let port = said("listening on 127.0.0.1:").parse().unwrap();
    let builder = Client::builder("127.0.0.1", port, ClientTls::pinned(vec![pin]).unwrap());
    let client = builder.credentials("customer1", password).connect(NoRequests).await.unwrap();
    let message = SubmitSm {
        dest_addr_ton: Ton::INTERNATIONAL,
        dest_addr_npi: Npi::ISDN,
        destination_addr: b"4599887766",
        short_message: b"a secret for one",
        ..SubmitSm::default()
    };
    client.submit_sm(&message).await.unwrap();
    client.unbind().await;
    child.kill().unwrap();
    child.wait().unwrap();
    fs::read_to_string(directory.path().join("log")).unwrap()
}

#[tokio::test]
async fn the_log_holds_no_number_and_no_text_at_any_level_unless_numbers_are_asked_for() {
    let redacted = log_of_a_message("").await;
    assert!(redacted.contains("message kept") && redacted.contains("459*******"), "{redacted}");
    assert!(!redacted.contains("4599887766"), "{redacted}");
    let full = log_of_a_message("numbers = \"full\"").await;
    assert!(full.contains("message kept") && full.contains("4599887766"), "{full}");
    assert!(!redacted.contains("secret for") && !full.contains("secret for"));
}

#[test]
fn the_container_is_built_with_our_toolchain_and_runs_what_the_binary_takes() {
    let file = fs::read_to_string(Path::new(DEPLOY).join("Containerfile")).unwrap();
    let instruction = |name: &str| {
        let mut lines = file.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        lines.next_back().unwrap().to_owned()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let toolchain = fs::read_to_string(root.join("rust-toolchain.toml")).unwrap();
    let (_, version) = toolchain.split_once("channel = \"").unwrap();
    let image = file.lines().find_map(|line| line.strip_prefix("FROM docker.io/library/rust:")).unwrap();
    let (image, _) = image.split_once('-').unwrap();
    assert!(version.starts_with(&format!("{image}.")), "{image} builds, {version} is ours");

    // What is built, copied, and run is one program.
    assert!(instruction("COPY").starts_with("--from=build /build/target/release/smpp-gateway /usr/bin/"));
    let words = |name: &str| serde_json::from_str::<Vec<String>>(&instruction(name)).unwrap();
    assert_eq!(words("ENTRYPOINT"), ["/usr/bin/smpp-gateway"]);
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("gateway.toml");
    fs::write(&config, "node = 256\n").unwrap();
    let named = words("CMD").into_iter().map(|word| match word.as_str() {
        "/etc/smpp-gateway/gateway.toml" => config.to_str().unwrap().to_owned(),
        _ => word,
    });
    let output = Command::new(BINARY).args(named).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("node is 256"), "it reads that file: {said}");
}
