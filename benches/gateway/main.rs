//! How fast is the gateway, durable and under TLS, and what does it hold?
//!
//! Load generator and gateway share the machine: one thread each, and that of the store. Texts have 120 octets. The database lies below
//! the target folder, so the disk is the one that holds it.

use std::io;

use smpp_benches::end::End;
use smpp_benches::groups::{self, Group};

mod attack;
mod binary;
mod disk;
#[expect(dead_code, reason = "shared with the load bench, which uses all of it")]
#[path = "../load/generator.rs"]
mod generator;
mod home;
mod pending;
mod process;
mod raw;
mod serving;
mod store;
mod rows {
    //! One file a group of rows.
    pub(crate) mod bound;
    pub(crate) mod hostile;
    pub(crate) mod latency;
    pub(crate) mod passwords;
    pub(crate) mod pending;
    pub(crate) mod rates;
    pub(crate) mod rebind;
    pub(crate) mod restart;
    pub(crate) mod start;
    pub(crate) mod store;
    pub(crate) mod watched;
}

/// Where the load comes from.
struct World {
    client: End,
}

const GROUPS: [(&str, Group<World>); 11] = [
    ("store", rows::store::all),
    ("rates", rows::rates::all),
    ("latency", rows::latency::all),
    ("start", rows::start::all),
    ("restart", rows::restart::all),
    ("pending", rows::pending::all),
    ("rebind", rows::rebind::all),
    ("bound", rows::bound::all),
    ("watched", rows::watched::all),
    ("hostile", rows::hostile::all),
    ("passwords", rows::passwords::all),
];

/// Measures every group, or those that are named: `cargo bench -p smpp-benches --bench gateway -- --quick rates`.
fn main() -> io::Result<()> {
    if let Some(role) = process::role() {
        return process::play(&role);
    }
    groups::measure("gateway", &GROUPS, || Ok(World { client: End::start() }))
}
