//! Interoperability: the gateway and the client against SMPP peers that nobody here wrote, npm's `smpp` and PyPI's
//! `smpplib`; the load generator's rate also against PyPI's `smpp.twisted3`.
//!
//! The tests install the peers themselves, pinned, under `target/interop/`. They need node, npm, python3 with venv, and
//! on the first run the two package registries; where one is missing they say "skipped", and in CI they fail.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

#[expect(dead_code, reason = "shared with the tests of the examples, which use all of it")]
#[path = "../examples/binary.rs"]
mod binary;
mod decoder;
mod gateway;
mod generated;
mod gotchas;
mod guide;
mod npm_client;
mod npm_server;
mod peers;
#[expect(dead_code, reason = "shared with tests/peers, which uses all of it")]
mod program;
mod rate;
mod restart;
mod scenarios;
mod smpplib_client;
