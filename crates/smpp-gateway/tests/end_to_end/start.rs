//! A gateway for one test: everything in memory, a port of the machine's choosing.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use rustls::pki_types::CertificateDer;
use smpp_gateway::{
    AccountConfig, Config, ConnectionModes, Gateway, Identity, OutcomeShare, StoreKind, VerifierKey,
};
use smpp_wire::SubmitSm;

use crate::connection::Connection;

pub(crate) struct Running {
    pub(crate) gateway: Gateway,
    certificate: CertificateDer<'static>,
    pub(crate) config: Config,
}

/// Every bind, up to two at once.
pub(crate) const CUSTOMER: &str = "customer1";
/// The same rights, another account.
pub(crate) const OTHER_CUSTOMER: &str = "customer2";
/// bind_transmitter only.
pub(crate) const TRANSMITTER_ONLY: &str = "txonly";
/// To somebody, and nothing more.
pub(crate) const MESSAGE: SubmitSm<'_> = SubmitSm { destination_addr: b"4512345678", ..SubmitSm::EMPTY };
pub(crate) const PASSWORD: &str = "secret08";

pub(crate) async fn start() -> Running {
    start_with(Vec::new()).await
}

/// With these outcomes in place of "all delivered".
pub(crate) async fn start_with(outcomes: Vec<OutcomeShare>) -> Running {
    start_changed(|config| {
        if !outcomes.is_empty() {
            config.simulator.outcomes = outcomes;
        }
    })
    .await
}

/// With a config that differs from the usual.
pub(crate) async fn start_changed(change: impl FnOnce(&mut Config)) -> Running {
    let key = VerifierKey::generate().unwrap();
    let account = |system_id: &str, modes| AccountConfig {
        modes,
        max_binds: 2,
        ..AccountConfig::new(system_id, key.verifier(system_id.as_bytes(), PASSWORD.as_bytes()))
    };
    let mut config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        accounts: vec![
            account(CUSTOMER, ConnectionModes::ALL),
            account(OTHER_CUSTOMER, ConnectionModes::ALL),
            account(TRANSMITTER_ONLY, ConnectionModes::TRANSMITTER),
        ],
        ..Config::default()
    };
    config.store.kind = StoreKind::Memory;
    config.lockout.delay = Duration::from_millis(20);
    change(&mut config);
    let identity = Identity::ephemeral().unwrap();
    let certificate = identity.chain()[0].clone();
    let gateway = Gateway::start_with(config.clone(), identity, key).await.unwrap();
    Running { gateway, certificate, config }
}

impl Running {
    pub(crate) fn address(&self) -> SocketAddr {
        self.gateway.local_addr()
    }

    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    /// A TLS connection that did not bind.
    pub(crate) async fn connect(&self) -> Connection {
        Connection::open(self.address(), self.certificate.clone()).await
    }

    /// A TLS connection bound as this account's transceiver.
    pub(crate) async fn bound(&self) -> Connection {
        let mut connection = self.connect().await;
        let answer = connection.bind(CUSTOMER, PASSWORD, smpp_wire::CommandId::BIND_TRANSCEIVER).await;
        assert!(answer.is_ok());
        connection
    }
}
