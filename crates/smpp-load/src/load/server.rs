//! The servers to load, and how they are trusted.

use std::{path::Path, sync::Arc};

use smpp_session::{Client, ClientBuilder, ClientTls, Fingerprint, TlsError};

use crate::{Options, Target, through::Far};

/// The server to load, and what the report says of it.
#[derive(Clone, Debug)]
pub struct Server {
    /// How to connect: of several, the first that can be bound to. Never empty.
    pub clients: Vec<ClientBuilder>,
    /// Its name in the report.
    pub name: String,
    /// Where an embedded gateway keeps its messages.
    pub store: Option<String>,
    /// True when the connections are encrypted.
    pub tls: bool,
    /// The other side of the relay that it is.
    pub(crate) far: Option<Arc<Far>>,
}

impl Server {
    /// The servers of target URLs, each with its password; sessions go to the first that can be bound to.
    ///
    /// # Errors
    /// When no trust can be set up; says which option is at fault.
    pub fn of(targets: &[(Target, String)], options: &Options) -> Result<Self, TlsError> {
        let trust = targets.iter().any(|(target, _)| target.tls).then(|| trust(options)).transpose()?;
        let clients =
            targets.iter().map(|(target, password)| client(target, password, trust.as_ref(), options));
        let clients = clients.collect();
        let names: Vec<String> = targets.iter().map(|(target, _)| target.to_string()).collect();
        Ok(Self {
            clients,
            name: names.join(", then "),
            store: None,
            tls: targets.iter().all(|(target, _)| target.tls),
            far: None,
        })
    }
}

fn client(target: &Target, password: &str, trust: Option<&ClientTls>, options: &Options) -> ClientBuilder {
    let (host, port) = (target.host.as_str(), target.port);
    let client = match trust.filter(|_| target.tls) {
        Some(trust) => Client::builder(host, port, trust.clone()),
        None => Client::plain(host, port),
    };
    let client = client.credentials(target.system_id.as_str(), password);
    match options.target.local_address {
        Some(address) => client.local_address(address),
        None => client,
    }
}

/// Pins win over an authority file, which wins over the system's authorities.
fn trust(options: &Options) -> Result<ClientTls, TlsError> {
    let flags = &options.target;
    if flags.insecure {
        return ClientTls::dangerously_unverified();
    }
    if !flags.pins.is_empty() {
        return ClientTls::pinned(flags.pins.iter().copied().map(Fingerprint::from).collect());
    }
    let ca: Option<&Path> = flags.ca.as_deref();
    ca.map_or_else(ClientTls::system_roots, ClientTls::ca_file)
}
