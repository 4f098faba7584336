//! What goes on when the store has answered: verdicts to sessions, messages to the carrier, receipts and what came in to their accounts.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use smpp_session::{CommandStatus, Verdict};
use tokio::{sync::Notify, time::sleep};

use super::{Asked, Core, NOBODY, Unkept, Verdicts, Waiting};
use crate::{
    Carried,
    delivery::Delivery,
    store::{Batch, Completion, Held, NewMessage, StoreError, Stored},
};

/// Runs as long as the gateway does.
pub(super) async fn collect_answers(core: Weak<Core>, bell: Arc<Notify>) {
    let mut answers = Vec::new();
    loop {
        bell.notified().await;
        let Some(core) = core.upgrade() else { return };
        core.collect(&mut answers);
    }
}

impl Core {
    /// Works off the answers that the store has ready.
    pub(super) fn collect(self: &Arc<Self>, answers: &mut Vec<Completion>) {
        let _one_at_a_time = self.collecting.lock();
        self.store.poll(answers);
        for answer in answers.drain(..) {
            self.answered(answer);
        }
    }

    pub(super) fn answered(self: &Arc<Self>, answer: Completion) {
        let (Completion::Stored(token, _) | Completion::Read(token, _)) = &answer;
        let asked = self.asked.lock().remove(token);
        match (asked, answer) {
            (Some(Asked::Batch(mut waiting)), Completion::Stored(_, stored)) => {
                let session = waiting.session.take();
                let verdicts = self.settle(waiting, stored);
                if let Some(session) = session {
                    session.answer(verdicts);
                }
            }
            (Some(Asked::ForCarrier(keys)), Completion::Read(_, held)) => self.read_for_carrier(keys, held),
            (Some(Asked::ForAccount(account, keys)), Completion::Read(_, held)) => {
                self.read_for_account(account, keys, held);
            }
            (Some(Asked::Call(caller)), Completion::Read(_, held)) => {
                let _caller_gone = caller.send(held);
            }
            _ => tracing::error!("the store answered what it was not asked"),
        }
    }

    /// A batch is kept, or refused: goes on with what was in it, and gives the verdicts.
    pub(super) fn settle(self: &Arc<Self>, waiting: Waiting, Stored { batch, result }: Stored) -> Verdicts {
        let replies = waiting.replies.len();
        if let Some(since) = waiting.since {
            self.counts.stored(since.elapsed());
        }
        let ends = waiting.ends;
        let command_status = match result {
            Ok(()) => CommandStatus::ESME_ROK,
            Err(error) => {
                tracing::debug!(%error, messages = replies, "messages refused");
                self.counts.refused(error, batch.accepted.len());
                for message in &batch.accepted {
                    self.left_queue(message.account, 1);
                }
                CommandStatus::ESME_RSUBMITFAIL
            }
        };
        self.counts.submits(command_status, replies);
        if result.is_ok() {
            self.log_kept(&batch.accepted);
            self.count_kept(&batch.accepted);
            self.carry(batch.accepted);
            if ends > 0 {
                self.traffic.lock().settled(ends);
            }
            self.deliver(waiting.deliveries);
        } else if waiting.kept.is_none() && !(batch.ended.is_empty() && batch.gone.is_empty()) {
            let batch = Batch { accepted: Vec::new(), ..batch };
            self.keep_later(Unkept { batch, deliveries: waiting.deliveries, ends });
        }
        if let Some(caller) = waiting.kept {
            let _caller_gone = caller.send(result);
        }
        let verdict = |(reply_to, message_id)| (reply_to, Verdict { command_status, message_id });
        waiting.replies.into_iter().map(verdict).collect()
    }

    fn count_kept(&self, messages: &[NewMessage]) {
        for messages in messages.chunk_by(|one, next| one.account == next.account) {
            let account = messages.first().and_then(|first| self.door.accounts.by_id(first.account));
            if let Some(account) = account {
                account.kept(messages.len() as u64);
            }
        }
    }

    fn log_kept(&self, messages: &[NewMessage]) {
        if !tracing::enabled!(tracing::Level::DEBUG) {
            return;
        }
        for message in messages {
            let source = self.log_numbers.show(&message.source);
            let destination = self.log_numbers.show(&message.destination);
            tracing::debug!(id = %message.id, account = message.account, %source, %destination, "message kept");
        }
    }

    fn carry(&self, messages: Vec<NewMessage>) {
        if messages.is_empty() {
            return;
        }
        let carried = self.traffic.lock().admit(messages);
        self.hand_over(carried);
    }

    fn hand_over(&self, carried: Vec<Carried>) {
        if let Some(carrier) = self.carrier.get().filter(|_| !carried.is_empty()) {
            carrier.submit(carried);
        }
    }

    fn deliver(&self, deliveries: Vec<Delivery>) {
        let mut of_accounts: HashMap<u32, Vec<Delivery>> = HashMap::new();
        for delivery in deliveries {
            of_accounts.entry(delivery.message.account).or_default().push(delivery);
        }
        if let Some(nobodys) = of_accounts.remove(&NOBODY) {
            self.counts.unowned(nobodys.len());
            let owner = |one: &Delivery| self.door.accounts.owner_of(one.message.destination.octets());
            // While they were on their way to the disk a reload may have looked for owners, and not seen them.
            let has_owner = nobodys.iter().any(|one| owner(one).is_some());
            self.unowned.push(nobodys.into_iter().map(|delivery| delivery.message.key));
            if has_owner {
                self.unowned.look_again();
            }
        }
        for (account, deliveries) in of_accounts {
            self.deliveries(account).push(deliveries);
        }
    }

    fn read_for_carrier(self: &Arc<Self>, keys: Vec<u64>, held: Result<Vec<Held>, StoreError>) {
        match held {
            Ok(held) => {
                let carried = self.traffic.lock().admit_read(held);
                self.hand_over(carried);
                self.feed_carrier();
            }
            // A store that is closed never answers again.
            Err(_) if self.departure.is_store_closed() => {}
            Err(_) => {
                let core = Arc::clone(self);
                tokio::spawn(async move {
                    sleep(SECOND_TRY).await;
                    core.traffic.lock().put_back(keys);
                    core.feed_carrier();
                });
            }
        }
    }

    fn read_for_account(self: &Arc<Self>, account: u32, keys: Vec<u64>, held: Result<Vec<Held>, StoreError>) {
        let deliveries = self.deliveries(account);
        match held {
            Ok(held) => {
                let mut read: Vec<_> = held.into_iter().filter_map(Delivery::of).collect();
                let any_expired = self.drop_expired(&mut read);
                deliveries.push_read(read);
                if any_expired {
                    // Others may lie behind it that are over too, and nobody may come to pull them.
                    self.feed_account(account);
                }
            }
            // A store that is closed never answers again.
            Err(_) if self.departure.is_store_closed() => {}
            Err(_) => {
                let core = Arc::clone(self);
                tokio::spawn(async move {
                    sleep(SECOND_TRY).await;
                    deliveries.put_back_read(keys);
                    core.feed_account(account);
                });
            }
        }
    }

    /// Ends and acknowledgements wait together for the store to recover.
    fn keep_later(self: &Arc<Self>, mut refused: Unkept) {
        // The process that has the store now goes on with them as they are kept.
        if self.departure.is_store_closed() {
            return;
        }
        let mut unkept = self.unkept.lock();
        let first = unkept.batch.is_empty();
        unkept.batch.ended.append(&mut refused.batch.ended);
        unkept.batch.gone.append(&mut refused.batch.gone);
        unkept.batch.records.append(&mut refused.batch.records);
        unkept.deliveries.append(&mut refused.deliveries);
        unkept.ends += refused.ends;
        drop(unkept);
        if first {
            let core = Arc::clone(self);
            tokio::spawn(async move {
                sleep(SECOND_TRY).await;
                let Unkept { batch, deliveries, ends } = std::mem::take(&mut *core.unkept.lock());
                let _nobody_waits = core.submit(batch, Waiting { deliveries, ends, ..Waiting::default() });
            });
        }
    }
}

/// How long the gateway waits before it asks a store again that has failed.
const SECOND_TRY: Duration = Duration::from_secs(1);
