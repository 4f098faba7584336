//! npm's `smpp` as a generator: one process, the window kept full.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use smpp_benches::stopwatch::Took;

/// It is installed, and knows its server.
pub(crate) struct Node {
    home: PathBuf,
    address: SocketAddr,
}

impl Node {
    /// `None` where node or npm is not here.
    pub(crate) fn start(address: SocketAddr) -> Option<Self> {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-node");
        install(&home).ok()?;
        Some(Self { home, address })
    }

    /// Sends so many messages.
    pub(crate) fn send(&self, window: u16, messages: u64) -> Took {
        let mut command = Command::new("node");
        command.arg(self.home.join("generator.js")).arg(self.address.port().to_string());
        command.args([window.to_string(), messages.to_string()]).stdin(Stdio::null());
        let output = command.output().expect("node was here");
        let said = String::from_utf8_lossy(&output.stdout);
        let figures: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        match figures[..] {
            [seconds, cpu] => {
                Took { time: Duration::from_secs_f64(seconds), cpu: Duration::from_secs_f64(cpu) }
            }
            _ => unreachable!("{said}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }
}

fn install(home: &Path) -> io::Result<()> {
    fs::create_dir_all(home)?;
    for (name, text) in [
        ("package.json", include_str!("../../../tests/interop/peers/package.json")),
        ("package-lock.json", include_str!("../../../tests/interop/peers/package-lock.json")),
        ("generator.js", include_str!("generator.js")),
    ] {
        fs::write(home.join(name), text)?;
    }
    if home.join("node_modules/smpp").exists() {
        return Ok(());
    }
    let flags = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    let installed = Command::new("npm").args(flags).current_dir(home).stdin(Stdio::null()).output()?;
    if installed.status.success() { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
}
