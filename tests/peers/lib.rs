//! Our end of the interoperability tests: an SMSC and an ESME that do what the tests need, as the numbers of [`dial`] ask for it.
#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a failed test says where by panicking")]

pub mod dial;
pub mod esme;
pub mod smsc;
pub mod trust;

use std::future::Future;
use std::time::Duration;

use smpp_session::{Limits, SessionHandle};

/// Waits for something that is going to happen, at most as long as a busy machine could need for it.
///
/// # Panics
/// When it does not.
pub async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    let happened = tokio::time::timeout(Duration::from_secs(30), event).await;
    happened.unwrap_or_else(|_| unreachable!("no {what} in 30 s"))
}

/// Asks a silent peer soon whether it is alive.
#[must_use]
pub fn limits() -> Limits {
    Limits { enquire_link: Duration::from_millis(200), ..Limits::default() }
}

/// Waits until the peer has answered an enquire_link of ours. Nothing else may be under way: it is the only answer that comes.
pub async fn enquire_link_answered(session: &SessionHandle) {
    let before = session.counters().answers_in.ok;
    let answered = async {
        while session.counters().answers_in.ok == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon("enquire_link_resp", answered).await;
}
