//! Handshakes take turns: a few are worked on at once, however many have something to do.
//!
//! A turn is held while a handshake computes and until the tasks that were ready before have run, never while it waits for its peer:
//! a flood of handshakes delays a session by a few signatures, and a client that stalls holds nothing.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker, ready},
};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::PollSemaphore;

/// A future that is polled in its turns only.
pub(super) struct InTurn<F: Future> {
    turns: PollSemaphore,
    future: Pin<Box<F>>,
    woken: Arc<Woken>,
    turn: Option<OwnedSemaphorePermit>,
    output: Option<F::Output>,
}

impl<F: Future> InTurn<F> {
    pub(super) fn new(turns: Arc<Semaphore>, future: F) -> Self {
        let woken = Woken { flag: AtomicBool::new(true), task: Mutex::new(None) };
        Self {
            turns: PollSemaphore::new(turns),
            future: Box::pin(future),
            woken: Arc::new(woken),
            turn: None,
            output: None,
        }
    }
}

impl<F: Future<Output: Unpin>> Future for InTurn<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        this.turn = None;
        if let Some(output) = this.output.take() {
            return Poll::Ready(output);
        }
        *this.woken.task.lock() = Some(context.waker().clone());
        if !this.woken.flag.load(Ordering::Acquire) {
            return Poll::Pending;
        }
        this.turn = ready!(this.turns.poll_acquire(context));
        this.woken.flag.store(false, Ordering::Release);
        let waker = Waker::from(Arc::clone(&this.woken));
        match this.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => this.output = Some(output),
            Poll::Pending => {}
        }
        // To the end of the queue, with the turn.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Tells the wakes of the future from all others.
struct Woken {
    flag: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.flag.store(true, Ordering::Release);
        let task = self.task.lock().take();
        if let Some(task) = task {
            task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, sync::atomic::AtomicUsize};

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn who_waits_for_its_peer_holds_no_turn() {
        let turns = Arc::new(Semaphore::new(1));
        let (answer, waits) = oneshot::channel::<u8>();
        let slow = tokio::spawn(InTurn::new(Arc::clone(&turns), waits));
        for number in 0..100 {
            assert_eq!(InTurn::new(Arc::clone(&turns), async { number }).await, number);
        }
        answer.send(9).unwrap();
        assert_eq!(slow.await.unwrap(), Ok(9));
        assert_eq!(turns.available_permits(), 1);
    }

    #[tokio::test]
    async fn a_dropped_handshake_gives_its_turn_back() {
        let turns = Arc::new(Semaphore::new(1));
        let mut working = Box::pin(InTurn::new(Arc::clone(&turns), std::future::pending::<()>()));
        poll_fn(|context| Poll::Ready(working.as_mut().poll(context).is_pending())).await;
        assert_eq!(turns.available_permits(), 0);
        drop(working);
        assert_eq!(turns.available_permits(), 1);
    }

    async fn to_the_end_of_the_queue() {
        let mut waited = false;
        poll_fn(|context| {
            if std::mem::replace(&mut waited, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// A thousand handshakes are ready at once, and something else is ready behind them: it waits for two of them.
    #[tokio::test]
    async fn a_crowd_of_handshakes_delays_others_by_as_many_as_there_are_turns() {
        let (turns, done) = (Arc::new(Semaphore::new(2)), Arc::new(AtomicUsize::new(0)));
        let handshakes: Vec<_> = (0..1_000)
            .map(|_| {
                let done = Arc::clone(&done);
                let work = async move { done.fetch_add(1, Ordering::Relaxed) };
                tokio::spawn(InTurn::new(Arc::clone(&turns), work))
            })
            .collect();
        let so_far = Arc::clone(&done);
        let other = async move {
            for round in 1..=100 {
                let done = so_far.load(Ordering::Relaxed);
                assert!(done <= 2 * round, "{done} after {round} rounds");
                to_the_end_of_the_queue().await;
            }
        };
        tokio::spawn(other).await.unwrap();
        for handshake in handshakes {
            handshake.await.unwrap();
        }
        assert_eq!(done.load(Ordering::Relaxed), 1_000);
    }
}
