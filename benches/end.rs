//! One end of a connection: a runtime with one thread of its own, so that its CPU time can be told from the other end's.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::stopwatch::thread_cpu;

/// A runtime with one thread.
#[derive(Debug)]
pub struct End {
    runtime: Runtime,
}

impl End {
    /// Starts it.
    ///
    /// # Panics
    /// When the machine has no thread left: there is nothing to measure then.
    #[must_use]
    pub fn start() -> Self {
        Self {
            runtime: Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a thread"),
        }
    }

    /// Runs `work` on the end's own thread and waits for it.
    ///
    /// # Panics
    /// When `work` does.
    pub fn run<W>(&self, work: W) -> W::Output
    where
        W: Future<Output: Send> + Send + 'static,
    {
        self.runtime.block_on(self.runtime.spawn(work)).expect("the work does not panic")
    }

    /// What its thread has used so far.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        self.run(async { thread_cpu() })
    }
}
