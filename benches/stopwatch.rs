//! Times a run by the wall clock and by the CPU time that the kernel counts for this process.

use std::fs;
use std::time::{Duration, Instant};

/// Running since its start.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    start: Instant,
    cpu: Option<Duration>,
}

impl Stopwatch {
    /// Starts it.
    #[must_use]
    pub fn start() -> Self {
        Self { cpu: cpu_time(), start: Instant::now() }
    }

    /// What passed since its start.
    #[must_use]
    pub fn stop(self) -> Took {
        let time = self.start.elapsed();
        let cpu = cpu_time().zip(self.cpu).map(|(end, start)| end.saturating_sub(start));
        Took { time, cpu }
    }
}

/// How long a run took.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// By the wall clock.
    pub time: Duration,
    /// User and system time of all threads of this process; `None` where there is no `/proc`.
    pub cpu: Option<Duration>,
}

/// In steps of a tick, so a run should take many of them.
fn cpu_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name, which may hold spaces: count from its closing parenthesis.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_ascii_whitespace().skip(UTIME).map(|ticks| ticks.parse::<u32>().ok());
    Some(TICK * (times.next()?? + times.next()??))
}

/// Linux's USER_HZ is 100 on every architecture that this is measured on.
const TICK: Duration = Duration::from_millis(10);
/// Where utime and stime follow each other behind the name (proc_pid_stat(5): fields 14 and 15).
const UTIME: usize = 11;
