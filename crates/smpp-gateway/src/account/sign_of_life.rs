//! An account whose seats are all taken comes back: are its sessions alive?
//!
//! A client whose machine or network died left sessions behind that nobody will end for a while. Its next bind must not be refused for
//! them, and not for those of a live neighbour either: every session is asked for a sign of life, and one that gives none ends.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

use super::Account;

/// How long a live client may take to answer an enquire_link, or to send anything else.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often it is looked whether all have answered.
const LOOK: Duration = Duration::from_millis(20);

impl Account {
    /// Asks every session for a sign of life; returns as soon as a seat is free, or all have given one.
    pub(super) async fn evict_dead(self: &Arc<Self>) {
        let asked: Vec<_> = self.sessions().into_iter().map(|(_, live)| live.session).collect();
        let heard = |session: &smpp_session::SessionHandle| session.counters().pdus_in;
        let before: Vec<_> = asked.iter().map(heard).collect();
        asked.iter().for_each(|session| session.probe(PATIENCE));
        // A session that is given up gives its seat back a moment later.
        let end = Instant::now() + PATIENCE + 5 * LOOK;
        let all_live = || asked.iter().zip(&before).all(|(session, before)| heard(session) > *before);
        while self.binds() >= asked.len() && !all_live() && Instant::now() < end {
            sleep(LOOK).await;
        }
    }
}
