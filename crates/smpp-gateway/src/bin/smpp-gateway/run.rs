//! `smpp-gateway run`: serves until it is told to stop, or another process has taken over.

use std::{
    env, fmt,
    path::{Path, PathBuf},
};

use smpp_gateway::{Config, Gateway, Leaving, Prepared, Secrets, Sockets};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    Failure,
    exit::{BAD_CONFIG, FAILED},
    log, notify, reload,
    restart::{Control, Failed, Report, Request, Successor, Takeover},
    say,
};

/// With `take_over`, in the place of the process that started this one.
pub(crate) fn run(path: &Path, take_over: bool) -> Result<(), Failure> {
    let executable = env::current_exe().map_err(|error| failed(&error))?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let (mut takeover, sockets) = match take_over {
            true => Takeover::begin().map(|(takeover, sockets)| (Some(takeover), sockets)),
            false => Ok((None, Sockets::default())),
        }
        .map_err(|error| failed(&error))?;
        match Running::begin(path, executable, sockets, &mut takeover).await {
            Ok(running) => {
                if let Some(takeover) = takeover {
                    takeover.serving().await;
                }
                running.serve().await
            }
            Err(failure) => {
                if let Some(takeover) = takeover {
                    takeover.failed(&failure.1).await;
                }
                Err(failure)
            }
        }
    })
}

fn failed(error: &dyn fmt::Display) -> Failure {
    (FAILED, error.to_string())
}

/// A gateway, and what it hears from outside.
struct Running {
    config: PathBuf,
    executable: PathBuf,
    gateway: Gateway,
    signals: Signals,
    control: Option<Control>,
    pid_file: reload::PidFile,
}

impl Running {
    async fn begin(
        path: &Path,
        executable: PathBuf,
        sockets: Sockets,
        takeover: &mut Option<Takeover>,
    ) -> Result<Self, Failure> {
        let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
        log::begin(config.log_format, config.log_numbers);
        let state_dir = config.state_dir.clone();
        let prepared = Prepared::new(config, sockets).await.map_err(|error| failed(&error))?;
        let secrets = match takeover {
            Some(takeover) => takeover.ready().await.map_err(|error| failed(&error))?,
            None => Secrets::default(),
        };
        let gateway = prepared.start(secrets).await.map_err(|error| failed(&error))?;
        // Before anybody is told that it runs, and may stop it.
        let signals = Signals::listen().map_err(|error| failed(&error))?;
        announce(&gateway);
        let pid_file = reload::PidFile::write(&state_dir).map_err(|error| failed(&error))?;
        let control = Control::listen(&state_dir);
        let control = control.inspect_err(|error| tracing::warn!(%error, "no control socket: no `restart`"));
        // The process before says who the main process is now.
        if takeover.is_none() {
            notify::notify("READY=1");
        }
        let (config, control) = (path.to_owned(), control.ok());
        Ok(Self { config, executable, gateway, signals, control, pid_file })
    }

    async fn serve(mut self) -> Result<(), Failure> {
        loop {
            let Some(request) = self.until_asked().await else {
                notify::notify("STOPPING=1");
                drop((self.pid_file, self.control));
                self.gateway.shutdown().await;
                return Ok(());
            };
            self = match self.restart(request).await? {
                Some(running) => running,
                None => return Ok(()),
            };
        }
    }

    /// Serves until it is told to stop (`None`) or to restart; follows its configuration when it is told to.
    async fn until_asked(&mut self) -> Option<Request> {
        loop {
            let request = async {
                match &mut self.control {
                    Some(control) => control.request().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = self.signals.terminate.recv() => return None,
                _ = self.signals.interrupt.recv() => return None,
                request = request => return Some(request),
                _ = self.signals.hang_up.recv() => match Config::load(&self.config) {
                    Ok(config) => match self.gateway.reload(config) {
                        Ok(reload) => tracing::info!("reloaded; {reload}"),
                        Err(error) => tracing::error!("not reloaded, nothing was changed: {error}"),
                    },
                    Err(error) => tracing::error!("not reloaded, nothing was changed: {error}"),
                },
            }
        }
    }

    /// Hands over to a new process, and ends with it serving (`None`); goes on when there is none that can.
    async fn restart(mut self, request: Request) -> Result<Option<Self>, Failure> {
        let started = match self.gateway.sockets() {
            // The system ends whatever is left when its first process has.
            _ if std::process::id() == 1 => Err(FIRST.to_owned()),
            Ok(sockets) => match Successor::start(&self.executable, &self.config, &sockets).await {
                Ok(successor) => Ok((successor, sockets)),
                Err(Failed(why)) => Err(why),
            },
            Err(error) => Err(error.to_string()),
        };
        let (mut successor, sockets) = match started {
            Ok(started) => started,
            Err(why) => {
                tracing::error!("not restarted, nothing was changed: {why}");
                request.answer(&Report::Kept(why)).await;
                return Ok(Some(self));
            }
        };
        let config = self.gateway.config();
        let (secrets, leaving) = self.gateway.hand_over().await;
        match successor.take_over(&secrets).await {
            Ok(()) => {
                if let Some(control) = &mut self.control {
                    control.hand_over();
                }
                ended(&successor, leaving, request).await;
                Ok(None)
            }
            Err(Failed(why)) => {
                tracing::error!("the new process has failed, this one serves again: {why}");
                drop(successor);
                tokio::spawn(leaving.finish());
                let state_dir = config.state_dir.clone();
                self.control = None;
                let prepared = Prepared::new(config, sockets).await.map_err(|error| failed(&error))?;
                self.gateway = prepared.start(secrets).await.map_err(|error| failed(&error))?;
                // The other may have come so far that it was found there.
                self.pid_file.renew().map_err(|error| failed(&error))?;
                self.control = Control::listen(&state_dir).ok();
                request.answer(&Report::Resumed(why)).await;
                Ok(Some(self))
            }
        }
    }
}

/// The new process serves; this one waits for its clients' last words.
async fn ended(successor: &Successor, leaving: Leaving, request: Request) {
    let (process, milliseconds) = (successor.id(), leaving.since_refusal().as_millis());
    tracing::info!(process, milliseconds, "another process serves");
    notify::notify(&format!("MAINPID={process}"));
    request.answer(&Report::Restarted { process, milliseconds }).await;
    leaving.finish().await;
}

fn announce(gateway: &Gateway) {
    let mut out = std::io::stdout();
    say(&mut out, &format!("public key sha256:{}", gateway.fingerprint()));
    say(&mut out, &format!("store {}", gateway.store_name()));
    #[cfg(feature = "admin")]
    if let Some(address) = gateway.admin_addr() {
        say(&mut out, &format!("status on http://{address}/status"));
    }
    say(&mut out, &format!("listening on {}", gateway.local_addr()));
}

/// Why process 1 is not replaced.
const FIRST: &str =
    "it is the first process of its container, which would end with it: start the container anew";

/// What an operator tells a running gateway by.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }
}
