//! The gateway under test, on a port of this machine's choosing.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use smpp_gateway::{AccountConfig, Config, ConnectionModes, Gateway, Identity, StoreKind, VerifierKey};

/// A gateway with the accounts of this module.
pub(crate) struct Running {
    gateway: Gateway,
}

impl Running {
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.gateway.local_addr()
    }

    /// Hands it a message as if it had come from the network.
    pub(crate) fn post(&self, message: &Value) {
        let (body, admin) = (message.to_string(), self.gateway.admin_addr().unwrap());
        let mut stream = TcpStream::connect(admin).unwrap();
        let head = "POST /incoming HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n";
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    }

    /// Sends unbind to every client, waits for the answers, and disconnects.
    pub(crate) async fn shutdown(self) {
        self.gateway.shutdown().await;
    }
}

/// Starts a gateway with the accounts [`ANY_MODE`] and [`TRANSMITTER_ONLY`], whose messages are delivered at once, and
/// which sends enquire_link after `enquire_link` of silence.
pub(crate) async fn start(enquire_link: Duration) -> Running {
    start_changed(|config| config.limits.enquire_link = enquire_link).await
}

/// The same with another change of its config.
pub(crate) async fn start_changed(change: impl FnOnce(&mut Config)) -> Running {
    let key = VerifierKey::generate().unwrap();
    let account = |system_id: &str, modes| AccountConfig {
        modes,
        ..AccountConfig::new(system_id, key.verifier(system_id.as_bytes(), PASSWORD.as_bytes()))
    };
    let mut config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        accounts: vec![
            account(ANY_MODE, ConnectionModes::ALL),
            account(TRANSMITTER_ONLY, ConnectionModes::TRANSMITTER),
        ],
        ..Config::default()
    };
    config.limits.enquire_link = NEVER;
    config.store.kind = StoreKind::Memory;
    change(&mut config);
    let gateway = Gateway::start_with(config, Identity::ephemeral().unwrap(), key).await.unwrap();
    Running { gateway }
}

/// May bind as transmitter, receiver and transceiver.
pub(crate) const ANY_MODE: &str = "esme1";
/// May bind as transmitter only.
pub(crate) const TRANSMITTER_ONLY: &str = "txonly";
/// The password of both accounts.
pub(crate) const PASSWORD: &str = "secret08";
/// An enquire_link period that no test lives long enough to see.
pub(crate) const NEVER: Duration = Duration::from_secs(600);
