//! The new process: it takes over from the one that started it.

use std::{
    io,
    os::{fd::AsFd as _, unix::net::UnixStream},
};

use smpp_gateway::{Secrets, Sockets};

use super::channel::{Channel, receive_sockets};

/// What connects it with the process before.
#[derive(Debug)]
pub(crate) struct Takeover(Channel);

impl Takeover {
    /// Takes the sockets that standard input brings.
    pub(crate) fn begin() -> io::Result<(Self, Sockets)> {
        let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        let sockets = receive_sockets(&stream)?;
        Ok((Self(Channel::new(stream)?), sockets))
    }

    /// Everything is ready but the store: waits until that is free. An error when the process before has thought better of it.
    pub(crate) async fn ready(&mut self) -> io::Result<Secrets> {
        self.0.say("ready\n").await?;
        let mut secrets = Secrets::default();
        loop {
            match self.0.hear().await?.as_str() {
                "go" => return Ok(secrets),
                // A newer version may not know everything that an older one says; a lost secret costs a handshake or a hash.
                line => {
                    let _known = secrets.read(line);
                }
            }
        }
    }

    pub(crate) async fn serving(mut self) {
        let _it_may_have_ended = self.0.say("serving\n").await;
    }

    pub(crate) async fn failed(mut self, reason: &str) {
        let line = reason.lines().collect::<Vec<_>>().join("; ");
        let _it_may_have_ended = self.0.say(&format!("failed {line}\n")).await;
    }
}
