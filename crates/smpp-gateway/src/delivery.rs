//! What is delivered to an account until a session of it answers ESME_ROK: a receipt, or a deliver_sm that came in.

use crate::{
    Final,
    store::{Held, NewMessage, Stage},
};

/// A delivery that no client has acknowledged yet.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) message: NewMessage,
    /// What its receipt tells; `None`: the message itself is to be delivered.
    pub(crate) end: Option<Final>,
    /// How often a client refused it.
    pub(crate) refusals: u32,
}

/// What a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Tells how a message of the account ended.
    Receipt,
    /// Any other deliver_sm.
    Incoming,
}

/// What became of a delivery, for now or for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Answered ESME_ROK.
    Acknowledged,
    /// Answered with another status: it comes again.
    Refused,
    /// Not answered: it comes again.
    Unanswered,
    /// Not acknowledged in its time: it comes no more.
    Expired,
}

impl Kind {
    pub(crate) const ALL: [(Self, &'static str); 2] =
        [(Self::Receipt, "receipt"), (Self::Incoming, "incoming")];
}

impl Fate {
    pub(crate) const ALL: [(Self, &'static str); 4] = [
        (Self::Acknowledged, "acknowledged"),
        (Self::Refused, "refused"),
        (Self::Unanswered, "unanswered"),
        (Self::Expired, "expired"),
    ];
}

impl Delivery {
    /// The receipt of a message that ended.
    pub(crate) const fn receipt(message: NewMessage, end: Final) -> Self {
        Self { message, end: Some(end), refusals: 0 }
    }

    /// A deliver_sm that came in.
    pub(crate) const fn incoming(message: NewMessage) -> Self {
        Self { message, end: None, refusals: 0 }
    }

    /// What is to be delivered of a message that is held; nothing while it has no end.
    pub(crate) fn of(held: Held) -> Option<Self> {
        match held.stage {
            Stage::Accepted => None,
            Stage::Ended(end) => Some(Self::receipt(held.message, end)),
            Stage::Incoming => Some(Self::incoming(held.message)),
        }
    }

    pub(crate) const fn kind(&self) -> Kind {
        if self.end.is_some() { Kind::Receipt } else { Kind::Incoming }
    }

    /// Since when it waits, in seconds since 1970.
    #[cfg(feature = "admin")]
    pub(crate) fn since(&self) -> u64 {
        self.end.map_or(self.message.submitted_at, |end| end.done)
    }

    /// True once it is not worth delivering any more; receipts live so many seconds from the end that they tell.
    pub(crate) fn is_over(&self, now: u64, receipt_lifetime: u64) -> bool {
        let over_at =
            self.end.map_or(self.message.expires_at, |end| end.done.saturating_add(receipt_lifetime));
        now >= over_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance::{ended, message};

    #[test]
    fn a_receipt_lives_from_its_end_on_and_an_incoming_message_as_long_as_it_says() {
        let receipt = Delivery::receipt(message(1), ended(1));
        let done = ended(1).done;
        assert!(!receipt.is_over(done + 59, 60) && receipt.is_over(done + 60, 60));
        let incoming = Delivery::incoming(message(1));
        let until = message(1).expires_at;
        assert!(!incoming.is_over(until - 1, 0) && incoming.is_over(until, u64::MAX));
    }

    #[test]
    fn what_has_no_end_is_not_delivered() {
        let held = |stage| Delivery::of(Held { message: message(1), stage }).map(|delivery| delivery.kind());
        assert_eq!(held(Stage::Accepted), None);
        assert_eq!(held(Stage::Ended(ended(1))), Some(Kind::Receipt));
        assert_eq!(held(Stage::Incoming), Some(Kind::Incoming));
    }
}
