//! How fast is the load generator, beside the completion queue it is built on and beside other people's generators?
//!
//! Generator and server run on one thread each, over loopback, unless a row says otherwise. Everybody sends the same message and checks
//! that each is accepted. CPU time is user and system time of both ends.

use std::io;
use std::sync::Arc;

use smpp_benches::end::End;
use smpp_benches::groups::{self, Group};
use smpp_benches::identity::Identity;

#[expect(dead_code, reason = "shared with the session bench, which uses all of it")]
mod floor;
mod generator;
mod process;
mod serving;
#[expect(dead_code, reason = "shared with the session bench, which uses all of it")]
mod rivals {
    //! Other people's generators.
    pub(crate) mod node;
    #[path = "../../session/rivals/rusmpp.rs"]
    pub(crate) mod rusmpp;
    #[path = "../../session/rivals/smpp34.rs"]
    pub(crate) mod smpp34;
}
mod rows {
    //! One file a group of rows.
    pub(crate) mod closed;
    pub(crate) mod memory;
    pub(crate) mod open;
    pub(crate) mod rivals;
    pub(crate) mod sessions;
}

/// Who is asked, and where everybody's generator runs.
struct World {
    identity: Arc<Identity>,
    client: End,
}

const GROUPS: [(&str, Group<World>); 5] = [
    ("closed", rows::closed::all),
    ("open", rows::open::all),
    ("rivals", rows::rivals::all),
    ("memory", rows::memory::all),
    ("sessions", rows::sessions::all),
];

/// Measures every group, or those that are named: `cargo bench -p smpp-benches --bench load -- --quick closed open`.
fn main() -> io::Result<()> {
    if let Some(role) = process::role() {
        return process::play(&role);
    }
    groups::measure("load", &GROUPS, || {
        Ok(World { identity: Arc::new(Identity::new()), client: End::start() })
    })
}
