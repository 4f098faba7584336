//! The machine that a run was measured on, for the report.

use std::num::NonZero;
use std::thread::available_parallelism;

use serde::{Deserialize, Serialize};

/// What a reader needs to compare two reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Processors that this process may use.
    pub cpus: usize,
    /// The operating system, like `linux`.
    pub os: String,
    /// The architecture, like `x86_64`.
    pub arch: String,
    /// The processor's name, where the system tells it.
    pub model: Option<String>,
}

impl Machine {
    /// This machine.
    #[must_use]
    pub fn here() -> Self {
        Self {
            cpus: available_parallelism().map_or(1, NonZero::get),
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            model: std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|cpuinfo| model_name(&cpuinfo)),
        }
    }
}

fn model_name(cpuinfo: &str) -> Option<String> {
    cpuinfo.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == "model name").then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_name_is_found_among_the_other_lines() {
        let cpuinfo = "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Some CPU @ 2.5GHz\nmodel name\t: Other\n";
        assert_eq!(model_name(cpuinfo).as_deref(), Some("Some CPU @ 2.5GHz"));
        assert_eq!(model_name("processor\t: 0\n"), None);
    }
}
