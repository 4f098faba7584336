//! The sans-IO core: octets and instants in, octets, events and a next deadline out.

mod bind_reply;
mod error;
mod event;
mod inbound;
mod limits;
mod send_half;
mod session;
mod state;
mod timers;
mod token_bucket;
mod window;

pub use bind_reply::BindReply;
pub use error::{AnswerError, Cause, EndedBy, Outcome, Response, SessionError, SubmitError};
pub use event::{Answer, Event, Request, Verdict};
pub use inbound::ReplyTo;
pub use limits::Limits;
#[cfg(feature = "tokio")]
pub(crate) use limits::READ_CHUNK;
pub use send_half::SendHalf;
pub use session::Session;
pub use state::{BindMode, Role, State};
pub use token_bucket::TokenBucket;
