//! Kannel's processes: bearerbox, the ESME; smsbox, its HTTP side; mtbatch, which sends many messages.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use smpp_peers::smsc::Smsc;
use smpp_peers::trust::Trust;
use smpp_peers::{dial, soon};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const GUIDE: &str = include_str!("../../docs/connecting.md");

/// Kannel bound to an SMSC; its processes end with it.
pub(crate) struct Kannel {
    home: TempDir,
    bearerbox: Daemon,
    smsbox: Option<Daemon>,
    smsbox_port: u16,
    sendsms: SocketAddr,
    /// What it asks our HTTP server for: receipts and incoming messages.
    calls: UnboundedReceiver<String>,
    calls_at: SocketAddr,
}

/// Whom it binds to.
pub(crate) struct Account<'a> {
    pub(crate) port: u16,
    pub(crate) system_id: &'a str,
    pub(crate) password: &'a str,
    /// The certificate, for TLS.
    pub(crate) certificate_pem: Option<&'a str>,
}

impl Account<'_> {
    /// The group of the guide for customers, with the names of this account in it, and with intervals that a test has time for.
    fn group(&self) -> String {
        let (_, rest) = GUIDE.split_once("### Kannel\n\n```text\n").unwrap();
        let (group, _) = rest.split_once("```").unwrap();
        let line = |line: &str| {
            let (key, _) = line.split_once(" = ").unwrap();
            match key {
                "host" => "host = localhost\n".to_owned(),
                "port" => format!("port = {}\n", self.port),
                "use-ssl" => format!("use-ssl = {}\n", self.certificate_pem.is_some()),
                "smsc-username" => format!("smsc-username = {}\n", self.system_id),
                "smsc-password" => format!("smsc-password = {}\n", self.password),
                "enquire-link-interval" | "reconnect-delay" => format!("{key} = 1\n"),
                _ => format!("{line}\n"),
            }
        };
        group.lines().map(line).collect()
    }
}

impl Kannel {
    /// Starts bearerbox, and waits until it is bound to `smsc`: over TLS, if that has a certificate.
    pub(crate) async fn start(smsc: &mut Smsc, trust: Option<&Trust>, verbosity: Verbosity) -> Self {
        let account = Account {
            port: smsc.address().port(),
            system_id: dial::SYSTEM_ID,
            password: dial::PASSWORD,
            certificate_pem: trust.map(|trust| trust.certificate_pem.as_str()),
        };
        loop {
            let mut kannel = Self::begin(&account, verbosity).await;
            tokio::select! {
                _session = smsc.see_bound() => return kannel,
                () = kannel.bearerbox.wait_for(TAKEN) => {}
            }
        }
    }

    /// The same towards a server that does not tell, with every PDU in the log.
    pub(crate) async fn start_at(account: &Account<'_>) -> Self {
        loop {
            let mut kannel = Self::begin(account, Verbosity::Debug).await;
            if soon("bind", kannel.bearerbox.wait_for_either(TAKEN, BOUND)).await == BOUND {
                return kannel;
            }
        }
    }

    /// Its ports are to be chosen beforehand: it ends when somebody was faster, and is to be started again with others.
    async fn begin(account: &Account<'_>, verbosity: Verbosity) -> Self {
        let home = TempDir::new().unwrap();
        let (calls_at, calls) = listen_to_calls().await;
        let ca = account.certificate_pem.map_or_else(String::new, |certificate| {
            let path = home.path().join("ca.pem");
            std::fs::write(&path, certificate).unwrap();
            format!("ssl-trusted-ca-file = {}\n", path.display())
        });
        let [admin, smsbox_port, sendsms] = free_ports();
        let settings = format!(
            "group = core\nadmin-port = {admin}\nadmin-interface = 127.0.0.1\nadmin-password = unused\n\
             smsbox-port = {smsbox_port}\nsmsbox-interface = 127.0.0.1\n\
             sms-incoming-queue-limit = 10000000\nsms-outgoing-queue-limit = 10000000\n{ca}\n\
             {smsc}\n\
             group = smsbox\nsmsbox-id = http\nbearerbox-host = 127.0.0.1\nsendsms-port = {sendsms}\n\
             sendsms-interface = 127.0.0.1\n\n\
             group = smsbox-route\nsmsbox-id = http\nsmsc-id = gateway\n\n\
             group = sendsms-user\nusername = test\npassword = test\nmax-messages = 5\nconcatenation = true\n\n\
             group = sms-service\nkeyword = default\nmax-messages = 0\nget-url = \"http://{calls_at}/incoming?%a\"\n",
            smsc = account.group(),
        );
        std::fs::write(home.path().join(SETTINGS), settings).unwrap();
        let bearerbox = Daemon::start("bearerbox", verbosity, home.path());
        let sendsms = ([127, 0, 0, 1], sendsms).into();
        Self { home, bearerbox, smsbox: None, smsbox_port, sendsms, calls, calls_at }
    }

    /// Waits until it has bound again; needs a bearerbox that says everything.
    pub(crate) async fn bound_again(&mut self) {
        soon("bind", self.bearerbox.wait_for(BOUND)).await;
    }

    /// Starts the HTTP side; needs a bearerbox that says everything.
    pub(crate) async fn start_smsbox(&mut self) {
        let mut smsbox = Daemon::start("smsbox", Verbosity::Info, self.home.path());
        soon("smsbox", smsbox.wait_for("Connected to bearerbox")).await;
        // It would fail on a request that comes between the two.
        soon("smsbox", self.bearerbox.wait_for("got boxc_id <http>")).await;
        self.smsbox = Some(smsbox);
    }

    /// Has it send a message, and tell what becomes of it.
    pub(crate) async fn send(&mut self, destination: &str, text: &str) {
        let receipts =
            format!("http%3A%2F%2F{}%2Freceipt%3F%25d", self.calls_at.to_string().replace(':', "%3A"));
        let path = format!(
            "/cgi-bin/sendsms?username=test&password=test&from=4500000001&to={destination}&text={text}&dlr-mask=31&dlr-url={receipts}"
        );
        let answer = soon("answer of sendsms", get(self.sendsms, &path)).await.unwrap();
        let smsbox = self.smsbox.as_mut().unwrap();
        assert!(answer.contains(" 202 "), "{answer}; smsbox says\n{}", smsbox.said());
    }

    /// What it asks our HTTP server for next.
    pub(crate) async fn call(&mut self) -> String {
        soon("call of smsbox", self.calls.recv()).await.unwrap()
    }

    /// Sends `count` messages as fast as bearerbox takes them, and asks for their receipts.
    pub(crate) async fn send_many(&self, count: u32) {
        let numbers: String = (0..count).map(|number| format!("46{number:08}\n")).collect();
        let (content, receivers) = (self.file("content", "Hello"), self.file("receivers", &numbers));
        let port = self.smsbox_port.to_string();
        let mut batch = Command::new("/usr/bin/mtbatch");
        batch.args(["-v", "4", "-b", "127.0.0.1", "-p", &port, "-f", "4500000001", "-D", "1"]);
        batch.args(["-u", "http://127.0.0.1:1/unused"]).args([content, receivers]);
        let ended = batch.current_dir(self.home.path()).kill_on_drop(true).output();
        let output = soon("end of mtbatch", ended).await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Asks bearerbox to end, and waits until it has.
    pub(crate) async fn stop(mut self) {
        let id = self.bearerbox.child.id().unwrap().to_string();
        Command::new("kill").arg(id).status().await.unwrap();
        soon("end of bearerbox", self.bearerbox.child.wait()).await.unwrap();
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// How much a daemon says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Every PDU.
    Debug,
    /// Not that.
    Info,
}

/// One of Kannel's daemons.
struct Daemon {
    child: Child,
    log: UnboundedReceiver<String>,
}

impl Daemon {
    fn start(program: &str, verbosity: Verbosity, home: &Path) -> Self {
        let mut command = Command::new(Path::new(PROGRAMS).join(program));
        let verbosity = if verbosity == Verbosity::Debug { "0" } else { "1" };
        command.args(["-v", verbosity, SETTINGS]).current_dir(home).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (tell, log) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let _nobody = tell.send(line);
            }
        });
        Self { child, log }
    }

    /// What its log says that nobody waited for.
    fn said(&mut self) -> String {
        std::iter::from_fn(|| self.log.try_recv().ok()).collect::<Vec<_>>().join("\n")
    }

    /// Waits until its log says so.
    async fn wait_for(&mut self, words: &str) {
        self.wait_for_either(words, words).await;
    }

    /// Waits until its log says the one or the other.
    async fn wait_for_either<'a>(&mut self, one: &'a str, other: &'a str) -> &'a str {
        let mut said = Vec::new();
        while let Some(line) = self.log.recv().await {
            if let Some(found) = [one, other].into_iter().find(|words| line.contains(words)) {
                return found;
            }
            said.push(line);
        }
        panic!("it ended and never said {one:?} or {other:?}:\n{}", said.join("\n"));
    }
}

/// An HTTP server that is pleased with everything; gives what it was asked for.
async fn listen_to_calls() -> (SocketAddr, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, calls) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let tell = tell.clone();
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                let mut request = String::new();
                let mut line = String::new();
                while stream.read_line(&mut line).await.is_ok_and(|read| read > 2) {
                    request.push_str(&std::mem::take(&mut line));
                }
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                let _closed = stream.write_all(answer).await;
                let path = request.split_whitespace().nth(1).unwrap_or_default();
                let _nobody = tell.send(path.to_owned());
            });
        }
    });
    (address, calls)
}

async fn get(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Three that nobody listens on now.
fn free_ports() -> [u16; 3] {
    let any = [(); 3].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    any.map(|listener| listener.local_addr().unwrap().port())
}

/// Whether Kannel is here.
pub(crate) fn is_available() -> bool {
    smpp_debian::is_available("kannel", "bearerbox")
}

/// Where Debian puts the daemons.
const PROGRAMS: &str = "/usr/sbin";
const SETTINGS: &str = "kannel.conf";
/// What bearerbox says when a port is another's.
const TAKEN: &str = "Address already in use";
/// What it says of a bind that was answered.
const BOUND: &str = "type_name: bind_transceiver_resp";
