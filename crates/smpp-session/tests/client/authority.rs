//! Certificates, and servers that show them.

use std::{path::PathBuf, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rustls::{
    RootCertStore, ServerConfig, SupportedProtocolVersion,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
};
use smpp_session::{Client, ClientBuilder, ClientTls, Endpoint, Fingerprint};
use smpp_wire::split_frame;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::smsc::{answer, in_time, quick};

/// A certificate and its key.
pub(crate) struct Identity {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) key: PrivateKeyDer<'static>,
}

/// An authority that signs certificates; clients know it by a file.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pub(crate) file: PathBuf,
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.file);
    }
}

/// When a certificate is valid.
#[derive(Clone, Copy)]
pub(crate) enum Validity {
    Now,
    Past,
    Future,
}

impl Authority {
    /// One of its own for each test, by this name.
    pub(crate) fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.self_signed(&key).unwrap();
        let file =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.pem", std::process::id()));
        std::fs::write(&file, certificate.pem()).unwrap();
        Self { certificate: certificate.der().clone(), issuer: Issuer::new(params, key), file }
    }

    /// A certificate for this host, server or client.
    pub(crate) fn sign(&self, host: &str, validity: Validity) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        (params.not_before, params.not_after) = match validity {
            Validity::Now => (date_time_ymd(2020, 1, 1), date_time_ymd(4000, 1, 1)),
            Validity::Past => (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1)),
            Validity::Future => (date_time_ymd(3000, 1, 1), date_time_ymd(4000, 1, 1)),
        };
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        Identity { certificate, key: private(&key) }
    }

    pub(crate) fn trust(&self) -> ClientTls {
        ClientTls::ca_file(&self.file).unwrap()
    }
}

impl Identity {
    pub(crate) fn self_signed() -> Self {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["somebody.example".to_owned()]).unwrap();
        Self { certificate: params.self_signed(&key).unwrap().der().clone(), key: private(&key) }
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.certificate).unwrap()
    }
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(key.serialize_der()).unwrap()
}

/// A server behind TLS of one version.
pub(crate) struct TlsSmsc {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl TlsSmsc {
    pub(crate) async fn listen(identity: &Identity, version: &'static SupportedProtocolVersion) -> Self {
        Self::with(identity, version, None).await
    }

    /// A server that lets in who shows a certificate of this authority.
    pub(crate) async fn for_clients_of(
        authority: &Authority,
        identity: &Identity,
        version: &'static SupportedProtocolVersion,
    ) -> Self {
        Self::with(identity, version, Some(authority)).await
    }

    async fn with(
        identity: &Identity,
        version: &'static SupportedProtocolVersion,
        clients: Option<&Authority>,
    ) -> Self {
        let provider = Arc::new(default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[version])
            .unwrap();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.certificate.clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let (chain, key) = (vec![identity.certificate.clone()], identity.key.clone_key());
        let config = builder.with_single_cert(chain, key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::new("127.0.0.1", self.listener.local_addr().unwrap().port())
    }

    pub(crate) fn client(&self, tls: ClientTls) -> ClientBuilder {
        Client::builder("127.0.0.1", self.endpoint().port, tls).retry(quick())
    }

    /// The next connection, up to the end of its handshake.
    pub(crate) async fn accept(&self) -> std::io::Result<TlsStream<tokio::net::TcpStream>> {
        let (stream, _) = in_time(self.listener.accept()).await.unwrap();
        in_time(self.acceptor.accept(stream)).await
    }

    /// The next connection, bound.
    pub(crate) async fn bound(&self) -> TlsStream<tokio::net::TcpStream> {
        let mut stream = self.accept().await.unwrap();
        let mut read = [0; 1024];
        let len = in_time(stream.read(&mut read)).await.unwrap();
        let bind = split_frame(&read[..len], 1_024).unwrap().expect("a bind").header();
        stream.write_all(&answer(&bind, smpp_session::CommandStatus::ESME_ROK)).await.unwrap();
        stream
    }
}
