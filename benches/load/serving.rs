//! `smpp-load serve`, on an end of its own.

use std::net::SocketAddr;
use std::sync::Arc;

use smpp_benches::end::End;
use smpp_benches::identity::{Identity, Security};
use smpp_load::{Behaviour, Sink};

/// A sink that answers everything at once.
pub(crate) struct Serving {
    pub(crate) address: SocketAddr,
    /// The flags that name it.
    pub(crate) flags: String,
    _sink: Sink,
    _end: End,
}

impl Serving {
    pub(crate) fn start(security: Security, identity: &Arc<Identity>) -> Self {
        let end = End::start();
        let tls = (security == Security::Tls).then(|| identity.server());
        let any = ([127, 0, 0, 1], 0).into();
        let sink = end.run(async move { Sink::start(any, tls, Behaviour::default()).await });
        let sink = sink.expect("a free port");
        let address = sink.local_addr();
        let flags = match security {
            Security::Plain => plain(address),
            Security::Tls => format!("smpps://load:secret08@{address} --pin {}", identity.pin()),
        };
        Self { address, flags, _sink: sink, _end: end }
    }
}

/// The flags that name a plain server.
pub(crate) fn plain(address: SocketAddr) -> String {
    format!("smpp://load:secret08@{address}")
}
