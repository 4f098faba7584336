//! Binding many sessions: at a rate, or as fast as the server answers, a few at once.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use smpp_session::{ConnectError, Connection};
use tokio::{sync::Semaphore, task::JoinSet};

/// What became of one bind.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// Which it was, from 0.
    pub(crate) index: usize,
    pub(crate) result: Result<Connection, ConnectError>,
    /// From the intended start to the answer: a server that makes others wait shows in it.
    pub(crate) took: Duration,
}

/// Runs `count` binds, `per_second` of them a second, and hands each end to `done`, which says whether to go on.
/// Cancellation: those under way are dropped.
pub(crate) async fn bind_all<F>(
    count: usize,
    per_second: Option<f64>,
    bind: impl Fn(usize) -> F,
    mut done: impl FnMut(Attempt) -> bool,
) where
    F: Future<Output = Result<Connection, ConnectError>> + Send + 'static,
{
    let started = Instant::now();
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    let mut binds: JoinSet<Attempt> = JoinSet::new();
    for index in 0..count {
        let mut intended = Instant::now();
        if let Some(per_second) = per_second {
            #[expect(clippy::cast_precision_loss, reason = "there are at most some ten thousand binds")]
            let after = Duration::try_from_secs_f64(index as f64 / per_second).unwrap_or_default();
            intended = started + after;
            tokio::time::sleep_until(intended.into()).await;
        }
        // Without a rate, room for the next bind is what starts it.
        let Ok(permit) = Arc::clone(&at_once).acquire_owned().await else { return };
        if per_second.is_none() {
            intended = Instant::now();
        }
        let binding = bind(index);
        binds.spawn(async move {
            let result = binding.await;
            drop(permit);
            Attempt { index, result, took: intended.elapsed() }
        });
        while let Some(Ok(attempt)) = binds.try_join_next() {
            if !done(attempt) {
                return;
            }
        }
    }
    while let Some(ended) = binds.join_next().await {
        if ended.is_ok_and(|attempt| !done(attempt)) {
            return;
        }
    }
}

/// Binds under way at once.
const AT_ONCE: usize = 64;
