//! Posts to webhooks: JSON over HTTPS, trusting what the system trusts.

use std::{sync::Arc, time::Duration};

use rustls::crypto::aws_lc_rs::default_provider;
use serde::Serialize;
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig, TlsProvider},
};

use crate::store::sqlite::Announcement;

/// Posts announcements.
#[derive(Clone, Debug)]
pub(crate) struct Webhooks(Agent);

/// What is posted.
#[derive(Serialize)]
struct Body<'a> {
    kind: &'static str,
    account: &'a str,
    #[serde(flatten)]
    announcement: &'a Announcement,
}

impl Webhooks {
    /// Reads the certificates that the system trusts; may wait for the disk.
    pub(crate) fn new() -> Self {
        let found = rustls_native_certs::load_native_certs();
        let roots = found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned());
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::Specific(Arc::new(roots.collect())))
            .unversioned_rustls_crypto_provider(Arc::new(default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(DEADLINE))
            .http_status_as_error(false)
            // A redirect could lead to where its owner never meant it to.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("smpp-gateway/", env!("CARGO_PKG_VERSION")))
            .build();
        Self(config.new_agent())
    }

    /// Posts, and waits for a status of 2xx.
    ///
    /// # Errors
    /// In words, what came instead.
    pub(crate) fn post(&self, url: &str, account: &str, announcement: &Announcement) -> Result<(), String> {
        let body = serde_json::to_string(&Body { kind: "maintenance", account, announcement });
        let body = body.map_err(|error| error.to_string())?;
        let key = format!("announcement-{}-{account}", announcement.number);
        let answer = self
            .0
            .post(url)
            .header("Content-Type", "application/json")
            // For a receiver that got it and whose answer was lost.
            .header("Idempotency-Key", key)
            .send(body);
        match answer {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("status {}", answer.status().as_u16())),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// From looking the name up to the whole answer.
const DEADLINE: Duration = Duration::from_secs(10);
