//! One certificate for everybody who speaks TLS here: ECDSA P-256, trusted by pin or as its own authority.
#![expect(clippy::missing_panics_doc, reason = "without a certificate there is nothing to measure")]

use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use smpp_session::{ClientTls, Fingerprint, ServerTls};

/// Plain or TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// In the clear.
    Plain,
    /// TLS 1.3.
    Tls,
}

/// A certificate for `localhost` and its key.
#[derive(Debug)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Makes one.
    #[must_use]
    pub fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let key = made.signing_key.serialize_der().try_into().expect("its key");
        Self { certificate: made.cert.der().clone(), key }
    }

    /// Our server's.
    #[must_use]
    pub fn server(&self) -> ServerTls {
        ServerTls::new(vec![self.certificate.clone()], self.key.clone_key()).expect("they belong together")
    }

    /// Our client's; it resumes what was begun with the same value.
    #[must_use]
    pub fn client(&self) -> ClientTls {
        ClientTls::pinned(vec![self.pin()]).expect("a pin")
    }

    /// The fingerprint of its key.
    #[must_use]
    pub fn pin(&self) -> Fingerprint {
        Fingerprint::of(&self.certificate).expect("its fingerprint")
    }

    /// A server's that is not ours.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], self.key.clone_key());
        Arc::new(config.expect("they belong together"))
    }

    /// A client's that is not ours.
    #[must_use]
    pub fn client_config(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).expect("a certificate");
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Arc::new(config)
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self::new()
    }
}
