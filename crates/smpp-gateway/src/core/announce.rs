//! Announcements as deliver_sm: kept together with the note that they were, so that each account gets each of them once.

use std::sync::Arc;

use smpp_wire::Frame;

use super::Core;
use crate::{
    delivery::Delivery,
    store::{Announced, Batch, StoreError, sqlite::Announcement},
};

impl Core {
    /// Notes which maintenance is planned.
    pub(crate) fn plan(&self, planned: Vec<Announcement>) {
        *self.planned.lock() = planned;
    }

    /// Maintenance that is planned, or going on; the newest announcement first.
    #[cfg(feature = "admin")]
    pub(crate) fn planned(&self) -> Vec<Announcement> {
        self.planned.lock().clone()
    }

    /// Keeps these parts of an announcement for an account; worth delivering until then, in seconds since 1970.
    ///
    /// # Errors
    /// When the store refuses them: nothing is kept or noted, the caller may offer them again.
    pub(crate) async fn announce(
        self: &Arc<Self>,
        announcement: i64,
        account: u32,
        until: u64,
        frames: &[Frame],
    ) -> Result<(), StoreError> {
        let mut incoming: Vec<_> = frames.iter().filter_map(|frame| self.new_message(frame)).collect();
        for message in &mut incoming {
            (message.account, message.expires_at) = (account, message.expires_at.min(until));
        }
        let Some(key) = incoming.last().map(|message| message.key) else { return Ok(()) };
        let announced = vec![Announced { announcement, account, key }];
        let deliveries = incoming.iter().cloned().map(Delivery::incoming).collect();
        self.keep(Batch { incoming, announced, ..Batch::default() }, deliveries).await
    }
}
