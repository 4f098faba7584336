//! Windowed SMPP v3.4 sessions over TLS, for applications (ESME) and message centres (SMSC).
//!
//! One sans-IO core ([`Session`], [`SendHalf`]) knows every rule of the protocol and no socket, clock or task. One tokio driver moves
//! octets between it and a connection, and writes everything that became ready in one turn in one write.
//!
//! # Example
//! A server that accepts everything, and a client that sends it one message, and would bind again if its session were lost:
//! ```
//! use smpp_session::{Client, CommandStatus, Handler, NoRequests, Outcome, Reply, ReplyTo, Request};
//! use smpp_session::{Server, SessionHandle, SubmitSm, Verdict};
//!
//! struct AcceptAll;
//!
//! impl Handler for AcceptAll {
//!     fn bind(&mut self, _: &smpp_session::Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
//!         Ok(())
//!     }
//!
//!     fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
//!         Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let server = Server::plain().listen("127.0.0.1:0".parse()?, |_peer| AcceptAll).await?;
//! let client = Client::plain("127.0.0.1", server.local_addr().port())
//!     .credentials("esme1", "secret08")
//!     .start(|_endpoint| NoRequests)?;
//! client.bound().await?;
//! let hello = SubmitSm { destination_addr: b"4512345678", short_message: b"Hello", ..SubmitSm::default() };
//! let outcome = client.submit_sm(&hello).await?;
//! assert!(matches!(outcome, Outcome::Answered(response) if response.command_status.is_ok()));
//! client.shutdown().await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//! Plain text is for tests: [`Server::builder`] and [`Client::builder`] take TLS. [`ClientBuilder::or`] names more servers to fail
//! over to, [`Retry`] says when they are tried, [`Client::events`] tells what happens. [`ClientBuilder::connect`] gives one
//! [`Connection`] without supervision.
//!
//! # A server
//! As it is run: behind TLS whose certificate and ticket keys are files that may change, and until a token is cancelled:
//! ```no_run
//! # use std::{net::SocketAddr, path::Path, time::Duration};
//! # use smpp_session::{Limits, NoRequests, Server, ServerTls};
//! # async fn serve(token: tokio_util::sync::CancellationToken) -> Result<(), Box<dyn std::error::Error>> {
//! let tls = ServerTls::from_files(Path::new("chain.pem"), Path::new("key.pem"))?.ticket_keys(Path::new("tickets"))?;
//! let server = Server::builder(tls)
//!     .limits(Limits { inbound_window: 100, ..Limits::default() })
//!     .max_connections(10_000)
//!     .proxies(["10.0.0.0/8".parse()?])
//!     .listen("0.0.0.0:2775".parse()?, |_client: SocketAddr| NoRequests)
//!     .await?;
//! let end = server.run_until(token.cancelled(), Duration::from_secs(30)).await;
//! println!("{} sessions ended in order, {} were cut off", end.drained, end.cut_off);
//! # Ok(())
//! # }
//! ```
//! One [`Handler`] a session judges its bind and takes its requests, and answers at once, at the end of the turn, or later through
//! its [`SessionHandle`], which sends deliver_sm, too. Who is not bound has few places, and the time of `session_init`;
//! [`Server::counters`] says what happened at the door and on all sessions. When a client binds again and its account has no seat left,
//! [`SessionHandle::probe`] tells a session that died from one that lives.
//!
//! # In batches
//! For throughput, a [`CompletionQueue`]: no future a message, each lock is taken for a batch, and batches leave in one write:
//! ```
//! # use smpp_session::{Bind, CommandStatus, Handler, Reply, ReplyTo, Request, Server, SessionHandle, Verdict};
//! # struct AcceptAll;
//! # impl Handler for AcceptAll {
//! #     fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> { Ok(()) }
//! #     fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
//! #         Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
//! #     }
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! # let server = Server::plain().listen("127.0.0.1:0".parse()?, |_peer| AcceptAll).await?;
//! # let builder = smpp_session::Client::plain("127.0.0.1", server.local_addr().port());
//! # let connection = builder.connect(smpp_session::NoRequests).await?;
//! use smpp_session::SubmitSm;
//!
//! let queue = connection.session().completion_queue();
//! let hello = SubmitSm { destination_addr: b"4512345678", short_message: b"Hello", ..SubmitSm::default() };
//! let batch: Vec<(u64, SubmitSm<'_>)> = (0..1_000).map(|token| (token, hello)).collect();
//! let (mut sent, mut ended, mut completed) = (0, 0, Vec::new());
//! while ended < batch.len() {
//!     sent += queue.try_submit(&batch[sent..]).unwrap_or_default();
//!     ended += queue.completed(&mut completed).await?;
//!     for completion in completed.drain(..) {
//!         println!("message {} ended: {:?}", completion.token, completion.outcome);
//!     }
//! }
//! # connection.unbind().await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//! - `tokio` (default): driver, client and server. Without it the crate is the core alone.
//! - `codec`: `SmppCodec`, for those who bring their own connection to `tokio_util::codec::Framed`.
//! - `pdu-log`: one `tracing` event a PDU, at level TRACE, target `smpp_session::pdu`, without passwords and texts.
//!
//! Each session runs in a `tracing` span `session` with the fields `role`, `peer` and `system_id`.
#![forbid(unsafe_code)]

mod core;

#[cfg(feature = "codec")]
mod codec;

#[cfg(feature = "tokio")]
mod client;
#[cfg(feature = "tokio")]
mod driver;
#[cfg(feature = "tokio")]
mod read_ahead;
#[cfg(feature = "tokio")]
mod server;
#[cfg(feature = "tokio")]
mod span;
#[cfg(feature = "tokio")]
mod tls;
#[cfg(feature = "tokio")]
mod transport;

pub use smpp_wire::{Bind, CommandId, CommandStatus, DeliverSm, MessageId, SubmitSm};

#[cfg(feature = "codec")]
pub use crate::codec::{CodecError, SmppCodec};
pub use crate::core::{
    Answer, AnswerError, BindMode, BindReply, Cause, EndedBy, Event, Limits, Outcome, ReplyTo, Request,
    Response, Role, SendHalf, Session, SessionError, State, SubmitError, TokenBucket, Verdict,
};
#[cfg(feature = "tokio")]
pub use crate::{
    client::{
        Client, ClientBuilder, ClientEnd, ClientEvent, ConnectCause, ConnectError, ConnectStep, Connection,
        Deadlines, Endpoint, Events, Retry,
    },
    driver::{
        Answers, Completed, Completion, CompletionQueue, Counters, Handler, NoRequests, Reply, Sending,
        SessionHandle, Submitted, Turn,
    },
    server::{Network, NetworkError, Server, ServerBuilder, ServerCounters, Shutdown},
    tls::{ClientTls, Fingerprint, ServerTls, TicketKeys, TlsError, TlsFailure},
};
