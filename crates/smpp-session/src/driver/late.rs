//! Answers that come after their turn, on their way to the driver.

use crate::{ReplyTo, Verdict};

/// The answers that handles gave since the driver looked last; never more than there are requests to answer.
#[derive(Debug)]
pub(crate) struct Late {
    verdicts: Vec<(ReplyTo, Verdict)>,
    limit: usize,
}

impl Late {
    pub(super) const fn new(inbound_window: u16) -> Self {
        Self { verdicts: Vec::new(), limit: inbound_window as usize }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.verdicts.is_empty()
    }

    pub(super) fn push(&mut self, reply_to: ReplyTo, verdict: Verdict) {
        if self.verdicts.len() == self.limit {
            self.drop_stale();
        }
        if self.verdicts.len() < self.limit {
            if self.verdicts.len() == self.verdicts.capacity() {
                self.grow();
            }
            return self.verdicts.push((reply_to, verdict));
        }
        // Every slot has its answer already: this one is newer, or nobody's.
        if let Some(place) = self.verdicts.iter_mut().find(|(other, _)| reply_to.follows(*other)) {
            *place = (reply_to, verdict);
        }
    }

    /// Gives all answers in exchange for an empty list.
    pub(super) const fn swap(&mut self, empty: &mut Vec<(ReplyTo, Verdict)>) {
        std::mem::swap(&mut self.verdicts, empty);
    }

    /// Of two answers to one slot, the older request was answered before, or took too long.
    fn drop_stale(&mut self) {
        self.verdicts.sort_by_key(|(reply_to, _)| reply_to.slot());
        self.verdicts.dedup_by(|(next, verdict), kept| {
            if next.follows(kept.0) {
                *kept = (*next, *verdict);
            }
            next.slot() == kept.0.slot()
        });
    }

    /// As a vector grows by itself, but never beyond the limit.
    fn grow(&mut self) {
        let len = self.verdicts.len();
        self.verdicts.reserve_exact(len.max(4).min(self.limit - len));
    }
}

#[cfg(test)]
mod tests {
    use smpp_wire::CommandStatus;

    use super::*;

    fn verdict(status: u32) -> Verdict {
        Verdict::status(CommandStatus(status))
    }

    #[test]
    fn answers_given_twice_do_not_make_the_list_longer_and_the_newest_request_gets_its_answer() {
        let mut late = Late::new(2);
        let to = ReplyTo::new;
        for (reply_to, status) in [(to(0, 0), 1), (to(0, 1), 2), (to(1, 5), 3), (to(0, 2), 4), (to(1, 4), 5)]
        {
            late.push(reply_to, verdict(status));
        }
        let mut out = Vec::new();
        late.swap(&mut out);
        out.sort_by_key(|(reply_to, _)| reply_to.slot());
        let kept: Vec<_> =
            out.iter().map(|(reply_to, verdict)| (*reply_to, verdict.command_status.0)).collect();
        assert_eq!(kept, [(to(0, 2), 4), (to(1, 5), 3)]);
        assert_eq!(out.capacity(), 2);
    }
}
