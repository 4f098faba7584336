//! `smpp-load through`: sends into one side of a relay, is the server on its other side, and measures what comes through: end-to-end
//! latency on one clock, and loss to the message.

mod far;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use tokio::time::{Instant, sleep};

pub(crate) use far::Far;
pub use far::Through;

use crate::{Behaviour, Options, Report, Server, Sink, run};
use smpp_session::ServerTls;

/// `smpp-load through`.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct ThroughOptions {
    /// Where the relay finds its server: smpp-load listens there
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:2776")]
    pub listen: SocketAddr,

    /// A PEM file with a certificate chain: serve TLS to the relay
    #[arg(long, value_name = "FILE", requires = "key")]
    pub certificate: Option<PathBuf>,

    /// A PEM file with the key of the certificate
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,

    /// The run on the near side.
    #[command(flatten)]
    pub options: Options,
}

/// The far side of a relay: a sink that knows the messages of the run.
#[derive(Debug)]
pub struct FarSide {
    sink: Sink,
    far: Arc<Far>,
}

impl FarSide {
    /// Listens, behind TLS when it is given.
    ///
    /// # Errors
    /// When the address can't be listened on.
    pub async fn start(address: SocketAddr, tls: Option<ServerTls>) -> std::io::Result<Self> {
        let far = Arc::new(Far::default());
        let sink = Sink::observed(address, tls, Behaviour::default(), Some(Arc::clone(&far))).await?;
        Ok(Self { sink, far })
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.sink.local_addr()
    }

    /// Waits for the relay's session, runs through it, and waits for what is still on its way. Cancellation: as [`run`].
    ///
    /// # Errors
    /// One line: the relay did not come, what it is to be sent has no room for numbers, or those of [`run`].
    pub async fn run(self, mut server: Server, options: &Options) -> Result<Report, String> {
        let patience = options.session.timeout;
        let until = Instant::now() + patience;
        while self.sink.counts().binds == 0 {
            if Instant::now() >= until {
                return Err(format!(
                    "no relay has bound to {} within {} s, allowed is a relay whose server that is",
                    self.local_addr(),
                    patience.as_secs_f64()
                ));
            }
            sleep(PAUSE).await;
        }
        server.far = Some(Arc::clone(&self.far));
        let mut report = run(server, options).await?;
        self.settle(options.receipts.receipt_wait).await;
        self.sink.stop().await;
        report.through = Some(self.far.through());
        Ok(report)
    }

    /// Waits until all that was accepted has arrived, or nothing has for `patience`.
    async fn settle(&self, patience: Duration) {
        let (mut last, mut since) = (self.far.through(), Instant::now());
        while last.missing > 0 && since.elapsed() < patience {
            sleep(PAUSE).await;
            let now = self.far.through();
            if now != last {
                (last, since) = (now, Instant::now());
            }
        }
    }
}

/// How often it is looked whether something came.
const PAUSE: Duration = Duration::from_millis(20);
