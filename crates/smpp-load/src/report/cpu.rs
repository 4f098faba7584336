//! What a run cost this process, so that a generator at its own limit is not taken for a server at its.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// CPU time from the start of a run to its last message; `None` where the system does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cpu {
    /// Seconds, of all threads of the process; an embedded gateway's are among them.
    pub process_seconds: Option<f64>,
    /// The share of the time that the busiest thread of the generator worked, 0 to 1.
    pub busiest_thread: Option<f64>,
    /// Seconds that the view on the terminal took.
    pub live_seconds: Option<f64>,
}

/// Measures from its start.
#[derive(Debug)]
pub(crate) struct CpuMeter {
    started: Instant,
    process: Option<Duration>,
    threads: Vec<(String, Duration)>,
}

impl CpuMeter {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), process: process_time(), threads: thread_times() }
    }

    /// What was used since the start.
    pub(crate) fn read(&self) -> Cpu {
        let seconds = self.started.elapsed().as_secs_f64();
        let before = |id: &str| self.threads.iter().find(|(known, _)| known == id).map(|(_, time)| *time);
        let used =
            thread_times().into_iter().map(|(id, now)| now.saturating_sub(before(&id).unwrap_or_default()));
        let process = process_time().zip(self.process).map(|(now, before)| now.saturating_sub(before));
        Cpu {
            process_seconds: process.map(|time| time.as_secs_f64()),
            busiest_thread: used
                .max()
                .filter(|_| seconds > 0.0)
                .map(|time| (time.as_secs_f64() / seconds).min(1.0)),
            live_seconds: None,
        }
    }
}

#[cfg(unix)]
fn process_time() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ProcessCPUTime).try_into().ok()
}

#[cfg(not(unix))]
fn process_time() -> Option<Duration> {
    None
}

/// Of each thread but those of an embedded gateway: its id and what it has used. Empty where there is no `/proc`.
fn thread_times() -> Vec<(String, Duration)> {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return Vec::new() };
    let read = |thread: std::fs::DirEntry| {
        let name = std::fs::read_to_string(thread.path().join("comm")).ok()?;
        let times = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        let nanoseconds = times.split_whitespace().next()?.parse().ok()?;
        let id = thread.file_name().into_string().ok()?;
        (name.trim() != GATEWAY).then_some((id, Duration::from_nanos(nanoseconds)))
    };
    threads.filter_map(Result::ok).filter_map(read).collect()
}

/// How the threads of an embedded gateway are named.
pub(crate) const GATEWAY: &str = "gateway";

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_works_all_the_time_is_seen() {
        let meter = CpuMeter::start();
        let mut turns = 0_u64;
        while meter.started.elapsed() < Duration::from_millis(50) || turns == 0 {
            turns = std::hint::black_box(turns + 1);
        }
        let cpu = meter.read();
        assert!(cpu.process_seconds.is_some_and(|seconds| seconds > 0.0), "{cpu:?}");
        assert!(cpu.busiest_thread.is_some_and(|share| share > 0.0 && share <= 1.0), "{cpu:?}");
    }
}
