//! A controlled restart: a new process takes over from the running one, which hands it sockets and secrets.
//!
//! ```text
//! smpp-gateway restart      the running process              the new process
//! checks the configuration
//! control socket: restart ─> starts it, sends sockets ──────> reads the configuration, listens
//!                                                     <────── ready
//!                            refuses, settles, closes the store
//!                            secrets, go ───────────────────> opens the store, accepts
//!                                                     <────── serving
//! prints how long it took <─ waits for unbind_resp, ends
//! ```
//! Until it is told to go, the new process has changed nothing: whatever is wrong with it, the running one goes on. If it fails after that
//! the running one serves again, without its sessions.
//!
//! | file | subject |
//! |---|---|
//! | `command` | `smpp-gateway restart`: asks for it, and prints what became of it |
//! | `control` | the socket that a running gateway is asked on |
//! | `channel` | lines and sockets between the two processes |
//! | `successor` | the running process's view of the new one |
//! | `takeover` | the new process's view of the running one |

mod channel;
mod command;
mod control;
mod successor;
mod takeover;

pub(crate) use self::{
    command::restart,
    control::{Control, Report, Request},
    successor::{Failed, Successor},
    takeover::Takeover,
};
