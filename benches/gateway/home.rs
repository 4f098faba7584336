//! A directory that a gateway lives in, with its configuration and one account.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use smpp_gateway::{Config, Gateway, generate_password};
use tempfile::TempDir;

/// Removed when dropped.
pub(crate) struct Home {
    directory: TempDir,
    password: String,
}

impl Home {
    /// With these lines in its configuration: tables, but neither `[limits]` nor an account.
    pub(crate) fn new(lines: &str) -> io::Result<Self> {
        let directory = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
        let base = format!(
            "listen = \"127.0.0.1:0\"\nstate_dir = {:?}\n{lines}\n[limits]\nwindow = 10000\n",
            directory.path().join("state")
        );
        let config = Config::from_toml(&base, "bench").map_err(io::Error::other)?;
        let key = Gateway::verifier_key(&config).map_err(io::Error::other)?;
        let password = generate_password().map_err(io::Error::other)?;
        let verifier = key.verifier(CUSTOMER.as_bytes(), password.as_bytes()).to_hex();
        let account = format!(
            "[[account]]\nsystem_id = {CUSTOMER:?}\nverifier = {verifier:?}\n\
             connection_mode = \"transceiver\"\nmax_binds = 10000\n"
        );
        fs::write(directory.path().join(FILE), base + &account)?;
        Ok(Self { directory, password })
    }

    /// Writes its configuration anew, from what it was.
    pub(crate) fn edit(&self, change: impl FnOnce(String) -> String) -> io::Result<()> {
        fs::write(self.file(), change(fs::read_to_string(self.file())?))
    }

    /// Adds another account with the same password, and these lines.
    pub(crate) fn add_account(&self, system_id: &str, lines: &str) -> io::Result<()> {
        let key = Gateway::verifier_key(&self.config()?).map_err(io::Error::other)?;
        let verifier = key.verifier(system_id.as_bytes(), self.password.as_bytes()).to_hex();
        self.edit(|text| {
            text + &format!(
                "[[account]]\nsystem_id = {system_id:?}\nverifier = {verifier:?}\n\
                 connection_mode = \"transceiver\"\nmax_binds = 10000\n{lines}\n"
            )
        })
    }

    /// The configuration, as its file has it.
    pub(crate) fn config(&self) -> io::Result<Config> {
        Config::load(&self.file()).map_err(io::Error::other)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.directory.path().join(FILE)
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }
}

/// Its one account.
pub(crate) const CUSTOMER: &str = "load";
const FILE: &str = "gateway.toml";
