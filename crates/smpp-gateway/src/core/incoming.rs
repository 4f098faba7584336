//! What comes in: deliver_sm for accounts, kept before anybody is told that they arrived, and delivered like receipts.

use std::sync::Arc;

use smpp_wire::{Frame, Pdu};
use uuid::Uuid;

use super::{Core, NOBODY};
use crate::{
    Address,
    delivery::Delivery,
    now::seconds,
    store::{Batch, NewMessage, StoreError},
};

/// A deliver_sm that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Its name for people.
    pub(crate) id: Uuid,
    /// Whom it is delivered to; [`NOBODY`] while nobody owns its number.
    pub(crate) account: u32,
}

impl Core {
    /// Takes deliver_sm, the parts of a long text together: for this account, or each for the account that owns the number it is to.
    ///
    /// Returns once they are kept, in their order. They are then offered to the account's sessions until one of them answers ESME_ROK, at
    /// most for the `delivery_lifetime`, across restarts. Those whose number nobody owns wait as long for an owner.
    ///
    /// # Errors
    /// When the store refuses them: nothing is kept, the caller may offer them again.
    pub(crate) async fn take_in(
        self: &Arc<Self>,
        account: Option<u32>,
        frames: &[Frame],
    ) -> Result<Vec<Taken>, StoreError> {
        let mut incoming: Vec<_> = frames.iter().filter_map(|frame| self.new_message(frame)).collect();
        for message in &mut incoming {
            let owner = || self.door.accounts.owner_of(message.destination.octets());
            message.account = account.or_else(owner).unwrap_or(NOBODY);
        }
        let taken =
            incoming.iter().map(|message| Taken { id: message.id, account: message.account }).collect();
        let deliveries = incoming.iter().cloned().map(Delivery::incoming).collect();
        self.keep(Batch { incoming, ..Batch::default() }, deliveries).await?;
        Ok(taken)
    }

    pub(super) fn new_message(&self, frame: &Frame) -> Option<NewMessage> {
        let Ok(Pdu::DeliverSm(pdu)) = frame.parse() else {
            tracing::error!("what came in is no deliver_sm: it is dropped");
            return None;
        };
        let (key, id) = self.ids.next();
        let address = |ton, npi, octets| Address::new(ton, npi, octets).unwrap_or_default();
        let now = seconds();
        Some(NewMessage {
            key,
            id,
            account: NOBODY,
            source: address(pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr),
            destination: address(pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr),
            registered_delivery: pdu.registered_delivery,
            data_coding: pdu.data_coding,
            submitted_at: now,
            expires_at: now.saturating_add(self.delivery_lifetime),
            pdu: frame.clone().into_bytes(),
        })
    }
}
