//! A run: connect, send by the clock or by the answers, wait for what is open.
//!
//! ```text
//!             Schedule                         one thread, that does nothing else
//!                │
//!              Pacer ──Due──> Lane ─┐          open loop: what is due, whatever the answers do
//!                                   ├─> Loader ──> session       one a connection, in the session's own turns
//!               Run ──claim─────────┘          closed loop: each answer makes room for the next
//!                                   Loader ──Tally──> Recorder   once a turn
//! ```

mod binding;
mod engine;
mod find_max;
mod flights;
mod lane;
mod loader;
mod pacer;
mod run;
mod server;
mod slot;

pub(crate) use binding::bind_all;
pub use engine::{INSECURE, run};
pub use server::Server;
