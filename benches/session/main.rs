//! How fast are sessions, beside other implementations and hand-written floors?
//!
//! Client and server run on one thread each, over loopback, unless a row says otherwise. Everybody sends the same message, and checks
//! that each is accepted with its id. CPU time is user and system time of both ends, unless a row says otherwise.

use std::io;
use std::sync::Arc;

use smpp_benches::end::End;
use smpp_benches::groups::{self, Group};
use smpp_benches::identity::{Identity, Security};
use smpp_benches::sessions::Serving;

mod floor {
    //! Hand-written minima, kept as they are.
    #[path = "../../codec/floor/decode.rs"]
    pub(crate) mod decode;
    #[path = "../../codec/floor/encode.rs"]
    pub(crate) mod encode;
    pub(crate) mod futures;
    pub(crate) mod one_loop;
    pub(crate) mod pdus;
    pub(crate) mod raw;
}
mod rivals {
    //! Other implementations, each as fast as it is known to go.
    pub(crate) mod rusmpp;
    pub(crate) mod smpp34;
}
mod rows {
    //! One file a group of rows.
    pub(crate) mod allocations;
    pub(crate) mod ends;
    pub(crate) mod futures;
    pub(crate) mod handshakes;
    pub(crate) mod latency;
    pub(crate) mod many;
    pub(crate) mod queue;
    pub(crate) mod writes;
}

use floor::raw::Responder;
use rivals::{rusmpp::Rusmpp, smpp34};

/// Everybody who listens, and the end that all clients run on.
struct World {
    identity: Arc<Identity>,
    client: End,
    plain: Listening,
    tls: Listening,
    /// Its server speaks plain text only.
    smpp34: smpp34::Serving,
}

struct Listening {
    ours: Serving,
    rusmpp: Rusmpp,
    raw: Responder,
}

impl World {
    fn start() -> io::Result<Self> {
        let identity = Arc::new(Identity::new());
        let listening = |security: Security| {
            let tls = (security == Security::Tls).then(|| identity.server_config());
            io::Result::Ok(Listening {
                ours: Serving::start(security, &identity),
                rusmpp: Rusmpp::start(security, &identity),
                raw: Responder::start(tls)?,
            })
        };
        let (plain, tls) = (listening(Security::Plain)?, listening(Security::Tls)?);
        Ok(Self { identity, client: End::start(), plain, tls, smpp34: smpp34::Serving::start() })
    }

    const fn listening(&self, security: Security) -> &Listening {
        match security {
            Security::Plain => &self.plain,
            Security::Tls => &self.tls,
        }
    }

    const fn serving(&self, security: Security) -> &Serving {
        &self.listening(security).ours
    }

    const fn rusmpp(&self, security: Security) -> &Rusmpp {
        &self.listening(security).rusmpp
    }

    const fn raw(&self, security: Security) -> &Responder {
        &self.listening(security).raw
    }
}

const GROUPS: [(&str, Group<World>); 8] = [
    ("futures", rows::futures::all),
    ("queue", rows::queue::all),
    ("ends", rows::ends::all),
    ("many", rows::many::all),
    ("latency", rows::latency::all),
    ("handshakes", rows::handshakes::all),
    ("allocations", rows::allocations::all),
    ("writes", rows::writes::all),
];

/// Measures every group, or those that are named: `cargo bench -p smpp-benches --bench session -- --quick queue ends`.
fn main() -> io::Result<()> {
    groups::measure("session", &GROUPS, World::start)
}
