//! What the carrier tells: how messages ended, that attempts failed, what came in.

use std::sync::{Arc, Weak};

use smpp_wire::Frame;

use super::Core;
use crate::{
    Attempt, CarrierEvents, Final, delivery_writer::DeliveryWriter, store::NewMessage, store::StoreError,
};

/// The way back from the carrier, which does not keep the gateway alive.
pub(super) struct CarrierLink(pub(super) Weak<Core>);

impl CarrierEvents for CarrierLink {
    fn ended(&self, finals: &[Final]) {
        if let Some(core) = self.0.upgrade() {
            core.finish(finals);
        }
    }

    fn attempted(&self, attempts: &[Attempt]) {
        if let Some(core) = self.0.upgrade() {
            core.notify(attempts);
        }
    }

    async fn incoming(&self, frames: Vec<Frame>) -> Result<(), StoreError> {
        match self.0.upgrade() {
            Some(core) => core.take_in(None, &frames).await.map(drop),
            None => Ok(()),
        }
    }
}

impl Core {
    /// Tells of attempts that failed, to those who asked for intermediate notifications (SMPP v3.4 §5.2.17): no promise is made for
    /// these, so that one which can't be kept is left out.
    fn notify(self: &Arc<Self>, attempts: &[Attempt]) {
        let asked = |attempt: &Attempt| -> Option<(NewMessage, Attempt)> {
            let traffic = self.traffic.lock();
            let message = traffic.carried(attempt.key)?;
            message.registered_delivery.wants_intermediate_notification().then(|| (message.clone(), *attempt))
        };
        let asked: Vec<_> = attempts.iter().filter_map(asked).collect();
        let mut writer = DeliveryWriter::new(self.receipt_timezone.clone());
        for (message, attempt) in asked {
            let account = self.door.accounts.by_id(message.account);
            let with_tlvs = account.is_none_or(|account| account.settings().receipt_tlvs);
            let Some(frame) = writer.notification(&message, &attempt, with_tlvs) else { continue };
            let core = Arc::clone(self);
            tokio::spawn(async move {
                if let Err(error) = core.take_in(Some(message.account), &[frame]).await {
                    tracing::debug!(%error, id = %message.id, "an intermediate notification could not be kept");
                }
            });
        }
    }
}
