//! The sans-IO core: octets and instants in, octets, events and a next deadline out.

mod error;
mod inbound;
mod limits;
mod session;
mod state;
mod timers;
mod window;

pub use error::{Cause, EndedBy, Outcome, Response, SessionError, SubmitError};
pub use inbound::ReplyTo;
pub use limits::Limits;
pub use session::{Answer, Event, Request, Session, Verdict};
pub use state::{BindMode, Role, State};
pub use timers::Expired;
pub use window::{Pending, Window, WindowFull};
