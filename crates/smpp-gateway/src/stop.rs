//! How a gateway ends: what is new is refused, what is open is answered and kept, every client is unbound.
//!
//! ```text
//! refuse            submit_sm: ESME_RSUBMITFAIL, bind: ESME_RBINDFAIL; unbind to every session that has nothing open
//! settle            open receipts may be answered, up to `restart.deadline_milliseconds`
//! close the store   what it was given is answered
//! unbind the rest   and wait for all unbind_resp at once, for two seconds at most
//! disconnect
//! ```

use std::{sync::Arc, time::Duration};

use smpp_session::Server;
use tokio::time::{Instant, timeout, timeout_at};

use crate::{Gateway, Secrets, core::Core, server, session::Session};

impl Gateway {
    /// Refuses what is new (ESME_RSUBMITFAIL, ESME_RBINDFAIL), answers what is open, unbinds every client and disconnects.
    /// Cancellation: closes everything at once.
    pub async fn shutdown(self) {
        let deadline = self.config.lock().restart.deadline;
        refuse(&self.core);
        settle(&self.core, deadline).await;
        self.core.close_store().await;
        unbind_all(&self.core);
        let end = Instant::now() + UNBIND_DEADLINE;
        let _mute = timeout_at(end, self.core.departure.gone()).await;
        // It stays open as long as anybody holds it.
        drop(self.listener);
        let server = self.server.lock().take();
        if let Some(server) = server {
            server.shutdown(end.saturating_duration_since(Instant::now())).await;
        }
    }

    /// Ends as [`shutdown`](Self::shutdown) does, up to the moment when another process may have the store and the sockets. Nothing is
    /// accepted any more; clients that take their time may do so in [`Leaving::finish`]. Cancellation: closes everything at once.
    #[cfg_attr(not(feature = "admin"), expect(unused_mut, reason = "the admin listener stops in its place"))]
    pub async fn hand_over(mut self) -> (Secrets, Leaving) {
        let begun = Instant::now();
        let deadline = self.config.lock().restart.deadline;
        let mut servers: Vec<_> = self.server.lock().take().into_iter().collect();
        refuse(&self.core);
        stop_accepting(&mut servers).await;
        let moment = MOMENT.min(deadline);
        if timeout(moment, self.core.departure.settled()).await.is_err() {
            // It takes longer: who comes meanwhile is told so.
            servers.extend(self.refusing());
            settle(&self.core, deadline - moment).await;
            stop_accepting(&mut servers).await;
        }
        #[cfg(feature = "admin")]
        if let Some(admin) = &mut self.admin {
            admin.stop().await;
        }
        self.core.close_store().await;
        unbind_all(&self.core);
        let secrets =
            Secrets { tickets: self.tls.kept_ticket_keys(), verified: self.core.door.accounts.verified() };
        (secrets, Leaving { core: self.core, servers, begun, end: Instant::now() + UNBIND_DEADLINE })
    }

    /// Accepts once more, to refuse every bind.
    fn refusing(&self) -> Option<Server> {
        let core = Arc::clone(&self.core);
        let listener = self.listener.try_clone().ok()?;
        let builder = server::builder(self.tls.clone(), &self.config.lock());
        builder.serve(listener, move |client| Session::new(Arc::clone(&core), client.ip())).ok()
    }
}

/// A gateway that has handed everything over but its clients.
#[derive(Debug)]
pub struct Leaving {
    core: Arc<Core>,
    servers: Vec<Server>,
    begun: Instant,
    end: Instant,
}

impl Leaving {
    /// How long ago the first message was refused.
    #[must_use]
    pub fn since_refusal(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Waits for every unbind_resp, for two seconds at most, and disconnects.
    pub async fn finish(self) {
        let drained = async {
            self.core.departure.gone().await;
            for mut server in self.servers {
                server.drained().await;
            }
        };
        // Dropped, the server disconnects whoever is left.
        let _mute = timeout_at(self.end, drained).await;
    }
}

async fn stop_accepting(servers: &mut [Server]) {
    for server in servers {
        server.stop_accepting().await;
    }
}

/// From here on nothing new is taken. Every session notices in its next turn, which comes at once, and unbinds.
fn refuse(core: &Core) {
    core.departure.begin();
    core.door.accounts.sessions().for_each(|session| session.wake());
}

/// Waits for what is open.
async fn settle(core: &Core, deadline: Duration) {
    if timeout(deadline, core.departure.settled()).await.is_err() {
        tracing::info!("clients have not answered what was delivered to them: they will be given it again");
    }
}

/// Whoever was waited for is unbound as well.
fn unbind_all(core: &Core) {
    core.door.accounts.sessions().for_each(|session| session.unbind_now());
}

/// A restart that takes no longer lets clients wait in the queue of the socket: they come back all at once, and their handshakes, only to be
/// refused, would hold it up.
const MOMENT: Duration = Duration::from_millis(100);
/// How long clients may take to answer unbind.
const UNBIND_DEADLINE: Duration = Duration::from_secs(2);
