//! How a gateway ends: what is new is refused, what is open is answered and kept, every client is unbound.
//!
//! ```text
//! refuse            submit_sm: ESME_RSUBMITFAIL, bind: ESME_RBINDFAIL; unbind to every session that has nothing open
//! settle            open receipts may be answered, up to `restart.deadline_milliseconds`
//! close the store   what it was given is answered
//! unbind the rest   and wait for all unbind_resp at once, for two seconds at most
//! disconnect
//! ```

use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use crate::{Gateway, core::Core};

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
        let server = self.server.lock().take();
        if let Some(server) = server {
            server.shutdown(end.saturating_duration_since(Instant::now())).await;
        }
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

/// How long clients may take to answer unbind.
const UNBIND_DEADLINE: Duration = Duration::from_secs(2);
