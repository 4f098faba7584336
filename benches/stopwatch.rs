//! Times a run by the wall clock and by the CPU time (user and system) that the kernel counts.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Running since its start.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    start: Instant,
    cpu: Duration,
}

impl Stopwatch {
    /// Starts it.
    #[must_use]
    pub fn start() -> Self {
        Self { cpu: process_cpu(), start: Instant::now() }
    }

    /// What passed since its start.
    #[must_use]
    pub fn stop(self) -> Took {
        let time = self.start.elapsed();
        Took { time, cpu: process_cpu().saturating_sub(self.cpu) }
    }
}

/// How long a run took.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// By the wall clock.
    pub time: Duration,
    /// CPU time: of this process, thus of both ends, unless a row asks for one end's.
    pub cpu: Duration,
}

/// What all threads of this process have used.
#[must_use]
pub fn process_cpu() -> Duration {
    reading(ClockId::ProcessCPUTime)
}

/// What this thread has used.
#[must_use]
pub fn thread_cpu() -> Duration {
    reading(ClockId::ThreadCPUTime)
}

fn reading(clock: ClockId) -> Duration {
    clock_gettime(clock).try_into().unwrap_or_default()
}
