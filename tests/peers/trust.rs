//! A certificate for both ends.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use smpp_session::{ClientTls, Fingerprint, ServerTls};

/// For `localhost`.
#[derive(Debug)]
pub struct Trust {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    /// The certificate as a file has it.
    pub certificate_pem: String,
}

impl Trust {
    /// Makes one.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "each is another one")]
    pub fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = made.signing_key.serialize_der().try_into().unwrap();
        Self { certificate: made.cert.der().clone(), key, certificate_pem: made.cert.pem() }
    }

    /// For our server.
    #[must_use]
    pub fn server(&self) -> ServerTls {
        ServerTls::new(vec![self.certificate.clone()], self.key.clone_key()).unwrap()
    }

    /// For our client.
    #[must_use]
    pub fn client(&self) -> ClientTls {
        ClientTls::pinned(vec![Fingerprint::of(&self.certificate).unwrap()]).unwrap()
    }

    /// For a peer's server.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        Arc::new(config.with_single_cert(vec![self.certificate.clone()], self.key.clone_key()).unwrap())
    }

    /// For a peer's client.
    #[must_use]
    pub fn client_config(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap();
        Arc::new(config.with_root_certificates(roots).with_no_client_auth())
    }
}
