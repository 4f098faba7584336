//! What leaves later: one task keeps all delayed answers and receipts of a sink, in the order of their times.

use std::{collections::BTreeMap, time::Instant};

use smpp_session::{ReplyTo, SessionHandle, Verdict};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Something that is to happen on a session.
#[derive(Debug)]
pub(super) enum Deed {
    /// Answer a submit_sm.
    Answer(ReplyTo, Verdict),
    /// Let the session send the receipts that are due.
    Wake,
}

/// Takes deeds and does them when their time comes.
#[derive(Clone, Debug)]
pub(super) struct Later(UnboundedSender<(Instant, SessionHandle, Deed)>);

impl Later {
    /// Starts the task; it ends when nobody can give it anything any more.
    pub(super) fn start() -> Self {
        let (give, take) = unbounded_channel();
        tokio::spawn(do_all(take));
        Self(give)
    }

    pub(super) fn at(&self, time: Instant, session: SessionHandle, deed: Deed) {
        // The task ends with the runtime only.
        let _ended = self.0.send((time, session, deed));
    }
}

async fn do_all(mut take: UnboundedReceiver<(Instant, SessionHandle, Deed)>) {
    // The number keeps those of one instant apart, and in order.
    let mut waiting = BTreeMap::new();
    let mut number = 0_u64;
    let mut new = Vec::new();
    loop {
        let next = waiting.first_key_value().map(|((time, _), _): (&(Instant, u64), _)| *time);
        let sleep = async {
            match next {
                Some(time) => tokio::time::sleep_until(time.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            count = take.recv_many(&mut new, usize::MAX) => if count == 0 { return },
            () = sleep => {}
        }
        for (time, session, deed) in new.drain(..) {
            waiting.insert((time, number), (session, deed));
            number += 1;
        }
        let later = waiting.split_off(&(Instant::now(), u64::MAX));
        for (session, deed) in std::mem::replace(&mut waiting, later).into_values() {
            match deed {
                Deed::Answer(reply_to, verdict) => session.answer([(reply_to, verdict)]),
                Deed::Wake => session.wake(),
            }
        }
    }
}
