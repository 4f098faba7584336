//! The running process: starts the new one, and hands over to it.

use std::{
    io,
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::Path,
    process::{Child, Command},
    time::Duration,
};

use smpp_gateway::{Secrets, Sockets};
use tokio::time::timeout;

use super::channel::{Channel, send_sockets};

/// The new process. Unless it serves, it is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Successor {
    child: Child,
    channel: Channel,
    serves: bool,
}

/// Why it can't take over.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) String);

impl Successor {
    /// Starts this program anew, as it lies on the disk now, and waits until it has everything but the store.
    pub(crate) async fn start(executable: &Path, config: &Path, sockets: &Sockets) -> Result<Self, Failed> {
        let mut successor = Self::spawn(executable, config, sockets)
            .map_err(|error| Failed(format!("{} can't be started: {error}", executable.display())))?;
        successor.hear("ready", READY).await?;
        Ok(successor)
    }

    fn spawn(executable: &Path, config: &Path, sockets: &Sockets) -> io::Result<Self> {
        let (ours, its) = UnixStream::pair()?;
        send_sockets(&ours, sockets)?;
        let mut command = Command::new(executable);
        command.args(["run", "--take-over", "--config"]).arg(config).stdin(OwnedFd::from(its));
        let child = command.spawn()?;
        // Its end must not stay open here: that it has ended is seen by it.
        drop(command);
        Ok(Self { child, channel: Channel::new(ours)?, serves: false })
    }

    /// Gives it the rest, and waits until it serves.
    pub(crate) async fn take_over(&mut self, secrets: &Secrets) -> Result<(), Failed> {
        let said = self.channel.say(&format!("{secrets}go\n")).await;
        said.map_err(|error| Failed(format!("the new process: {error}")))?;
        self.hear("serving", SERVING).await?;
        self.serves = true;
        Ok(())
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    async fn hear(&mut self, expected: &str, within: Duration) -> Result<(), Failed> {
        let heard = timeout(within, self.channel.hear()).await;
        Err(Failed(match heard {
            Ok(Ok(line)) if line == expected => return Ok(()),
            Ok(Ok(line)) => line.strip_prefix("failed ").unwrap_or(&line).to_owned(),
            Ok(Err(error)) => format!("the new process: {error}"),
            Err(_) => format!("the new process was not {expected} in {} s", within.as_secs()),
        }))
    }
}

impl Drop for Successor {
    fn drop(&mut self) {
        if !self.serves {
            // Before anybody else opens the store.
            let _it_may_have_ended = self.child.kill();
            let _it_may_have_ended = self.child.wait();
        }
    }
}

/// To read a configuration.
const READY: Duration = Duration::from_secs(30);
/// To read a store with tens of millions of messages.
const SERVING: Duration = Duration::from_secs(120);
