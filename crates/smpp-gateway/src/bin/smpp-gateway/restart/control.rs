//! `gateway.sock` in the state directory: where a running gateway is asked to do something, by its own user and root only.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::geteuid;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{UnixListener, UnixStream},
    sync::mpsc,
    task::JoinHandle,
    time::timeout,
};

/// The socket, for as long as the gateway runs.
#[derive(Debug)]
pub(crate) struct Control {
    path: PathBuf,
    /// Its name is another process's now.
    handed_over: bool,
    requests: mpsc::Receiver<Request>,
    task: JoinHandle<()>,
}

/// Somebody wants a restart.
#[derive(Debug)]
pub(crate) struct Request(UnixStream);

/// What became of a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// This process serves, and so long nobody did.
    Restarted { process: u32, milliseconds: u128 },
    /// Nothing was changed, and why.
    Kept(String),
    /// The sessions were ended, and the old process serves again; why.
    Resumed(String),
}

impl Control {
    pub(crate) fn listen(state_dir: &Path) -> io::Result<Self> {
        let path = socket_path(state_dir);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        let (tell, requests) = mpsc::channel(1);
        Ok(Self { path, handed_over: false, requests, task: tokio::spawn(accept(listener, tell)) })
    }

    /// Waits for a request. Cancellation: none is lost.
    pub(crate) async fn request(&mut self) -> Request {
        match self.requests.recv().await {
            Some(request) => request,
            None => std::future::pending().await,
        }
    }

    /// Another process listens under its name.
    pub(crate) const fn hand_over(&mut self) {
        self.handed_over = true;
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.task.abort();
        if !self.handed_over {
            let _gone = fs::remove_file(&self.path);
        }
    }
}

impl Request {
    pub(crate) async fn answer(mut self, report: &Report) {
        let _nobody_waits = self.0.write_all(format!("{}\n", report.to_line()).as_bytes()).await;
    }
}

impl Report {
    fn to_line(&self) -> String {
        match self {
            Self::Restarted { process, milliseconds } => format!("restarted {process} {milliseconds}"),
            Self::Kept(why) => format!("kept {}", one_line(why)),
            Self::Resumed(why) => format!("resumed {}", one_line(why)),
        }
    }

    pub(super) fn parse(line: &str) -> Option<Self> {
        let (kind, rest) = line.split_once(' ')?;
        Some(match kind {
            "restarted" => {
                let (process, milliseconds) = rest.split_once(' ')?;
                Self::Restarted { process: process.parse().ok()?, milliseconds: milliseconds.parse().ok()? }
            }
            "kept" => Self::Kept(rest.to_owned()),
            "resumed" => Self::Resumed(rest.to_owned()),
            _ => return None,
        })
    }
}

fn one_line(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join("; ")
}

pub(super) fn socket_path(state_dir: &Path) -> PathBuf {
    state_dir.join("gateway.sock")
}

async fn accept(listener: UnixListener, tell: mpsc::Sender<Request>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let tell = tell.clone();
                tokio::spawn(async move {
                    let _stranger_or_silent = timeout(PATIENCE, judge(stream, &tell)).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the control socket accepts nobody");
                tokio::time::sleep(PATIENCE).await;
            }
        }
    }
}

async fn judge(stream: UnixStream, tell: &mpsc::Sender<Request>) -> io::Result<()> {
    let user = stream.peer_cred()?.uid();
    if user != 0 && user != geteuid().as_raw() {
        tracing::warn!(user, "another user may not control this gateway");
        return Ok(());
    }
    let (mut stream, mut line) = (BufReader::new(stream), String::new());
    stream.read_line(&mut line).await?;
    let refusal = match line.trim_end() {
        RESTART => match tell.try_send(Request(stream.into_inner())) {
            Err(mpsc::error::TrySendError::Full(request)) => Some((request, "another restart is under way")),
            _ => None,
        },
        _ => Some((Request(stream.into_inner()), "this gateway knows no such request")),
    };
    if let Some((request, why)) = refusal {
        request.answer(&Report::Kept(why.to_owned())).await;
    }
    Ok(())
}

/// What a request for a restart says.
pub(super) const RESTART: &str = "restart";
/// Requests are a line each, and come at once.
const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_from_its_line() {
        for report in [
            Report::Restarted { process: 77, milliseconds: 123 },
            Report::Kept("node is 256".to_owned()),
            Report::Resumed("it has ended".to_owned()),
        ] {
            assert_eq!(Report::parse(&report.to_line()), Some(report));
        }
        assert_eq!(Report::Kept("one\ntwo".to_owned()).to_line(), "kept one; two");
        assert_eq!(Report::parse("anything else"), None);
    }
}
