//! `smpp-gateway reload`: finds the running gateway by the file it keeps, and tells it to look at its configuration.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rustix::process::{Pid, Signal, getpid, kill_process};
use smpp_gateway::Config;

use crate::{
    Failure,
    exit::{BAD_CONFIG, FAILED},
    say,
};

/// `gateway.pid` in the state directory, for as long as the gateway runs.
pub(crate) struct PidFile(PathBuf);

impl PidFile {
    pub(crate) fn write(state_dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(state_dir)?;
        let file = Self(state_dir.join("gateway.pid"));
        file.renew()?;
        Ok(file)
    }

    /// Writes it once more: another process may have, which did not live long.
    pub(crate) fn renew(&self) -> io::Result<()> {
        fs::write(&self.0, format!("{}\n", getpid().as_raw_nonzero()))
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        // Another gateway may have taken over meanwhile.
        if read(&self.0) == Some(getpid()) {
            let _gone = fs::remove_file(&self.0);
        }
    }
}

/// Checks the configuration here, where its mistakes can be read, and has the running gateway read it.
pub(crate) fn reload(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    let file = config.state_dir.join("gateway.pid");
    let told = read(&file).map(|pid| kill_process(pid, Signal::HUP));
    match told {
        Some(Ok(())) => {
            say(&mut io::stdout(), "the running gateway was told; its log says what changed");
            Ok(())
        }
        Some(Err(error)) => Err((FAILED, format!("{}: no such gateway: {error}", file.display()))),
        None => Err((FAILED, format!("{}: no gateway runs with this configuration", file.display()))),
    }
}

fn read(path: &Path) -> Option<Pid> {
    fs::read_to_string(path).ok()?.trim().parse().ok().and_then(Pid::from_raw)
}
