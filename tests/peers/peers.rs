//! Interoperability with peers that nobody here wrote, in both roles: `rusmppc` and `rusmpp`, `smpp34`, and Kannel's bearerbox.
//!
//! Kannel comes as a Debian package, which is installed where the tests run as root; elsewhere they say "skipped: needs X", and in CI
//! they fail. `smpp34`'s server speaks plain text only, and its client trusts the system's authorities alone: it is tested in the clear.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test says where by panicking")]

mod bearerbox;
#[expect(dead_code, reason = "shared with the tests of the examples, which use all of it")]
#[path = "../examples/binary.rs"]
mod binary;
mod kannel;
mod kannel_customer;
#[path = "../interop/program.rs"]
mod program;
mod rusmpp_client;
mod rusmpp_server;
mod smpp34_client;
mod smpp34_server;
